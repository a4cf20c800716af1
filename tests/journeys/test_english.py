"""The interface in English: none of the product's own words stay Chinese on the main pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Enter = Callable[..., Page]
HAN = re.compile(r"[\u4e00-\u9fff]")
#: What the product says by itself: navigation, buttons, heads of tables and cards, hints.
OWN_WORDS = (
    ".x-nav a", ".x-foot span", "main button", "main a.btn", "main summary.btn", "main th",
    "main .x-sec > header > a", "main option[value='']", "main dt", "main .form-label",
)  # fmt: skip
#: Their texts, without units: those are data.
TEXTS = """
(places) => [...document.querySelectorAll(places)].map((found) => {
  const copy = found.cloneNode(true);
  copy.querySelectorAll(".x-unit").forEach((unit) => unit.remove());
  return copy.textContent.trim();
})
"""
HINTS = ("placeholder", "aria-label", "title")
PAGES = {
    "zhoumin": (
        "/", "/dashboard/", "/ledger/", "/plans/", "/plans/1/", "/plans/upload/", "/verify/",
        "/indicators/", "/departments/", "/periods/", "/duties/", "/targets/", "/reports/",
    ),
    "handler02": ("/", "/report/", "/report/upload/"),
    "auditor": ("/audit/", "/tokens/"),
    "sysadmin": ("/accounts-admin/", "/accounts-admin/new/"),
}  # fmt: skip


def in_english(person: Page) -> Page:
    """Switch the language where everybody finds it."""
    person.get_by_role("button", name="EN").click()
    expect(person.locator("html")).to_have_attribute("lang", "en")
    return person


def own_words(person: Page) -> list[str]:
    """Return the product's own words on the page in front that are Chinese."""
    words = person.evaluate(TEXTS, ", ".join(OWN_WORDS))
    for hint in HINTS:
        places = person.locator(f"main button[{hint}], main input[{hint}], main nav[{hint}]")
        words += [place.get_attribute(hint) or "" for place in places.all()]
    return sorted({word for word in words if HAN.search(word) and word != "中文"})


class TestEnglish:
    @pytest.mark.parametrize("username", PAGES)
    def test_leaves_no_chinese_among_its_own_words(self, enter: Enter, username: str):
        person = in_english(enter(username))
        left = {}
        for address in PAGES[username]:
            answer = person.goto(address)
            assert answer is not None and answer.status == 200, address
            if words := own_words(person):
                left[address] = words
        assert not left

    def test_leaves_none_on_a_measure_and_an_indicator(self, enter: Enter):
        person = in_english(enter("zhoumin"))
        person.goto("/ledger/")
        person.locator("tbody tr[data-href] a").nth(1).click()
        left = own_words(person)
        person.goto("/indicators/")
        person.locator("tbody tr a").first.click()
        assert not left + own_words(person)

    def test_says_titles_in_english(self, enter: Enter):
        person = in_english(enter("zhoumin"))
        for address in ("/ledger/", "/dashboard/", "/plans/", "/verify/", "/periods/"):
            person.goto(address)
            assert not HAN.search(person.locator("h1").first.inner_text()), address

"""Accessible, fit for a phone, and in pictures: the pages that matter most."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from journey_site import DESK, IMAGES, PHONE, ROOT, upload_of, web_copy
from playwright.sync_api import Page, expect

Enter = Callable[..., Page]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
FIND = """
async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((v) => ({
    rule: v.id, impact: v.impact, help: v.help,
    places: v.nodes.slice(0, 5).map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")),
  }));
}
"""
MEASURE = "规范中介服务"
REVIEWED = "清江高新区优化营商环境“一号工程”2026年补充措施"


def to_measure(person: Page) -> None:
    person.goto(f"/ledger/?q={MEASURE}")
    person.locator("tbody tr[data-href] a", has_text=MEASURE).first.click()


def to_review(person: Page) -> None:
    """Open a plan under review, taking one in where there is none."""
    person.goto("/plans/")
    if person.get_by_role("link", name=REVIEWED).count():
        person.get_by_role("link", name=REVIEWED).first.click()
        return
    person.goto("/plans/upload/")
    person.locator("input[type=file]").set_input_files(
        [upload_of(web_copy(title=REVIEWED), name=f"{REVIEWED}.docx")]
    )
    person.get_by_role("button", name="上传并编译").click()
    person.wait_for_url("**/review/")


def at(address: str) -> Callable[[Page], None]:
    return lambda person: person.goto(address) and None


PLACES = {
    "dashboard": ("zhoumin", at("/")),
    "ledger": ("zhoumin", at("/ledger/")),
    "measure": ("zhoumin", to_measure),
    "review": ("zhoumin", to_review),
}
ALSO_ACCESSIBLE = {
    "board": ("chenjh", at("/dashboard/")),
    "report": ("handler02", at("/report/")),
    "queue": ("zhoumin", at("/verify/")),
    "plan": ("zhoumin", at("/plans/1/")),
    "upload": ("zhoumin", at("/plans/upload/")),
    "departments": ("zhoumin", at("/departments/")),
    "indicators": ("zhoumin", at("/indicators/")),
    "audit": ("auditor", at("/audit/")),
}
ON_A_PHONE = {name: PLACES[name] for name in ("dashboard", "ledger", "measure")} | {
    name: ALSO_ACCESSIBLE[name] for name in ("report", "board", "plan", "upload")
}


def settled(person: Page) -> None:
    """Wait until charts are drawn."""
    for chart in person.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg").first).to_be_visible()
    person.evaluate("scrollTo(0, 0)")


class TestAccessibility:
    def examine(self, page: Page) -> None:
        page.add_script_tag(path=AXE)
        grave = [found for found in page.evaluate(FIND) if found["impact"] in GRAVE]
        assert not grave

    @pytest.mark.parametrize("name", [*PLACES, *ALSO_ACCESSIBLE])
    def test_has_no_grave_fault_on(self, enter: Enter, name: str):
        username, go = (PLACES | ALSO_ACCESSIBLE)[name]
        person = enter(username, bypass_csp=True)
        go(person)
        settled(person)
        self.examine(person)

    def test_has_no_grave_fault_at_the_door(self, visit: Callable[..., Page]):
        visitor = visit(bypass_csp=True)
        visitor.goto("/accounts/login/")
        self.examine(visitor)


class TestPhone:
    @pytest.mark.parametrize("name", ON_A_PHONE)
    def test_shows_without_sideways_scrolling(self, enter: Enter, name: str):
        username, go = ON_A_PHONE[name]
        person = enter(username, viewport=PHONE, is_mobile=True, has_touch=True)
        go(person)
        settled(person)
        width = person.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]


class TestPictures:
    @pytest.mark.parametrize("form", ["desk", "phone"])
    @pytest.mark.parametrize("name", PLACES)
    def test_can_be_taken_of(self, enter: Enter, name: str, form: str, tmp_path):
        username, go = PLACES[name]
        phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True}
        person = enter(username, **(phone if form == "phone" else {"viewport": DESK}))
        person.goto("/")  # the greeting after log-in is shown once
        go(person)
        settled(person)
        wanted = os.environ.get("XIAOER_SCREENSHOTS") == "1"
        path = (IMAGES if wanted else tmp_path) / f"{name}-{form}.png"
        person.screenshot(path=path)
        assert path.stat().st_size > 10_000

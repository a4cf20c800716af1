"""The tutorial as written: from a Word file to a verified value on a measure's page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from journey_site import EVIDENCE, tutorial_text, upload_of
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

Enter = Callable[..., Page]
TITLE = tutorial_text().splitlines()[0]
FUNDS = "加快惠企资金兑现"


def take_in(office: Page, *, title: str = TITLE, keyboard: bool = True) -> None:
    """Upload the tutorial's plan and stand before its review."""
    office.get_by_role("navigation").get_by_role("link", name="方案", exact=True).click()
    office.get_by_role("link", name="上传方案").click()
    office.locator("input[type=file]").set_input_files(
        [upload_of(tutorial_text(title=title), name=f"{title}.docx")]
    )
    office.get_by_role("button", name="上传并编译").click()
    office.wait_for_url("**/review/")
    expect(office.locator("body")).to_contain_text(title)


def open_doubt(office: Page) -> str | None:
    """Return the code of the doubt in front, None when all are decided."""
    shown = office.locator("article[data-doubt] code")
    done = office.get_by_text("没有待处理的疑点")
    expect(shown.or_(done).first).to_be_visible()
    return shown.first.inner_text() if shown.count() else None


def press(office: Page, key: str) -> None:
    """Press a key of the review, and wait for the page that answers."""
    with office.expect_navigation():
        office.keyboard.press(key)


def decide_all(office: Page) -> list[str]:
    """Decide every doubt by keyboard; return their codes."""
    decided: list[str] = []
    while (code := open_doubt(office)) is not None:
        assert len(decided) < 12, decided
        if code == "owner.unresolved":
            office.keyboard.press("c")
            office.keyboard.type("市营商办")
            press(office, "Enter")
        else:
            press(office, "a")
        decided.append(code)
    return decided


def act(page: Page, label: str) -> None:
    """Press a button; where the page first says what will happen, confirm it."""
    place = page.locator(f"button:text-is('{label}'), summary:text-is('{label}')").first
    asks = place.evaluate("(found) => found.tagName === 'SUMMARY'")
    place.click()
    if asks:
        page.get_by_role("button", name=f"确认{label}").click()


def until(page: Page, address: str, is_there: Callable[[], bool]) -> None:
    """Open a page again until the worker has computed what it shows."""
    for _attempt in range(80):
        page.goto(address)
        if is_there():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never showed it")


def undo_and_redo(office: Page) -> None:
    """Accept the year that was assumed, think again, reject it with a reason, and undo that too."""
    office.locator(".x-more summary", has_text="其余").click()
    office.locator(".x-more a", has_text="没有写年份").click()
    before = open_doubt(office)
    press(office, "a")
    press(office, "u")
    assert open_doubt(office) == before
    office.keyboard.press("r")
    office.keyboard.type("核对过原件")
    press(office, "Enter")
    press(office, "u")
    assert open_doubt(office) == before


def open_plan(person: Page, title: str = TITLE) -> None:
    person.goto("/plans/")
    person.get_by_role("link", name=title).first.click()


def export(person: Page) -> list[list[object]]:
    """Export the list in front and return its cells."""
    with person.expect_download() as waiting:
        person.get_by_role("link", name="导出表格").click()
    data = waiting.value.path().read_bytes()
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


class TestFirstPlan:
    def test_goes_from_a_file_to_a_verified_value(self, enter: Enter):
        office = enter("zhoumin")
        take_in(office)
        self.shows_text_and_fields(office)
        undo_and_redo(office)
        assert {"owner.unresolved", "deadline_without_year"} <= set(decide_all(office))
        act(office, "送会签")
        expect(office.locator("body")).to_contain_text("会签中")

        for name in ("handler01", "handler02", "handler03"):
            unit = enter(name)
            open_plan(unit)
            unit.get_by_role("button", name="同意").click()
            expect(unit.locator("body")).to_contain_text("已会签同意")

        self.is_published(office)
        self.is_filtered_and_exported(office)
        office.goto("/periods/")
        office.locator("input[type=month]").fill("2026-11")
        office.get_by_role("button", name="开放上报").click()
        expect(office.locator("#x-notices")).to_contain_text("已开放")

        self.is_reported(enter("handler03"))
        self.is_verified(office)

    def shows_text_and_fields(self, office: Page) -> None:
        printed = office.locator(".x-doc")
        expect(printed).to_contain_text("兑现惠企资金不少于5000万元")
        card = office.locator("article.x-measure", has_text=FUNDS)
        expect(card).to_contain_text("5,000")
        expect(card).to_contain_text("市经信局")
        expect(card).to_contain_text("2027年3月31日")
        assert card.locator("mark").count() >= 3

    def is_published(self, office: Page) -> None:
        open_plan(office)
        act(office, "发布")
        office.wait_for_url(re.compile(r"/ledger/\?plan="))
        expect(office.locator("tbody tr[data-href]")).to_have_count(4)

    def is_filtered_and_exported(self, office: Page) -> None:
        office.locator("input[name=q]").fill("惠企")
        office.keyboard.press("Enter")
        expect(office.locator("tbody tr[data-href]")).to_have_count(2)
        rows = export(office)
        titles = " ".join(str(row[0]) for row in rows)
        assert FUNDS in titles and "编印惠企政策口袋书" in titles
        assert "降低企业办事成本" not in titles

    def is_reported(self, unit: Page) -> None:
        open_plan(unit)
        unit.get_by_role("button", name="全部签收").click()
        expect(unit.locator("#x-notices")).to_contain_text("已签收 2 项")
        line = unit.locator("tr", has=unit.locator("label", has_text="兑现惠企资金")).first
        until(unit, "/report/", lambda: line.count() > 0)
        line.locator("input[type=text]").first.fill("1800")
        line.locator("input[type=file]").set_input_files([EVIDENCE])
        line.get_by_role("button", name="报这一行").click()
        expect(unit.locator("#x-notices")).to_contain_text("已提交 1 条")

    def is_verified(self, office: Page) -> None:
        office.goto("/ledger/?q=惠企资金")
        office.get_by_role("link", name=FUNDS).first.click()
        measure = office.url
        expect(office.locator("body")).not_to_contain_text("1,800 / ")
        office.goto("/verify/")
        line = office.locator("tr[data-row]", has_text="兑现惠企资金")
        expect(line).to_contain_text("1,800")
        line.get_by_role("button", name="通过").click()
        expect(office.locator("#x-notices")).to_contain_text("已核实")
        office.goto(measure)
        report = office.locator("tr", has_text=str(EVIDENCE["name"]))
        expect(report).to_contain_text("1,800")
        expect(report).to_contain_text("已核实")
        with office.expect_download() as waiting:
            report.get_by_role("link", name=str(EVIDENCE["name"])).click()
        assert waiting.value.path().read_bytes() == EVIDENCE["buffer"]


class TestVerification:
    def test_makes_a_value_count_on_the_measures_page(self, enter: Enter):
        office = enter("zhoumin")
        office.goto("/verify/")
        line = office.locator("tr[data-row]", has_text="2026年10月").first
        said = line.locator("td.r b").first.inner_text()
        number = re.sub(r"[^\d.,]", "", said)
        line.locator("a").first.click()
        measure = office.locator("a[href^='/ledger/']").last.get_attribute("href")
        act(office, "核实通过")
        expect(office.locator("#x-notices")).to_contain_text("从现在起计入")
        figure = office.locator(".x-figures").filter(has_text=number).first
        until(office, str(measure), figure.is_visible)
        expect(office.locator("[data-chart] svg").first).to_be_visible()

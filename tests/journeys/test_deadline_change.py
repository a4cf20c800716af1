"""A unit asks for another date; the office's leader decides; the first date stays."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

Enter = Callable[..., Page]
MEASURE = "降低企业综合成本"


def open_measure(person: Page) -> None:
    person.goto(f"/ledger/?q={MEASURE}")
    person.locator("tbody tr[data-href] a", has_text=MEASURE).first.click()


class TestDeadlineChange:
    def test_is_asked_by_the_unit_and_approved_by_the_office(self, enter: Enter):
        unit = enter("handler02")
        open_measure(unit)
        unit.get_by_role("link", name="申请调整期限").first.click()
        unit.locator("[name=new_date]").fill("2027-03-31")
        unit.locator("[name=reason]").fill("省级配套政策预计 2027 年 1 月出台，须随之调整。")
        unit.get_by_role("button", name="提交申请").click()
        expect(unit.locator("#x-notices")).to_contain_text("已提交延期申请")
        assert unit.locator(".x-due", has_text="2027年3月31日（").count() == 0

        leader = enter("liuzy")
        open_measure(leader)
        leader.get_by_role("link", name="申请调整到").first.click()
        leader.get_by_role("button", name="同意", exact=True).click()
        expect(leader.locator("#x-notices")).to_contain_text("期限已调整")
        due = leader.locator(".x-due", has_text="原期限 2026年12月31日")
        expect(due).to_have_count(1)
        expect(due).to_contain_text("2027年3月31日（")

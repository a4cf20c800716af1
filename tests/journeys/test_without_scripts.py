"""The main job without JavaScript: take a plan in and decide its doubts."""

from __future__ import annotations

from collections.abc import Callable

from journey_site import tutorial_text, upload_of
from playwright.sync_api import Page, expect

Enter = Callable[..., Page]
TITLE = "清江市2026年优化营商环境工作方案（无脚本）"


class TestWithoutScripts:
    def test_a_plan_is_taken_in_and_reviewed(self, enter: Enter):
        office = enter("zhoumin", java_script_enabled=False)
        office.goto("/plans/upload/")
        office.locator("input[type=file]").set_input_files(
            [upload_of(tutorial_text(title=TITLE), name="无脚本.docx")]
        )
        office.get_by_role("button", name="上传并编译").click()
        office.wait_for_url("**/review/")
        expect(office.locator(".x-doc")).to_contain_text("兑现惠企资金")
        for _doubt in range(12):
            if office.get_by_text("没有待处理的疑点").count():
                break
            doubt = office.locator("article[data-doubt]")
            unit = doubt.locator("input[name=organisation]")
            if unit.count():
                unit.fill("市营商办")
                doubt.get_by_role("button", name="对应", exact=True).click()
            else:
                doubt.get_by_role("button", name="接受").click()
        expect(office.get_by_text("没有待处理的疑点")).to_be_visible()
        office.locator("button:text-is('送会签'), summary:text-is('送会签')").first.click()

    def test_the_dashboard_says_what_its_charts_show(self, enter: Enter):
        leader = enter("chenjh", java_script_enabled=False)
        leader.goto("/dashboard/")
        expect(leader.locator(".x-sentence")).to_contain_text("项举措中")
        tables = leader.locator("[data-chart] ~ details table")
        assert tables.count() >= 2

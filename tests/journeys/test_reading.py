"""What people read: the dashboard, a department, an indicator, the ledger, the audit trail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from conftest import xiaoer
from journey_site import Site
from playwright.sync_api import Page, expect

Enter = Callable[..., Page]


class TestLeader:
    def test_goes_from_the_sentence_to_the_records(self, enter: Enter):
        leader = enter("chenjh")
        leader.goto("/dashboard/")
        expect(leader.locator(".x-sentence")).to_contain_text(re.compile(r"\d+ 项举措中"))
        expect(leader.get_by_text("即将转红").first).to_be_visible()
        expect(leader.locator("[data-chart] svg").first).to_be_visible()

        leader.goto("/departments/")
        leader.get_by_role("link", name="市数据局").first.click()
        expect(leader.locator("h1")).to_contain_text("市数据局")
        leader.locator("tbody tr[data-href] a").first.click()
        leader.wait_for_url(re.compile(r"/ledger/\w+/"))
        leader.get_by_role("link", name="指标与历史").first.click()
        leader.wait_for_url(re.compile(r"/indicators/\d+/"))
        records = leader.locator("#records tbody tr")
        assert records.count() >= 3
        expect(leader.locator("[data-chart] svg").first).to_be_visible()

    def test_filters_by_light_and_by_department(self, enter: Enter):
        leader = enter("chenjh")
        leader.goto("/ledger/")
        everything = leader.locator("tbody tr[data-href]").count()
        leader.locator("select[name=department]").select_option(label="市数据局")
        leader.wait_for_url(re.compile("department="))
        some = leader.locator("tbody tr[data-href]").count()
        assert 0 < some < everything
        leader.locator(".x-chips a.x-chip").first.click()
        expect(leader.locator("tbody tr[data-href]")).to_have_count(everything)
        leader.locator("select[name=light]").select_option("BEHIND")
        leader.wait_for_url(re.compile("light=BEHIND"))
        for shown in leader.locator("tbody tr[data-href]").all_inner_texts():
            assert "滞后" in shown

    def test_works_the_ledger_by_keyboard(self, enter: Enter):
        leader = enter("chenjh")
        leader.goto("/ledger/")
        second = leader.locator("tbody tr[data-href]").nth(1).get_attribute("data-href")
        leader.keyboard.press("j")
        leader.keyboard.press("j")
        leader.keyboard.press("Enter")
        leader.wait_for_url(f"**{second}")


class TestDeadline:
    def test_unfolds_how_it_was_counted(self, enter: Enter):
        leader = enter("chenjh")
        leader.goto("/ledger/?q=降低企业综合成本")
        leader.locator("tbody tr[data-href] a").first.click()
        due = leader.locator(".x-due").first
        due.locator("summary").first.click()
        expect(due).to_contain_text("工作日")


class TestAuditOfficer:
    def test_reads_the_trail_and_verifies_it(self, enter: Enter, site: Site):
        officer = enter("auditor")
        officer.goto("/audit/")
        expect(officer.locator("tbody tr").first).to_be_visible()
        expect(officer.locator("body")).to_contain_text("登录")
        checked = xiaoer("audit", "verify", "--json", home=site.home)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        found = json.loads(checked.stdout)
        assert found["whole"] and found["events"] > 1000

    def test_does_no_business(self, enter: Enter):
        officer = enter("auditor")
        answer = officer.goto("/ledger/")
        assert answer is not None and answer.status == 404

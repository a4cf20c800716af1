"""Every page answers, shows what it must, refuses whom it must, and costs a fixed number of queries."""

from __future__ import annotations

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from xiaoer.platform import clock
from xiaoer.platform.accounts.models import User
from xiaoer.slices.indicators.models import Report, ReportingPeriod
from xiaoer.slices.indicators.tests.builders import (
    a_city,
    a_measure,
    a_period,
    a_report,
    a_target,
    moment,
    refreshed,
)
from xiaoer.slices.plans import models as plan_models

pytestmark = pytest.mark.django_db
NOW = moment(2026, 6, 8)


@pytest.fixture(autouse=True)
def on_the_eighth_of_june():
    """Hold the city's clock."""
    with clock.at(NOW):
        yield


def client_of(actor) -> Client:
    """Return a browser in which the actor is logged in."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


def a_busy_city():
    """Return a city with values for five months, one of them waiting, and lights."""
    city = a_city()
    measure = a_measure(city, support=city.counties)
    target = a_target(measure, value="1200")
    rate = a_target(measure, indicator="按时办结率", value="98", unit="%", shape="flat")
    each = a_target(measure, indicator="各县入驻机构", value="20", per_county=True)
    for month in range(1, 5):
        a_report(city, target, text=str(10 * month), month=month, state="VERIFIED")
        a_report(city, rate, text=str(95 + month), month=month, state="VERIFIED")
        for county in city.counties:
            a_report(
                city, each, text=str(month), month=month, region=county.region_id, state="VERIFIED"
            )
    a_report(city, target, text="52", month=5)
    wordless = a_measure(city, title="出台条例", theme="法治")
    plan_models.Milestone.objects.create(measure=wordless, title="条例印发")
    refreshed(NOW)
    return city, measure, target


class TestBoard:
    def test_says_the_sentence_with_its_as_of(self):
        city, _, _ = a_busy_city()
        html = client_of(city.clerk).get("/").content.decode()
        assert "项按目前进度将不能如期完成" in html
        assert "口径与来源" in html
        assert "截至 " in html

    def test_narrows_by_theme(self):
        city, _, _ = a_busy_city()
        html = client_of(city.clerk).get("/dashboard/", {"theme": "法治"}).content.decode()
        assert "1</b> 项举措" in html

    def test_costs_the_same_whatever_the_number_of_measures(self, django_assert_max_num_queries):
        city, _, _ = a_busy_city()
        client = client_of(city.clerk)
        client.get("/dashboard/")
        cache.clear()
        with django_assert_max_num_queries(32) as few:
            client.get("/dashboard/")
        for n in range(20):
            a_target(a_measure(city, theme=f"主题{n % 3}"))
        refreshed(NOW)
        cache.clear()
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get("/dashboard/")

    def test_draws_again_only_when_the_projections_have_changed(self):
        city, _, target = a_busy_city()
        client = client_of(city.clerk)
        before = client.get("/dashboard/").content.decode()
        assert "2</b> 项举措" in before
        with CaptureQueriesContext(connection) as again:
            client.get("/dashboard/")
        assert not [q for q in again.captured_queries if "indicators_unitstanding" in q["sql"]]
        a_target(a_measure(city, title="新设一项", theme="法治"), value="1")
        refreshed(NOW)
        assert "3</b> 项举措" in client.get("/dashboard/").content.decode()


class TestPages:
    @pytest.mark.parametrize(
        ("who", "path"),
        [
            ("clerk", "/"),
            ("handler", "/"),
            ("clerk", "/dashboard/"),
            ("clerk", "/turning/"),
            ("clerk", "/targets/"),
            ("clerk", "/departments/"),
            ("clerk", "/indicators/"),
            ("clerk", "/periods/"),
            ("clerk", "/verify/"),
            ("clerk", "/reports/"),
            ("clerk", "/duties/"),
            ("handler", "/report/"),
            ("handler", "/report/upload/"),
            ("handler", "/reports/"),
        ],
    )
    def test_answer(self, who, path):
        city, _, _ = a_busy_city()
        assert client_of(getattr(city, who)).get(path).status_code == 200

    def test_show_a_department_an_indicator_and_a_report(self):
        city, measure, target = a_busy_city()
        client = client_of(city.clerk)
        report = Report.objects.filter(subject_uid=target.uid).first()
        for path in (
            f"/departments/{city.bureau.pk}/",
            f"/indicators/{report.indicator_id}/",
            f"/indicators/{report.indicator_id}/?at=2026-03-10",
            f"/reports/{report.pk}/",
            f"/ledger/{measure.uid}/",
        ):
            assert client.get(path).status_code == 200, path

    def test_unfold_the_figure_on_the_measure_page(self):
        city, measure, _ = a_busy_city()
        html = client_of(city.clerk).get(f"/ledger/{measure.uid}/").content.decode()
        assert "最近一期已核实的累计值" in html
        assert "chart-t" in html
        assert "山阴县" in html

    @pytest.mark.parametrize(
        "path", ["/departments/", "/targets/", "/indicators/", "/reports/", "/duties/"]
    )
    def test_export_the_same_rows(self, path):
        city, _, _ = a_busy_city()
        answer = client_of(city.clerk).get(path, {"format": "xlsx"})
        assert answer.status_code == 200
        assert load_workbook(io.BytesIO(answer.content)).active.max_row > 1

    @pytest.mark.parametrize("path", ["/verify/", "/periods/"])
    def test_do_not_exist_for_a_unit(self, path):
        city, _, _ = a_busy_city()
        assert client_of(city.handler).get(path).status_code == 404

    def test_hide_an_unverified_report_from_another_unit(self):
        city, _, target = a_busy_city()
        waiting = Report.objects.get(subject_uid=target.uid, state="SUBMITTED")
        assert client_of(city.stranger).get(f"/reports/{waiting.pk}/").status_code == 404


class TestEntryPage:
    def rows(self, city):
        target = a_target(a_measure(city))
        other = a_target(a_measure(city), indicator="按时办结率", value="98", unit="%")
        a_period()
        refreshed(NOW)
        return target, other

    def test_takes_in_good_rows_and_keeps_what_was_typed_in_the_bad(self):
        city = a_city()
        target, other = self.rows(city)
        answer = client_of(city.handler).post(
            "/report/",
            {
                f"value-{target.uid}-0": "50",
                f"value-{other.uid}-0": "180",
                "evidence": SimpleUploadedFile("表.txt", "统计表".encode()),
            },
        )
        html = answer.content.decode()
        assert answer.status_code == 422
        assert Report.objects.get().value == 50
        assert "不可能超过" in html
        assert 'value="180"' in html

    def test_keeps_the_evidence_for_the_next_try(self):
        city = a_city()
        _, other = self.rows(city)
        client = client_of(city.handler)
        first = client.post(
            "/report/",
            {
                f"value-{other.uid}-0": "180",
                "evidence": SimpleUploadedFile("表.txt", "统计表".encode()),
            },
        )
        kept = first.context["evidence_id"]
        answer = client.post("/report/", {f"value-{other.uid}-0": "97", "evidence_id": kept})
        assert answer.status_code == 302
        assert Report.objects.get().evidence_id == kept

    def test_reports_one_row_alone(self):
        city = a_city()
        target, other = self.rows(city)
        client_of(city.handler).post(
            "/report/",
            {
                f"value-{target.uid}-0": "50",
                f"value-{other.uid}-0": "97",
                "only": f"{target.uid}-0",
                f"evidence-{target.uid}-0": SimpleUploadedFile("表.txt", "统计表".encode()),
            },
        )
        assert list(Report.objects.values_list("subject_uid", flat=True)) == [target.uid]


class TestSheet:
    def filled(self, client, values):
        book = load_workbook(io.BytesIO(client.get("/report/template/").content))
        sheet = book.active
        heads = [c.value for c in sheet[1]]
        column = heads.index("本期值") + 1
        for row in range(2, sheet.max_row + 1):
            name = sheet.cell(row, heads.index("指标") + 1).value
            sheet.cell(row, column, values.get(name))
        out = io.BytesIO()
        book.save(out)
        return SimpleUploadedFile("上报.xlsx", out.getvalue())

    def test_comes_back_filled_and_submits_the_good_rows(self):
        city = a_city()
        measure = a_measure(city)
        a_target(measure, indicator="新增甲")
        a_target(measure, indicator="按时办结率", value="98", unit="%")
        a_period()
        refreshed(NOW)
        client = client_of(city.handler)
        sheet = self.filled(client, {"新增甲": 50, "按时办结率": 180})
        staged = client.post("/report/upload/", {"file": sheet})
        assert staged.status_code == 302
        html = client.get(staged.url).content.decode()
        assert "不可能超过" in html
        assert Report.objects.count() == 0
        client.post(staged.url, {"step": "commit"})
        row = Report.objects.get()
        assert (row.value, row.evidence.name) == (50, "上报.xlsx")


class TestQueue:
    def test_verifies_what_was_ticked(self):
        city, _, target = a_busy_city()
        waiting = Report.objects.get(state="SUBMITTED")
        client_of(city.checker).post("/verify/", {"pick": [waiting.pk]})
        waiting.refresh_from_db()
        assert waiting.state == "VERIFIED"

    def test_returns_with_a_reason_and_comes_back_to_the_queue(self):
        city, _, _ = a_busy_city()
        waiting = Report.objects.get(state="SUBMITTED")
        answer = client_of(city.checker).post(
            reverse("indicators:report_step", args=[waiting.pk]),
            {"step": "return", "reason": "缺统计表", "next": "/verify/"},
        )
        assert (answer.status_code, answer.url) == (302, "/verify/")
        waiting.refresh_from_db()
        assert waiting.state == "RETURNED"

    def test_does_not_lead_away_to_another_site(self):
        city, _, _ = a_busy_city()
        waiting = Report.objects.get(state="SUBMITTED")
        answer = client_of(city.checker).post(
            reverse("indicators:report_step", args=[waiting.pk]),
            {"step": "verify", "next": "https://example.com/"},
        )
        assert answer.url.startswith("/")


class TestPeriodPages:
    def test_opens_closes_and_locks(self):
        city = a_city()
        a_target(a_measure(city))
        client = client_of(city.clerk)
        client.post("/periods/", {"month": "2026-05"})
        period = ReportingPeriod.objects.get()
        for step, state in (("close", "CLOSED"), ("lock", "LOCKED")):
            client.post(reverse("indicators:period_step", args=[period.pk]), {"step": step})
            period.refresh_from_db()
            assert period.state == state

    def test_tells_why_a_future_month_cannot_be_opened(self):
        city = a_city()
        answer = client_of(city.clerk).post("/periods/", {"month": "2027-01"})
        assert answer.status_code == 422
        assert "尚未开始" in answer.content.decode()

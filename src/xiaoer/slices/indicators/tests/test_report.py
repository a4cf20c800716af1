"""Reporting a value: what is accepted, what is refused and leaves no trace."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xiaoer.platform.audit.models import Event
from xiaoer.platform.errors import Invalid, NotAllowed, NotHere, Stale
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.slices.indicators.domain.commands import Correction, ValueReport
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.services import periods, reports, verify
from xiaoer.slices.indicators.services.placing import AlreadyReported, PeriodClosed
from xiaoer.slices.indicators.tests.builders import (
    a_city,
    a_file,
    a_measure,
    a_period,
    a_report,
    a_target,
    moment,
)

pytestmark = pytest.mark.django_db
NOW = moment(2026, 6, 5)


def submit(city, target, **changes):
    """Submit a value as the bureau's handler, with evidence unless the test says otherwise."""
    actor = changes.pop("actor", city.handler)
    values = {
        "target_uid": target.uid,
        "period_id": changes.pop("period_id", None) or a_period().pk,
        "text": "50",
        "evidence_id": a_file(actor).pk,
    } | changes
    return reports.value_submit(actor=actor, command=ValueReport(**values), now=NOW)


class TestValueSubmit:
    def test_keeps_what_was_typed_and_converts_it(self):
        city = a_city()
        target = a_target(a_measure(city), indicator="新增就业", value="3.5", unit="万人")
        row = submit(city, target, text="12,500", unit="人")
        assert (row.value, row.unit, row.printed, row.printed_unit) == (
            Decimal("1.25"),
            "万人",
            "12,500",
            "人",
        )
        assert row.state == "SUBMITTED"
        event = Event.objects.get(code="indicators.report.submitted")
        assert "1.25万人" in event.changes

    def test_opens_the_office_duty_and_closes_the_units(self):
        city = a_city()
        target = a_target(a_measure(city))
        period = a_period()
        from xiaoer.slices.indicators.tests.builders import refreshed

        refreshed(NOW)
        due = WorkItem.objects.get(kind="indicators.report.due")
        assert due.closed_at is None
        submit(city, target, period_id=period.pk)
        due.refresh_from_db()
        assert due.closed_at == NOW
        assert WorkItem.objects.get(kind="indicators.report.verify").closed_at is None

    @pytest.mark.parametrize(
        ("changes", "field", "told"),
        [
            ({"text": "50", "unit": "人"}, "unit", "不能换算"),
            ({"text": "-3"}, "value", "不能为负"),
            ({"text": "3.5"}, "value", "只能是整数"),
            ({"text": "五十"}, "value", "不是一个数"),
            ({"text": ""}, "value", "不是一个数"),
            ({"evidence_id": None}, "evidence", "佐证"),
            ({"region": 1}, "region", "不分县"),
        ],
    )
    def test_refuses_with_a_sentence_and_leaves_no_trace(self, changes, field, told):
        city = a_city()
        target = a_target(a_measure(city))
        a_period()
        events = Event.objects.exclude(code="files.file.stored").count()
        with pytest.raises(Invalid) as refusal:
            submit(city, target, **changes)
        assert refusal.value.field == field
        assert told in refusal.value.message
        assert Report.objects.count() == 0
        assert Event.objects.exclude(code="files.file.stored").count() == events

    def test_refuses_an_impossible_percentage(self):
        city = a_city()
        target = a_target(a_measure(city), indicator="按时办结率", value="98", unit="%")
        with pytest.raises(Invalid, match="不可能超过"):
            submit(city, target, text="180")

    def test_asks_why_a_cumulative_value_fell(self):
        city = a_city()
        target = a_target(a_measure(city))
        a_report(city, target, text="60", month=4, state="VERIFIED")
        with pytest.raises(Invalid) as refusal:
            submit(city, target, text="50")
        assert refusal.value.field == "reason"
        row = submit(city, target, text="50", reason="剔除重复登记 10 家")
        assert row.reason == "剔除重复登记 10 家"

    def test_refuses_a_second_report_of_the_same_month(self):
        city = a_city()
        target = a_target(a_measure(city))
        submit(city, target)
        with pytest.raises(AlreadyReported, match="待核实"):
            submit(city, target, text="51")
        assert Report.objects.count() == 1

    def test_refuses_a_closed_month(self):
        city = a_city()
        target = a_target(a_measure(city))
        period = a_period()
        periods.period_close(actor=city.clerk, period_id=period.pk, now=NOW)
        with pytest.raises(PeriodClosed, match="已截止"):
            submit(city, target, period_id=period.pk)

    def test_refuses_a_unit_that_does_not_lead(self):
        city = a_city()
        target = a_target(a_measure(city))
        a_period()
        with pytest.raises(NotAllowed, match="市经信局牵头"):
            submit(city, target, actor=city.stranger)

    def test_answers_the_office_as_if_reporting_did_not_exist(self):
        city = a_city()
        target = a_target(a_measure(city))
        a_period()
        with pytest.raises(NotHere):
            submit(city, target, actor=city.clerk)

    def test_asks_which_county_where_the_target_holds_for_each(self):
        city = a_city()
        target = a_target(a_measure(city, support=city.counties), per_county=True)
        with pytest.raises(Invalid) as refusal:
            submit(city, target)
        assert refusal.value.field == "region"
        east = city.counties[0]
        assert submit(city, target, region=east.region_id).region_id == east.region_id

    def test_lets_a_county_report_itself_and_no_other(self):
        from xiaoer.slices.indicators.tests.builders import a_person

        city = a_city()
        target = a_target(a_measure(city, support=city.counties), per_county=True)
        east, west = city.counties
        clerk = a_person(role="handler", unit=east)
        with pytest.raises(NotAllowed, match="只能上报本地"):
            submit(city, target, actor=clerk, region=west.region_id)
        assert submit(city, target, actor=clerk).region_id == east.region_id


class TestReportVerify:
    def test_counts_only_from_then_on(self):
        city = a_city()
        target = a_target(a_measure(city))
        row = a_report(city, target)
        assert row.verified_at is None
        row = verify.report_verify(actor=city.checker, report_id=row.pk, now=NOW)
        assert (row.state, row.verified_at, row.decided_by_id) == (
            "VERIFIED",
            NOW,
            city.checker.id,
        )
        assert WorkItem.objects.get(kind="indicators.report.verify").closed_at == NOW

    def test_refuses_whoever_reported_it_with_the_reason(self):
        from xiaoer.platform.access.actors import for_user
        from xiaoer.platform.access.models import RoleGrant

        city = a_city()
        row = a_report(city, a_target(a_measure(city)))
        RoleGrant.objects.create(user_id=city.handler.id, role="office")
        both = for_user(user_id=city.handler.id, on=NOW.date())
        with pytest.raises(NotAllowed, match="上报人不能核实"):
            verify.report_verify(actor=both, report_id=row.pk, now=NOW)
        assert Report.objects.get().state == "SUBMITTED"

    def test_answers_another_unit_as_if_it_did_not_exist(self):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)))
        with pytest.raises(NotHere):
            verify.report_verify(actor=city.stranger, report_id=row.pk, now=NOW)

    def test_refuses_a_stale_writer(self):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)))
        mine = Report.objects.get(pk=row.pk)
        verify.report_verify(actor=city.checker, report_id=row.pk, now=NOW)
        with pytest.raises(Stale):
            mine.move(to="RETURNED")

    def test_bulk_tells_each_refusal_and_goes_on(self):
        city = a_city()
        measure = a_measure(city)
        first = a_report(city, a_target(measure, indicator="甲"))
        second = a_report(city, a_target(measure, indicator="乙"), state="RETURNED")
        outcome = verify.reports_verify(
            actor=city.checker, report_ids=[second.pk, first.pk], now=NOW
        )
        assert outcome.verified == (first.pk,)
        assert outcome.refused[0][0] == second.pk


class TestReportReturn:
    def test_gives_the_unit_the_reason_and_lets_it_report_again(self):
        city = a_city()
        target = a_target(a_measure(city))
        row = a_report(city, target, state="RETURNED")
        item = WorkItem.objects.get(kind="indicators.report.returned")
        assert (item.organisation_id, "佐证不清" in item.why) == (city.bureau.pk, True)
        again = submit(city, target, text="49")
        item.refresh_from_db()
        assert item.closed_at == NOW
        assert again.slot == row.slot

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_needs_a_reason(self, reason):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)))
        with pytest.raises(Invalid):
            verify.report_return(actor=city.checker, report_id=row.pk, reason=reason, now=NOW)
        assert Report.objects.get().state == "SUBMITTED"


class TestReportCorrect:
    def correct(self, city, row, **changes):
        values = {
            "report_id": row.pk,
            "text": "45",
            "reason": "原数含注销企业 5 家",
            "evidence_id": a_file(city.handler).pk,
        } | changes
        return reports.report_correct(
            actor=city.handler, command=Correction(**values), now=moment(2026, 6, 20)
        )

    def test_replaces_the_value_only_when_verified(self):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)), state="VERIFIED")
        correction = self.correct(city, row)
        row.refresh_from_db()
        assert row.state == "VERIFIED"
        verify.report_verify(actor=city.checker, report_id=correction.pk, now=moment(2026, 6, 21))
        row.refresh_from_db()
        assert (row.state, row.replaced_at) == ("REPLACED", moment(2026, 6, 21))
        codes = list(Event.objects.values_list("code", flat=True))
        assert "indicators.report.corrected" in codes
        assert "indicators.report.replaced" in codes

    @pytest.mark.parametrize(
        ("changes", "field"), [({"reason": " "}, "reason"), ({"text": "50"}, "value")]
    )
    def test_refuses_without_reason_or_change(self, changes, field):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)), state="VERIFIED")
        with pytest.raises(Invalid) as refusal:
            self.correct(city, row, **changes)
        assert refusal.value.field == field
        assert Report.objects.count() == 1

    def test_is_too_late_after_the_lock(self):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)), state="VERIFIED")
        periods.period_close(actor=city.clerk, period_id=row.period_id, now=NOW)
        periods.period_lock(actor=city.clerk, period_id=row.period_id, now=NOW)
        with pytest.raises(PeriodClosed, match="已锁定"):
            self.correct(city, row)

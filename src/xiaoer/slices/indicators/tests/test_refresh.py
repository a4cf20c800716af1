"""Lights as computed from verified reports, their history, and replays of the past."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit.models import Event
from xiaoer.platform.tasks.worker import Worker
from xiaoer.slices.indicators import public
from xiaoer.slices.indicators.domain.commands import Correction
from xiaoer.slices.indicators.models import (
    Indicator,
    LightRecord,
    MeasureStanding,
    Refresh,
    TargetStanding,
    UnitStanding,
)
from xiaoer.slices.indicators.services import refresh, reports, verify
from xiaoer.slices.indicators.tests.builders import (
    a_city,
    a_file,
    a_measure,
    a_report,
    a_target,
    moment,
    refreshed,
)
from xiaoer.slices.plans import models as plan_models

pytestmark = pytest.mark.django_db


def on_pace(city, target, *, until=5, step=10):
    """Report and verify ``step`` more each month from January on."""
    for month in range(1, until + 1):
        a_report(city, target, text=str(step * month), month=month, state="VERIFIED")


class TestRefresh:
    def test_tells_light_actual_expected_and_forecast(self):
        city = a_city()
        measure = a_measure(city)
        target = a_target(measure, value="120")
        on_pace(city, target, step=10)
        refreshed(moment(2026, 6, 8))
        row = TargetStanding.objects.get(target_uid=target.uid)
        assert row.light == "ON_TRACK"
        assert (row.actual, row.actual_month) == (Decimal(50), 202605)
        assert Decimal(48) < row.expected < Decimal(51)
        assert Decimal(118) < row.forecast < Decimal(122)
        assert 98 <= row.landing <= 101
        assert MeasureStanding.objects.get().light == "ON_TRACK"

    def test_counts_a_verified_value_before_its_month_is_over(self):
        city = a_city()
        target = a_target(a_measure(city), value="120")
        a_report(city, target, text="50", month=5, state="VERIFIED", now=moment(2026, 5, 20))
        refreshed(moment(2026, 5, 21))
        row = TargetStanding.objects.get(target_uid=target.uid)
        assert (row.actual, row.actual_month) == (Decimal(50), 202605)

    def test_ignores_what_nobody_has_verified(self):
        city = a_city()
        target = a_target(a_measure(city))
        a_report(city, target, text="100")
        refreshed(moment(2026, 6, 8))
        assert TargetStanding.objects.get().actual is None

    def test_writes_the_light_onto_the_ledger_with_its_event(self):
        city = a_city()
        measure = a_measure(city)
        target = a_target(measure, value="1200")
        on_pace(city, target)
        refreshed(moment(2026, 6, 8))
        measure.refresh_from_db()
        assert measure.light == "BEHIND"
        assert Event.objects.filter(code="plans.light.changed").count() == 1
        standing = MeasureStanding.objects.get()
        assert standing.will_miss
        assert UnitStanding.objects.get().light == "BEHIND"

    def test_records_history_only_when_a_light_changes(self):
        city = a_city()
        target = a_target(a_measure(city), value="120")
        on_pace(city, target)
        refreshed(moment(2026, 6, 8))
        refreshed(moment(2026, 6, 9))
        assert LightRecord.objects.count() == 1
        since = MeasureStanding.objects.get().light_since
        outcome = refreshed(moment(2026, 9, 1))
        assert outcome.changed == 1
        records = list(LightRecord.objects.order_by("pk").values_list("light_before", "light"))
        assert records == [("", "ON_TRACK"), ("ON_TRACK", "BEHIND")]
        assert since < MeasureStanding.objects.get().light_since == date(2026, 9, 1)

    def test_says_when_a_measure_turns_red_if_nothing_comes(self):
        city = a_city()
        target = a_target(a_measure(city), value="120")
        on_pace(city, target)
        refreshed(moment(2026, 7, 25))
        row = MeasureStanding.objects.get()
        assert row.light == "AT_RISK"
        assert date(2026, 7, 25) < row.turns_red_on < date(2026, 8, 25)

    def test_judges_a_target_of_every_county_by_the_worst(self):
        city = a_city()
        measure = a_measure(city, support=city.counties)
        target = a_target(measure, value="120", per_county=True)
        east, west = (c.region_id for c in city.counties)
        for month in range(1, 6):
            a_report(city, target, text=str(10 * month), month=month, region=east, state="VERIFIED")
            a_report(city, target, text=str(month), month=month, region=west, state="VERIFIED")
        refreshed(moment(2026, 6, 8))
        row = TargetStanding.objects.get()
        assert (row.light, row.actual_region_id, row.actual) == ("BEHIND", west, Decimal(5))

    def test_lets_a_measure_without_number_follow_its_milestones(self):
        city = a_city()
        measure = a_measure(city, due=date(2026, 5, 31))
        plan_models.Milestone.objects.create(
            measure=measure, title="出台办法", due_date=date(2026, 5, 31)
        )
        refreshed(moment(2026, 6, 8))
        assert MeasureStanding.objects.get().light == "BEHIND"

    def test_forgets_what_is_no_longer_in_force(self):
        city = a_city()
        a_target(a_measure(city))
        refreshed(moment(2026, 6, 8))
        plan_models.Plan.objects.update(state="SUPERSEDED")
        refreshed(moment(2026, 6, 9))
        assert MeasureStanding.objects.count() == TargetStanding.objects.count() == 0

    def test_shares_an_indicator_between_targets_of_one_name(self):
        city = a_city()
        a_target(a_measure(city), indicator="新增科技型企业", unit="家")
        a_target(a_measure(city), indicator="全市新增科技型企业", unit="万家")
        a_target(a_measure(city), indicator="新增科技型企业", unit="%")
        refreshed(moment(2026, 6, 8))
        assert Indicator.objects.count() == 2

    def test_costs_the_same_number_of_queries_for_more_measures(
        self, django_assert_max_num_queries
    ):
        city = a_city()
        for _ in range(3):
            a_target(a_measure(city))
        refreshed(moment(2026, 6, 8))
        with django_assert_max_num_queries(30):
            refreshed(moment(2026, 6, 9))
        for _ in range(12):
            a_target(a_measure(city))
        refreshed(moment(2026, 6, 9))
        with django_assert_max_num_queries(30):
            refreshed(moment(2026, 6, 10))
        assert Refresh.objects.order_by("-pk").first().measures == 15

    def test_is_queued_when_a_value_is_verified(self):
        city = a_city()
        target = a_target(a_measure(city))
        refreshed(moment(2026, 6, 1))
        a_report(city, target, text="50", state="VERIFIED")
        assert TargetStanding.objects.get().actual is None
        Worker().run_all()
        assert TargetStanding.objects.get().actual == Decimal(50)


class TestReplay:
    def test_returns_the_values_as_they_counted_then(self):
        city = a_city()
        target = a_target(a_measure(city))
        row = a_report(city, target, text="50", state="VERIFIED", now=moment(2026, 6, 5))
        correction = reports.report_correct(
            actor=city.handler,
            command=Correction(
                report_id=row.pk, text="45", reason="剔除注销", evidence_id=a_file(city.handler).pk
            ),
            now=moment(2026, 7, 1),
        )
        verify.report_verify(actor=city.checker, report_id=correction.pk, now=moment(2026, 7, 2))

        def counted(at):
            found = public.verified_values(actor=city.clerk, target_uid=target.uid, at=at)
            return [v.value for v in found]

        assert counted(moment(2026, 6, 4)) == []
        assert counted(moment(2026, 6, 6)) == [Decimal(50)]
        assert counted(None) == [Decimal(45)]

    def test_judges_a_past_day_by_what_was_known_and_writes_nothing(self):
        city = a_city()
        target = a_target(a_measure(city), value="120")
        on_pace(city, target)
        before = LightRecord.objects.count()
        found = dict(public.standing_at(actor=city.clerk, on=date(2026, 4, 7)))
        assert found[target.measure.uid].targets[0].actual == Decimal(30)
        assert LightRecord.objects.count() == before
        assert MeasureStanding.objects.count() == 0


class TestMeasureRefresh:
    def test_forgets_a_measure_that_is_gone(self):
        city = a_city()
        measure = a_measure(city)
        refreshed(moment(2026, 6, 1))
        plan_models.Plan.objects.update(state="SUPERSEDED")
        refresh.measure_refresh(actor=SYSTEM, measure_uid=measure.uid, now=moment(2026, 6, 2))
        assert MeasureStanding.objects.count() == 0

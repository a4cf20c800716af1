"""What has been reported, as the judgement reads it: few queries whatever the number of measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from xiaoer.engines import supervision as engine
from xiaoer.platform.calendars import working_calendar
from xiaoer.platform.clock import CHINA
from xiaoer.platform.rules import shipped_book
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.queries.counties import counties
from xiaoer.slices.indicators.queries.standing import Facts, ReportedValue, ReportedWork, Scene
from xiaoer.slices.plans import public as plans

RULE = "supervision.lights"
#: Judgements read the values of this calendar year and of the one before: enough for every line,
#: sum and forecast of the rule, whatever the length of an indicator's history.
YEARS_READ = 1


def scene_on(*, day: date) -> Scene:
    """Return the rule in force on a day, the calendar and the city's places."""
    return Scene(
        rule=light_rule(day),
        calendar=working_calendar(),
        today=day,
        counties={c.region: c.name for c in counties()},
    )


@lru_cache(maxsize=64)
def light_rule(day: date) -> engine.LightRule:
    """Return the rule of lights in force on a day."""
    group = shipped_book().group_at(RULE, on=day)
    return engine.LightRule.from_values(values=group.values, version=group.version)


def facts_of(refs: Sequence[plans.MeasureRef], *, day: date) -> dict[str, Facts]:
    """Return what has been reported on each measure for the years that count on a day: two queries."""
    targets = {t.uid: ref.uid for ref in refs for t in ref.targets}
    values: dict[str, dict[str, list[ReportedValue]]] = {ref.uid: defaultdict(list) for ref in refs}
    for value in _values(list(targets), since=day.year - YEARS_READ):
        values[targets[value.target_uid]][value.target_uid].append(value)
    work: dict[str, list[ReportedWork]] = defaultdict(list)
    for measure_uid, item in _work([ref.uid for ref in refs]):
        work[measure_uid].append(item)
    return {ref.uid: Facts(values=values[ref.uid], work=work[ref.uid]) for ref in refs}


def _values(uids: list[str], *, since: int) -> list[ReportedValue]:
    rows = (
        Report.objects.filter(
            kind=domain.VALUE,
            subject_uid__in=uids,
            period__year__gte=since,
            state__in=["VERIFIED", "REPLACED", "SUBMITTED"],
        )
        .order_by("pk")
        .values_list(
            "pk",
            "subject_uid",
            "region_id",
            "period__index",
            "value",
            "verified_at",
            "submitted_at",
        )
    )
    return [
        ReportedValue(
            report_id=pk,
            target_uid=uid,
            region=region,
            month=month,
            value=value,
            known_on=_day(verified_at or submitted_at),
            is_verified=verified_at is not None,
        )
        for pk, uid, region, month, value, verified_at, submitted_at in rows.iterator(
            chunk_size=5000
        )
        if value is not None
    ]


def _work(measure_uids: list[str]) -> list[tuple[str, ReportedWork]]:
    rows = (
        Report.objects.filter(measure_uid__in=measure_uids, verified_at__isnull=False)
        .exclude(kind=domain.VALUE)
        .order_by("pk")
        .values_list(
            "pk",
            "measure_uid",
            "kind",
            "subject_uid",
            "period__index",
            "happened_on",
            "stage",
            "evidence_id",
            "verified_at",
        )
    )
    return [
        (
            measure_uid,
            ReportedWork(
                report_id=pk,
                kind=kind,
                subject_uid=subject,
                month=month,
                happened_on=happened_on,
                stage=stage,
                has_evidence=evidence is not None,
                known_on=_day(verified_at),
            ),
        )
        for pk, measure_uid, kind, subject, month, happened_on, stage, evidence, verified_at in rows
        if verified_at is not None
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()

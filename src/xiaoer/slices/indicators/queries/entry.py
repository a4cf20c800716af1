"""What a unit has to report for a month: its targets with last value and expected value, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from xiaoer.engines import supervision as engine
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import UNIT_ROLES
from xiaoer.platform.errors import NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import (
    MeasureStanding,
    Report,
    ReportingPeriod,
    TargetStanding,
    UnitStanding,
)
from xiaoer.slices.indicators.queries.counties import County, counties
from xiaoer.slices.indicators.queries.facts import light_rule
from xiaoer.slices.indicators.queries.standing import JUDGED_KINDS, target_of
from xiaoer.slices.plans import public as plans

SUBMIT = "indicators.report.submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One value to report: a target, for the city or for one county."""

    key: str
    target: TargetStanding
    region: int | None
    region_name: str
    before: Decimal | None
    before_month: int | None
    expected: Decimal | None
    report: Report | None

    @property
    def is_open(self) -> bool:
        """Whether a value can be put in: nothing awaits verification and nothing counts yet."""
        return self.report is None or self.report.state in {"RETURNED", "WITHDRAWN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Everything a unit reports for a month."""

    unit: Organisation
    units: Sequence[Organisation]
    period: ReportingPeriod
    lines: Sequence[EntryLine]
    measures: Sequence[MeasureStanding]

    @property
    def missing(self) -> int:
        """How many values are still to be put in."""
        return sum(1 for line in self.lines if line.is_open)


def units_of(actor: Actor) -> list[Organisation]:
    """Return the units an actor may report for: its own first."""
    rules.require(actor, SUBMIT)
    scope = actor.scope(UNIT_ROLES)
    rows = Organisation.objects.all()
    if not scope.everywhere:
        rows = rows.filter(pk__in=scope.organisations)
    found = list(rows.order_by("pk")[:200])
    return sorted(found, key=lambda o: (o.pk != actor.home, o.pk))


def open_periods() -> list[ReportingPeriod]:
    """Return the months that are open, the newest first."""
    return list(ReportingPeriod.objects.filter(state="OPEN").order_by("-index"))


def entry(*, actor: Actor, unit_id: int | None, period: ReportingPeriod) -> Entry:
    """Return what a unit of the actor's has to report for a month; a constant number of queries.

    Raises
    ------
    NotHere
        If the unit is not the actor's.
    """
    units = units_of(actor)
    unit = (
        units[0] if units and unit_id is None else next((u for u in units if u.pk == unit_id), None)
    )
    if unit is None:
        raise NotHere()
    places = counties()
    own = next((c for c in places if c.organisation == unit.pk), None)
    targets = _targets(unit=unit, own=own)
    reports = _reports(targets, unit=unit, period=period)
    lines = [
        _line(target, place=place, period=period, reports=reports)
        for target in targets
        for place in _places(target, own=own, places=places)
    ]
    led = UnitStanding.objects.filter(organisation=unit, is_lead=True)
    measures = (
        MeasureStanding.objects.filter(pk__in=led.values("measure_id"))
        .exclude(pk__in={t.measure_id for t in targets})
        .order_by("plan_id", "position", "pk")
    )
    return Entry(unit=unit, units=units, period=period, lines=lines, measures=list(measures))


def _targets(*, unit: Organisation, own: County | None) -> list[TargetStanding]:
    part = Q(measure__units__organisation=unit, measure__units__is_lead=True)
    if own is not None:
        part |= Q(measure__units__organisation=unit, per_county=True)
    return list(
        TargetStanding.objects.filter(part, kind__in=JUDGED_KINDS)
        .select_related("measure")
        .order_by("measure__plan_id", "measure__position", "position", "pk")
        .distinct()
    )


def _places(
    target: TargetStanding, *, own: County | None, places: Sequence[County]
) -> Sequence[County | None]:
    if not target.per_county:
        return (None,)
    return (own,) if own is not None else places


def _reports(
    targets: Sequence[TargetStanding], *, unit: Organisation, period: ReportingPeriod
) -> Mapping[tuple[str, int | None], list[Report]]:
    """Return this month's and the year's earlier reports of the unit, newest first, by target and place."""
    found: dict[tuple[str, int | None], list[Report]] = {}
    rows = (
        Report.objects.filter(
            organisation=unit,
            kind=domain.VALUE,
            subject_uid__in=[t.target_uid for t in targets],
            period__index__lte=period.index,
            period__index__gte=period.index - 100,
        )
        .exclude(state="REPLACED")
        .select_related("period")
        .order_by("-period__index", "-pk")
    )
    for row in rows:
        found.setdefault((row.subject_uid, row.region_id), []).append(row)
    return found


def _line(
    target: TargetStanding,
    *,
    place: County | None,
    period: ReportingPeriod,
    reports: Mapping[tuple[str, int | None], list[Report]],
) -> EntryLine:
    region = place.region if place else None
    mine = reports.get((target.target_uid, region), [])
    current = next((r for r in mine if r.period_id == period.pk), None)
    before = next(
        (r for r in mine if r.period_id != period.pk and r.state in {"VERIFIED", "SUBMITTED"}),
        None,
    )
    return EntryLine(
        key=f"{target.target_uid}-{region or 0}",
        target=target,
        region=region,
        region_name=place.name if place else "",
        before=before.value if before else None,
        before_month=before.period.index if before else None,
        expected=expected_at(target, period=period),
        report=current,
    )


def ref_of(row: TargetStanding) -> plans.TargetRef:
    """Return the target as plans knows it, from the projection."""
    return plans.TargetRef(
        uid=row.target_uid,
        measure_id=row.measure.measure_id,
        measure_uid=row.measure.uid,
        measure_title=row.measure.title,
        text=row.text,
        indicator=row.indicator_name,
        comparator=row.comparator,
        value=row.value,
        value_max=row.value_max,
        unit=row.unit,
        baseline=row.baseline,
        baseline_value=row.baseline_value,
        period=row.period,
        kind=row.kind,
        due_date=row.due_date,
        per_county=row.per_county,
        basis=row.basis,
        shape=row.shape,
        published_on=row.published_on,
    )


def expected_at(row: TargetStanding, *, period: ReportingPeriod) -> Decimal | None:
    """Return what the target should have reached by the end of a month."""
    target = target_of(ref=ref_of(row), deadline=row.measure.nearest_due, counties={})
    day = period.span.last_day
    goal = engine.goal_of(target=target, rule=light_rule(day))
    value = engine.expected_on(target=target, goal=goal, day=day)
    return None if value is None else value.quantize(Decimal("0.01"))

"""The board: how the programme stands, in counts that the database makes from the projections.

One set of questions for the office's home, a unit's home, a department's page and the filtered
board; the number of queries does not depend on the number of measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import OFFICE_ROLES, UNIT_ROLES
from xiaoer.platform.clock import CHINA
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.slices.indicators.models import (
    LightRecord,
    MeasureStanding,
    Refresh,
    Report,
    TargetStanding,
    UnitStanding,
)
from xiaoer.slices.indicators.queries.facts import light_rule
from xiaoer.slices.indicators.queries.remember import remembered
from xiaoer.slices.plans import public as plans

TURNING_SHOWN = 12
DOTS_SHOWN = 120
MOVES_SHOWN = 6
BIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilters:
    """What part of the programme is asked about; None and empty mean all of it."""

    plan: int | None = None
    theme: str = ""
    region: int | None = None
    units: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.plan or self.theme or self.region or self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """A measure that turns red if nothing changes, with the target that decides."""

    uid: str
    number: str
    title: str
    lead_names: str
    light: str
    light_since: date | None
    turns_red_on: date
    nearest_due: date | None
    why: str
    target: TargetStanding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A department or theme and how many of its measures stand at which light."""

    key: str
    label: str
    counts: Mapping[str, int]

    @property
    def n(self) -> int:
        """How many measures in all."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingDot:
    """Where a target will land, in percent of its bar."""

    uid: str
    measure_uid: str
    label: str
    percent: int
    light: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Landings:
    """Targets by where they will land: one by one when few, in steps of ten percent when many."""

    n: int
    n_short: int
    dots: tuple[LandingDot, ...] = ()
    bins: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A light that changed."""

    uid: str
    title: str
    before: str
    light: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What happened since a moment: lights by where they went, and reports."""

    since: datetime
    by_light: Mapping[str, int] = field(default_factory=dict)
    shown: Sequence[Move] = ()
    submitted: int = 0
    verified: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The sentence in numbers, and as of when."""

    counts: Mapping[str, int]
    will_miss: int
    turning: int
    horizon: date
    as_of: datetime | None
    newer: int
    rule_version: str

    @property
    def n(self) -> int:
        """How many measures in all."""
        return sum(self.counts.values())


def standings(*, actor: Actor, filters: BoardFilters) -> QuerySet[MeasureStanding]:
    """Return the measures of that part of the programme that the actor may see."""
    rules.require(actor, "indicators.standing.view")
    rows = MeasureStanding.objects.all()
    if filters.plan is not None:
        rows = rows.filter(plan_id=filters.plan)
    if filters.theme:
        rows = rows.filter(theme=filters.theme)
    if filters.region is not None:
        inside = UnitStanding.objects.filter(is_lead=True, organisation__region_id=filters.region)
        rows = rows.filter(pk__in=inside.values("measure_id"))
    if filters.units:
        mine = UnitStanding.objects.filter(is_lead=True, organisation_id__in=filters.units)
        rows = rows.filter(pk__in=mine.values("measure_id"))
    return rows


def own_units(actor: Actor) -> tuple[int, ...]:
    """Return the units an actor answers for; empty for the office, which looks at all."""
    if actor.holds(OFFICE_ROLES):
        return ()
    return tuple(sorted(actor.scope(UNIT_ROLES).organisations))


def summary(*, actor: Actor, filters: BoardFilters, today: date) -> Summary:
    """Return the sentence in numbers: three queries."""
    rules.require(actor, "indicators.standing.view")
    horizon = today + timedelta(days=light_rule(today).horizon_days)
    counts, miss, turning = remembered(
        "summary",
        filters,
        horizon,
        make=lambda: _counted(actor=actor, filters=filters, horizon=horizon),
    )
    last = Refresh.objects.order_by("-pk").first()
    newer = Report.objects.filter(verified_at__gt=last.as_of).count() if last is not None else 0
    return Summary(
        counts=counts,
        will_miss=miss,
        turning=turning,
        horizon=horizon,
        as_of=last.as_of if last else None,
        newer=newer,
        rule_version=last.rule_version if last else "",
    )


def _counted(
    *, actor: Actor, filters: BoardFilters, horizon: date
) -> tuple[dict[str, int], int, int]:
    counts: dict[str, int] = {}
    miss = turning = 0
    for light, n, missing, turn in (
        standings(actor=actor, filters=filters)
        .order_by()
        .values_list("light")
        .annotate(
            n=Count("pk"),
            missing=Count("pk", filter=Q(will_miss=True)),
            turn=Count("pk", filter=Q(turns_red_on__lte=horizon)),
        )
    ):
        counts[light] = n
        miss, turning = miss + missing, turning + turn
    return counts, miss, turning


def turning_list(
    *, actor: Actor, filters: BoardFilters, today: date, limit: int = TURNING_SHOWN
) -> list[Turning]:
    """Return what turns red soonest, with the target that decides: two queries."""
    horizon = today + timedelta(days=light_rule(today).horizon_days)
    rows = list(
        standings(actor=actor, filters=filters)
        .filter(turns_red_on__lte=horizon)
        .order_by("turns_red_on", "pk")[:limit]
    )
    return with_targets(rows)


def worst_first(*, actor: Actor, filters: BoardFilters, limit: int) -> list[MeasureStanding]:
    """Return the most worrying measures: what turns red soonest, then what will miss its date."""
    return list(
        standings(actor=actor, filters=filters).order_by(
            F("turns_red_on").asc(nulls_last=True), "-will_miss", "plan_id", "position", "pk"
        )[:limit]
    )


def with_targets(rows: Sequence[MeasureStanding]) -> list[Turning]:
    """Return measures with the target that decides their light (or the first one): one query."""
    found: dict[int, list[TargetStanding]] = {}
    for target in TargetStanding.objects.filter(measure_id__in=[r.pk for r in rows]).order_by(
        "position", "pk"
    ):
        found.setdefault(target.measure_id, []).append(target)
    return [
        Turning(
            uid=row.uid,
            number=row.number,
            title=row.title,
            lead_names=row.lead_names,
            light=row.light,
            light_since=row.light_since,
            turns_red_on=row.turns_red_on or date.max,
            nearest_due=row.nearest_due,
            why=row.why,
            target=next(
                (t for t in found.get(row.pk, []) if t.target_uid == row.worst_target),
                next(iter(found.get(row.pk, [])), None),
            ),
        )
        for row in rows
    ]


def by_department(*, actor: Actor, filters: BoardFilters) -> list[Group]:
    """Return the lights of each unit's led measures, the most worrying unit first: one query."""
    rules.require(actor, "indicators.standing.view")
    rows = UnitStanding.objects.filter(is_lead=True)
    if filters.plan is not None:
        rows = rows.filter(plan_id=filters.plan)
    if filters.theme:
        rows = rows.filter(theme=filters.theme)
    if filters.region is not None:
        rows = rows.filter(organisation__region_id=filters.region)
    if filters.units:
        rows = rows.filter(organisation_id__in=filters.units)
    counted = rows.order_by().values_list("organisation_id", "light").annotate(n=Count("pk"))
    pivot: dict[int, dict[str, int]] = {}
    for unit, light, n in counted:
        pivot.setdefault(unit, {})[light] = n
    names = {
        pk: short or name
        for pk, short, name in Organisation.objects.filter(pk__in=pivot).values_list(
            "pk", "short_name", "name"
        )
    }
    groups = [
        Group(key=str(unit), label=names.get(unit, ""), counts=counts)
        for unit, counts in pivot.items()
    ]
    return sorted(groups, key=_worry)


def by_theme(*, actor: Actor, filters: BoardFilters) -> list[Group]:
    """Return the lights of each theme, the most worrying first: one query."""
    pivot: dict[str, dict[str, int]] = {}
    for theme, light, n in (
        standings(actor=actor, filters=filters)
        .order_by()
        .values_list("theme", "light")
        .annotate(n=Count("pk"))
    ):
        pivot.setdefault(theme, {})[light] = n
    return sorted(
        (Group(key=theme, label=theme, counts=counts) for theme, counts in pivot.items()),
        key=_worry,
    )


def _worry(group: Group) -> tuple[int, int, int, str]:
    counts = group.counts
    return (-counts.get("BEHIND", 0), -counts.get("AT_RISK", 0), -group.n, group.label)


def landings(*, actor: Actor, filters: BoardFilters) -> Landings:
    """Return where targets will land at the present pace: two queries."""
    rows = TargetStanding.objects.filter(landing__isnull=False)
    if filters.is_whole:
        rules.require(actor, "indicators.standing.view")
    else:
        rows = rows.filter(measure__in=standings(actor=actor, filters=filters))
    told = dict(
        rows.annotate(bin=F("landing") / BIN).order_by().values_list("bin").annotate(n=Count("pk"))
    )
    n = sum(told.values())
    short = sum(count for step, count in told.items() if step < 100 // BIN)
    if n > DOTS_SHOWN:
        return Landings(n=n, n_short=short, bins=tuple(sorted(told.items())))
    dots = tuple(
        LandingDot(
            uid=uid, measure_uid=measure, label=f"{name} {title}", percent=percent, light=light
        )
        for uid, measure, name, title, percent, light in rows.order_by("landing", "pk").values_list(
            "target_uid",
            "measure__uid",
            "indicator_name",
            "measure__lead_names",
            "landing",
            "light",
        )
        if percent is not None
    )
    return Landings(n=n, n_short=short, dots=dots)


def moves(*, actor: Actor, filters: BoardFilters, now: datetime) -> Moves:
    """Return what moved since yesterday morning: lights and reports, four queries."""
    here = now.astimezone(CHINA)
    since = here.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    changed = LightRecord.objects.filter(recorded_at__gte=since).exclude(light_before="")
    reports = Report.objects.all()
    if not filters.is_whole:
        inside = standings(actor=actor, filters=filters)
        changed = changed.filter(measure_uid__in=inside.values("uid"))
    if filters.units:
        reports = reports.filter(organisation_id__in=filters.units)
    waiting = reports.filter(state="SUBMITTED", submitted_at__gte=since)
    # everybody who may see reports sees the verified ones: asking for the rest of the rule, which
    # reaches over units, would make SQLite read the whole table
    settled = reports.filter(verified_at__gte=since)
    if not rules.allowed(actor, "indicators.report.view"):
        settled = settled.none()
    by_light = dict(changed.order_by().values_list("light").annotate(n=Count("pk")))
    shown = [
        Move(
            uid=r.measure_uid,
            title=r.title,
            before=r.light_before,
            light=r.light,
            why=r.why,
            at=r.recorded_at,
        )
        for r in changed.order_by("-pk")[:MOVES_SHOWN]
    ]
    return Moves(
        since=since,
        by_light=by_light,
        shown=shown,
        submitted=rules.visible(waiting, actor=actor, action="indicators.report.view").count(),
        verified=settled.count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the board can be filtered by: (value, label)."""

    plans: tuple[tuple[int, str], ...]
    themes: tuple[str, ...]
    regions: tuple[tuple[int, str], ...]


def choices(*, actor: Actor) -> Choices:
    """Return the plans, themes and regions there are."""
    rules.require(actor, "indicators.standing.view")
    themes, regions = remembered("choices", make=_choices)
    return Choices(
        plans=tuple((p.id, p.title) for p in plans.plans_in_force(actor=actor)),
        themes=themes,
        regions=regions,
    )


def _choices() -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    themes = (
        MeasureStanding.objects.exclude(theme="")
        .order_by("theme")
        .values_list("theme", flat=True)
        .distinct()
    )
    led = UnitStanding.objects.filter(organisation__region_id=OuterRef("pk"), is_lead=True)
    regions = Region.objects.filter(Exists(led)).order_by("code").values_list("pk", "name")
    return tuple(themes[:60]), tuple(regions)


def data_as_of(now: datetime) -> datetime | None:
    """Return up to when the lights reach, for the footer of every page."""
    return Refresh.objects.order_by("-pk").values_list("as_of", flat=True).first()


def gap_of(target: TargetStanding) -> Decimal | None:
    """Return how far a target is from where it should be, None where either is missing."""
    if target.actual is None or target.expected is None:
        return None
    return target.actual - target.expected

"""The ledger: its rows, its filters, its counts. A constant number of queries whatever the size."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.slices.plans.domain import LIGHTS
from xiaoer.slices.plans.models import Assignment, Deadline, Measure, Plan, Target

SEVERITY = ("BEHIND", "AT_RISK", "NOT_STARTED", "ON_TRACK", "STRUCK_OFF")
BY_LIGHT = Case(
    *[When(light=light, then=rank) for rank, light in enumerate(SEVERITY)],
    default=len(SEVERITY),
    output_field=IntegerField(),
)
SORTS = {
    "position": ("plan_id", "position", "pk"),
    "due": (F("nearest_due").asc(nulls_last=True), "pk"),
    "-due": (F("nearest_due").desc(nulls_last=True), "pk"),
    "light": (BY_LIGHT.asc(), "light_since", "pk"),
    "-light": (BY_LIGHT.desc(), "light_since", "pk"),
    "-position": ("-plan_id", "-position", "-pk"),
}
DUE_WITHIN = {"overdue": None, "7": 7, "30": 30, "90": 90, "none": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilters:
    """What of the ledger to show; an empty value filters nothing. ``due`` is overdue, 7, 30, 90 or none."""

    plan: int | None = None
    department: int | None = None
    region: int | None = None
    theme: str = ""
    light: str = ""
    due: str = ""
    kind: str = ""
    search: str = ""
    sort: str = "position"
    page: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTarget:
    """A target as the ledger shows it: "≥ 300 家"."""

    uid: str
    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One measure in the ledger."""

    id: int
    uid: str
    plan_id: int
    number: str
    title: str
    theme: str
    kind: str
    lead_names: str
    nearest_due: date | None
    is_long_term: bool
    light: str
    light_since: date | None
    turns_red_on: date | None
    targets: tuple[LedgerTarget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """A page of rows with how many there are in all; ``rows`` has at most ``size`` of them."""

    rows: tuple[LedgerRow, ...]
    total: int
    page: int
    pages: int


def ledger_scope(*, actor: Actor, filters: LedgerFilters, today: date) -> QuerySet[Measure]:
    """Return the measures in force that the filters leave, unordered."""
    rows = rules.visible(Measure.objects.all(), actor=actor, action="plans.measure.list").filter(
        plan__state="PUBLISHED"
    )
    if filters.plan:
        rows = rows.filter(plan_id=filters.plan)
    if filters.department or filters.region:
        rows = rows.filter(pk__in=_assigned(filters))
    if filters.theme:
        rows = rows.filter(theme=filters.theme)
    if filters.light in LIGHTS:
        rows = rows.filter(light=filters.light)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.due in DUE_WITHIN:
        rows = rows.filter(_due(filters.due, today))
    for word in filters.search.split():
        # not LIKE: SQLite folds case letter by letter, over every letter of the ledger
        sought = Value(unicodedata.normalize("NFKC", word).lower())
        rows = rows.filter(GreaterThan(StrIndex("search_text", sought), 0))
    return rows


def _assigned(filters: LedgerFilters) -> QuerySet[Assignment, dict[str, int]]:
    duties = Assignment.objects.all()
    if filters.department:
        duties = duties.filter(organisation_id=filters.department)
    if filters.region:
        region = (
            Region.objects.filter(pk=filters.region).values_list("path", flat=True).first() or "-"
        )
        duties = duties.filter(
            Q(organisation__region__path=region)
            | Q(organisation__region__path__startswith=f"{region}/")
        )
    return duties.values("measure_id")  # type: ignore[return-value]  # the stubs want a TypedDict


def _due(code: str, today: date) -> Q:
    if code == "none":
        return Q(nearest_due__isnull=True)
    if code == "overdue":
        return Q(nearest_due__lt=today) & ~Q(light="STRUCK_OFF")
    return Q(nearest_due__gte=today, nearest_due__lte=today + timedelta(days=DUE_WITHIN[code] or 0))


def ledger_page(
    *, actor: Actor, filters: LedgerFilters, today: date, total: int | None = None
) -> LedgerPage:
    """Return one page of the ledger: three queries, two where ``total`` is known."""
    rows = ledger_scope(actor=actor, filters=filters, today=today)
    total = rows.count() if total is None else total
    pages = max(1, -(-total // filters.size))
    page = min(max(1, filters.page), pages)
    first = (page - 1) * filters.size
    ordered = rows.order_by(*SORTS.get(filters.sort, SORTS["position"]))
    return LedgerPage(
        rows=_rows(ordered[first : first + filters.size]), total=total, page=page, pages=pages
    )


def ledger_part(*, actor: Actor, filters: LedgerFilters, offset: int, today: date) -> LedgerPage:
    """Return ``filters.size`` rows after the first ``offset``: three queries."""
    rows = ledger_scope(actor=actor, filters=filters, today=today)
    ordered = rows.order_by(*SORTS.get(filters.sort, SORTS["position"]))
    return LedgerPage(
        rows=_rows(ordered[offset : offset + filters.size]), total=rows.count(), page=1, pages=1
    )


def ledger_all(*, actor: Actor, filters: LedgerFilters, today: date) -> tuple[LedgerRow, ...]:
    """Return every row that the filters leave, in the order shown: for export."""
    rows = ledger_scope(actor=actor, filters=replace(filters, page=1), today=today)
    return _rows(rows.order_by(*SORTS.get(filters.sort, SORTS["position"])))


FIELDS = (
    "pk", "uid", "plan_id", "number", "title", "theme", "kind", "lead_names", "nearest_due",
    "is_long_term", "light", "light_since", "turns_red_on",
)  # fmt: skip


def _rows(measures: QuerySet[Measure]) -> tuple[LedgerRow, ...]:
    found = list(measures.values_list(*FIELDS))
    targets: dict[int, list[LedgerTarget]] = {row[0]: [] for row in found}
    wanted = Target.objects.filter(measure_id__in=targets).order_by("position", "pk")
    for item in wanted.only(
        "measure_id", "uid", "indicator", "comparator", "value", "value_max", "unit"
    ):
        targets[item.measure_id].append(
            LedgerTarget(
                uid=item.uid, indicator=item.indicator, comparator=item.comparator,
                value=item.value, value_max=item.value_max, unit=item.unit,
            )
        )  # fmt: skip
    return tuple(
        LedgerRow(
            id=row[0], uid=row[1], plan_id=row[2], number=row[3], title=row[4], theme=row[5],
            kind=row[6], lead_names=row[7], nearest_due=row[8], is_long_term=row[9], light=row[10],
            light_since=row[11], turns_red_on=row[12], targets=tuple(targets[row[0]]),
        )
        for row in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChoices:
    """What the ledger can be filtered by, with how many measures each leaves; lights follow the filters."""

    plans: Sequence[tuple[int, str]]
    departments: Sequence[tuple[int, str]]
    regions: Sequence[tuple[int, str]]
    themes: Sequence[str]
    lights: dict[str, int]

    def total(self, *, light: str) -> int:
        """Return how many measures the filters leave, those with ``light`` where it is one."""
        return self.lights.get(light, 0) if light in LIGHTS else sum(self.lights.values())


def _themes_and_lights(
    *, actor: Actor, filters: LedgerFilters, today: date
) -> tuple[list[str], dict[str, int]]:
    """Return every theme and the lights that the filters leave: two queries, one where nothing is filtered."""
    everything = LedgerFilters(plan=filters.plan)
    base = ledger_scope(actor=actor, filters=everything, today=today)
    left = replace(filters, light="", sort=everything.sort, page=1, size=everything.size)
    if left == everything:
        themes: set[str] = set()
        lights: dict[str, int] = {}
        counted = base.order_by().values_list("theme", "light").annotate(n=Count("pk"))
        for theme, light, n in counted:
            themes.add(theme)
            lights[light] = lights.get(light, 0) + n
        return sorted(themes - {""}), lights
    named = base.exclude(theme="").order_by("theme").values_list("theme", flat=True).distinct()
    narrowed = ledger_scope(actor=actor, filters=left, today=today)
    counts = narrowed.order_by().values_list("light").annotate(n=Count("pk"))
    return list(named), dict(counts)


def ledger_choices(*, actor: Actor, filters: LedgerFilters, today: date) -> LedgerChoices:
    """Return the choices of each filter: five queries at most."""
    themes, lights = _themes_and_lights(actor=actor, filters=filters, today=today)
    units = Organisation.objects.filter(
        Exists(
            Assignment.objects.filter(
                organisation_id=OuterRef("pk"), measure__plan__state="PUBLISHED"
            )
        )
    )
    plans = rules.visible(
        Plan.objects.filter(state="PUBLISHED"), actor=actor, action="plans.plan.list"
    )
    return LedgerChoices(
        plans=list(plans.order_by("pk").values_list("pk", "title")),
        departments=list(units.order_by("pk").values_list("pk", "short_name")),
        regions=list(Region.objects.order_by("code", "pk").values_list("pk", "name")),
        themes=themes,
        lights=lights,
    )


def overdue_deadlines(*, actor: Actor, today: date) -> QuerySet[Deadline]:
    """Return the deadlines in force that have passed, earliest first."""
    seen = rules.visible(Measure.objects.all(), actor=actor, action="plans.measure.list")
    return (
        Deadline.objects.filter(
            measure__in=seen.filter(plan__state="PUBLISHED"), due_date__lt=today
        )
        .select_related("measure")
        .order_by("due_date", "pk")
    )

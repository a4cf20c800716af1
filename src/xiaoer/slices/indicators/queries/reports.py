"""Reports as lists and in detail: what was reported, by whom, verified by whom, corrected when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.orgs.models import Organisation
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report, ReportingPeriod, TargetStanding
from xiaoer.slices.indicators.queries.counties import at_place

SEEN = "indicators.report.view"
SHOWN_WITH = (
    "period",
    "organisation",
    "region",
    "evidence",
    "submitted_by",
    "decided_by",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilters:
    """What part of the reports is asked about."""

    state: str = ""
    period: int | None = None
    unit: int | None = None
    units: tuple[int, ...] = ()
    kind: str = ""
    target: str = ""
    measure: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDetail:
    """A report with the value before it, its corrections, its standing and its events."""

    report: Report
    before: Report | None
    corrections: Sequence[Report]
    standing: TargetStanding | None
    events: Sequence[log.Line]
    may_verify: rules.Verdict
    may_correct: rules.Verdict
    may_withdraw: rules.Verdict


def report_list(*, actor: Actor, filters: ReportFilters) -> QuerySet[Report]:
    """Return the reports that the actor may see, newest first."""
    rows = rules.visible(Report.objects.all(), actor=actor, action=SEEN)
    wanted = {
        "state": filters.state,
        "period_id": filters.period,
        "organisation_id": filters.unit,
        "kind": filters.kind,
        "subject_uid": filters.target,
        "measure_uid": filters.measure,
    }
    rows = rows.filter(**{k: v for k, v in wanted.items() if v})
    if filters.units:
        rows = rows.filter(organisation_id__in=filters.units)
    if filters.search:
        rows = rows.filter(
            Q(title__icontains=filters.search) | Q(measure_title__icontains=filters.search)
        )
    return rows.select_related(*SHOWN_WITH).order_by("-pk")


def report_detail(*, actor: Actor, report_id: int) -> ReportDetail:
    """Return one report the actor may see; a constant number of queries.

    Raises
    ------
    NotHere
        If there is none to be seen.
    """
    row = rules.load(Report, report_id, actor=actor, action=SEEN)
    corrections = list(
        rules.visible(row.corrections.all(), actor=actor, action=SEEN)
        .select_related("submitted_by")
        .order_by("pk")
    )
    return ReportDetail(
        report=row,
        before=before(row),
        corrections=corrections,
        standing=TargetStanding.objects.filter(target_uid=row.subject_uid)
        .select_related("measure")
        .first(),
        events=log.history(subject=row),
        may_verify=rules.explain(row, actor=actor, action="indicators.report.verify"),
        may_correct=rules.explain(row, actor=actor, action="indicators.report.correct"),
        may_withdraw=rules.explain(row, actor=actor, action="indicators.report.withdraw"),
    )


def before(row: Report) -> Report | None:
    """Return what counts for the same place and target in the month before, None for none."""
    if row.kind != domain.VALUE:
        return None
    return (
        Report.objects.filter(
            at_place(row.region_id),
            kind=domain.VALUE,
            subject_uid=row.subject_uid,
            organisation_id=row.organisation_id,
            period__index__lt=row.period.index,
            state="VERIFIED",
        )
        .select_related("period")
        .order_by("-period__index", "-pk")
        .first()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A report that waits, with what helps to judge it."""

    report: Report
    before: Decimal | None
    before_month: int | None
    standing: TargetStanding | None
    own: bool

    @property
    def change(self) -> Decimal | None:
        """How far it moved since the month before."""
        if self.before is None or self.report.value is None:
            return None
        return self.report.value - self.before

    @property
    def is_odd(self) -> bool:
        """Whether a look twice is due: it fell, or it more than doubled."""
        if self.before is None or self.report.value is None:
            return False
        return self.report.value < self.before or (
            self.before > 0 and self.report.value > self.before * 2
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What awaits verification, unit by unit."""

    n: int
    lines: Sequence[QueueLine]
    units: Sequence[tuple[int, str, int]]
    periods: Sequence[ReportingPeriod]


def queue(*, actor: Actor, filters: ReportFilters, limit: int = 60) -> Queue:
    """Return what awaits verification, oldest month and unit first; a constant number of queries."""
    rules.require(actor, "indicators.report.verify")
    waiting = rules.visible(Report.objects.filter(state="SUBMITTED"), actor=actor, action=SEEN)
    per_unit = (
        waiting.order_by("organisation_id").values_list("organisation_id").annotate(n=Count("pk"))
    )
    counted = dict(per_unit)
    names = dict(Organisation.objects.filter(pk__in=counted).values_list("pk", "short_name"))
    months = ReportingPeriod.objects.filter(
        pk__in=waiting.order_by().values("period_id").distinct()
    )
    chosen = waiting
    if filters.unit:
        chosen = chosen.filter(organisation_id=filters.unit)
    if filters.period:
        chosen = chosen.filter(period_id=filters.period)
    n = chosen.count()
    rows = list(
        chosen.select_related(*SHOWN_WITH, "corrects").order_by(
            "period__index", "organisation_id", "pk"
        )[:limit]
    )
    return Queue(
        n=n,
        lines=_lines(rows, actor=actor),
        units=[(pk, names.get(pk, ""), n) for pk, n in counted.items()],
        periods=list(months),
    )


def _lines(rows: Sequence[Report], *, actor: Actor) -> list[QueueLine]:
    standings = {
        s.target_uid: s
        for s in TargetStanding.objects.filter(
            target_uid__in=[r.subject_uid for r in rows]
        ).select_related("measure")
    }
    earlier = _earlier(rows)
    return [
        QueueLine(
            report=row,
            before=earlier.get(_place(row), (None, None))[0],
            before_month=earlier.get(_place(row), (None, None))[1],
            standing=standings.get(row.subject_uid),
            own=actor.id is not None and row.submitted_by_id == actor.id,
        )
        for row in rows
    ]


def _place(row: Report) -> tuple[str, int, int | None, int]:
    return (row.subject_uid, row.organisation_id, row.region_id, row.period_id)


def _earlier(
    rows: Sequence[Report],
) -> dict[tuple[str, int, int | None, int], tuple[Decimal | None, int | None]]:
    """Return the value counting before each report, newest month first: one query for all."""
    found: dict[tuple[str, int, int | None], list[tuple[int, Decimal | None]]] = {}
    known = (
        Report.objects.filter(
            kind=domain.VALUE,
            state="VERIFIED",
            subject_uid__in={r.subject_uid for r in rows if r.kind == domain.VALUE},
        )
        .order_by("-period__index", "-pk")
        .values_list("subject_uid", "organisation_id", "region_id", "period__index", "value")
    )
    for uid, unit, region, month, value in known:
        found.setdefault((uid, unit, region), []).append((month, value))
    result: dict[tuple[str, int, int | None, int], tuple[Decimal | None, int | None]] = {}
    for row in rows:
        series = found.get((row.subject_uid, row.organisation_id, row.region_id), [])
        past = next(((v, m) for m, v in series if m < row.period.index), (None, None))
        result[_place(row)] = past
    return result

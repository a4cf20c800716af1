"""The slice through the API: periods, own targets, reports and their verification, standings, history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from xiaoer.platform.api.auth import actor_of, needs
from xiaoer.platform.api.paging import Listed, Paging, listed
from xiaoer.platform.files.services import file_store
from xiaoer.slices.indicators import public
from xiaoer.slices.indicators.domain.commands import Correction, ValueReport
from xiaoer.slices.indicators.models import MeasureStanding, Report, ReportingPeriod
from xiaoer.slices.indicators.queries import board, catalogue
from xiaoer.slices.indicators.queries import entry as entry_queries
from xiaoer.slices.indicators.queries import reports as report_queries
from xiaoer.slices.indicators.queries.board import BoardFilters
from xiaoer.slices.indicators.queries.reports import ReportFilters
from xiaoer.slices.indicators.services import periods, reports, verify
from xiaoer.slices.plans import public as plans

router = Router(tags=["指标与上报"])


class PeriodOut(Schema):
    """A month of reporting."""

    id: int
    year: int
    month: int
    state: str
    due_date: date
    due_how: str


class PeriodIn(Schema):
    """A month to open."""

    year: int
    month: int


class ReasonIn(Schema):
    """Why."""

    reason: str = ""


class MyTargetOut(Schema):
    """A value a unit has to report."""

    target_uid: str
    measure_uid: str
    indicator: str
    comparator: str
    target: Decimal
    unit: str
    basis: str
    region: int | None
    region_name: str
    before: Decimal | None
    expected: Decimal | None
    report: int | None
    state: str


class ReportOut(Schema):
    """A report as it stands."""

    id: int
    kind: str
    state: str
    target_uid: str
    measure_uid: str
    title: str
    organisation: int
    region: int | None
    year: int
    month: int
    value: Decimal | None
    unit: str
    printed: str
    note: str
    reason: str
    evidence: int | None
    corrects: int | None
    submitted_at: datetime
    decided_at: datetime | None
    decision_note: str
    verified_at: datetime | None
    replaced_at: datetime | None

    @staticmethod
    def resolve_target_uid(row: Report) -> str:
        """Return the subject's identity."""
        return row.subject_uid

    @staticmethod
    def resolve_organisation(row: Report) -> int:
        """Return the unit's id."""
        return row.organisation_id

    @staticmethod
    def resolve_region(row: Report) -> int | None:
        """Return the county's id."""
        return row.region_id

    @staticmethod
    def resolve_evidence(row: Report) -> int | None:
        """Return the evidence's file id."""
        return row.evidence_id

    @staticmethod
    def resolve_corrects(row: Report) -> int | None:
        """Return the id of the report it corrects."""
        return row.corrects_id

    @staticmethod
    def resolve_year(row: Report) -> int:
        """Return the year reported on."""
        return row.period.year

    @staticmethod
    def resolve_month(row: Report) -> int:
        """Return the month reported on."""
        return row.period.month


class ValueIn(Schema):
    """A value to report; ``value`` may carry a unit (3.5万人)."""

    target_uid: str
    period: int
    value: str
    unit: str = ""
    organisation: int | None = None
    region: int | None = None
    evidence: int | None = None
    note: str = ""
    reason: str = ""


class CorrectionIn(Schema):
    """A value in place of a verified one."""

    value: str
    reason: str
    unit: str = ""
    evidence: int | None = None
    note: str = ""


class FileOut(Schema):
    """A stored file, to be named as evidence."""

    id: int
    name: str
    sha256: str
    size: int


class StandingOut(Schema):
    """Where a measure stands."""

    uid: str
    plan_id: int
    number: str
    title: str
    theme: str
    lead_names: str
    light: str
    light_since: date | None
    turns_red_on: date | None
    will_miss: bool
    why: str
    nearest_due: date | None
    last_reported: date | None
    rule_version: str
    computed_at: datetime


class SummaryOut(Schema):
    """The programme in numbers."""

    as_of: datetime | None
    measures: int
    lights: dict[str, int]
    will_miss: int
    turning_red_within_horizon: int
    horizon: date
    verified_since: int
    rule_version: str


class RecordedOut(Schema):
    """A value in an indicator's history."""

    report_id: int
    year: int
    month: int
    organisation: str
    region: str
    value: Decimal
    target_uid: str
    verified_at: datetime
    replaced_at: datetime | None


class BoardQuery(Schema):
    """What part of the programme is asked about."""

    plan: int | None = None
    theme: str = ""
    region: int | None = None
    unit: int | None = None

    def filters(self) -> BoardFilters:
        """Return the same as the queries take it."""
        units = (self.unit,) if self.unit else ()
        return BoardFilters(plan=self.plan, theme=self.theme, region=self.region, units=units)


def _now(request: HttpRequest) -> datetime:
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment


@router.get("/periods", auth=needs("indicators.period.view"), response=list[PeriodOut])
def period_list(request: HttpRequest) -> Any:  # Any: what the schema reads
    """List the newest months of reporting."""
    return list(ReportingPeriod.objects.order_by("-index")[:60])


@router.post("/periods", auth=needs("indicators.period.open"), response={201: PeriodOut})
def period_open(request: HttpRequest, body: PeriodIn) -> Any:  # Any: what the schema reads
    """Open a month for reporting."""
    row = periods.period_open(
        actor=actor_of(request), year=body.year, month=body.month, now=_now(request)
    )
    return Status(201, row)


@router.post(
    "/periods/{period_id}/close", auth=needs("indicators.period.close"), response=PeriodOut
)
def period_close(request: HttpRequest, period_id: int) -> Any:  # Any: what the schema reads
    """End the reporting of a month."""
    return periods.period_close(actor=actor_of(request), period_id=period_id, now=_now(request))


@router.post(
    "/periods/{period_id}/reopen", auth=needs("indicators.period.reopen"), response=PeriodOut
)
def period_reopen(request: HttpRequest, period_id: int, body: ReasonIn) -> Any:  # Any: as above
    """Open a closed month again, with a reason."""
    return periods.period_reopen(
        actor=actor_of(request), period_id=period_id, reason=body.reason, now=_now(request)
    )


@router.post("/periods/{period_id}/lock", auth=needs("indicators.period.lock"), response=PeriodOut)
def period_lock(request: HttpRequest, period_id: int) -> Any:  # Any: what the schema reads
    """Lock a closed month for good."""
    return periods.period_lock(actor=actor_of(request), period_id=period_id, now=_now(request))


@router.get("/my-targets", auth=needs("indicators.report.submit"), response=list[MyTargetOut])
def my_targets(request: HttpRequest, period: int, unit: int | None = None) -> Any:  # Any: as above
    """List what the caller's unit has to report for a month, with what is there already."""
    row = _period(request, period)
    found = entry_queries.entry(actor=actor_of(request), unit_id=unit, period=row)
    return [
        {
            "target_uid": line.target.target_uid,
            "measure_uid": line.target.measure.uid,
            "indicator": line.target.indicator_name,
            "comparator": line.target.comparator,
            "target": line.target.value,
            "unit": line.target.unit,
            "basis": line.target.basis,
            "region": line.region,
            "region_name": line.region_name,
            "before": line.before,
            "expected": line.expected,
            "report": line.report.pk if line.report else None,
            "state": line.report.state if line.report else "",
        }
        for line in found.lines
    ]


def _period(request: HttpRequest, period_id: int) -> ReportingPeriod:
    from xiaoer.platform.access import rules

    return rules.load(
        ReportingPeriod, period_id, actor=actor_of(request), action="indicators.period.view"
    )


@router.post("/evidence", auth=needs("indicators.report.submit"), response={201: FileOut})
def evidence_store(request: HttpRequest, file: File[UploadedFile]) -> Any:  # Any: as above
    """Hand in a file to be named as evidence."""
    stored = file_store(
        actor=actor_of(request), data=file, name=file.name or "佐证", now=_now(request)
    )
    return Status(201, stored)


@router.get("/reports", auth=needs("indicators.report.view"), response=Listed[ReportOut])
def report_list(
    request: HttpRequest,
    paging: Query[Paging],
    state: str = "",
    period: int | None = None,
    unit: int | None = None,
    target: str = "",
) -> Any:  # Any: what the schema reads
    """List the reports the caller may see, newest month first."""
    filters = ReportFilters(state=state, period=period, unit=unit, target=target)
    return listed(
        report_queries.report_list(actor=actor_of(request), filters=filters), paging=paging
    )


@router.get("/reports/{report_id}", auth=needs("indicators.report.view"), response=ReportOut)
def report_get(request: HttpRequest, report_id: int) -> Any:  # Any: what the schema reads
    """Return one report."""
    return report_queries.report_detail(actor=actor_of(request), report_id=report_id).report


@router.post("/reports", auth=needs("indicators.report.submit"), response={201: ReportOut})
def report_submit(request: HttpRequest, body: ValueIn) -> Any:  # Any: what the schema reads
    """Report a value; it counts once another person of the office has verified it."""
    row = reports.value_submit(
        actor=actor_of(request),
        command=ValueReport(
            target_uid=body.target_uid,
            period_id=body.period,
            text=body.value,
            unit=body.unit,
            organisation=body.organisation,
            region=body.region,
            evidence_id=body.evidence,
            note=body.note,
            reason=body.reason,
        ),
        now=_now(request),
    )
    return Status(201, row)


@router.post(
    "/reports/{report_id}/correct",
    auth=needs("indicators.report.correct"),
    response={201: ReportOut},
)
def report_correct(
    request: HttpRequest, report_id: int, body: CorrectionIn
) -> Any:  # Any: as above
    """Ask to replace a verified value, with the reason."""
    row = reports.report_correct(
        actor=actor_of(request),
        command=Correction(
            report_id=report_id,
            text=body.value,
            unit=body.unit,
            reason=body.reason,
            evidence_id=body.evidence,
            note=body.note,
        ),
        now=_now(request),
    )
    return Status(201, row)


@router.post(
    "/reports/{report_id}/verify", auth=needs("indicators.report.verify"), response=ReportOut
)
def report_verify(request: HttpRequest, report_id: int) -> Any:  # Any: what the schema reads
    """Let a report count from now on."""
    return verify.report_verify(actor=actor_of(request), report_id=report_id, now=_now(request))


@router.post(
    "/reports/{report_id}/return", auth=needs("indicators.report.return"), response=ReportOut
)
def report_return(request: HttpRequest, report_id: int, body: ReasonIn) -> Any:  # Any: as above
    """Send a report back with a reason."""
    return verify.report_return(
        actor=actor_of(request), report_id=report_id, reason=body.reason, now=_now(request)
    )


@router.post(
    "/reports/{report_id}/withdraw", auth=needs("indicators.report.withdraw"), response=ReportOut
)
def report_withdraw(request: HttpRequest, report_id: int) -> Any:  # Any: what the schema reads
    """Take back a report that nobody has decided on."""
    return reports.report_withdraw(actor=actor_of(request), report_id=report_id, now=_now(request))


@router.get("/summary", auth=needs("indicators.standing.view"), response=SummaryOut)
def summary(request: HttpRequest, asked: Query[BoardQuery]) -> Any:  # Any: what the schema reads
    """Return the programme, or a part of it, in numbers."""
    told = board.summary(
        actor=actor_of(request), filters=asked.filters(), today=_now(request).date()
    )
    return {
        "as_of": told.as_of,
        "measures": told.n,
        "lights": dict(told.counts),
        "will_miss": told.will_miss,
        "turning_red_within_horizon": told.turning,
        "horizon": told.horizon,
        "verified_since": told.newer,
        "rule_version": told.rule_version,
    }


@router.get("/standings", auth=needs("indicators.standing.view"), response=Listed[StandingOut])
def standing_list(
    request: HttpRequest, asked: Query[BoardQuery], paging: Query[Paging]
) -> Any:  # Any: as above
    """List where each measure stands, in the order of the plans."""
    rows = board.standings(actor=actor_of(request), filters=asked.filters())
    return listed(_ordered(rows), paging=paging)


def _ordered(rows: Any) -> Any:  # Any: a queryset of MeasureStanding
    assert rows.model is MeasureStanding, "only standings are ordered by plan and position"
    return rows.order_by("plan_id", "position", "pk")


@router.get(
    "/targets/{uid}/values", auth=needs("indicators.standing.view"), response=list[RecordedOut]
)
def target_values(
    request: HttpRequest, uid: str, at: datetime | None = None
) -> Any:  # Any: as above
    """Return the values of a target that count now, or that counted at a past moment."""
    actor = actor_of(request)
    found = public.verified_values(actor=actor, target_uid=uid, at=at)
    if not found:
        plans.target_get(actor=actor, uid=uid)  # tells an unknown target from one without values
    return [
        {
            "report_id": v.report_id,
            "year": v.month.year,
            "month": v.month.month,
            "organisation": str(v.organisation),
            "region": str(v.region or ""),
            "value": v.value,
            "target_uid": v.target_uid,
            "verified_at": v.verified_at,
            "replaced_at": v.replaced_at,
        }
        for v in found
    ]


@router.get(
    "/indicators/{indicator_id}/history",
    auth=needs("indicators.indicator.view"),
    response=list[RecordedOut],
)
def indicator_history(
    request: HttpRequest, indicator_id: int, at: datetime | None = None
) -> Any:  # Any: as above
    """Return an indicator's history as it counts now, or as it counted at a past moment."""
    found = catalogue.indicator_history(actor=actor_of(request), indicator_id=indicator_id, at=at)
    return [
        {
            "report_id": h.report_id,
            "year": h.month.year,
            "month": h.month.month,
            "organisation": h.organisation,
            "region": h.region,
            "value": h.value,
            "target_uid": h.target_uid,
            "verified_at": h.verified_at,
            "replaced_at": h.replaced_at,
        }
        for h in found
    ]

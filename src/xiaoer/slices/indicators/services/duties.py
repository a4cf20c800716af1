"""The slice's work items: report, verify, mend. One per unit and month, not one per target."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from xiaoer.platform.access.roles import HANDLER, OFFICE
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.words import kept
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.platform.workflow.worklist import Duty, close_duties, open_duty
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report, ReportingPeriod, UnitStanding
from xiaoer.slices.indicators.queries.standing import JUDGED_KINDS

_REPORT = kept("上报 %(month)s 数据")
_REPORT_LEFT = kept("上报 %(month)s 数据：还有 %(n)s 个目标")
_MONTHLY = kept("本单位牵头的举措有目标要按月上报")
_VERIFY = kept("核实 %(unit)s %(month)s 上报的数据")
_SECOND = kept("上报须由营商办另一位同志核实后才生效")
_AGAIN = kept("重报：%(title)s（%(month)s）")
_RETURNED = kept("被退回：%(why)s")


def due_key(*, period_id: int, organisation: int) -> str:
    """Return the key of a unit's duty to report in a period."""
    return f"indicators:due:{period_id}:{organisation}"


def report_due(*, period: ReportingPeriod, organisation: int, missing: int | None) -> Duty:
    """Return the duty of a unit to report a month; ``missing`` says how many targets are left."""
    title = _REPORT % {"month": period.span}
    if missing:
        title = _REPORT_LEFT % {"month": period.span, "n": missing}
    return Duty(
        key=due_key(period_id=period.pk, organisation=organisation),
        kind="indicators.report.due",
        title=title,
        why=_MONTHLY,
        url=f"{reverse('indicators:report')}?period={period.pk}",
        role=HANDLER,
        organisation=organisation,
        due_date=period.due_date,
    )


def verify_open(*, period: ReportingPeriod, organisation: Organisation, now: datetime) -> None:
    """Open the office's duty to verify what a unit has submitted for a month."""
    key = f"indicators:verify:{period.pk}:{organisation.pk}"
    if WorkItem.objects.filter(key=key, closed_at__isnull=True).exists():
        return
    open_duty(
        Duty(
            key=key,
            kind="indicators.report.verify",
            title=_VERIFY % {"unit": organisation, "month": period.span},
            why=_SECOND,
            url=f"{reverse('indicators:queue')}?unit={organisation.pk}&period={period.pk}",
            role=OFFICE,
            due_date=period.due_date,
        ),
        now=now,
    )


def verify_settle(*, period_id: int, organisation_id: int, now: datetime) -> None:
    """Close the office's duty once nothing of that unit and month awaits verification."""
    waiting = Report.objects.filter(
        state="SUBMITTED", period_id=period_id, organisation_id=organisation_id
    )
    if not waiting.exists():
        close_duties(prefix=f"indicators:verify:{period_id}:{organisation_id}", now=now)


def due_settle(*, period: ReportingPeriod, organisation_id: int, now: datetime) -> None:
    """Close a unit's duty to report once every target it answers for is reported, else count what is left."""
    if period.state != "OPEN":
        return
    missing = n_missing(period_id=period.pk, organisation_id=organisation_id)
    if missing is None:
        return
    if missing <= 0:
        close_duties(prefix=due_key(period_id=period.pk, organisation=organisation_id), now=now)
        return
    open_duty(report_due(period=period, organisation=organisation_id, missing=missing), now=now)


def n_missing(*, period_id: int, organisation_id: int) -> int | None:
    """Return how many targets of a unit have no report in a period; None where it has no target."""
    wanted = set(
        UnitStanding.objects.filter(organisation_id=organisation_id, is_lead=True)
        .filter(measure__targets__kind__in=JUDGED_KINDS)
        .values_list("measure__targets__target_uid", flat=True)
    )
    if not wanted:
        return None
    reported = Report.objects.filter(
        period_id=period_id,
        organisation_id=organisation_id,
        kind=domain.VALUE,
        state__in=["SUBMITTED", "VERIFIED"],
    ).values_list("subject_uid", flat=True)
    return len(wanted - set(reported))


def returned_open(*, report: Report, now: datetime) -> None:
    """Open the unit's duty to mend a report that was sent back."""
    open_duty(
        Duty(
            key=f"indicators:returned:{report.slot}",
            kind="indicators.report.returned",
            title=_AGAIN % {"title": report.title, "month": report.period.span},
            why=(_RETURNED % {"why": report.decision_note})[:200],
            url=reverse("indicators:report_detail", args=[report.pk]),
            role=HANDLER,
            organisation=report.organisation_id,
            due_date=report.period.due_date,
        ),
        now=now,
    )


def returned_close(*, slot: str, now: datetime) -> None:
    """Close that duty: something new was submitted in its place."""
    close_duties(prefix=f"indicators:returned:{slot}", now=now)

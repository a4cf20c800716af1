"""Open, close, reopen and lock a reporting period. A lock is final: figures of that month stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiaoer.engines.calendar import Period, due
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.calendars import working_calendar
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Invalid, NotFromHere
from xiaoer.platform.rules import shipped_book
from xiaoer.platform.words import kept, retold
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.platform.workflow.worklist import close_duties
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report, ReportingPeriod
from xiaoer.slices.indicators.services.duties import report_due
from xiaoer.slices.plans import public as plans

_COUNTED = kept("%(month)s最后一日（%(day)s）之后第 %(n)s 个工作日")
_PROVISIONAL = kept("当年放假安排尚未公布，暂按法定节假日推算")

GRACE = "supervision.lights.report_grace_working_days"
BATCH = 500


class NotYetOver(NotFromHere):
    """The month has not begun, or reports still await verification."""

    code = "not_yet_over"


def period_open(*, actor: Actor, year: int, month: int, now: datetime) -> ReportingPeriod:
    """Open the reporting of a month and the duty of every unit that answers for a target.

    Raises
    ------
    NotHere
        If the actor may not open periods.
    Invalid
        If there is no such month, or it has not begun.
    NotFromHere
        If the period exists already.
    """
    rules.require(actor, "indicators.period.open")
    if not 1 <= month <= 12 or not 2000 <= year <= 2100:
        raise Invalid(
            _("没有%(year)s年%(month)s月。") % {"year": year, "month": month}, field="month"
        )
    span = domain.Month(year=year, month=month)
    if span.first_day > now.astimezone(CHINA).date():
        raise Invalid(
            _("%(month)s尚未开始，不能开放上报。") % {"month": retold(str(span))}, field="month"
        )
    due_date, how = reporting_due(month=span)
    try:
        with transaction.atomic():
            period = ReportingPeriod.objects.create(
                state=domain.PERIOD.initial,
                year=year,
                month=month,
                index=span.index,
                due_date=due_date,
                due_how=how,
                opened_at=now,
            )
            log.record(
                "indicators.period.opened",
                actor=actor,
                subject=period,
                changes={"due_date": due_date.isoformat()},
                now=now,
            )
            duties_open(period=period, units=units_that_report(actor=actor), now=now)
    except IntegrityError as error:
        raise NotFromHere(
            _("%(month)s的上报期已经开放过。") % {"month": retold(str(span))}
        ) from error
    return period


def reporting_due(*, month: domain.Month) -> tuple[date, str]:
    """Return by when a month is to be reported, and how that was counted."""
    days = int(shipped_book().number_at(GRACE, on=month.last_day))
    counted = due(calendar=working_calendar(), start=month.last_day, period=Period(n=days))
    how = _COUNTED % {"month": month, "day": month.last_day.isoformat(), "n": days}
    if counted.provisional:
        how = f"{how}；{_PROVISIONAL}"
    return counted.date, how


def units_that_report(*, actor: Actor) -> list[int]:
    """Return the units that answer for a target, step or measure in force, in order."""
    seen = {unit for ref in plans.measures_in_force(actor=actor) for unit in ref.leads}
    return sorted(seen)


def duties_open(*, period: ReportingPeriod, units: Iterable[int], now: datetime) -> int:
    """Open the reporting duty of units that have none yet in this period; return how many."""
    duties = [report_due(period=period, organisation=unit, missing=None) for unit in units]
    rows = [
        WorkItem(
            key=duty.key,
            kind=duty.kind,
            title=duty.title,
            why=duty.why,
            url=duty.url,
            organisation_id=duty.organisation,
            role=duty.role,
            due_date=duty.due_date,
            opened_at=now,
        )
        for duty in duties
    ]
    return len(WorkItem.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True))


@transaction.atomic
def period_close(*, actor: Actor, period_id: int, now: datetime) -> ReportingPeriod:
    """End reporting for a month; what was submitted can still be verified, returned or corrected."""
    row = rules.load(ReportingPeriod, period_id, actor=actor, action="indicators.period.close")
    step = domain.PERIOD.decide(name="close", state=row.state)
    row.move(to=step.target, closed_at=now)
    log.record("indicators.period.closed", actor=actor, subject=row, now=now)
    close_duties(prefix=f"indicators:due:{row.pk}", now=now)
    return row


@transaction.atomic
def period_reopen(*, actor: Actor, period_id: int, reason: str, now: datetime) -> ReportingPeriod:
    """Open a closed month again, with a reason; a locked one stays locked."""
    row = rules.load(ReportingPeriod, period_id, actor=actor, action="indicators.period.reopen")
    step = domain.PERIOD.decide(name="reopen", state=row.state, facts={"reason": reason})
    row.move(to=step.target, closed_at=None)
    log.record("indicators.period.reopened", actor=actor, subject=row, reason=reason, now=now)
    return row


@transaction.atomic
def period_lock(*, actor: Actor, period_id: int, now: datetime) -> ReportingPeriod:
    """Lock a closed month for good.

    Raises
    ------
    NotYetOver
        If reports of the month still await verification; the message says how many.
    """
    row = rules.load(ReportingPeriod, period_id, actor=actor, action="indicators.period.lock")
    step = domain.PERIOD.decide(name="lock", state=row.state)
    waiting = Report.objects.filter(period=row, state="SUBMITTED").count()
    if waiting:
        raise NotYetOver(
            _("还有 %(n)s 条上报待核实，锁定后将无法核实。请先核实或退回，再锁定。")
            % {"n": waiting},
            data={"waiting": waiting},
        )
    row.move(to=step.target, locked_at=now)
    log.record("indicators.period.locked", actor=actor, subject=row, now=now)
    return row


def month_ensure(*, actor: Actor, now: datetime) -> ReportingPeriod | None:
    """Open the month that ended last if nobody has; return it when it was opened now."""
    span = domain.month_of(now.astimezone(CHINA).date()).previous
    if ReportingPeriod.objects.filter(index=span.index).exists():
        return None
    if not units_that_report(actor=actor):
        return None
    return period_open(actor=actor, year=span.year, month=span.month, now=now)

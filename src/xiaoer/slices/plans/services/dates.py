"""From a printed date to a day, and from a rule's limit to a date: both by the city's calendar."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from xiaoer.engines.calendar import BadDeadline, Period, Unit, due, resolve_deadline
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.calendars import working_calendar
from xiaoer.platform.rules import shipped_book
from xiaoer.slices.plans.models import Deadline
from xiaoer.slices.plans.services import bulk
from xiaoer.slices.plans.services.rows import Resolution


def resolve_date(printed: str) -> Resolution:
    """Return the day a printed date means, None where it names no day (the doubt says so)."""
    try:
        found = resolve_deadline(calendar=working_calendar(), printed=printed)
    except BadDeadline:
        return Resolution(due_date=None, is_provisional=False)
    return Resolution(due_date=found.date, is_provisional=found.provisional)


def working_days_from(start: date, *, rule: str) -> date:
    """Return the day on which the limit named by ``rule`` runs out, counted in working days."""
    days = int(shipped_book().number_at(rule, on=start))
    return due(
        calendar=working_calendar(), start=start, period=Period(n=days, unit=Unit.WORKING_DAY)
    ).date


@transaction.atomic
def deadlines_recount(*, actor: Actor, now: datetime) -> int:
    """Look at provisional dates again after the calendar changed; return how many are settled now.

    Only the mark is taken off: a date printed in a plan does not move with a holiday table.
    """
    settled = []
    rows = Deadline.objects.filter(is_provisional=True, due_date__isnull=False)
    for row in rows.select_related("measure").order_by("pk"):
        if row.due_date is None or resolve_date(row.due_date.isoformat()).is_provisional:
            continue
        row.is_provisional = False
        settled.append(row)
        log.record(
            "plans.deadline.settled",
            actor=actor,
            subject=row.measure,
            changes={"date": row.due_date},
            now=now,
        )
    bulk.write(settled, fields=["is_provisional"])
    return len(settled)

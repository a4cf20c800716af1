"""From a printed date to a day, and from a rule's limit to a date: both by the shipped calendar."""

from __future__ import annotations

from datetime import date

from xiaoer.engines.calendar import BadDeadline, Period, Unit, due, resolve_deadline
from xiaoer.platform.rules import shipped_book, shipped_calendar
from xiaoer.slices.plans.services.rows import Resolution


def resolve_date(printed: str) -> Resolution:
    """Return the day a printed date means, None where it names no day (the doubt says so)."""
    try:
        found = resolve_deadline(calendar=shipped_calendar(), printed=printed)
    except BadDeadline:
        return Resolution(due_date=None, is_provisional=False)
    return Resolution(due_date=found.date, is_provisional=found.provisional)


def working_days_from(start: date, *, rule: str) -> date:
    """Return the day on which the limit named by ``rule`` runs out, counted in working days."""
    days = int(shipped_book().number_at(rule, on=start))
    return due(
        calendar=shipped_calendar(), start=start, period=Period(n=days, unit=Unit.WORKING_DAY)
    ).date

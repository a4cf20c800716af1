"""Promises in hours: running hours by the civil code, or the office time of working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from xiaoer.engines.calendar._period import DueMoment, OfficeHours, Session
from xiaoer.engines.calendar._working import WorkingCalendar

_ONE_DAY = timedelta(days=1)


def due_at(
    *,
    calendar: WorkingCalendar,
    start: datetime,
    hours: int,
    office: OfficeHours | None = None,
) -> DueMoment:
    """Return the moment at which a promise in hours runs out.

    Parameters
    ----------
    calendar
        Tells which days the office is open; unused for running hours.
    start
        The local moment of the trigger, with or without a time zone.
    hours
        How many hours.
    office
        Sittings of a working day; None counts hours in a row.

    Raises
    ------
    ValueError
        For a negative number of hours.
    """
    if hours < 0:
        raise ValueError(f"a period cannot be negative, got {hours} hours")
    left, counted = timedelta(hours=hours), list[Session]()
    if office is None:
        counted.append(Session(opens=start, closes=start + left))
    else:
        for sitting in _sittings(calendar, start, office):
            stop = min(sitting.closes, sitting.opens + left)
            counted.append(Session(opens=sitting.opens, closes=stop))
            left -= stop - sitting.opens
            if not left:
                break
    end = counted[-1].closes
    days = (start.date() + timedelta(days=n) for n in range((end.date() - start.date()).days + 1))
    return DueMoment(
        at=end,
        provisional=office is not None and any(calendar.is_provisional(day) for day in days),
        sessions=tuple(counted),
        rules=("hours_running" if office is None else "hours_office",),
        start=start,
        hours=hours,
    )


def _sittings(calendar: WorkingCalendar, start: datetime, office: OfficeHours) -> Iterator[Session]:
    """Yield the office time from a moment on, without end."""
    day = start.date()
    while True:
        for opens_at, closes_at in office.sessions if calendar.is_working_day(day) else ():
            opens = max(start, datetime.combine(day, opens_at, start.tzinfo))
            closes = datetime.combine(day, closes_at, start.tzinfo)
            if closes > opens:
                yield Session(opens=opens, closes=closes)
        day += _ONE_DAY

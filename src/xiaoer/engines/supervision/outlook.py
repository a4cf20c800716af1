"""When a light turns red if nothing changes, and since when it has been what it is.

Both rest on one property: while nothing new becomes known, a light only stays or gets worse. The
day of a change can then be found by halving instead of trying every day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from xiaoer.engines.calendar import WorkingCalendar
from xiaoer.engines.supervision._model import Light, LightRule, Measure
from xiaoer.engines.supervision._results import MeasureLight, Turn
from xiaoer.engines.supervision.measures import measure_light

_ONE_DAY = timedelta(days=1)


def turns_red_on(
    *,
    measure: Measure,
    today: date,
    calendar: WorkingCalendar,
    rule: LightRule,
    horizon_days: int | None = None,
) -> Turn | None:
    """Return the first day on which the measure is behind if nothing is reported from today on.

    Parameters
    ----------
    horizon_days
        How far to look; None takes the rule's ``horizon_days``.

    Returns
    -------
    Turn or None
        None if it stays off red up to and including the last day of the horizon. For a measure
        that is red already, a turn with ``already`` set.
    """

    def at(day: date) -> MeasureLight:
        return measure_light(
            measure=measure, today=day, calendar=calendar, rule=rule, known_until=today
        )

    now = at(today)
    if now.light is Light.BEHIND:
        return Turn(on=today, already=True, reasons=now.reasons, decided_by=now.decided_by)
    days = rule.horizon_days if horizon_days is None else horizon_days
    last = today + timedelta(days=days)
    if days <= 0 or at(last).light is not Light.BEHIND:
        return None
    first = _first_day(lambda day: at(day).light is Light.BEHIND, after=today, until=last)
    then = at(first)
    return Turn(on=first, already=False, reasons=then.reasons, decided_by=then.decided_by)


def held_since(
    *, measure: Measure, today: date, calendar: WorkingCalendar, rule: LightRule
) -> date:
    """Return the day since which the measure has had the light it has today.

    The past is replayed under today's rule and deadline, with what was known on each day; it does
    not look back beyond the measure's start.
    """

    def light(day: date) -> Light:
        return measure_light(measure=measure, today=day, calendar=calendar, rule=rule).light

    now = light(today)
    since = today
    for begin in [day for day in _news_days(measure) if day <= today][::-1]:
        if light(begin) is now:
            since = begin
            if begin > measure.start and light(begin - _ONE_DAY) is now:
                continue
            return since
        return _first_day(lambda day: light(day) is now, after=begin, until=since)
    return since


def _first_day(holds: Callable[[date], bool], *, after: date, until: date) -> date:
    """Return the first day in ``(after, until]`` on which a property holds that then stays."""
    low, high = after.toordinal(), until.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        if holds(date.fromordinal(middle)):
            high = middle
        else:
            low = middle
    return date.fromordinal(high)


def _news_days(measure: Measure) -> list[date]:
    """Return the days on which something new became known, from the start on, ascending."""
    days = {measure.start}
    for record in measure.targets:
        days.add(record.target.start)
        days.update(max(seen.known, seen.date) for seen in record.observations)
        if record.struck_off:
            days.add(record.struck_off.on)
    for milestone in measure.milestones:
        if milestone.done_on:
            days.add(milestone.known_on or milestone.done_on)
    days.update(max(report.known, report.on) for report in measure.reports)
    if measure.struck_off:
        days.add(measure.struck_off.on)
    return sorted(day for day in days if day >= measure.start)

"""Count periods: the due date with its days, what remains of it, and counting again.

Source: 民法典 200-204 (start day, months and years, roll), 行政许可法 45 and 82 (suspension,
working days). The clock is never read: every day comes in as an argument.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from xiaoer.engines.calendar._period import (
    CountedDay,
    DueDate,
    Extension,
    Period,
    Remaining,
    Roll,
    Run,
    Suspension,
    Unit,
    Why,
)
from xiaoer.engines.calendar._working import DayKind, WorkingCalendar

_ONE_DAY = timedelta(days=1)
_WHY = {
    DayKind.WORKING: Why.WORKING,
    DayKind.MAKE_UP: Why.MAKE_UP,
    DayKind.WEEKEND: Why.WEEKEND,
    DayKind.HOLIDAY: Why.HOLIDAY,
}


def due(
    *,
    calendar: WorkingCalendar,
    start: date,
    period: Period,
    suspensions: Iterable[Suspension] = (),
    extensions: Iterable[Extension] = (),
) -> DueDate:
    """Return the last day of a period, with every day that was counted.

    Parameters
    ----------
    calendar
        The working calendar of the city.
    start
        Day 0, the day of the trigger; it is not counted.
    period
        The limit. Extensions are added in its own unit where they share it, and follow on its last
        day (before any roll) where they do not. The roll is that of the last part.
    suspensions
        Times in which the clock stood still. Overlaps count once. They stop working and calendar
        days as well as months and years (by the calendar days they take out).
    extensions
        Further periods that were granted.

    Returns
    -------
    DueDate
        The date, whether it is provisional, its days, and the codes of the rules applied.

    Raises
    ------
    ValueError
        For a period in hours (see ``due_at``) or one that ends beyond the year 9999.

    Examples
    --------
    >>> from xiaoer.engines.calendar import CalendarTable
    >>> calendar = WorkingCalendar(CalendarTable(years={}))
    >>> answer = due(calendar=calendar, start=date(2026, 3, 6), period=Period(n=2))
    >>> answer.date.isoformat(), [day.number for day in answer.counted]
    ('2026-03-10', [None, None, None, 1, 2])
    """
    stops, more = tuple(suspensions), tuple(extensions)
    walk = _Walk(calendar=calendar, stops=stops, days=[_start_day(calendar, start)], rules=[])
    parts = _merged(period, more)
    for part in parts:
        walk.take(part)
    if more:
        walk.rule("extended")
    if parts[-1].roll is Roll.NEXT_WORKDAY:
        walk.roll()
    if any(day.why is Why.SUSPENDED for day in walk.days):
        walk.rule("suspended")
    if walk.provisional:
        walk.rule("provisional")
    return DueDate(
        date=walk.days[-1].date,
        provisional=walk.provisional,
        runs=_runs(walk.days),
        rules=tuple(walk.rules),
        start=start,
        period=period,
        suspensions=stops,
        extensions=more,
    )


def remaining(*, calendar: WorkingCalendar, today: date, due: date) -> Remaining:
    """Return the working days in ``(today, due]``, negative ``(due, today]`` once overdue.

    Examples
    --------
    >>> from xiaoer.engines.calendar import CalendarTable
    >>> calendar = WorkingCalendar(CalendarTable(years={}))
    >>> left = remaining(calendar=calendar, today=date(2026, 3, 9), due=date(2026, 3, 6))
    >>> left.working_days, left.overdue
    (-1, True)
    """
    first, last = min(today, due), max(today, due)
    days = [_seen(calendar, day, ()) for day in _days_after(first, until=last)]
    return Remaining(
        working_days=calendar.count(after=today, until=due),
        overdue=today > due,
        today=today,
        due=due,
        provisional=any(day.provisional for day in days),
        runs=_runs(days),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What counting again did to a due date.

    ``outcome`` is ``final`` (was not provisional, left alone), ``same``, ``moved``, or ``kept``
    (the new count is later, but the old date was promised to somebody).
    """

    before: DueDate
    after: DueDate
    outcome: str

    @property
    def moved(self) -> bool:
        """Say whether the date changed."""
        return self.after.date != self.before.date


def recount(*, calendar: WorkingCalendar, before: DueDate, promised: bool) -> Recount:
    """Count a provisional due date again under a changed calendar.

    Parameters
    ----------
    calendar
        The calendar as it stands now.
    before
        The date as counted earlier. One that was not provisional is never touched.
    promised
        True where somebody outside was told the date: it may come earlier, never later.
    """
    if not before.provisional:
        return Recount(before=before, after=before, outcome="final")
    after = due(
        calendar=calendar,
        start=before.start,
        period=before.period,
        suspensions=before.suspensions,
        extensions=before.extensions,
    )
    if after.date == before.date:
        return Recount(before=before, after=after, outcome="same")
    if promised and after.date > before.date:
        return Recount(before=before, after=before, outcome="kept")
    return Recount(before=before, after=after, outcome="moved")


class _Walk:
    """The days of one count as they are gathered."""

    def __init__(
        self,
        *,
        calendar: WorkingCalendar,
        stops: tuple[Suspension, ...],
        days: list[CountedDay],
        rules: list[str],
    ) -> None:
        self.calendar, self.stops, self.days, self.rules = calendar, stops, days, rules
        self.provisional = False

    def rule(self, code: str) -> None:
        if code not in self.rules:
            self.rules.append(code)

    def take(self, part: Period) -> None:
        """Walk one part of the period to its last day."""
        if part.unit is Unit.HOUR:
            raise ValueError("a period in hours has a due moment, not a due day: use due_at")
        working = part.unit is Unit.WORKING_DAY
        if part.n == 0:
            self.rule("same_day_or_next")
            self.roll()
            return
        self.rule("start_excluded")
        self.rule("working_days" if working else "calendar_days")
        left = part.n if working else self._calendar_length(part)
        while left:
            left -= self._step(_working if working else _any)
        if working:
            self.provisional |= any(day.provisional for day in self.days[1:])

    def roll(self) -> None:
        """Move a last day of rest to the next working day."""
        self.provisional |= self.days[-1].provisional
        while not self.calendar.is_working_day(self.days[-1].date):
            self.rule("rolled")
            seen = _seen(self.calendar, _next(self.days[-1].date), ())
            self.days.append(_as(seen, counted=False, why=_rolled_why(seen)))
            self.provisional |= seen.provisional

    def _calendar_length(self, part: Period) -> int:
        if part.unit is Unit.CALENDAR_DAY:
            return part.n
        months = part.n * (12 if part.unit is Unit.YEAR else 1)
        origin = self.days[-1].date
        end, clipped = _same_day_later(origin, months)
        self.rules.remove("calendar_days")
        self.rule("month_end" if clipped else "corresponding_day")
        return (end - origin).days

    def _step(self, counts: Callable[[CountedDay], CountedDay]) -> int:
        day = counts(_seen(self.calendar, _next(self.days[-1].date), self.stops))
        self.days.append(day)
        return int(day.counted)


def _working(day: CountedDay) -> CountedDay:
    return day


def _any(day: CountedDay) -> CountedDay:
    if day.why is Why.SUSPENDED:
        return day
    return _as(day, counted=True, why=Why.CALENDAR)


def _rolled_why(day: CountedDay) -> Why:
    return Why.ROLLED if day.counted else day.why


def _as(day: CountedDay, *, counted: bool, why: Why) -> CountedDay:
    return CountedDay(
        date=day.date, counted=counted, why=why, name=day.name, provisional=day.provisional
    )


def _start_day(calendar: WorkingCalendar, start: date) -> CountedDay:
    seen = calendar.status(start)
    return CountedDay(
        date=start,
        counted=False,
        why=Why.START_DAY,
        name=seen.name,
        provisional=seen.provisional,
    )


def _seen(calendar: WorkingCalendar, day: date, stops: Sequence[Suspension]) -> CountedDay:
    status = calendar.status(day)
    for stop in stops:
        if stop.covers(day):
            return CountedDay(
                date=day,
                counted=False,
                why=Why.SUSPENDED,
                name=stop.reason,
                provisional=status.provisional,
            )
    return CountedDay(
        date=day,
        counted=status.is_working,
        why=_WHY[status.kind],
        name=status.name,
        provisional=status.provisional,
    )


def _next(day: date) -> date:
    if day == date.max:
        raise ValueError(f"the period ends beyond the year {MAXYEAR}")
    return day + _ONE_DAY


def _days_after(first: date, *, until: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range(1, (until - first).days + 1))


def _same_day_later(start: date, months: int) -> tuple[date, bool]:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        raise ValueError(f"the period ends beyond the year {MAXYEAR}")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)), start.day > last


def _merged(period: Period, extensions: tuple[Extension, ...]) -> list[Period]:
    parts = [period]
    for extension in extensions:
        last, more = parts[-1], extension.period
        if last.unit is more.unit:
            parts[-1] = Period(n=last.n + more.n, unit=more.unit, roll=more.roll)
        else:
            parts.append(more)
    return parts


def _runs(days: Sequence[CountedDay]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for day in days:
        last = runs[-1] if runs else None
        if last and (last.counted, last.why, last.name, last.provisional) == (
            day.counted,
            day.why,
            day.name,
            day.provisional,
        ):
            runs[-1] = Run(
                first=last.first,
                last=day.date,
                counted=last.counted,
                why=last.why,
                name=last.name,
                provisional=last.provisional,
            )
        else:
            runs.append(
                Run(
                    first=day.date,
                    last=day.date,
                    counted=day.counted,
                    why=day.why,
                    name=day.name,
                    provisional=day.provisional,
                )
            )
    return tuple(runs)

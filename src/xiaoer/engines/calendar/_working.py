"""The working calendar: what one day is, and how many working days lie between two."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum

from xiaoer.engines.calendar._table import CalendarTable

_SATURDAY = 5


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatus:
    """One day: its kind, the holiday or note it belongs to, and whether that is final.

    ``provisional`` is True where the year's arrangement is not published and no override speaks.
    """

    day: date
    kind: DayKind
    name: str = ""
    provisional: bool = False
    source: str = ""

    @property
    def is_working(self) -> bool:
        """Say whether work is done on the day."""
        return self.kind in (DayKind.WORKING, DayKind.MAKE_UP)


class WorkingCalendar:
    """Working days by the State Council's arrangements.

    Examples
    --------
    >>> from xiaoer.engines.calendar import CalendarTable, YearTable
    >>> october = {date(2026, 10, day): "国庆节" for day in range(1, 8)}
    >>> table = CalendarTable(years={2026: YearTable(
    ...     year=2026, off=october, make_up={date(2026, 10, 10): "国庆节"})})
    >>> calendar = WorkingCalendar(table)
    >>> calendar.is_working_day(date(2026, 10, 10)), calendar.status(date(2026, 10, 5)).name
    (True, '国庆节')
    """

    def __init__(self, table: CalendarTable) -> None:
        self.table = table
        self._off = {day: name for year in table.years.values() for day, name in year.off.items()}
        self._make_up = {
            day: name for year in table.years.values() for day, name in year.make_up.items()
        }
        self._published = frozenset(table.published_years)
        self._years: dict[int, tuple[int, ...]] = {}

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is a working day."""
        override = self.table.overrides.get(day)
        if override is not None:
            return override.is_working
        if day in self._make_up:
            return True
        return day not in self._off and day.weekday() < _SATURDAY

    def is_provisional(self, day: date) -> bool:
        """Say whether the day may still be changed by an arrangement not yet published."""
        return day.year not in self._published and day not in self.table.overrides

    def status(self, day: date) -> DayStatus:
        """Return what the day is, why, and where that is written."""
        override = self.table.overrides.get(day)
        if override is not None:
            return DayStatus(
                day=day, kind=_overridden(override.is_working, day), name=override.note
            )
        table = self.table.years.get(day.year)
        name = ""
        if day in self._make_up:
            kind, name = DayKind.MAKE_UP, self._make_up[day]
        elif day in self._off:
            kind, name = DayKind.HOLIDAY, self._off[day]
        else:
            kind = DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING
        return DayStatus(
            day=day,
            kind=kind,
            name=name,
            provisional=self.is_provisional(day),
            source=table.source if table else "",
        )

    def count(self, *, after: date, until: date) -> int:
        """Return the number of working days in ``(after, until]``; negative when reversed."""
        if until < after:
            return -self.count(after=until, until=after)
        if until.year == after.year:
            days = self._working_ordinals(after.year)
            return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())
        first = self._working_ordinals(after.year)
        last = self._working_ordinals(until.year)
        whole = sum(len(self._working_ordinals(year)) for year in range(after.year + 1, until.year))
        left_in_first = len(first) - bisect_right(first, after.toordinal())
        return left_in_first + whole + bisect_right(last, until.toordinal())

    def add(self, *, start: date, n: int) -> date:
        """Return the ``n``-th working day after ``start`` (``n >= 1``), or with 0 the next one from it.

        Raises
        ------
        ValueError
            If ``n`` is negative or the answer lies beyond the last year a date can name.
        """
        if n < 0:
            raise ValueError(f"working days to add must not be negative, got {n}")
        if n == 0:
            return self.next_working_day(start)
        year, left = start.year, n
        days = self._working_ordinals(year)
        position = bisect_right(days, start.toordinal())
        while len(days) - position < left:
            left -= len(days) - position
            year, position = year + 1, 0
            if year > MAXYEAR:
                raise ValueError(f"{n} working days after {start} lie beyond the year {MAXYEAR}")
            days = self._working_ordinals(year)
        return date.fromordinal(days[position + left - 1])

    def next_working_day(self, day: date) -> date:
        """Return ``day`` itself if it is worked, else the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def last_working_day(self, day: date) -> date:
        """Return ``day`` itself if it is worked, else the last working day before it."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def _working_ordinals(self, year: int) -> tuple[int, ...]:
        known = self._years.get(year)
        if known is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            known = tuple(
                ordinal
                for ordinal in range(first, last + 1)
                if self.is_working_day(date.fromordinal(ordinal))
            )
            self._years[year] = known
        return known


def _overridden(is_working: bool, day: date) -> DayKind:
    weekend = day.weekday() >= _SATURDAY
    if is_working:
        return DayKind.MAKE_UP if weekend else DayKind.WORKING
    return DayKind.WEEKEND if weekend else DayKind.HOLIDAY

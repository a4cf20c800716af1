"""Turn a deadline as a plan prints it (a day, a month or a year) into a day that explains itself."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from xiaoer.engines.calendar._period import Day
from xiaoer.engines.calendar._working import WorkingCalendar

_PRINTED = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
_NO_YEAR = re.compile(r"--\d{2}(?:-\d{2})?")


class BadDeadline(ValueError):
    """A deadline that names no day; ``code`` is ``no_year``, ``no_such_day`` or ``not_a_date``."""

    def __init__(self, *, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code, self.message_zh, self.message_en = code, message_zh, message_en


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDeadline:
    """A printed deadline as a day.

    Parameters
    ----------
    date
        The deadline: what lights and forecasts are measured against. It does not roll forward.
    printed
        As the plan's compiled form has it.
    last_working_day
        The last working day on or before it, which is what an office has in practice.
    provisional
        True where that last working day hangs on an unpublished year.
    rules
        Codes into ``RULE_TEXTS``.
    """

    date: Day
    printed: str
    last_working_day: Day
    provisional: bool
    rules: tuple[str, ...]


def last_working_day_of_month(*, calendar: WorkingCalendar, year: int, month: int) -> date:
    """Return the last working day of a month, for deadlines such as 月底前."""
    return calendar.last_working_day(date(year, month, monthrange(year, month)[1]))


def resolve_deadline(*, calendar: WorkingCalendar, printed: str) -> ResolvedDeadline:
    """Resolve ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY`` to the deadline's day.

    Raises
    ------
    BadDeadline
        For a month without a year, a day that does not exist, or anything else.

    Examples
    --------
    >>> from xiaoer.engines.calendar import CalendarTable
    >>> calendar = WorkingCalendar(CalendarTable(years={}))
    >>> answer = resolve_deadline(calendar=calendar, printed="2026-05")
    >>> answer.date.isoformat(), answer.last_working_day.isoformat(), answer.rules[0]
    ('2026-05-31', '2026-05-29', 'printed_month')
    """
    day, rule = _printed_day(printed.strip())
    working = calendar.last_working_day(day)
    rules = [rule]
    if working != day:
        rules.append("last_working_day")
    provisional = calendar.is_provisional(day) or calendar.is_provisional(working)
    if provisional:
        rules.append("provisional")
    return ResolvedDeadline(
        date=day,
        printed=printed,
        last_working_day=working,
        provisional=provisional,
        rules=tuple(rules),
    )


def _printed_day(printed: str) -> tuple[date, str]:
    match = _PRINTED.fullmatch(printed)
    if match is None:
        if _NO_YEAR.fullmatch(printed):
            raise BadDeadline(
                code="no_year",
                message_zh=f"期限“{printed}”没有年份，请先在核对页补上年份",
                message_en=f"the deadline {printed} has no year; add it in review first",
            )
        raise BadDeadline(
            code="not_a_date",
            message_zh=f"“{printed}”不是期限；应写作 2026-06-30、2026-06 或 2026",
            message_en=f"{printed!r} is no deadline; write 2026-06-30, 2026-06 or 2026",
        )
    year, month, day = match["year"], match["month"], match["day"]
    try:
        if day is not None:
            return date(int(year), int(month), int(day)), "printed_day"
        if month is not None:
            first = date(int(year), int(month), 1)
            return first.replace(day=monthrange(first.year, first.month)[1]), "printed_month"
        return date(int(year), 12, 31), "printed_year"
    except ValueError:
        raise BadDeadline(
            code="no_such_day",
            message_zh=f"日历上没有 {printed} 这一天，请对照原文更正",
            message_en=f"there is no {printed} in the calendar; correct it against the text",
        ) from None

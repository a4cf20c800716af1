"""Build the calendar table from the rules: arranged years, and statutory days of years to come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from xiaoer.engines.calendar import CalendarTable, WorkingCalendar, YearTable
from xiaoer.platform.rules.book import RuleBook, shipped_book
from xiaoer.platform.rules.model import RuleVersion, Value
from xiaoer.platform.rules.parse import RuleFileError, RuleProblem

_YEAR = re.compile(r"calendar\.year_(\d{4})")
_STATUTORY, _LUNAR = "calendar.statutory", "calendar.lunar_dates"


def calendar_table(*, book: RuleBook) -> CalendarTable:
    """Return the table of all arranged years of a book, and of the years its lunar dates reach.

    A year without arrangement is filed with ``published=False`` and its statutory holidays.

    Raises
    ------
    RuleFileError
        If an arrangement is malformed: its file, the entry and what to write.
    """
    years: dict[int, YearTable] = {}
    for code in book.codes:
        match = _YEAR.fullmatch(code)
        if match:
            year = int(match[1])
            years[year] = _arranged(year, book.rule_at(code, on=date(year, 1, 1)))
    for year, festivals in _lunar_years(book):
        if year not in years:
            years[year] = _statutory(year, festivals, book.rule_at(_STATUTORY, on=date(year, 1, 1)))
    return CalendarTable(years=years)


@cache
def shipped_calendar() -> WorkingCalendar:
    """Return the working calendar of the shipped rules, without any city's overrides."""
    return WorkingCalendar(calendar_table(book=shipped_book()))


def _arranged(year: int, version: RuleVersion) -> YearTable:
    value = _table(version, version.value)
    if value.get("year") != year:
        raise _malformed(version, f"names the year {value.get('year')}", f"Write year: {year}")
    off: dict[date, str] = {}
    make_up: dict[date, str] = {}
    for block in _list(version, value.get("holidays")):
        holiday = _table(version, block)
        name = str(holiday.get("name", ""))
        first = _day(version, holiday.get("first"), name)
        last = _day(version, holiday.get("last"), name)
        for offset in range((last - first).days + 1):
            off[first + timedelta(days=offset)] = name
        for day in _list(version, holiday.get("make_up", ())):
            make_up[_day(version, day, name)] = name
    try:
        return YearTable(year=year, off=off, make_up=make_up, source=version.source)
    except ValueError as error:
        raise _malformed(version, str(error), "Keep the day in one of the two lists") from error


def _lunar_years(book: RuleBook) -> list[tuple[int, Mapping[str | int, Value]]]:
    if _LUNAR not in book.codes:
        return []
    found: list[tuple[int, Mapping[str | int, Value]]] = []
    for version in book.rule(_LUNAR).versions:
        for year, festivals in _table(version, version.value).items():
            found.append((int(year), _table(version, festivals)))
    return found


def _statutory(year: int, festivals: Mapping[str | int, Value], version: RuleVersion) -> YearTable:
    off: dict[date, str] = {}
    for entry in _list(version, version.value):
        holiday = _table(version, entry)
        name = str(holiday.get("name", ""))
        if "lunar" in holiday:
            first = _day(version, festivals.get(str(holiday["lunar"])), name)
            first += timedelta(days=_whole(version, holiday.get("offset", 0), name))
        else:
            month, day = (_whole(version, holiday.get(key), name) for key in ("month", "day"))
            first = date(year, month, day)
        for offset in range(_whole(version, holiday.get("days"), name)):
            day_off = first + timedelta(days=offset)
            off[day_off] = f"{off[day_off]}、{name}" if day_off in off else name
    return YearTable(year=year, off=off, source=version.source, published=False)


def _malformed(version: RuleVersion, problem: str, remedy: str) -> RuleFileError:
    return RuleFileError(
        [RuleProblem(file="calendar", where=version.code, problem=problem, remedy=remedy)]
    )


def _table(version: RuleVersion, value: Value | None) -> Mapping[str | int, Value]:
    if isinstance(value, Mapping):
        return value
    raise _malformed(version, f"{value!r} is not a table", "See rules/README.md")


def _list(version: RuleVersion, value: Value | None) -> tuple[Value, ...]:
    if isinstance(value, tuple):
        return value
    raise _malformed(version, f"{value!r} is not a list", "See rules/README.md")


def _day(version: RuleVersion, value: Value | None, name: str) -> date:
    if isinstance(value, date):
        return value
    raise _malformed(version, f"{name}: {value!r} is not a date", "Write it as 2027-02-05")


def _whole(version: RuleVersion, value: Value | None, name: str) -> int:
    if isinstance(value, int):
        return value
    raise _malformed(version, f"{name}: {value!r} is not a whole number", "Correct it")

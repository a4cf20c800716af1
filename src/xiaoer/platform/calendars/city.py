"""Read ``XIAOER_HOME/calendar.csv`` and lay it over the shipped calendar; read again when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from xiaoer.engines.calendar import RowError, WorkingCalendar, parse_overrides
from xiaoer.platform.rules import shipped_calendar

FILE = "calendar.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityDays:
    """What a city's file says: how many days it sets, the years it arranges, the rows it got wrong."""

    calendar: WorkingCalendar
    days: int
    years: tuple[int, ...]
    errors: Sequence[RowError]


_read: dict[tuple[Path, float, int], WorkingCalendar] = {}


def path() -> Path:
    """Return where the city's file lies, whether or not it is there."""
    return Path(settings.XIAOER_HOME) / FILE


def city_days(data: bytes) -> CityDays:
    """Lay a city's CSV (UTF-8 or GB18030) over the shipped calendar; bad rows are reported, good ones count."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    parsed = parse_overrides(text)
    table = shipped_calendar().table.with_overrides(
        overrides=parsed.overrides, published=parsed.published
    )
    return CityDays(
        calendar=WorkingCalendar(table),
        days=len(parsed.overrides),
        years=tuple(parsed.published),
        errors=parsed.errors,
    )


def working_calendar() -> WorkingCalendar:
    """Return the calendar in force in this city."""
    file = path()
    try:
        found = file.stat()
    except FileNotFoundError:
        return shipped_calendar()
    key = (file, found.st_mtime, found.st_size)
    if key not in _read:
        _read.clear()
        _read[key] = city_days(file.read_bytes()).calendar
    return _read[key]

"""What is known about the days of a year: the parsed State Council arrangements and local changes.

The tables arrive parsed (``xiaoer.platform.rules`` reads the files); nothing here reads a file or
asks for today's date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType


def _frozen(entries: Mapping[date, str]) -> Mapping[date, str]:
    return MappingProxyType(dict(sorted(entries.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTable:
    """One year's arrangement.

    Parameters
    ----------
    year
        The calendar year the arrangement is for.
    off
        Days off, each with its holiday's name; weekend days inside a block included. A day may lie
        at the end of the year before, as New Year blocks do.
    make_up
        Weekend days that are worked, each with the holiday they make up for.
    source
        The notice the days come from.
    published
        False for a table of statutory holidays that no notice has arranged yet.
    """

    year: int
    off: Mapping[date, str]
    make_up: Mapping[date, str] = field(default_factory=dict)
    source: str = ""
    published: bool = True

    def __post_init__(self) -> None:
        clash = sorted(self.off.keys() & self.make_up.keys())
        if clash:
            raise ValueError(f"{self.year}: {clash[0]} is both a day off and a make-up working day")
        object.__setattr__(self, "off", _frozen(self.off))
        object.__setattr__(self, "make_up", _frozen(self.make_up))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A day that the city declares to be a working day or a day off, whatever the tables say."""

    day: date
    is_working: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTable:
    """Everything a working calendar is made of.

    Parameters
    ----------
    years
        Arrangements by year. A year that is absent, or present with ``published=False``, is
        *provisional*: it counts its statutory holidays and weekends.
    overrides
        Days set by the city; they win over every table and are not provisional.
    """

    years: Mapping[int, YearTable]
    overrides: Mapping[date, Override] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for year, table in self.years.items():
            if year != table.year:
                raise ValueError(f"the table of {table.year} is filed under {year}")
        object.__setattr__(self, "years", MappingProxyType(dict(sorted(self.years.items()))))
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    @property
    def published_years(self) -> tuple[int, ...]:
        """Return the years whose arrangement has been published, ascending."""
        return tuple(year for year, table in self.years.items() if table.published)

    def with_overrides(
        self, *, overrides: Iterable[Override], published: Mapping[int, str] | None = None
    ) -> CalendarTable:
        """Return the table with a city's days added.

        Parameters
        ----------
        overrides
            Days that win over the tables; a later entry for a day wins over an earlier one.
        published
            Years that the overrides arrange completely, each with its source: their unlisted days
            stop being provisional. Their statutory holidays stay days off unless overridden.
        """
        years = dict(self.years)
        for year, source in (published or {}).items():
            known = years.get(year, YearTable(year=year, off={}))
            years[year] = replace(known, source=source or known.source, published=True)
        days = {**self.overrides, **{entry.day: entry for entry in overrides}}
        return CalendarTable(years=years, overrides=days)

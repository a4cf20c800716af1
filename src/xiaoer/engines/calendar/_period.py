"""What a period of law is made of, and the due date that explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

#: The type under a name that a field called ``date`` cannot hide.
Day = date


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"


class Roll(StrEnum):
    """What happens to a last day that is a day of rest."""

    NEXT_WORKDAY = "next_workday"
    NONE = "none"


class Why(StrEnum):
    """Why a day was counted or not."""

    START_DAY = "start_day"
    WORKING = "working"
    MAKE_UP = "make_up"
    CALENDAR = "calendar"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUSPENDED = "suspended"
    ROLLED = "rolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time as a law or a promise states it.

    Parameters
    ----------
    n
        How many units; 0 means "the same day, or the next working day".
    unit
        Working days end on a working day by construction and need no roll.
    roll
        Whether a last day on a day of rest moves to the next working day.
    """

    n: int
    unit: Unit = Unit.WORKING_DAY
    roll: Roll = Roll.NEXT_WORKDAY

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        object.__setattr__(self, "roll", Roll(self.roll))
        if self.n < 0:
            raise ValueError(f"a period cannot be negative, got {self.n} {self.unit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A time in which the clock stands still; both dates belong to it."""

    first: date
    last: date
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a suspension ends ({self.last}) before it begins ({self.first})")

    def covers(self, day: date) -> bool:
        """Say whether the clock stood still on ``day``."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time, given by someone for a reason."""

    period: Period
    reason: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """One day of a count; ``number`` is its place among the counted days, None when not counted."""

    date: Day
    counted: bool
    why: Why
    name: str = ""
    number: int | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring days that were counted, or not, for the same reason."""

    first: date
    last: date
    counted: bool
    why: Why
    name: str = ""
    provisional: bool = False

    @property
    def n_days(self) -> int:
        """Return how many days the run holds."""
        return (self.last - self.first).days + 1


def _expand(runs: tuple[Run, ...]) -> Iterator[CountedDay]:
    number = 0
    for run in runs:
        for offset in range(run.n_days):
            number += run.counted
            yield CountedDay(
                date=run.first + timedelta(days=offset),
                counted=run.counted,
                why=run.why,
                name=run.name,
                number=number if run.counted else None,
                provisional=run.provisional,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """A due date together with how it was counted.

    Parameters
    ----------
    date
        The last day on which the act is in time (until midnight or the close of business).
    provisional
        True where the date hangs on a year whose arrangement is not published.
    runs
        Every day from the start day to the due date, gathered into runs.
    rules
        Codes of the counting rules that were applied, in order; ``RULE_TEXTS`` has their sentences.
    start, period, suspensions, extensions
        What it was counted from, so that it can be counted again.
    """

    date: Day
    provisional: bool
    runs: tuple[Run, ...]
    rules: tuple[str, ...]
    start: Day
    period: Period
    suspensions: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()

    @property
    def counted(self) -> tuple[CountedDay, ...]:
        """Return every single day of the count, from the start day to the due date."""
        return tuple(_expand(self.runs))

    @property
    def n_counted(self) -> int:
        """Return how many days were counted."""
        return sum(run.n_days for run in self.runs if run.counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """How far a due date is off, in working days.

    ``working_days`` is negative once overdue; ``overdue`` tells a passed date even where only days
    of rest lie between.
    """

    working_days: int
    overdue: bool
    today: date
    due: date
    provisional: bool
    runs: tuple[Run, ...]

    @property
    def is_today(self) -> bool:
        """Say whether today is the last day."""
        return self.today == self.due

    @property
    def counted(self) -> tuple[CountedDay, ...]:
        """Return every single day between today and the due date."""
        return tuple(_expand(self.runs))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The sittings of a working day, for promises in hours; each is (opens, closes)."""

    sessions: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
            raise ValueError("office hours must be sessions in ascending order, without overlap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A stretch of office time that was counted towards a promise in hours."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMoment:
    """A due moment of a promise in hours, with the sittings that were counted."""

    at: datetime
    provisional: bool
    sessions: tuple[Session, ...]
    rules: tuple[str, ...]
    start: datetime
    hours: int

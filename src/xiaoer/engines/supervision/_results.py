"""What the supervision engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xiaoer.engines.supervision._model import Day, Light

Datum = str | int | Decimal | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a light is as it is: a code with its data, and the light it argues for."""

    code: str
    light: Light
    data: Mapping[str, Datum] = field(default_factory=dict)


class Certainty(StrEnum):
    """What the whole interval of a forecast says about meeting the target."""

    MEETS = "meets"
    OPEN = "open"
    MISSES = "misses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Where a target lands at its deadline if the pace of its latest values goes on.

    Parameters
    ----------
    on
        The deadline.
    value, low, high
        The line's value there and its prediction interval at ``level``.
    meets
        Whether ``value`` meets the comparator.
    certainty
        Whether all, some or none of the interval does.
    n_points, first, last
        The verified values used, and the days of the first and last of them.
    per_day
        Slope of the line.
    """

    on: Day
    value: Decimal
    low: Decimal
    high: Decimal
    meets: bool
    certainty: Certainty
    level: Decimal
    n_points: int
    first: Day
    last: Day
    per_day: Decimal
    county: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLight:
    """The light of a target (or of one county of it) with the figures behind it.

    Parameters
    ----------
    reasons
        The deciding ones first.
    bar
        What must be reached, as a level: for "25% more than the baseline" the level that is.
    expected_now
        The expected line today; None without a line.
    expected, expected_on
        The line on the day against which the latest value is judged: the later of that value's
        day and the last period end whose report is due by now.
    actual, actual_on
        Latest verified value (summed where the target sums), None without one.
    gap
        ``actual - expected``; None where either is missing.
    shortfall_ratio
        How much of the way from baseline to bar is missing at ``expected_on``; 0 when ahead.
    pending
        True where a newer value waits for verification.
    counties
        For a target that holds for each county: their lights, worst first.
    county
        The county whose figures these are, None for the city.
    """

    key: str
    light: Light
    reasons: tuple[Reason, ...]
    bar: Decimal
    baseline_assumed: bool
    expected_now: Decimal | None
    expected: Decimal | None
    expected_on: Day | None
    actual: Decimal | None
    actual_on: Day | None
    gap: Decimal | None
    shortfall_ratio: Decimal
    pending: bool
    deadline: Day | None
    working_days_left: int | None
    provisional: bool
    forecast: Forecast | None
    rule_version: str
    county: str | None = None
    counties: tuple[TargetLight, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLight:
    """The light of a milestone; one not yet due is neutral (not started)."""

    key: str
    light: Light
    reasons: tuple[Reason, ...]
    due: Day
    working_days_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLight:
    """The light of a measure: the worst of its parts, and which part decided."""

    key: str
    light: Light
    reasons: tuple[Reason, ...]
    decided_by: str
    targets: tuple[TargetLight, ...]
    milestones: tuple[MilestoneLight, ...]
    deadline: Day | None
    working_days_left: int | None
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The day a measure turns red if nothing changes, and why it will.

    ``already`` is True where it is red today; ``on`` is then today.
    """

    on: Day
    already: bool
    reasons: tuple[Reason, ...]
    decided_by: str

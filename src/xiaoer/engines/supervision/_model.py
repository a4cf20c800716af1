"""What the supervision engine reads: targets, verified values, milestones, reports, the rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

#: The type under a name that a field called ``date`` cannot hide.
Day = date


class Light(StrEnum):
    """The state of a target or measure; each has a shape and a word besides its colour."""

    NOT_STARTED = "NOT_STARTED"
    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    BEHIND = "BEHIND"
    STRUCK_OFF = "STRUCK_OFF"

    @property
    def shape(self) -> str:
        """Return the sign that tells the light in grey print."""
        return _FACES[self][0]

    @property
    def word_zh(self) -> str:
        """Return the Chinese word."""
        return _FACES[self][1]

    @property
    def word_en(self) -> str:
        """Return the English word."""
        return _FACES[self][2]

    @property
    def severity(self) -> int:
        """Return the rank by which the worst of several lights is found; struck off weighs least."""
        return _SEVERITY[self]


_FACES = {
    Light.NOT_STARTED: ("○", "未开始", "Not started"),
    Light.ON_TRACK: ("●", "正常", "On track"),
    Light.AT_RISK: ("▲", "预警", "At risk"),
    Light.BEHIND: ("■", "滞后", "Behind"),
    Light.STRUCK_OFF: ("✓", "销号", "Struck off"),
}
_SEVERITY = {
    Light.STRUCK_OFF: -1,
    Light.NOT_STARTED: 0,
    Light.ON_TRACK: 1,
    Light.AT_RISK: 2,
    Light.BEHIND: 3,
}


class Comparator(StrEnum):
    """How a plan's sentence compares, as the compiler names it."""

    GE = "ge"
    GT = "gt"
    LE = "le"
    LT = "lt"
    EQ = "eq"
    WITHIN = "within"
    APPROX = "approx"
    INCREASE_GE = "increase_ge"
    DECREASE_GE = "decrease_ge"


class Shape(StrEnum):
    """The form of the expected line."""

    LINEAR = "linear"
    STEP = "step"
    FLAT = "flat"
    CUSTOM = "custom"


class Accumulation(StrEnum):
    """What one reported value stands for.

    CUMULATIVE: the total so far. MONTHLY_SUM: one period's own amount, to be summed from
    ``counts_from``. LEVEL: a state or rate as of its date, which may rise and fall.
    """

    CUMULATIVE = "cumulative"
    MONTHLY_SUM = "monthly_sum"
    LEVEL = "level"


class Reads(StrEnum):
    """Whether values under increase_ge or decrease_ge are the change itself or the level."""

    CHANGE = "change"
    LEVEL = "level"


class Cadence(StrEnum):
    """How often a value or report is owed."""

    NONE = "none"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class ReportState(StrEnum):
    """What a department says of work that has no number."""

    PROGRESSING = "progressing"
    DIFFICULT = "difficult"
    BLOCKED = "blocked"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A number an authority has bound itself to.

    Parameters
    ----------
    key
        Name under which results cite the target.
    comparator, value, value_max, unit
        As the plan prints them. ``value_max`` is the upper end of a range.
    baseline
        The value at ``start``; None reads as zero and is said so in the result.
    start
        Publication: the expected line begins here.
    deadline
        None for targets without a date; they are judged on being met and on reports.
    shape
        None takes ``default_shape``. CUSTOM reads ``line``.
    line
        Corners (day, value) of an edited expected line, ascending.
    accumulation, counts_from
        See ``Accumulation``. ``counts_from`` drops earlier values; for MONTHLY_SUM None means
        1 January of the deadline's year.
    reads
        See ``Reads``; LEVEL needs a baseline.
    cadence
        How often values are owed.
    every
        True where the bar holds in every period (每月, 每季度) rather than at the deadline.
    counties, county_values
        Places for each of which the target holds, with their own bars where they differ.
    lower, upper
        Bounds that the value cannot leave (0 and 100 for a rate); they clip forecasts.
    """

    key: str
    comparator: Comparator
    value: Decimal
    start: Day
    deadline: Day | None = None
    value_max: Decimal | None = None
    unit: str = ""
    baseline: Decimal | None = None
    shape: Shape | None = None
    line: tuple[tuple[Day, Decimal], ...] = ()
    accumulation: Accumulation = Accumulation.CUMULATIVE
    counts_from: Day | None = None
    reads: Reads = Reads.CHANGE
    cadence: Cadence = Cadence.MONTHLY
    every: bool = False
    counties: tuple[str, ...] = ()
    county_values: Mapping[str, Decimal] = field(default_factory=dict)
    lower: Decimal | None = None
    upper: Decimal | None = None

    def __post_init__(self) -> None:
        change = self.comparator in (Comparator.INCREASE_GE, Comparator.DECREASE_GE)
        if change and self.reads is Reads.LEVEL and self.baseline is None:
            raise ValueError(f"{self.key}: a change read from levels needs a baseline")
        if self.shape is Shape.CUSTOM and len(self.line) < 2:
            raise ValueError(f"{self.key}: a custom line needs two corners at least")
        if any(a[0] >= b[0] for a, b in zip(self.line, self.line[1:], strict=False)):
            raise ValueError(f"{self.key}: the corners of a line must ascend in time")
        if self.value_max is not None and self.value_max < self.value:
            raise ValueError(f"{self.key}: the range {self.value}-{self.value_max} is reversed")
        object.__setattr__(self, "county_values", MappingProxyType(dict(self.county_values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A reported value.

    Parameters
    ----------
    date
        The day as of which it holds (the end of its period).
    value
        Exact; in the target's unit.
    county
        Place it is for; None for the whole city.
    verified
        Only verified values move a light.
    known_on
        Day it came to count (was verified); None means its own date. A replay of an earlier day
        sees only what was known by then.
    sequence
        A later correction for the same date and place has the higher number and wins.
    unit
        If given, must be the target's.
    """

    date: Day
    value: Decimal
    county: str | None = None
    verified: bool = True
    known_on: Day | None = None
    sequence: int = 0
    unit: str = ""

    @property
    def known(self) -> Day:
        """Return the day from which the value counts."""
        return self.known_on or self.date


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeOff:
    """The closing of a measure or target; it needs evidence, target or not."""

    on: Day
    evidence: str

    def __post_init__(self) -> None:
        if not self.evidence.strip():
            raise ValueError("a strike-off needs evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRecord:
    """A target with the values reported for it."""

    target: Target
    observations: tuple[Observation, ...] = ()
    struck_off: StrikeOff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A deliverable with a date; done only with evidence that somebody else has verified."""

    key: str
    due: Day
    done_on: Day | None = None
    evidence: str = ""
    verified: bool = False
    name: str = ""
    known_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report in words on work without a number."""

    on: Day
    state: ReportState
    verified: bool
    known_on: Day | None = None
    sequence: int = 0

    @property
    def known(self) -> Day:
        """Return the day from which the report counts."""
        return self.known_on or self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure as supervision sees it.

    Without targets it is judged by date, milestones and the latest verified report; without a
    deadline by its reporting cadence, which the rule supplies where the measure has none.
    """

    key: str
    start: Day
    deadline: Day | None = None
    targets: tuple[TargetRecord, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reports: tuple[Report, ...] = ()
    cadence: Cadence = Cadence.NONE
    struck_off: StrikeOff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LightRule:
    """The dated parameters of lights; ``rules/supervision/lights.yaml`` says what each one is."""

    at_risk_gap: Decimal
    behind_gap: Decimal
    limit_miss_is_behind: bool
    due_soon_working_days: int
    report_grace_working_days: int
    missed_reports_at_risk: int
    missed_reports_behind: int
    long_term_cadence: Cadence
    approx_tolerance: Decimal
    forecast_points: int
    forecast_min_points: int
    forecast_level: Decimal
    forecast_warns: bool
    horizon_days: int
    version: str

    @classmethod
    def from_values(cls, *, values: Mapping[str, object], version: str) -> LightRule:
        """Build the rule from parsed values, as ``RuleBook.group_at("supervision.lights")`` gives.

        Raises
        ------
        ValueError
            Naming the parameters that are missing, unknown or out of order.
        """
        wanted = set(cls.__dataclass_fields__) - {"version"}
        if wanted != set(values):
            missing, unknown = sorted(wanted - set(values)), sorted(set(values) - wanted)
            raise ValueError(f"rule of lights: missing {missing}, unknown {unknown}")
        typed = {name: _typed(name, cls.__annotations__[name], values[name]) for name in wanted}
        rule = cls(version=version, **typed)  # type: ignore[arg-type]
        if not 0 <= rule.at_risk_gap <= rule.behind_gap:
            raise ValueError("rule of lights: at_risk_gap must not exceed behind_gap")
        if not 1 <= rule.missed_reports_at_risk <= rule.missed_reports_behind:
            raise ValueError("rule of lights: missed_reports_at_risk exceeds missed_reports_behind")
        if rule.forecast_min_points < 3 or rule.forecast_points < rule.forecast_min_points:
            raise ValueError("rule of lights: a forecast needs three values at least")
        if not 0 < rule.forecast_level < 1:
            raise ValueError("rule of lights: forecast_level must lie between 0 and 1")
        return rule


def _typed(name: str, kind: str, value: object) -> object:
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if kind == "Decimal" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if kind == "Cadence" and value in list(Cadence):
        return Cadence(str(value))
    raise ValueError(f"rule of lights: {name} cannot be {value!r}")

"""The frozen references by which other slices know plans; re-exported by ``public``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRef:
    """A plan in force; ``region`` is the place it is for, None where none was said."""

    id: int
    title: str
    year: int | None
    region: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRef:
    """A target in force. ``value`` is in ``unit`` as printed; ``due_date`` None when the plan gives none.

    ``basis`` is ``cumulative`` or ``month``; ``shape`` is ``linear``, ``step`` or ``flat``.
    """

    uid: str
    measure_id: int
    measure_uid: str
    measure_title: str
    text: str
    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    baseline: str
    baseline_value: Decimal | None
    period: str
    kind: str
    due_date: date | None
    per_county: bool
    basis: str
    shape: str
    published_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRef:
    """A deliverable or step of a measure."""

    uid: str
    measure_id: int
    measure_uid: str
    measure_title: str
    title: str
    due_date: date | None
    is_deliverable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRef:
    """A measure in force with what its light is judged on.

    ``leads`` are the organisations that answer for it (lead, or all when joint), ``units`` all of them.
    ``due_dates`` are the dated deadlines in force, ascending; empty for ongoing work.
    """

    id: int
    uid: str
    plan_id: int
    number: str
    title: str
    theme: str
    is_long_term: bool
    leads: tuple[int, ...]
    units: tuple[int, ...]
    due_dates: tuple[date, ...]
    targets: tuple[TargetRef, ...]
    milestones: tuple[MilestoneRef, ...]
    light: str
    light_since: date | None
    published_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LightChange:
    """The light of one measure as computed now; ``why`` is a finished Chinese sentence."""

    measure_id: int
    light: str
    since: date
    turns_red_on: date | None
    why: str
    rule_version: str

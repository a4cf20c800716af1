"""What a person asks the slice to do, parsed and typed; services take nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReport:
    """A value of one target for one month. ``organisation`` None: the actor's unit that answers for it.

    ``text`` is the number as typed, with or without a unit; ``unit`` the one chosen beside it.
    """

    target_uid: str
    period_id: int
    text: str
    unit: str = ""
    organisation: int | None = None
    region: int | None = None
    evidence_id: int | None = None
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """A deliverable or milestone of a measure, finished on a day."""

    measure_uid: str
    milestone_uid: str
    period_id: int
    happened_on: date
    organisation: int | None = None
    evidence_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReport:
    """How work without a number goes, in words; ``stage`` is progressing, difficult, blocked or completed."""

    measure_uid: str
    period_id: int
    note: str
    stage: str = "progressing"
    organisation: int | None = None
    evidence_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A new value in place of one that was verified, and why."""

    report_id: int
    text: str
    reason: str
    unit: str = ""
    evidence_id: int | None = None
    note: str = ""

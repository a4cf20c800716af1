"""What the API takes and gives: typed, and apart from the models."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Schema
from pydantic import Field


class PlanOut(Schema):
    """A plan in a list."""

    id: int
    title: str
    document_number: str
    number: int = Field(description="版本号")
    issue_date: date | None
    state: str
    measures: int


class CountersignOut(Schema):
    """A unit's answer."""

    id: int
    organisation: str
    state: str
    due_date: date
    comment: str
    reply: str
    version: int

    @staticmethod
    def resolve_organisation(row: Any) -> str:  # a Countersign
        return str(row.organisation)


class PlanDetailOut(Schema):
    """Where a plan stands. ``version`` goes with the next step."""

    id: int
    title: str
    number: int
    state: str
    version: int
    measures: int
    targets: int
    units: int
    doubts: int
    doubts_open: int
    corrections: int
    countersigns: list[CountersignOut]
    added: list[str]
    dropped: list[str]


class DoubtOut(Schema):
    """Something to decide. ``block`` must be corrected or dismissed with a reason."""

    id: int
    code: str
    severity: str
    field: str
    message_zh: str
    message_en: str
    spans: list[list[int]]
    state: str
    version: int
    measure_id: int | None


class StepIn(Schema):
    """A step in the life of a plan."""

    step: Literal["send", "recall", "publish", "discard"]
    version: int
    reason: str = ""


class DecideIn(Schema):
    """What becomes of a doubt; dismissing needs a reason, undoing gives back what was corrected."""

    step: Literal["accept", "reject", "reopen"]
    version: int
    reason: str = ""


class AnswerIn(Schema):
    """A unit's answer to a plan."""

    step: Literal["agree", "object"]
    version: int
    reason: str = ""


class ReplyIn(Schema):
    """The office's answer to an objection."""

    version: int
    reply: str


class WordsIn(Schema):
    """New words for a measure."""

    version: int
    title: str
    kind: Literal["action", "goal", "guarantee", "summary"]
    is_long_term: bool = False
    theme: str = ""


class ResolveIn(Schema):
    """Which units a printed name means."""

    version: int
    organisation_ids: list[int]
    remember: bool = False


class OwnerIn(Schema):
    """A unit the text does not name."""

    version: int
    organisation_id: int
    role: Literal["lead", "joint", "support"]


class DeadlineIn(Schema):
    """A date; without ``deadline_id`` a new one, without ``due_date`` none (unless ongoing)."""

    version: int
    deadline_id: int | None = None
    due_date: date | None = None
    kind: Literal["by", "during", "ongoing"] = "by"


class TargetIn(Schema):
    """A target; without ``target_id`` a new one."""

    version: int
    target_id: int | None = None
    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None = None
    unit: str = ""
    baseline_value: Decimal | None = None
    denominator: Decimal | None = None
    due_date: date | None = None
    per_county: bool = False
    basis: str = "cumulative"
    shape: str = "linear"
    shape_reason: str = ""


class MilestoneIn(Schema):
    """A deliverable or step; without ``milestone_id`` a new one."""

    version: int
    milestone_id: int | None = None
    title: str
    due_date: date | None = None
    is_deliverable: bool = True


class SpanIn(Schema):
    """A passage passed over, by its first and last words."""

    begins: str
    ends: str = ""
    kind: Literal["action", "goal", "guarantee"] = "action"


class MatchIn(Schema):
    """Which measure of the version before a measure continues; blank: none."""

    version: int
    old_uid: str = ""


class CorrectedOut(Schema):
    """A measure after a correction; ``version`` goes with the next one."""

    id: int
    uid: str
    title: str
    version: int
    lead_names: str
    nearest_due: date | None


class TargetOut(Schema):
    """A target of a measure."""

    uid: str
    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str


class LedgerOut(Schema):
    """A measure in the ledger."""

    id: int
    uid: str
    plan_id: int
    number: str
    title: str
    theme: str
    kind: str
    lead_names: str
    nearest_due: date | None
    is_long_term: bool
    light: str
    light_since: date | None
    turns_red_on: date | None
    targets: list[TargetOut]


class LedgerIn(Schema):
    """What of the ledger to show; the same filters as the page's."""

    plan: int | None = None
    department: int | None = None
    region: int | None = None
    theme: str = ""
    light: str = ""
    due: Literal["", "overdue", "7", "30", "90", "none"] = ""
    kind: str = ""
    q: str = ""
    sort: Literal["position", "-position", "due", "-due", "light", "-light"] = "position"


class AssignmentOut(Schema):
    """A unit's duty."""

    id: int
    organisation: str
    role: str
    state: str
    signed_at: datetime | None

    @staticmethod
    def resolve_organisation(row: Any) -> str:  # an Assignment
        return str(row.organisation)


class ChangeOut(Schema):
    """A request for another date."""

    id: int
    state: str
    old_date: date | None
    new_date: date
    reason: str
    version: int


class DeadlineOut(Schema):
    """A date of a measure, as it is and as it was first promised."""

    id: int
    text: str
    kind: str
    due_date: date | None
    original_due_date: date | None
    is_provisional: bool
    changes: list[ChangeOut]


class MeasureOut(Schema):
    """One measure."""

    id: int
    uid: str
    plan_id: int
    number: str
    title: str
    text: str
    theme: str
    light: str
    version: int
    targets: list[TargetOut]
    milestones: list[str]
    deadlines: list[DeadlineOut]
    assignments: list[AssignmentOut]
    events: list[str]


class ChangeIn(Schema):
    """A wish for another date."""

    new_date: date
    reason: str


class ChangeDecideIn(Schema):
    """The office's decision on a wish for another date."""

    step: Literal["approve", "refuse"]
    version: int
    reason: str = ""


class ShapeIn(Schema):
    """How a target in force is expected to be reached, and why."""

    version: int = Field(description="举措的版本")
    shape: Literal["linear", "step", "flat"]
    baseline_value: Decimal | None = None
    reason: str

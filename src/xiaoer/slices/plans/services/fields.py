"""Correct the dates, numbers and deliverables of a measure under review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import Invalid, NotHere
from xiaoer.platform.words import kept
from xiaoer.slices.plans.models import Deadline, Measure, Milestone, Target
from xiaoer.slices.plans.services import doubts as settling
from xiaoer.slices.plans.services.correct import Done, correct

COMPARATORS = ("ge", "gt", "le", "lt", "eq", "within", "approx", "increase_ge", "decrease_ge")
LIMITS = frozenset({"le", "lt", "within"})
SHAPES = ("linear", "step", "flat")
BASES = ("cumulative", "month")
DEADLINE_KINDS = ("by", "during", "ongoing")
BY_HAND = kept("（人工补充）")
_SETTLED = kept("人工核定")
_DEADLINE = kept("期限 %(date)s")
_ONGOING = kept("长期")
_REMOVED = kept("去掉")
_TARGET = kept("目标“%(indicator)s” %(value)s")
_NO_TARGET = kept("去掉一个目标")
_MILESTONE = kept("成果或节点“%(name)s”")
_NO_MILESTONE = kept("去掉一项成果或节点")
Row = TypeVar("Row", Deadline, Target, Milestone)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEdit:
    """New values for a target; ``due_date`` None means that the plan gives none."""

    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    baseline_value: Decimal | None
    denominator: Decimal | None = None
    due_date: date | None
    per_county: bool
    basis: str
    shape: str
    shape_reason: str


def deadline_set(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    deadline_id: int | None,
    due_date: date | None,
    kind: str,
    now: datetime,
) -> Measure:
    """Correct a deadline under review, or add one when ``deadline_id`` is None; None as date removes it."""
    if kind not in DEADLINE_KINDS:
        raise Invalid("请选择期限的性质：某日之前、期间内或长期推进。", field="kind")
    if deadline_id is None and due_date is None and kind != "ongoing":
        raise Invalid("请填写期限日期；没有日期的长期工作，性质选“长期推进”。", field="due_date")

    def change(row: Measure) -> Done:
        known = _known(row.deadlines.all(), deadline_id)
        answers = settling.about(row, fields=("deadline",), span=_span(known))
        if due_date is None and kind != "ongoing":
            if known is not None:
                known.delete()
            return Done(fields={"is_long_term": _all_ongoing(row)}, answers=answers)
        item = known or Deadline(measure=row, text=BY_HAND)
        item.kind = kind
        item.due_date = item.original_due_date = None if kind == "ongoing" else due_date
        item.is_provisional, item.confidence, item.year_source = False, 1.0, _SETTLED
        item.save()
        return Done(fields={"is_long_term": _all_ongoing(row)}, answers=answers)

    shown = _ONGOING if kind == "ongoing" else due_date.isoformat() if due_date else _REMOVED
    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=_DEADLINE % {"date": shown},
    )  # fmt: skip


def _all_ongoing(row: Measure) -> bool:
    kinds = set(row.deadlines.values_list("kind", flat=True))
    return kinds == {"ongoing"}


def target_set(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    target_id: int | None,
    edit: TargetEdit | None,
    now: datetime,
) -> Measure:
    """Correct a target under review, add one (``target_id`` None) or remove one (``edit`` None)."""
    if edit is not None:
        check_target(edit)

    def change(row: Measure) -> Done:
        known = _known(row.targets.all(), target_id)
        answers = settling.about(row, fields=("target", "report_as_target"), span=_span(known))
        if edit is None:
            if known is not None:
                known.delete()
            return Done(fields={}, answers=answers)
        check_shape(
            before=known.shape if known else None, shape=edit.shape,
            comparator=edit.comparator, reason=edit.shape_reason,
        )  # fmt: skip
        item = known or Target(measure=row, position=row.targets.count())
        for name in TargetEdit.__slots__:
            setattr(item, name, getattr(edit, name))
        item.text = item.text or f"{edit.indicator}{edit.value}{edit.unit}"
        item.confidence = 1.0
        item.save()
        return Done(fields={}, answers=answers)

    what = _NO_TARGET
    if edit is not None:
        what = _TARGET % {"indicator": edit.indicator, "value": f"{edit.value}{edit.unit}"}
    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change, what=what
    )


def check_target(edit: TargetEdit) -> None:
    """Refuse values that no target can have, naming the field."""
    if edit.comparator not in COMPARATORS:
        raise Invalid("请选择目标的比较方式。", field="comparator")
    if not edit.indicator.strip():
        raise Invalid("请填写指标名称。", field="indicator")
    if edit.value < 0:
        raise Invalid("目标值不能是负数；要写降低多少，比较方式选“降低不低于”。", field="value")
    if edit.value_max is not None and edit.value_max < edit.value:
        raise Invalid("区间的上限小于下限，请核对两个数。", field="value_max")
    if edit.denominator is not None and edit.denominator <= 0:
        raise Invalid("分母应大于 0，例如全年办件量。", field="denominator")
    if edit.basis not in BASES:
        raise Invalid("请选择上报口径：累计值或当月值。", field="basis")
    if edit.shape not in SHAPES:
        raise Invalid("请选择应达线：匀速推进、一次完成或始终保持。", field="shape")


def check_shape(*, before: str | None, shape: str, comparator: str, reason: str) -> None:
    """Refuse an expected line that departs from the one before, or from the usual one, without a reason."""
    usual = {"linear", "flat" if comparator in LIMITS else "linear"}
    is_changed = shape != before if before is not None else shape not in usual
    if is_changed and not reason.strip():
        raise Invalid("改动应达线要写明理由。", field="shape_reason")


def milestone_set(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    milestone_id: int | None,
    title: str,
    due_date: date | None,
    is_deliverable: bool,
    now: datetime,
) -> Measure:
    """Correct a deliverable or milestone, add one, or remove one (blank title)."""
    name = " ".join(title.split())[:200]
    if milestone_id is None and not name:
        raise Invalid("请写明要交付的成果或要到达的节点。", field="title")

    def change(row: Measure) -> Done:
        known = _known(row.milestones.all(), milestone_id)
        answers = settling.about(row, fields=("milestone",))
        if not name:
            if known is not None:
                known.delete()
            return Done(fields={}, answers=answers)
        item = known or Milestone(measure=row, position=row.milestones.count())
        item.title, item.due_date, item.is_deliverable = name, due_date, is_deliverable
        item.save()
        return Done(fields={}, answers=answers)

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=_MILESTONE % {"name": name} if name else _NO_MILESTONE,
    )  # fmt: skip


def _known(rows: QuerySet[Row], pk: int | None) -> Row | None:
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return found


def _span(row: Deadline | Target | None) -> tuple[int, int] | None:
    if row is None or row.start is None or row.end is None:
        return None
    return (row.start, row.end)

"""Correct what was extracted: one service per kind of field, each guarded by the measure's version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, NotHere, Refused, Stale
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.services import organisation_propose
from xiaoer.slices.plans.models import (
    Assignment,
    Deadline,
    Doubt,
    Measure,
    Milestone,
    Owner,
    Target,
)
from xiaoer.slices.plans.services import duties
from xiaoer.slices.plans.services.review import doubts_corrected

__all__ = [
    "MeasureEdit", "Refused", "TargetEdit", "deadline_set", "measure_edit", "measure_remove",
    "milestone_set", "owner_add", "owner_propose", "owner_remove", "owner_resolve", "target_set",
]  # fmt: skip

COMPARATORS = ("ge", "gt", "le", "lt", "eq", "within", "approx", "increase_ge", "decrease_ge")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEdit:
    """New words for a measure."""

    title: str
    kind: str
    is_long_term: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEdit:
    """New values for a target; ``due_date`` None means that the plan gives none."""

    indicator: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    baseline_value: Decimal | None
    due_date: date | None
    per_county: bool
    basis: str
    shape: str
    shape_reason: str


def correct(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    what: str,
    now: datetime,
    change: Callable[[Measure], dict[str, Any]],
    settles: Callable[[Measure], list[Doubt]],
) -> Measure:
    """Apply one correction to a measure under review, record it, and settle the doubts it answers.

    ``change`` writes rows and returns the new values of the measure's own fields.
    """
    with transaction.atomic():
        row = rules.load(Measure, measure_id, actor=actor, action="plans.measure.review")
        if row.version != version:
            raise Stale()
        row.amend(**change(row))
        duties.refresh_columns(measures=[row])
        log.record(
            "plans.measure.corrected", actor=actor, subject=row, changes={"what": what}, now=now
        )
        doubts_corrected(actor=actor, doubts=settles(row), now=now)
    return row


def open_doubts(row: Measure, *, fields: Sequence[str]) -> list[Doubt]:
    """Return the open doubts of a measure whose field starts with one of ``fields``."""
    mine = row.doubts.filter(state="OPEN")
    return [d for d in mine if any(d.field.startswith(f) or d.code.startswith(f) for f in fields)]


def measure_edit(
    *, actor: Actor, measure_id: int, version: int, edit: MeasureEdit, now: datetime
) -> Measure:
    """Change the title, kind or long-term mark of a measure under review."""
    if not edit.title.strip():
        raise Invalid("举措标题不能为空。", field="title")

    def change(row: Measure) -> dict[str, Any]:
        return {
            "title": edit.title.strip()[:300],
            "kind": edit.kind,
            "is_long_term": edit.is_long_term,
        }

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=f"标题“{edit.title.strip()}”", settles=lambda row: open_doubts(row, fields=("title", "type")),
    )  # fmt: skip


@transaction.atomic
def measure_remove(
    *, actor: Actor, measure_id: int, version: int, reason: str, now: datetime
) -> None:
    """Remove something that is no measure from a plan under review; its doubts are settled with it."""
    row = rules.load(Measure, measure_id, actor=actor, action="plans.measure.review")
    if row.version != version:
        raise Stale()
    if not reason.strip():
        raise Invalid("请写明为何不作为举措入账。", field="reason")
    doubts_corrected(actor=actor, doubts=list(row.doubts.filter(state="OPEN")), now=now)
    log.record(
        "plans.measure.corrected", actor=actor, subject=row, now=now,
        changes={"what": f"不作为举措入账：{reason.strip()}"},
    )  # fmt: skip
    row.delete()


def owner_resolve(
    *, actor: Actor, owner_id: int, version: int, organisation_ids: Sequence[int], now: datetime
) -> Measure:
    """Say which units a printed name means; the same name elsewhere in the plan is resolved with it."""
    owner = Owner.objects.select_related("measure").filter(pk=owner_id).first()
    if owner is None:
        raise NotHere()
    units = _units(organisation_ids)

    def change(row: Measure) -> dict[str, Any]:
        same = list(
            Owner.objects.filter(measure__plan_id=row.plan_id, name=owner.name).select_related(
                "measure"
            )
        )
        Assignment.objects.filter(owner__in=same).delete()
        for item in same:
            item.resolved_how, item.resolved_note = "person", f"由{actor.name}指定"
        Owner.objects.bulk_update(same, ["resolved_how", "resolved_note"])
        duties.assign((item, tuple(u.pk for u in units)) for item in same)
        others = {item.measure_id: item.measure for item in same if item.measure_id != row.pk}
        duties.refresh_columns(measures=list(others.values()))
        return {}

    def settles(row: Measure) -> list[Doubt]:
        named = f"owner.unresolved|{owner.name}"
        return [
            d
            for d in row.plan.doubts.filter(state="OPEN", code="owner.unresolved")
            if d.fingerprint == duties.owner_fingerprint(named)
        ]

    names = "、".join(u.short_name for u in units)
    return correct(
        actor=actor, measure_id=owner.measure_id, version=version, now=now, change=change,
        what=f"责任单位“{owner.name}”对应到{names}", settles=settles,
    )  # fmt: skip


@transaction.atomic
def owner_propose(*, actor: Actor, owner_id: int, version: int, now: datetime) -> Measure:
    """Take a printed name for a unit the directory lacks: make it, awaiting confirmation, and resolve to it."""
    owner = Owner.objects.select_related("measure__plan__series").filter(pk=owner_id).first()
    if owner is None:
        raise NotHere()
    plan = owner.measure.plan
    unit = organisation_propose(
        actor=actor, name=owner.name, source=plan.title, region_id=plan.series.region_id, now=now
    )
    return owner_resolve(
        actor=actor, owner_id=owner_id, version=version, organisation_ids=[unit.pk], now=now
    )


def owner_add(
    *, actor: Actor, measure_id: int, version: int, organisation_id: int, role: str, now: datetime
) -> Measure:
    """Add a unit that the text does not name, in the given role (lead, joint or support)."""
    unit = _units([organisation_id])[0]
    if role not in duties.RANK:
        raise Invalid("请选择职责：牵头、共同负责或配合。", field="role")

    def change(row: Measure) -> dict[str, Any]:
        owner, _ = Owner.objects.get_or_create(
            measure=row, name=unit.name, role=role,
            defaults={"position": row.owners.count(), "resolved_how": "person", "resolved_note": f"由{actor.name}指定"},
        )  # fmt: skip
        Assignment.objects.filter(measure=row, organisation=unit).delete()
        duties.assign([(owner, (unit.pk,))])
        return {}

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=f"增加责任单位{unit}", settles=lambda row: open_doubts(row, fields=("owner.none", "lint.no_owner")),
    )  # fmt: skip


def owner_remove(*, actor: Actor, owner_id: int, version: int, now: datetime) -> Measure:
    """Remove an owner that is none."""
    owner = Owner.objects.filter(pk=owner_id).first()
    if owner is None:
        raise NotHere()

    def change(row: Measure) -> dict[str, Any]:
        owner.delete()
        return {}

    return correct(
        actor=actor, measure_id=owner.measure_id, version=version, now=now, change=change,
        what=f"去掉责任单位“{owner.name}”", settles=lambda row: open_doubts(row, fields=(f"owner:{owner_id}",)),
    )  # fmt: skip


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

    def change(row: Measure) -> dict[str, Any]:
        known = row.deadlines.filter(pk=deadline_id).first() if deadline_id else None
        if deadline_id and known is None:
            raise NotHere()
        if due_date is None and kind != "ongoing":
            if known is not None:
                known.delete()
            return {}
        item = known or Deadline(measure=row, text="（人工补充）")
        item.kind, item.due_date, item.original_due_date = kind, due_date, due_date
        item.is_provisional, item.confidence, item.year_source = False, 1.0, "人工核定"
        item.save()
        return {"is_long_term": kind == "ongoing"}

    shown = due_date.isoformat() if due_date else ("长期" if kind == "ongoing" else "无")
    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=f"期限 {shown}", settles=lambda row: open_doubts(row, fields=("deadline", "lint.deadline")),
    )  # fmt: skip


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
        _check_target(edit)

    def change(row: Measure) -> dict[str, Any]:
        known = row.targets.filter(pk=target_id).first() if target_id else None
        if target_id and known is None:
            raise NotHere()
        if edit is None:
            if known is not None:
                known.delete()
            return {}
        item = known or Target(measure=row, position=row.targets.count())
        for name in TargetEdit.__slots__:
            setattr(item, name, getattr(edit, name))
        item.text = item.text or edit.indicator
        item.confidence = 1.0
        item.save()
        return {}

    what = "去掉一个目标" if edit is None else f"目标“{edit.indicator}” {edit.value}{edit.unit}"
    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=what, settles=lambda row: open_doubts(row, fields=("target", "lint.target")),
    )  # fmt: skip


def _check_target(edit: TargetEdit) -> None:
    if edit.comparator not in COMPARATORS:
        raise Invalid("请选择目标的比较方式。", field="comparator")
    if not edit.indicator.strip():
        raise Invalid("请填写指标名称。", field="indicator")
    if edit.value_max is not None and edit.value_max < edit.value:
        raise Invalid("区间的上限小于下限，请核对两个数。", field="value_max")
    if (
        edit.shape != "linear"
        and not edit.shape_reason.strip()
        and edit.comparator not in ("le", "lt", "within")
    ):
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

    def change(row: Measure) -> dict[str, Any]:
        known = row.milestones.filter(pk=milestone_id).first() if milestone_id else None
        if milestone_id and known is None:
            raise NotHere()
        if not title.strip():
            if known is not None:
                known.delete()
            return {}
        item = known or Milestone(measure=row, position=row.milestones.count())
        item.title, item.due_date, item.is_deliverable = (
            title.strip()[:200],
            due_date,
            is_deliverable,
        )
        item.save()
        return {}

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=f"成果或节点“{title.strip() or '去掉一项'}”",
        settles=lambda row: open_doubts(row, fields=("milestone",)),
    )  # fmt: skip


def _units(ids: Sequence[int]) -> list[Organisation]:
    found = list(Organisation.objects.filter(pk__in=ids).order_by("pk"))
    if not ids or len(found) != len(set(ids)):
        raise Invalid(
            "请从名录里选择单位；名录里没有的，先新建为待确认单位。", field="organisation"
        )
    return found

"""What units do with work in force: sign for it, and ask for another date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import UNIT_ROLES
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere, Refused, Stale
from xiaoer.platform.files.services import file_store
from xiaoer.platform.words import kept
from xiaoer.platform.workflow.worklist import Duty, close_duties, open_duty
from xiaoer.slices.plans.domain import ANSWERING, ASSIGNMENT, DEADLINE_CHANGE
from xiaoer.slices.plans.models import (
    Assignment,
    Deadline,
    DeadlineChange,
    Measure,
    PlanSeries,
    Target,
)
from xiaoer.slices.plans.services import changes, duties, fields

SHAPE_WORDS = {"linear": kept("匀速推进"), "step": kept("一次完成"), "flat": kept("始终保持")}
_SHAPE = kept("%(shape)s，基期值 %(baseline)s")
_EMPTY = kept("未填")
_DECIDE = kept("审批延期：%(title)s")
_ASKED = kept("%(unit)s申请调整到 %(date)s")
_LEDGER = PlanSeries(pk=0, name=kept("台账"))


@transaction.atomic
def ledger_export(*, actor: Actor, filters: Mapping[str, Any], rows: int, now: datetime) -> None:
    """Record that the ledger was exported: by whom, what of it, and how many rows."""
    log.record(
        "plans.ledger.exported", actor=actor, subject=_LEDGER, now=now,
        changes={"rows": rows, "filters": {k: v for k, v in filters.items() if v}},
    )  # fmt: skip


@transaction.atomic
def assignment_sign(*, actor: Actor, assignment_id: int, now: datetime) -> Assignment:
    """Sign, for one's unit, for a measure that was assigned to it."""
    row = rules.load(Assignment, assignment_id, actor=actor, action="plans.assignment.sign")
    _sign(row, actor=actor, now=now)
    _close_when_all_signed(plan_id=row.measure.plan_id, unit=row.organisation_id, now=now)
    return row


@transaction.atomic
def assignments_sign(*, actor: Actor, plan_id: int, now: datetime) -> int:
    """Sign for everything a plan gives one's units that is not signed for yet; return how many."""
    rules.require(actor, "plans.assignment.sign")
    rows = rules.visible(
        Assignment.objects.filter(measure__plan_id=plan_id, state="PENDING"),
        actor=actor,
        action="plans.assignment.sign",
    )
    waiting = list(rows.select_related("measure", "organisation").order_by("pk"))
    for row in waiting:
        _sign(row, actor=actor, now=now)
    for unit in {row.organisation_id for row in waiting}:
        _close_when_all_signed(plan_id=plan_id, unit=unit, now=now)
    return len(waiting)


def _sign(row: Assignment, *, actor: Actor, now: datetime) -> None:
    step = ASSIGNMENT.decide(name="sign", state=row.state)
    row.move(to=step.target, signed_by_id=actor.id, signed_at=now)
    log.record(
        "plans.assignment.signed", actor=actor, subject=row.measure, now=now,
        changes={"unit": str(row.organisation)},
    )  # fmt: skip


def _close_when_all_signed(*, plan_id: int, unit: int, now: datetime) -> None:
    open_left = Assignment.objects.filter(
        measure__plan_id=plan_id, organisation_id=unit, state="PENDING"
    ).exists()
    if not open_left:
        close_duties(prefix=f"plans.sign:{plan_id}:{unit}", now=now)


@transaction.atomic
def deadline_change_request(
    *,
    actor: Actor,
    deadline_id: int,
    new_date: date,
    reason: str,
    now: datetime,
    evidence: bytes | None = None,
    evidence_name: str = "",
) -> DeadlineChange:
    """Ask for another date; somebody of the office decides, and the first date is kept.

    Raises
    ------
    Invalid
        If the date does not move, lies in the past, or no reason is given.
    Refused
        If a request for this deadline is already open.
    """
    deadline = rules.load(
        Deadline, deadline_id, actor=actor, action="plans.deadline_change.request"
    )
    Deadline.objects.select_for_update().get(pk=deadline.pk)
    _check_move(deadline, new_date=new_date, reason=reason, today=now.date())
    if actor.id is None:
        raise NotAllowed("延期要由承担单位的人员提出。")
    row = DeadlineChange.objects.create(
        deadline=deadline,
        measure=deadline.measure,
        organisation_id=_asking_unit(actor=actor, deadline=deadline),
        old_date=deadline.due_date,
        new_date=new_date,
        reason=reason.strip(),
        evidence=file_store(actor=actor, data=evidence, name=evidence_name, now=now)
        if evidence
        else None,
        requested_by_id=actor.id,
        requested_at=now,
        state=DEADLINE_CHANGE.initial,
    )
    log.record(
        "plans.deadline_change.requested", actor=actor, subject=deadline.measure, now=now,
        changes={"old": deadline.due_date, "new": new_date}, reason=reason.strip(),
    )  # fmt: skip
    _open_decision(row, now=now)
    return row


def _check_move(deadline: Deadline, *, new_date: date, reason: str, today: date) -> None:
    if not reason.strip():
        raise Invalid("请写明申请调整期限的理由。", field="reason")
    if deadline.due_date is None:
        raise Invalid("长期推进的任务没有期限可调整。", field="new_date")
    if new_date <= today or new_date == deadline.due_date:
        raise Invalid("新期限应晚于今天，并与现期限不同。", field="new_date")
    if deadline.changes.filter(state="REQUESTED").exists():
        raise Refused("这个期限已有一份延期申请在审批，请等待结果。", code="plans.change_open")


def _open_decision(row: DeadlineChange, *, now: datetime) -> None:
    open_duty(
        Duty(
            key=f"plans.deadline_change:{row.pk}",
            kind="plans.deadline_change",
            title=(_DECIDE % {"title": row.measure.title})[:200],
            why=_ASKED % {"unit": row.organisation, "date": row.new_date},
            url=reverse("plans:deadline_change", args=[row.pk]),
            role="office_leader",
        ),
        now=now,
    )


def _asking_unit(*, actor: Actor, deadline: Deadline) -> int:
    units = actor.scope(UNIT_ROLES)
    mine = deadline.measure.assignments.filter(role__in=ANSWERING).order_by("pk")
    if not units.everywhere:
        mine = mine.filter(organisation_id__in=units.organisations)
    return mine.values_list("organisation_id", flat=True)[0]


@transaction.atomic
def deadline_change_approve(
    *, actor: Actor, change_id: int, version: int, note: str, now: datetime
) -> DeadlineChange:
    """Move the deadline as asked. The original date stays on it."""
    row = _load_change(actor=actor, change_id=change_id, version=version)
    step = DEADLINE_CHANGE.decide(name="approve", state=row.state)
    row.move(to=step.target, decided_by_id=actor.id, decided_at=now, decision_note=note.strip())
    Deadline.objects.filter(pk=row.deadline_id).update(due_date=row.new_date, is_provisional=False)
    measure = row.measure
    if not measure.deadlines.filter(due_date=row.old_date).exists():
        measure.targets.filter(due_date=row.old_date).update(due_date=row.new_date)
        measure.milestones.filter(due_date=row.old_date).update(due_date=row.new_date)
    duties.refresh_columns(measures=[measure])
    log.record(
        "plans.deadline_change.approved", actor=actor, subject=measure, now=now,
        changes={"old": row.old_date, "new": row.new_date}, reason=note.strip(),
    )  # fmt: skip
    close_duties(prefix=f"plans.deadline_change:{row.pk}", now=now)
    changes.announce(plan_id=measure.plan_id, measure_uid=measure.uid)
    return row


@transaction.atomic
def deadline_change_refuse(
    *, actor: Actor, change_id: int, version: int, reason: str, now: datetime
) -> DeadlineChange:
    """Decline the request with a reason; the deadline stays as it is."""
    row = _load_change(actor=actor, change_id=change_id, version=version)
    step = DEADLINE_CHANGE.decide(name="refuse", state=row.state, facts={"reason": reason})
    row.move(to=step.target, decided_by_id=actor.id, decided_at=now, decision_note=reason.strip())
    log.record(
        "plans.deadline_change.refused", actor=actor, subject=row.measure, now=now,
        changes={"old": row.old_date, "new": row.new_date}, reason=reason.strip(),
    )  # fmt: skip
    close_duties(prefix=f"plans.deadline_change:{row.pk}", now=now)
    return row


def _load_change(*, actor: Actor, change_id: int, version: int) -> DeadlineChange:
    row = rules.load(DeadlineChange, change_id, actor=actor, action="plans.deadline_change.decide")
    if row.version != version:
        raise Stale()
    if row.measure.plan.state != "PUBLISHED":
        raise NotFromHere("方案已被新版本取代，这份申请不再需要审批。")
    return row


@transaction.atomic
def target_reshape(
    *,
    actor: Actor,
    target_id: int,
    version: int,
    shape: str,
    baseline_value: Decimal | None,
    reason: str,
    now: datetime,
) -> Target:
    """Change, with a reason, how a target in force is expected to be reached: its line and its start.

    ``version`` is that of the measure, which moves on.
    """
    target = Target.objects.select_related("measure").filter(pk=target_id).first()
    if target is None:
        raise NotHere()
    row = rules.load(Measure, target.measure_id, actor=actor, action="plans.measure.shape")
    if row.version != version:
        raise Stale()
    if shape not in fields.SHAPES:
        raise Invalid("请选择应达线：匀速推进、一次完成或始终保持。", field="shape")
    if not reason.strip():
        raise Invalid("改动应达线要写明理由，理由会随目标公开。", field="reason")
    if (shape, baseline_value) == (target.shape, target.baseline_value):
        raise Invalid("应达线和基期值都没有变化。", field="shape")
    changes = {
        "shape": [target.shape, shape],
        "baseline_value": [target.baseline_value, baseline_value],
    }
    row.amend()
    target.shape, target.baseline_value = shape, baseline_value
    target.shape_reason = reason.strip()[:200]
    target.save(update_fields=["shape", "baseline_value", "shape_reason"])
    baseline = _EMPTY if baseline_value is None else baseline_value
    words = _SHAPE % {"shape": SHAPE_WORDS[shape], "baseline": baseline}
    log.record(
        "plans.target.reshaped", actor=actor, subject=row, now=now, reason=reason.strip(),
        changes={**changes, "target": target.text, "what": words},
    )  # fmt: skip
    return target


@transaction.atomic
def dues_roll(*, now: datetime) -> int:
    """Let ``nearest_due`` of measures in force name the next date ahead, the last one when all have passed.

    Returns how many measures were changed; two statements whatever their number.
    """
    dated = Deadline.objects.filter(measure=OuterRef("pk"), due_date__isnull=False)
    ahead = dated.filter(due_date__gte=now.date()).order_by("due_date")
    past = dated.order_by("-due_date")
    wanted = Coalesce(Subquery(ahead.values("due_date")[:1]), Subquery(past.values("due_date")[:1]))
    passed = Measure.objects.filter(plan__state="PUBLISHED", nearest_due__lt=now.date())
    stale = passed.annotate(wanted=wanted).exclude(nearest_due=F("wanted")).values("pk")
    return Measure.objects.filter(pk__in=list(stale.values_list("pk", flat=True))).update(
        nearest_due=wanted
    )

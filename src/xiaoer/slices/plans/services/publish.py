"""Send a plan round, collect the units' answers, and put it in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Refused, Stale
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.words import kept, listed
from xiaoer.platform.workflow.worklist import Duty, close_duties, open_duty
from xiaoer.slices.plans.domain import COUNTERSIGN, PLAN
from xiaoer.slices.plans.models import Assignment, Countersign, Plan
from xiaoer.slices.plans.queries import gaps
from xiaoer.slices.plans.services import changes, duties, succeed
from xiaoer.slices.plans.services.dates import working_days_from
from xiaoer.slices.plans.services.lineage import link_targets

_HAS_TASKS = kept("方案给%(unit)s安排了任务")
_COUNTERSIGN = kept("会签：%(plan)s")
_SETTLE = kept("处理异议：%(unit)s对《%(plan)s》")
_OBJECTED = kept("会签单位提出异议，须由营商办协调")
_ANSWERED = kept("营商办已答复异议，请再次会签")


class NotReady(Refused):
    """Doubts, objections or missing answers stand in the way; the message counts them."""

    code = "plans.not_ready"


@transaction.atomic
def plan_send(*, actor: Actor, plan_id: int, version: int, now: datetime) -> Plan:
    """Send a reviewed plan to every unit that it gives work.

    Raises
    ------
    NotReady
        If doubts are open that must be decided, or a measure has no unit that answers for it.
    """
    plan = _load(actor=actor, plan_id=plan_id, version=version, action="plans.plan.send")
    step = PLAN.decide(name="send", state=plan.state)
    _refuse_unready(plan)
    units = Organisation.objects.filter(
        pk__in=Assignment.objects.filter(measure__plan=plan).values("organisation_id")
    ).order_by("pk")
    answer_by = working_days_from(now.date(), rule="plans.countersign_days")
    for unit in units:
        _ask(plan=plan, unit=unit, answer_by=answer_by, actor=actor, now=now)
    plan.move(to=step.target)
    log.record("plans.plan.sent", actor=actor, subject=plan, changes={"units": len(units)}, now=now)
    return plan


def _refuse_unready(plan: Plan) -> None:
    undecided = plan.doubts.filter(state="OPEN").exclude(severity="note").count()
    if undecided:
        raise NotReady(
            "还有 %(undecided)s 处疑点没有处理，处理完才能送会签。",
            values={"undecided": undecided},
            data={"open_doubts": undecided},
        )
    names = list(dict.fromkeys(gaps.unresolved_leads(plan).values_list("name", flat=True)))
    if names:
        raise NotReady(
            "%(some)s还没有对应到机构，请先指定单位或新建为待确认单位。",
            values={"some": _some(names)},
            data={"unresolved": len(names)},
        )
    if orphans := list(gaps.orphans(plan).values_list("title", flat=True)):
        raise NotReady(
            "%(some)s没有牵头或共同负责的单位，请先指定。",
            values={"some": _some(orphans)},
            data={"measures": len(orphans)},
        )
    if bare := list(gaps.bare(plan).values_list("title", flat=True)):
        raise NotReady(
            "%(some)s既没有量化目标，也没有成果或节点，无从评判，请先补上成果或节点。",
            values={"some": _some(bare)},
            data={"measures": len(bare)},
        )


def _some(names: Sequence[str]) -> str:
    """Return the first names in quotes and how many there are."""
    shown = listed(f"“{name}”" for name in names[:3])
    if len(names) <= 3:
        return shown
    return _("%(names)s等 %(n)s 项") % {"names": shown, "n": len(names)}


def _ask(*, plan: Plan, unit: Organisation, answer_by: date, actor: Actor, now: datetime) -> None:
    row = Countersign.objects.filter(plan=plan, organisation=unit).first()
    if row is None:
        row = Countersign.objects.create(
            plan=plan, organisation=unit, due_date=answer_by, state=COUNTERSIGN.initial
        )
    else:
        step = COUNTERSIGN.decide(name="ask", state=row.state)
        row.move(
            to=step.target, due_date=answer_by, comment="", reply="",
            answered_by_id=None, answered_at=None,
        )  # fmt: skip
    log.record(
        "plans.countersign.asked", actor=actor, subject=row, now=now,
        changes={"unit": str(unit), "due_date": answer_by},
    )  # fmt: skip
    _open_countersign(row, why=_HAS_TASKS % {"unit": unit}, now=now)


def _open_countersign(row: Countersign, *, why: str, now: datetime) -> None:
    open_duty(
        Duty(
            key=f"plans.countersign:{row.plan_id}:{row.organisation_id}",
            kind="plans.countersign",
            title=_COUNTERSIGN % {"plan": row.plan.title},
            why=why,
            url=duties.plan_url(row.plan_id),
            role="handler",
            organisation=row.organisation_id,
            due_date=row.due_date,
        ),
        now=now,
    )


@transaction.atomic
def countersign_agree(
    *, actor: Actor, countersign_id: int, version: int, now: datetime
) -> Countersign:
    """Agree, for one's unit, to the work that a plan gives it."""
    row = _load_countersign(actor=actor, pk=countersign_id, version=version)
    step = COUNTERSIGN.decide(name="agree", state=row.state)
    row.move(to=step.target, answered_by_id=actor.id, answered_at=now)
    log.record("plans.countersign.agreed", actor=actor, subject=row, now=now)
    for kind in ("countersign", "objection"):
        close_duties(prefix=f"plans.{kind}:{row.plan_id}:{row.organisation_id}", now=now)
    return row


@transaction.atomic
def countersign_object(
    *, actor: Actor, countersign_id: int, version: int, reason: str, now: datetime
) -> Countersign:
    """Object, for one's unit, with the reason; the office must settle it before publication."""
    row = _load_countersign(actor=actor, pk=countersign_id, version=version)
    step = COUNTERSIGN.decide(name="object", state=row.state, facts={"reason": reason})
    row.move(to=step.target, comment=reason.strip(), answered_by_id=actor.id, answered_at=now)
    log.record(
        "plans.countersign.objected", actor=actor, subject=row, reason=reason.strip(), now=now
    )
    close_duties(prefix=f"plans.countersign:{row.plan_id}:{row.organisation_id}", now=now)
    open_duty(
        Duty(
            key=f"plans.objection:{row.plan_id}:{row.organisation_id}",
            kind="plans.objection",
            title=_SETTLE % {"unit": row.organisation, "plan": row.plan},
            why=_OBJECTED,
            url=duties.plan_url(row.plan_id),
            role="office",
        ),
        now=now,
    )
    return row


@transaction.atomic
def countersign_reply(
    *, actor: Actor, countersign_id: int, version: int, reply: str, now: datetime
) -> Countersign:
    """Answer, for the office, a unit's objection; the unit is asked again, within a fresh limit."""
    row = _load_countersign(
        actor=actor, pk=countersign_id, version=version, action="plans.countersign.reply"
    )
    step = COUNTERSIGN.decide(name="reply", state=row.state, facts={"reply": reply})
    answer_by = working_days_from(now.date(), rule="plans.countersign_days")
    row.move(to=step.target, reply=reply.strip(), due_date=answer_by)
    log.record(
        "plans.countersign.replied", actor=actor, subject=row, now=now,
        changes={"unit": str(row.organisation), "reply": reply.strip()},
    )  # fmt: skip
    close_duties(prefix=f"plans.objection:{row.plan_id}:{row.organisation_id}", now=now)
    _open_countersign(row, why=_ANSWERED, now=now)
    return row


def _load_countersign(
    *, actor: Actor, pk: int, version: int, action: str = "plans.countersign.answer"
) -> Countersign:
    row = rules.load(Countersign, pk, actor=actor, action=action)
    if row.version != version:
        raise Stale()
    return row


@transaction.atomic
def plan_recall(*, actor: Actor, plan_id: int, version: int, reason: str, now: datetime) -> Plan:
    """Take a plan back from the units for correction; their answers lapse and are asked for again."""
    plan = _load(actor=actor, plan_id=plan_id, version=version, action="plans.plan.recall")
    step = PLAN.decide(name="recall", state=plan.state, facts={"reason": reason})
    for row in plan.countersigns.exclude(state="WITHDRAWN"):
        row.move(to=COUNTERSIGN.decide(name="withdraw", state=row.state).target)
    _close_plan_duties(plan, now=now)
    plan.move(to=step.target)
    log.record("plans.plan.recalled", actor=actor, subject=plan, reason=reason.strip(), now=now)
    return plan


@transaction.atomic
def plan_discard(*, actor: Actor, plan_id: int, version: int, reason: str, now: datetime) -> Plan:
    """Give up a plan under review; it stays on record."""
    plan = _load(actor=actor, plan_id=plan_id, version=version, action="plans.plan.discard")
    step = PLAN.decide(name="discard", state=plan.state, facts={"reason": reason})
    plan.move(to=step.target, previous_id=None)
    log.record("plans.plan.discarded", actor=actor, subject=plan, reason=reason.strip(), now=now)
    return plan


@transaction.atomic
def plan_publish(*, actor: Actor, plan_id: int, version: int, now: datetime) -> Plan:
    """Put a countersigned plan in force: issue its assignments, replace the version before it.

    A unit that has not answered by its date is taken to agree; an objection must be settled first.

    Raises
    ------
    NotReady
        If a unit objects, or its time to answer still runs.
    """
    plan = _load(actor=actor, plan_id=plan_id, version=version, action="plans.plan.publish")
    step = PLAN.decide(name="publish", state=plan.state)
    _refuse_unanswered(plan, today=now.date())
    plan.move(to=step.target, published_by_id=actor.id, published_at=now)
    signed = succeed.supersede(plan=plan, actor=actor, now=now)
    listed = succeed.list_measures(plan=plan, actor=actor, now=now)
    succeed.issue(plan=plan, signed=signed, now=now)
    _close_plan_duties(plan, now=now)
    link_targets(plan=plan)
    corrections = plan.corrections.filter(undone_at__isnull=True).count()
    log.record(
        "plans.plan.published", actor=actor, subject=plan, now=now,
        changes={"measures": listed, "corrections": corrections},
    )  # fmt: skip
    changes.announce(plan_id=plan.pk)
    return plan


def _refuse_unanswered(plan: Plan, *, today: date) -> None:
    objections = [str(c.organisation) for c in plan.countersigns.filter(state="OBJECTED")]
    if objections:
        raise NotReady(
            "%(names)s有异议，协调一致（对方改为同意，或撤回修改）后才能发布。",
            values={"names": tuple(objections)},
        )
    waiting = [
        str(c.organisation) for c in plan.countersigns.filter(state="PENDING", due_date__gte=today)
    ]
    if waiting:
        raise NotReady(
            "还有 %(n)s 个单位没有会签：%(names)s。到期仍未答复的视为同意。",
            values={"n": len(waiting), "names": tuple(waiting[:5])},
            data={"waiting": len(waiting)},
        )


def _close_plan_duties(plan: Plan, *, now: datetime) -> None:
    for prefix in (f"plans.countersign:{plan.pk}", f"plans.objection:{plan.pk}"):
        close_duties(prefix=prefix, now=now)


def _load(*, actor: Actor, plan_id: int, version: int, action: str) -> Plan:
    plan = rules.load(Plan, plan_id, actor=actor, action=action)
    if plan.version != version:
        raise Stale()
    return plan

"""Send a plan round, collect the units' answers, and put it in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from xiaoer.engines.calendar import Period, Unit, due
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Refused, Stale
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.rules import shipped_book, shipped_calendar
from xiaoer.platform.workflow.worklist import Duty, close_duties, open_duty
from xiaoer.slices.plans.domain import ASSIGNMENT, COUNTERSIGN, MEASURE, PLAN
from xiaoer.slices.plans.models import Assignment, Countersign, Measure, Plan
from xiaoer.slices.plans.queries.compare import compare
from xiaoer.slices.plans.services import duties
from xiaoer.slices.plans.services.lineage import link_targets

_after_publication: list[Callable[[int], None]] = []


class NotReady(Refused):
    """Doubts, objections or missing answers stand in the way; the message counts them."""

    code = "plans.not_ready"


def after_publication(react: Callable[[int], None]) -> None:
    """Register a function called with the plan's id inside the publishing transaction."""
    if react not in _after_publication:
        _after_publication.append(react)


def working_days_from(start: date, *, rule: str) -> date:
    """Return the day on which the limit named by ``rule`` runs out, counted in working days."""
    days = int(shipped_book().number_at(rule, on=start))
    return due(
        calendar=shipped_calendar(), start=start, period=Period(n=days, unit=Unit.WORKING_DAY)
    ).date


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
            f"还有 {undecided} 处疑点没有处理，处理完才能送会签。", data={"open_doubts": undecided}
        )
    orphans = _without_answer(plan)
    if orphans:
        titles = "、".join(f"“{t}”" for t in orphans[:3])
        raise NotReady(
            f"{titles}{'等' if len(orphans) > 3 else ''}共 {len(orphans)} 项举措没有牵头或共同负责的单位，请先指定。",
            data={"measures": len(orphans)},
        )


def _without_answer(plan: Plan) -> list[str]:
    answered = Assignment.objects.filter(measure__plan=plan, role__in=duties.ANSWERING).values(
        "measure_id"
    )
    rows = plan.measures.filter(kind="action").exclude(pk__in=answered).order_by("position", "pk")
    return list(rows.values_list("title", flat=True))


def _ask(*, plan: Plan, unit: Organisation, answer_by: date, actor: Actor, now: datetime) -> None:
    row = Countersign.objects.filter(plan=plan, organisation=unit).first()
    if row is None:
        row = Countersign.objects.create(
            plan=plan, organisation=unit, due_date=answer_by, state=COUNTERSIGN.initial
        )
    else:
        step = COUNTERSIGN.decide(name="ask", state=row.state)
        row.move(
            to=step.target, due_date=answer_by, comment="", answered_by_id=None, answered_at=None
        )
    log.record(
        "plans.countersign.asked", actor=actor, subject=row, now=now,
        changes={"unit": str(unit), "due_date": answer_by},
    )  # fmt: skip
    open_duty(
        Duty(
            key=f"plans.countersign:{plan.pk}:{unit.pk}",
            kind="plans.countersign",
            title=f"会签：{plan.title}",
            why=f"方案给{unit}安排了任务",
            url=duties.plan_url(plan.pk),
            role="handler",
            organisation=unit.pk,
            due_date=answer_by,
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
    close_duties(prefix=f"plans.countersign:{row.plan_id}:{row.organisation_id}", now=now)
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
            title=f"处理异议：{row.organisation}对《{row.plan}》",
            why="会签单位提出异议，须由营商办协调",
            url=duties.plan_url(row.plan_id),
            role="office",
        ),
        now=now,
    )
    return row


def _load_countersign(*, actor: Actor, pk: int, version: int) -> Countersign:
    row = rules.load(Countersign, pk, actor=actor, action="plans.countersign.answer")
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
    measures = list(plan.measures.order_by("position", "pk"))
    signed = _supersede(plan=plan, actor=actor, now=now)
    _list_measures(plan=plan, measures=measures, actor=actor, now=now)
    _issue(plan=plan, signed=signed, now=now)
    _close_plan_duties(plan, now=now)
    link_targets(plan=plan)
    corrections = plan.doubts.filter(state="CORRECTED").count()
    log.record(
        "plans.plan.published", actor=actor, subject=plan, now=now,
        changes={"measures": len(measures), "corrections": corrections},
    )  # fmt: skip
    for react in _after_publication:
        react(plan.pk)
    return plan


def _refuse_unanswered(plan: Plan, *, today: date) -> None:
    objections = [str(c.organisation) for c in plan.countersigns.filter(state="OBJECTED")]
    if objections:
        raise NotReady(
            f"{'、'.join(objections)}有异议，协调一致（对方改为同意，或撤回修改）后才能发布。"
        )
    waiting = [
        str(c.organisation) for c in plan.countersigns.filter(state="PENDING", due_date__gte=today)
    ]
    if waiting:
        raise NotReady(
            f"还有 {len(waiting)} 个单位没有会签：{'、'.join(waiting[:5])}。到期仍未答复的视为同意。",
            data={"waiting": len(waiting)},
        )


def _list_measures(*, plan: Plan, measures: list[Measure], actor: Actor, now: datetime) -> None:
    comparison = compare(plan=plan)
    kept = {p.new.uid: p.what for p in comparison.paired} if comparison else {}
    for row in measures:
        row.state = MEASURE.decide(name="list", state=row.state).target
        what = kept.get(row.uid)
        if what is None:
            log.record(
                "plans.measure.listed",
                actor=actor,
                subject=row,
                changes={"plan": plan.title},
                now=now,
            )
        elif what == "changed":
            log.record(
                "plans.measure.amended", actor=actor, subject=row, now=now,
                changes={"number": plan.number, "what": "文字或要求有改动"},
            )  # fmt: skip
    Measure.objects.bulk_update(measures, ["state"], batch_size=500)
    for row in comparison.dropped if comparison else ():
        log.record(
            "plans.measure.dropped",
            actor=actor,
            subject=row,
            changes={"number": plan.number},
            now=now,
        )


def _supersede(*, plan: Plan, actor: Actor, now: datetime) -> dict[tuple[str, int], Assignment]:
    """Retire the version before this one; return its signed assignments by measure identity and unit."""
    previous = plan.previous
    if previous is None:
        return {}
    step = PLAN.decide(name="supersede", state=previous.state)
    previous.move(to=step.target)
    log.record(
        "plans.plan.superseded",
        actor=actor,
        subject=previous,
        changes={"number": plan.number},
        now=now,
    )
    rows = Assignment.objects.filter(measure__plan=previous).select_related("measure")
    for row in rows:
        close_duties(prefix=f"plans.sign:{row.pk}", now=now)
    carry_lights(plan=plan, previous=previous)
    return {(r.measure.uid, r.organisation_id): r for r in rows if r.state == "SIGNED"}


def carry_lights(*, plan: Plan, previous: Plan) -> None:
    """Let each continued measure keep the light it had until lights are computed again."""
    old = {m.uid: m for m in previous.measures.all()}
    rows = [m for m in plan.measures.all() if m.uid in old]
    for row in rows:
        before = old[row.uid]
        row.light, row.light_since, row.turns_red_on = (
            before.light,
            before.light_since,
            before.turns_red_on,
        )
    Measure.objects.bulk_update(rows, ["light", "light_since", "turns_red_on"], batch_size=500)


def _issue(*, plan: Plan, signed: dict[tuple[str, int], Assignment], now: datetime) -> None:
    """Issue every assignment; one that the unit already signed for in the version before stays signed."""
    sign_by = working_days_from(now.date(), rule="plans.sign_days")
    waiting: dict[int, int] = {}
    rows = list(
        Assignment.objects.filter(measure__plan=plan).select_related("measure").order_by("pk")
    )
    for row in rows:
        before = signed.get((row.measure.uid, row.organisation_id))
        step = ASSIGNMENT.decide(name="carry" if before else "issue", state=row.state)
        row.state, row.version = step.target, row.version + 1
        if before is not None:
            row.signed_by_id, row.signed_at = before.signed_by_id, before.signed_at
        else:
            waiting[row.organisation_id] = waiting.get(row.organisation_id, 0) + 1
    Assignment.objects.bulk_update(
        rows, ["state", "version", "signed_by", "signed_at"], batch_size=500
    )
    for organisation_id, count in waiting.items():
        open_duty(
            Duty(
                key=f"plans.sign:{plan.pk}:{organisation_id}",
                kind="plans.sign",
                title=f"签收 {count} 项任务：{plan.title}",
                why="方案已发布，请签收承担的任务",
                url=f"{duties.plan_url(plan.pk)}?sign=1",
                role="handler",
                organisation=organisation_id,
                due_date=sign_by,
            ),
            now=now,
        )


def _close_plan_duties(plan: Plan, *, now: datetime) -> None:
    for prefix in (f"plans.countersign:{plan.pk}", f"plans.objection:{plan.pk}"):
        close_duties(prefix=prefix, now=now)


def _load(*, actor: Actor, plan_id: int, version: int, action: str) -> Plan:
    plan = rules.load(Plan, plan_id, actor=actor, action=action)
    if plan.version != version:
        raise Stale()
    return plan

"""Who may do what with plans and the ledger."""

from __future__ import annotations

from django.db.models import Q

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import (
    CITY_LEADER,
    HANDLER,
    OFFICE,
    OFFICE_LEADER,
    OFFICE_ROLES,
    STAFF_ROLES,
    UNIT_LEADER,
    UNIT_ROLES,
)
from xiaoer.platform.access.rules import Action, Clause, register


def _plan_seen(actor: Actor) -> tuple[Clause, ...]:
    if actor.holds(OFFICE_ROLES):
        return ()
    units = actor.scope(UNIT_ROLES).organisations
    seen = Q(state__in=["PUBLISHED", "SUPERSEDED"]) | Q(
        pk__in=_countersigned_plans(units), state="COUNTERSIGNING"
    )
    return (Clause(condition=seen, why_not="方案尚未发布。"),)


def _published(actor: Actor) -> tuple[Clause, ...]:
    return (Clause(condition=Q(state="PUBLISHED"), why_not="只有已发布的方案可以修订。"),)


def _countersign_seen(actor: Actor) -> tuple[Clause, ...]:
    if actor.holds(OFFICE_ROLES):
        return ()
    mine = Q(organisation_id__in=actor.scope(UNIT_ROLES).organisations)
    return (Clause(condition=mine, why_not="只能看本单位的会签。"),)


def _deadline_seen(actor: Actor) -> tuple[Clause, ...]:
    if actor.holds(OFFICE_ROLES):
        return ()
    seen = Q(measure__plan__state__in=["PUBLISHED", "SUPERSEDED"])
    return (Clause(condition=seen, why_not="方案尚未发布。"),)


def _change_seen(actor: Actor) -> tuple[Clause, ...]:
    if actor.holds(OFFICE_ROLES | {CITY_LEADER}):
        return ()
    units = actor.scope(UNIT_ROLES)
    if units.everywhere:
        return ()
    mine = Q(organisation_id__in=units.organisations) | Q(
        measure_id__in=_assigned_measures(units.organisations)
    )
    return (Clause(condition=mine, why_not="只有承担这项举措的单位可以查看。"),)


def _assigned_measures(units: frozenset[int]) -> object:
    from xiaoer.slices.plans.models import Assignment

    return Assignment.objects.filter(organisation_id__in=units).values("measure_id")


def _of_published(actor: Actor) -> tuple[Clause, ...]:
    return (
        Clause(
            condition=Q(plan__state="PUBLISHED"),
            why_not="只有已发布方案的应达线在这里调整；校核中的请在校核页更正。",
        ),
    )


def _in_force_of_own_unit(actor: Actor) -> tuple[Clause, ...]:
    return (
        *_own_unit(actor),
        Clause(
            condition=Q(measure__plan__state="PUBLISHED"), why_not="方案尚未发布或已被新版本取代。"
        ),
    )


def _countersigned_plans(units: frozenset[int]) -> object:
    from xiaoer.slices.plans.models import Countersign

    return (
        Countersign.objects.filter(organisation_id__in=units)
        .exclude(state="WITHDRAWN")
        .values("plan_id")
    )


def _in_review(actor: Actor) -> tuple[Clause, ...]:
    return (
        Clause(
            condition=Q(state="IN_REVIEW"), why_not="方案不在校核阶段，不能修改；请先撤回校核。"
        ),
    )


def _in_review_of_plan(actor: Actor) -> tuple[Clause, ...]:
    return (
        Clause(
            condition=Q(plan__state="IN_REVIEW"),
            why_not="方案不在校核阶段，不能修改；请先撤回校核。",
        ),
    )


def _measure_seen(actor: Actor) -> tuple[Clause, ...]:
    if actor.holds(OFFICE_ROLES):
        return ()
    units = actor.scope(UNIT_ROLES).organisations
    seen = Q(plan__state__in=["PUBLISHED", "SUPERSEDED"]) | Q(
        plan_id__in=_countersigned_plans(units), plan__state="COUNTERSIGNING"
    )
    return (Clause(condition=seen, why_not="方案尚未发布。"),)


def _own_unit(actor: Actor) -> tuple[Clause, ...]:
    units = actor.scope(UNIT_ROLES)
    mine = Q() if units.everywhere else Q(organisation_id__in=units.organisations)
    return (Clause(condition=mine, why_not="只能由该单位自己的人员办理。"),)


def _assigned_to_own_unit(actor: Actor) -> tuple[Clause, ...]:
    units = actor.scope(UNIT_ROLES)
    mine = (
        Q()
        if units.everywhere
        else Q(
            measure__assignments__organisation_id__in=units.organisations,
            measure__assignments__role__in=["lead", "joint"],
        )
    )
    return (
        Clause(
            condition=Q(measure__plan__state="PUBLISHED"), why_not="方案尚未发布或已被新版本取代。"
        ),
        Clause(condition=Q(pk__in=_deadlines(mine)), why_not="只有牵头单位可以申请调整期限。"),
    )


def _deadlines(condition: Q) -> object:
    from xiaoer.slices.plans.models import Deadline

    return Deadline.objects.filter(condition).values("pk")


def _not_the_requester(actor: Actor) -> tuple[Clause, ...]:
    return (Clause(condition=~Q(requested_by_id=actor.id), why_not="申请人不能审批自己的申请。"),)


def declare() -> None:
    """Declare every action of the slice."""
    office, leader, units = OFFICE_ROLES, frozenset({OFFICE_LEADER}), UNIT_ROLES
    for action in (
        Action(code="plans.plan.list", label="查看方案", roles=STAFF_ROLES, rule=_plan_seen),
        Action(code="plans.plan.view", label="查看方案", roles=STAFF_ROLES, rule=_plan_seen),
        Action(code="plans.plan.upload", label="上传方案", roles=office),
        Action(
            code="plans.plan.amend",
            label="修订方案",
            roles=office,
            rule=_published,
            sees="plans.plan.view",
        ),
        Action(
            code="plans.plan.review",
            label="校核方案",
            roles=office,
            rule=_in_review,
            sees="plans.plan.view",
        ),
        Action(code="plans.plan.send", label="送会签", roles=office, sees="plans.plan.view"),
        Action(code="plans.plan.recall", label="撤回校核", roles=office, sees="plans.plan.view"),
        Action(code="plans.plan.publish", label="发布方案", roles=office, sees="plans.plan.view"),
        Action(code="plans.plan.discard", label="作废方案", roles=office, sees="plans.plan.view"),
        Action(code="plans.measure.list", label="查看台账", roles=STAFF_ROLES, rule=_measure_seen),
        Action(code="plans.measure.view", label="查看举措", roles=STAFF_ROLES, rule=_measure_seen),
        Action(
            code="plans.measure.review",
            label="校核举措",
            roles=office,
            rule=_in_review_of_plan,
            sees="plans.measure.view",
        ),
        Action(
            code="plans.measure.shape",
            label="调整应达线与里程碑",
            roles=office,
            rule=_of_published,
            sees="plans.measure.view",
        ),
        Action(code="plans.doubt.decide", label="处理疑点", roles=office, rule=_in_review_of_plan),
        Action(
            code="plans.correction.undo", label="撤销更正", roles=office, rule=_in_review_of_plan
        ),
        Action(
            code="plans.countersign.view",
            label="查看会签",
            roles=STAFF_ROLES,
            rule=_countersign_seen,
        ),
        Action(code="plans.countersign.reply", label="答复异议", roles=office),
        Action(
            code="plans.countersign.answer",
            label="会签",
            roles=units,
            rule=_own_unit,
            sees="plans.countersign.view",
        ),
        Action(
            code="plans.assignment.sign", label="签收任务", roles=units, rule=_in_force_of_own_unit
        ),
        Action(
            code="plans.deadline_change.request",
            label="申请调整期限",
            roles=frozenset({HANDLER, UNIT_LEADER}),
            rule=_assigned_to_own_unit,
            sees="plans.deadline.view",
        ),
        Action(
            code="plans.deadline.view", label="查看期限", roles=STAFF_ROLES, rule=_deadline_seen
        ),
        Action(
            code="plans.deadline_change.view",
            label="查看延期申请",
            roles=STAFF_ROLES,
            rule=_change_seen,
        ),
        Action(
            code="plans.deadline_change.decide",
            label="审批延期",
            roles=leader | {OFFICE},
            rule=_not_the_requester,
            sees="plans.deadline_change.view",
        ),
    ):
        register(action)

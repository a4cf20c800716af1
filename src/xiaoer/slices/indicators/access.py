"""Who may do what with periods, reports and indicators."""

from __future__ import annotations

from django.db.models import Q

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import (
    HANDLER,
    OFFICE_LEADER,
    OFFICE_ROLES,
    STAFF_ROLES,
    UNIT_LEADER,
    UNIT_ROLES,
)
from xiaoer.platform.access.rules import Action, Clause, allowed, register, visible

SETTLED = ("VERIFIED", "REPLACED")


def _report_seen(actor: Actor) -> tuple[Clause, ...]:
    """The office sees all; a unit sees its own, and what has been verified of the others'."""
    if actor.holds(OFFICE_ROLES):
        return ()
    seen = Q(state__in=SETTLED) | Q(organisation_id__in=actor.scope(UNIT_ROLES).organisations)
    return (Clause(condition=seen, why_not="尚未核实的上报只有填报单位和营商办可见。"),)


def _of_own_unit(actor: Actor) -> tuple[Clause, ...]:
    units = actor.scope(UNIT_ROLES)
    mine = Q() if units.everywhere else Q(organisation_id__in=units.organisations)
    return (Clause(condition=mine, why_not="只有填报单位自己的人员可以办理。"),)


def _another_person(actor: Actor) -> tuple[Clause, ...]:
    """Whoever reported it may not verify it, and a machine may not either."""
    if actor.id is None:
        return (Clause(condition=Q(pk__in=()), why_not="上报必须由具名的人核实。"),)
    other = Q(submitted_by__isnull=True) | ~Q(submitted_by_id=actor.id)
    return (
        Clause(
            condition=other,
            why_not="上报人不能核实自己上报的数据，须由营商办另一位同志核实。",
        ),
    )


def may_read_evidence(actor: Actor, file_id: int) -> bool:
    """Return whether a file is the evidence of a report that the actor may see."""
    from xiaoer.slices.indicators.models import Report

    if not allowed(actor, "indicators.report.view"):
        return False
    rows = Report.objects.filter(evidence_id=file_id)
    return visible(rows, actor=actor, action="indicators.report.view").exists()


def declare() -> None:
    """Declare every action of the slice."""
    office, staff, units = OFFICE_ROLES, STAFF_ROLES, UNIT_ROLES
    reporters = frozenset({HANDLER, UNIT_LEADER})
    sees_report, sees_period = "indicators.report.view", "indicators.period.view"
    for action in (
        Action(code="indicators.work.list", label="查看待办", roles=frozenset(), signed_in=True),
        Action(code="indicators.standing.view", label="查看进度", roles=staff),
        Action(code="indicators.standing.refresh", label="重新计算状态灯", roles=office),
        Action(code=sees_period, label="查看上报期", roles=staff),
        Action(code="indicators.period.open", label="开放上报期", roles=office),
        Action(code="indicators.period.close", label="截止上报", roles=office, sees=sees_period),
        Action(code="indicators.period.reopen", label="重新开放", roles=office, sees=sees_period),
        Action(
            code="indicators.period.lock",
            label="锁定上报期",
            roles=frozenset({OFFICE_LEADER}) | office,
            sees=sees_period,
        ),
        Action(code=sees_report, label="查看上报", roles=staff, rule=_report_seen),
        Action(code="indicators.report.submit", label="上报", roles=reporters),
        Action(
            code="indicators.report.correct",
            label="更正上报",
            roles=reporters,
            rule=_of_own_unit,
            sees=sees_report,
        ),
        Action(
            code="indicators.report.withdraw",
            label="撤回上报",
            roles=units,
            rule=_of_own_unit,
            sees=sees_report,
        ),
        Action(
            code="indicators.report.verify",
            label="核实上报",
            roles=office,
            rule=_another_person,
            sees=sees_report,
        ),
        Action(
            code="indicators.report.return",
            label="退回上报",
            roles=office,
            rule=_another_person,
            sees=sees_report,
        ),
        Action(code="indicators.indicator.view", label="查看指标", roles=staff),
        Action(
            code="indicators.indicator.define",
            label="修订口径",
            roles=office,
            sees="indicators.indicator.view",
        ),
        Action(code="indicators.target.bind", label="指定目标的指标", roles=office),
    ):
        register(action)

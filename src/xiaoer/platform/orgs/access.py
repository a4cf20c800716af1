"""What may be done to the directory of units, and by whom."""

from __future__ import annotations

from django.db.models import Q

from xiaoer.platform.access import roles
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import Action, Clause, register

SEE = "orgs.organisation.see"
MANAGE = "orgs.organisation.manage"
PROPOSE = "orgs.organisation.propose"
STAFF = "orgs.post.manage"
DELEGATE = "orgs.role.delegate"

KEEPERS = roles.OFFICE_ROLES | {roles.SYSTEM_OFFICER}


def _own_units(actor: Actor) -> tuple[Clause, ...]:
    scope = actor.scope(KEEPERS | {roles.UNIT_LEADER})
    if scope.everywhere:
        return ()
    mine = Q(pk__in=scope.organisations)
    return (Clause(condition=mine, why_not="只能管理本机构及下属机构的职务。"),)


for _action in (
    Action(code=SEE, label="查看机构名录", roles=roles.STAFF_ROLES | roles.OFFICERS),
    Action(code=MANAGE, label="维护机构名录", roles=KEEPERS, sees=SEE),
    Action(code=PROPOSE, label="提出待确认机构", roles=roles.OFFICE_ROLES, sees=SEE),
    Action(
        code=STAFF,
        label="安排职务",
        roles=KEEPERS | {roles.UNIT_LEADER},
        rule=_own_units,
        sees=SEE,
    ),
    Action(code=DELEGATE, label="委托他人代行职责", roles=roles.STAFF_ROLES),
):
    register(_action)

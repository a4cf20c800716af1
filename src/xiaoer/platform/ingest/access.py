"""Who may hand in tables. What a table may contain is checked by its importer's own action."""

from __future__ import annotations

from django.db.models import Q

from xiaoer.platform.access import roles
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import Action, Clause, register

SEE = "ingest.batch.see"
COMMIT = "ingest.batch.commit"


def _own_or_office(actor: Actor) -> tuple[Clause, ...]:
    if actor.scope(roles.OFFICE_ROLES | {roles.SYSTEM_OFFICER}).everywhere:
        return ()
    mine = Q(created_by_id=actor.id) if actor.id is not None else Q(pk__in=())
    return (Clause(condition=mine, why_not="只能处理自己上传的导入。"),)


register(
    Action(
        code=SEE,
        label="查看导入",
        roles=roles.STAFF_ROLES | {roles.SYSTEM_OFFICER},
        rule=_own_or_office,
    )
)
register(
    Action(
        code=COMMIT,
        label="确认导入",
        roles=roles.STAFF_ROLES | {roles.SYSTEM_OFFICER},
        rule=_own_or_office,
        sees=SEE,
    )
)

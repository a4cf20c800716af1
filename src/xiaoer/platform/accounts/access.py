"""Who looks after accounts, who grants roles, and what everybody may do with their own log-in."""

from __future__ import annotations

from django.db.models import Q

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import SECURITY_OFFICER, SYSTEM_OFFICER
from xiaoer.platform.access.rules import Action, Clause, register

_SYSTEM = frozenset({SYSTEM_OFFICER})
_SECURITY = frozenset({SECURITY_OFFICER})


def _own(actor: Actor) -> tuple[Clause, ...]:
    return (Clause(condition=Q(user_id=actor.id), why_not="只能管理自己的令牌。"),)


def declare() -> None:
    """Declare every action of the package."""
    for action in (
        Action(code="accounts.account.list", label="查看账号", roles=_SYSTEM | _SECURITY),
        Action(code="accounts.account.create", label="开设账号", roles=_SYSTEM),
        Action(code="accounts.account.disable", label="停用账号", roles=_SYSTEM),
        Action(code="accounts.account.enable", label="恢复账号", roles=_SYSTEM),
        Action(code="accounts.account.unlock", label="解除锁定", roles=_SYSTEM),
        Action(code="accounts.password.reset", label="重置密码", roles=_SYSTEM),
        Action(code="accounts.role.grant", label="授予角色", roles=_SECURITY),
        Action(code="accounts.role.revoke", label="收回角色", roles=_SECURITY),
        Action(
            code="accounts.password.change",
            label="修改自己的密码",
            roles=frozenset(),
            signed_in=True,
        ),
        Action(
            code="accounts.token.manage",
            label="管理自己的令牌",
            roles=frozenset(),
            rule=_own,
            signed_in=True,
        ),
        Action(code="accounts.token.revoke_any", label="停用他人的令牌", roles=_SYSTEM),
    ):
        register(action)

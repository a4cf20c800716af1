"""Only the audit officer reads the trail; nobody writes it but the system itself."""

from __future__ import annotations

from xiaoer.platform.access.roles import AUDIT_OFFICER
from xiaoer.platform.access.rules import Action, register

_AUDIT = frozenset({AUDIT_OFFICER})


def declare() -> None:
    """Declare every action of the package."""
    for action in (
        Action(code="audit.event.list", label="查看审计事件", roles=_AUDIT),
        Action(code="audit.personal_value.unmask", label="查看个人信息原文", roles=_AUDIT),
        Action(code="audit.personal_value.erase", label="依法删除个人信息", roles=_AUDIT),
    ):
        register(action)

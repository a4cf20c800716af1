"""Three officers watch each other: nobody is two of them, and none of them does business."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.roles import OFFICERS
from xiaoer.platform.access.rules import ROLES
from xiaoer.platform.errors import Refused
from xiaoer.platform.words import listed, word


class Incompatible(Refused):
    """The role does not go together with one the person already holds."""

    code = "roles_incompatible"


def check_separation(*, user_id: int, name: str, role: str, from_date: date) -> None:
    """Raise :class:`Incompatible` if ``role`` from that day on clashes with what the person holds.

    Whoever writes a grant asks first, with the person's row locked.
    """
    still = Q(valid_until__isnull=True) | Q(valid_until__gt=from_date)
    grants = RoleGrant.objects.filter(still, user_id=user_id)
    held = sorted(set(grants.values_list("role", flat=True)) - {role})
    labels = listed(word(ROLES.get(code, code)) for code in held)
    if role in OFFICERS and held:
        raise Incompatible(
            _(
                "%(person)s 已是“%(held)s”。系统、安全、审计管理员须由三个人分别担任，"
                "且不兼任业务角色。请换一个人，或先收回已有角色。"
            )
            % {"person": name, "held": labels},
            field="role",
            data={"held": held},
        )
    if role not in OFFICERS and OFFICERS.intersection(held):
        raise Incompatible(
            _("%(person)s 是“%(held)s”，不能再担任业务角色。请另设账号，或先收回该角色。")
            % {"person": name, "held": labels},
            field="role",
            data={"held": held},
        )

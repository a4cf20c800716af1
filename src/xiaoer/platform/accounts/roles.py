"""Grant roles and take them back. Three officers watch each other, so nobody is two of them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.roles import OFFICERS, UNIT_ROLES
from xiaoer.platform.access.rules import ROLES, require
from xiaoer.platform.access.separation import check_separation
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit.log import record
from xiaoer.platform.errors import Invalid, NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.words import kept, word

_EVERYWHERE = kept("全市")


@transaction.atomic
def role_grant(
    *,
    actor: Actor,
    user_id: int,
    role: str,
    now: datetime,
    organisation_id: int | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    acting_for_id: int | None = None,
) -> RoleGrant:
    """Grant a role over a unit and those below it, or over everything; granting again redates it.

    Raises
    ------
    Incompatible
        If the person would be two officers, or an officer with a business role.
    Invalid
        If the role is unknown, a unit is missing, the dates are reversed, or the officer names
        themselves.
    """
    require(actor, "accounts.role.grant")
    if actor.id is not None and actor.id == user_id:
        raise Invalid(_("不能给自己授权，请由另一位安全管理员办理。"), field="user")
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotHere()
    unit = _unit_for(role, organisation_id)
    if valid_from and valid_until and valid_until <= valid_from:
        raise Invalid(_("失效日期要晚于生效日期。"), field="valid_until")
    check_separation(user_id=user.pk, name=str(user), role=role, from_date=valid_from or now.date())
    grant, _made = RoleGrant.objects.update_or_create(
        user=user,
        role=role,
        organisation=unit,
        defaults={
            "valid_from": valid_from,
            "valid_until": valid_until,
            "acting_for_id": acting_for_id,
        },
    )
    record("accounts.role.granted", actor=actor, subject=user, changes=_told(grant), now=now)
    return grant


@transaction.atomic
def role_revoke(*, actor: Actor, grant_id: int, reason: str, now: datetime) -> int:
    """Take a role back and return whose it was; what was done under it stays recorded.

    Raises
    ------
    Invalid
        If no reason is given or the officer names themselves.
    """
    require(actor, "accounts.role.revoke")
    grant = RoleGrant.objects.select_related("user", "organisation").filter(pk=grant_id).first()
    if grant is None:
        raise NotHere()
    if actor.id is not None and actor.id == grant.user_id:
        raise Invalid(_("不能收回自己的角色，请由另一位安全管理员办理。"), field="user")
    if not reason.strip():
        raise Invalid(_("请填写理由。"), field="reason")
    told, user = _told(grant), grant.user
    grant.delete()
    record("accounts.role.revoked", actor=actor, subject=user, changes=told, reason=reason, now=now)
    return user.pk


def _unit_for(role: str, organisation_id: int | None) -> Organisation | None:
    if role not in ROLES:
        raise Invalid(_("没有“%(role)s”这个角色。") % {"role": role}, field="role")
    if role in OFFICERS and organisation_id is not None:
        raise Invalid(
            _("系统、安全、审计管理员不限于某个单位，请不要选单位。"), field="organisation"
        )
    if role in UNIT_ROLES and organisation_id is None:
        raise Invalid(
            _("“%(role)s”要指明单位。") % {"role": word(ROLES[role])}, field="organisation"
        )
    if organisation_id is None:
        return None
    unit = Organisation.objects.filter(pk=organisation_id).first()
    if unit is None:
        raise Invalid(_("没有这个单位。"), field="organisation")
    return unit


def _told(grant: RoleGrant) -> dict[str, object]:
    return {
        "role": ROLES.get(grant.role, grant.role),
        "unit": str(grant.organisation) if grant.organisation else _EVERYWHERE,
        "valid_from": grant.valid_from,
        "valid_until": grant.valid_until,
        "acting_for": grant.acting_for_id,
    }

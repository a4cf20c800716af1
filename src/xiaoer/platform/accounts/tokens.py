"""Keys to the API: made by their owner, shown once, kept as a digest, gone at a date."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor, for_known
from xiaoer.platform.access.rules import allowed, load, require
from xiaoer.platform.accounts.models import ApiToken
from xiaoer.platform.audit.log import record
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere

PREFIX = "xiaoer_"
LONGEST_DAYS = 366
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just made; ``secret`` is shown to its owner now and never again."""

    token: ApiToken
    secret: str


@transaction.atomic
def token_create(*, actor: Actor, name: str, days: int, now: datetime) -> NewToken:
    """Make a token that acts as the actor for ``days`` days.

    Raises
    ------
    Invalid
        If the name is blank or the life is not between 1 and 366 days.
    NotAllowed
        If the request itself came with a token: a leaked token must not prolong itself.
    """
    require(actor, "accounts.token.manage")
    if actor.id is None:
        raise NotHere()
    if actor.channel == "api":
        raise NotAllowed(_("令牌要登录网页后创建，不能用令牌创建令牌。"))
    if not name.strip():
        raise Invalid(_("请写明令牌的用途，例如“大数据局取数”。"), field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("有效期应在 1 到 %(days)s 天之间。") % {"days": LONGEST_DAYS}, field="days")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.id,
        name=name.strip()[:60],
        digest=_digest(secret),
        hint=secret[:12],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        "accounts.token.created",
        actor=actor,
        subject=token,
        changes={"until": token.expires_at.date()},
        now=now,
    )
    return NewToken(token=token, secret=secret)


@transaction.atomic
def token_revoke(*, actor: Actor, token_id: int, now: datetime) -> ApiToken:
    """Revoke one's own token, or as system officer anybody's.

    Raises
    ------
    NotFromHere
        If it is revoked already.
    """
    code = "accounts.token.revoke_any"
    if not allowed(actor, code):
        code = "accounts.token.manage"
    token = load(ApiToken, token_id, actor=actor, action=code)
    if token.revoked_at is not None:
        raise NotFromHere(_("这个令牌已经停用。"))
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])
    record("accounts.token.revoked", actor=actor, subject=token, now=now)
    return token


def token_actor(*, token: str, now: datetime) -> Actor | None:
    """Return the actor behind a token in force, None for any other; note its use once an hour."""
    row = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(token), revoked_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if row is None or not row.user.is_active:
        return None
    if row.last_used_at is None or now - row.last_used_at >= _NOTED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return for_known(row.user, on=now.date())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

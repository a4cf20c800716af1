"""Open, disable and restore accounts, and set passwords under the policy."""

from __future__ import annotations

from datetime import datetime

from axes.utils import reset as axes_reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import require
from xiaoer.platform.accounts import passwords
from xiaoer.platform.accounts.models import ApiToken, User
from xiaoer.platform.audit.log import record
from xiaoer.platform.errors import Invalid, NotHere


@transaction.atomic
def account_create(
    *,
    actor: Actor,
    username: str,
    display_name: str,
    password: str,
    now: datetime,
    phone: str = "",
    email: str = "",
) -> User:
    """Open an account; its owner must take a password of their own at the first log-in.

    The account holds no role until the security officer grants one.

    Raises
    ------
    Invalid
        If the user name is taken or malformed, the name is blank, or the password too weak.
    """
    require(actor, "accounts.account.create")
    user = User(
        username=username.strip(), display_name=display_name.strip(), phone=phone, email=email
    )
    if not user.display_name:
        raise Invalid(_("请填写姓名。"), field="display_name")
    if User.objects.filter(username__iexact=user.username).exists():
        raise Invalid(
            _("用户名“%(name)s”已被使用，请换一个。") % {"name": user.username}, field="username"
        )
    _check_fields(user)
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = now
    user.date_joined = now
    user.save()
    passwords.remember(user, now=now)
    record(
        "accounts.account.created",
        actor=actor,
        subject=user,
        changes={"username": user.username},
        now=now,
    )
    return user


@transaction.atomic
def account_disable(*, actor: Actor, user_id: int, reason: str, now: datetime) -> User:
    """Disable an account: its sessions and tokens stop at once, its history stays.

    Raises
    ------
    Invalid
        If no reason is given or an officer names themselves.
    """
    require(actor, "accounts.account.disable")
    if actor.id == user_id:
        raise Invalid(_("不能停用自己的账号，请由另一位系统管理员办理。"))
    user = _locked(user_id)
    _check_reason(reason)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _revoke_tokens(user, now=now)
    record("accounts.account.disabled", actor=actor, subject=user, reason=reason, now=now)
    return user


@transaction.atomic
def account_enable(*, actor: Actor, user_id: int, reason: str, now: datetime) -> User:
    """Let a disabled account log in again; its tokens stay revoked."""
    require(actor, "accounts.account.enable")
    user = _locked(user_id)
    _check_reason(reason)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("accounts.account.enabled", actor=actor, subject=user, reason=reason, now=now)
    return user


@transaction.atomic
def account_unlock(*, actor: Actor, user_id: int, now: datetime) -> User:
    """Forget the failed log-ins of an account that is locked out."""
    require(actor, "accounts.account.unlock")
    user = _locked(user_id)
    axes_reset(username=user.username.lower())
    record("accounts.account.unlocked", actor=actor, subject=user, now=now)
    return user


@transaction.atomic
def password_set(*, actor: Actor, user_id: int, password: str, now: datetime) -> User:
    """Set a password: one's own, or as an officer somebody's, who must then change it at log-in.

    All sessions of the account end (the page that changes one's own keeps its session). A reset
    by an officer also revokes the account's tokens.

    Raises
    ------
    Invalid
        If the password does not meet the policy.
    """
    own = actor.id is not None and actor.id == user_id
    require(actor, "accounts.password.change" if own else "accounts.password.reset")
    user = _locked(user_id)
    _check_password(password, user)
    user.set_password(password)
    user.password_changed_at = now
    user.must_change_password = not own
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    passwords.remember(user, now=now)
    if not own:
        _revoke_tokens(user, now=now)
    event = "accounts.password.changed" if own else "accounts.password.reset"
    record(event, actor=actor, subject=user, now=now)
    return user


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotHere()
    return user


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("请填写理由。"), field="reason")


def _check_fields(user: User) -> None:
    try:
        user.clean_fields(exclude=["password", "first_name", "last_name", "password_changed_at"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid("".join(messages), field=field) from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("".join(error.messages), field="password") from error


def _revoke_tokens(user: User, *, now: datetime) -> None:
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now)

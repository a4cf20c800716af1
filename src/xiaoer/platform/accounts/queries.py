"""Read accounts: the list officers work from, one account with its roles, one's own tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet, Sum

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.access.rules import ROLES, require, visible
from xiaoer.platform.accounts.models import ApiToken, User
from xiaoer.platform.errors import NotHere
from xiaoer.platform.words import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role somebody holds, held or will hold."""

    id: int
    role: str
    label: str
    unit: str
    valid_from: date | None
    valid_until: date | None
    acting_for: str
    is_in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as officers see it."""

    id: int
    username: str
    name: str
    phone: str
    is_active: bool
    is_locked: bool
    has_totp: bool
    last_login: datetime | None
    password_changed_at: datetime | None
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """One page of accounts and how many there are in all."""

    n: int
    rows: tuple[Account, ...]


def account_list(
    *,
    actor: Actor,
    now: datetime,
    search: str = "",
    role: str = "",
    state: str = "",
    offset: int = 0,
    limit: int = 50,
) -> Accounts:
    """Return one page of accounts, by user name; empty filters ask nothing."""
    require(actor, "accounts.account.list")
    rows = User.objects.order_by("username", "pk")
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    if role:
        rows = rows.filter(pk__in=RoleGrant.objects.filter(role=role).values("user_id"))
    if state:
        rows = rows.filter(is_active=state == "active")
    n = rows.count()
    found = list(_with_grants(rows)[offset : offset + limit])
    return Accounts(n=n, rows=_accounts(found, now=now))


def account_get(*, actor: Actor, user_id: int, now: datetime) -> Account:
    """Return one account, or raise :class:`NotHere`."""
    require(actor, "accounts.account.list")
    user = _with_grants(User.objects.filter(pk=user_id)).first()
    if user is None:
        raise NotHere()
    return _accounts([user], now=now)[0]


def token_list(*, actor: Actor) -> QuerySet[ApiToken]:
    """Return the actor's own tokens, newest first."""
    return visible(ApiToken.objects.order_by("-pk"), actor=actor, action="accounts.token.manage")


def _with_grants(rows: QuerySet[User]) -> QuerySet[User]:
    grants = RoleGrant.objects.select_related("organisation", "acting_for").order_by("pk")
    return rows.prefetch_related(Prefetch("grants", queryset=grants))


def _locked_names(usernames: list[str], *, now: datetime) -> set[str]:
    attempts = AccessAttempt.objects.filter(
        username__in=[name.lower() for name in usernames],
        attempt_time__gt=now - settings.AXES_COOLOFF_TIME,
    )
    totals = attempts.values("username").annotate(failures=Sum("failures_since_start"))
    return {t["username"] for t in totals if t["failures"] >= settings.AXES_FAILURE_LIMIT}


def _accounts(users: list[User], *, now: datetime) -> tuple[Account, ...]:
    locked = _locked_names([user.username for user in users], now=now)
    second = Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP)
    with_totp = set(second.values_list("user_id", flat=True))
    return tuple(
        Account(
            id=user.pk,
            username=user.username,
            name=str(user),
            phone=user.phone,
            is_active=user.is_active,
            is_locked=user.username.lower() in locked,
            has_totp=user.pk in with_totp,
            last_login=user.last_login,
            password_changed_at=user.password_changed_at,
            grants=tuple(_grant(grant, on=now.date()) for grant in user.grants.all()),
        )
        for user in users
    )


def _grant(grant: RoleGrant, *, on: date) -> Grant:
    begun = grant.valid_from is None or grant.valid_from <= on
    ended = grant.valid_until is not None and grant.valid_until <= on
    return Grant(
        id=grant.pk,
        role=grant.role,
        label=word(ROLES.get(grant.role, grant.role)),
        unit=str(grant.organisation) if grant.organisation else "",
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        acting_for=str(grant.acting_for) if grant.acting_for else "",
        is_in_force=begun and not ended,
    )

"""People to test with, made through the services."""

from __future__ import annotations

from django.test import Client

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM, Actor, for_user
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.roles import role_grant
from xiaoer.platform.accounts.services import account_create, password_set
from xiaoer.platform.orgs.models import Organisation

PASSWORD = "Qingjiang-2026"


def a_person(username: str, *roles: str, unit: Organisation | None = None) -> User:
    """Open an account with its own password and roles (over ``unit`` where the role needs one)."""
    now = clock.now()
    user = account_create(
        actor=SYSTEM,
        username=username,
        display_name=f"{username}氏",
        password="Initial-2026",
        now=now,
    )
    for role in roles:
        role_grant(
            actor=SYSTEM,
            user_id=user.pk,
            role=role,
            organisation_id=unit.pk if unit else None,
            now=now,
        )
    return password_set(actor=actor_of(user), user_id=user.pk, password=PASSWORD, now=now)


def a_unit(name: str, *, parent: Organisation | None = None) -> Organisation:
    unit = Organisation.objects.create(name=name, short_name=name, parent=parent)
    unit.path = f"{parent.path}/{unit.pk}" if parent else str(unit.pk)
    unit.save(update_fields=["path"])
    return unit


def actor_of(user: User) -> Actor:
    return for_user(user_id=user.pk, on=clock.today())


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client

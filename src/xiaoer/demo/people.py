"""Fill the directory of the demonstration city through the kernel's own services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from xiaoer.demo import city
from xiaoer.platform.access.actors import SYSTEM, Actor, for_user
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.roles import role_grant
from xiaoer.platform.accounts.services import account_create, password_set
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.platform.orgs.services import (
    NewOrganisation,
    alias_add,
    group_set_members,
    organisation_create,
)


@dataclass(slots=True, kw_only=True)
class Town:
    """Who and what there is: units by short name, users by name, the handler of each unit."""

    units: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    handlers: dict[int, int] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def actor(self, username: str, *, on: date) -> Actor:
        """Return the actor of a named person."""
        return for_user(user_id=self.users[username].pk, on=on).via("cli")

    def handler(self, organisation_id: int, *, on: date) -> Actor:
        """Return the actor that handles work for a unit, made when the unit has none yet."""
        return for_user(user_id=self.handlers[organisation_id], on=on).via("cli")


def settle(*, now: datetime) -> Town:
    """Make the regions, units and people of 清江市."""
    town = Town()
    _regions()
    for seed in city.UNITS:
        town.units[seed.short] = _unit(seed, now=now)
    members = [town.units[name].pk for name in city.COUNTIES]
    group_set_members(
        actor=SYSTEM,
        name=city.COUNTY_GROUPS[0],
        organisation_ids=members,
        on=date(2000, 1, 1),
        now=now,
        other_names=city.COUNTY_GROUPS[1:],
    )
    for person in city.PEOPLE:
        unit = town.units[person.unit].pk if person.unit else None
        user = a_login(
            username=person.username, name=person.name, role=person.role, unit=unit, now=now
        )
        town.users[person.username] = user
        town.logins.append((person.username, person.says))
    return town


def _regions() -> None:
    paths: dict[str, Region] = {}
    for seed in city.REGIONS:
        parent = paths.get(seed.parent)
        path = f"{parent.path}/{seed.code}" if parent else seed.code
        paths[seed.code] = Region.objects.create(
            code=seed.code, name=seed.name, level=seed.level, parent=parent, path=path
        )


def _unit(seed: city.UnitSeed, *, now: datetime) -> Organisation:
    region = Region.objects.get(code=seed.region)
    row = organisation_create(
        actor=SYSTEM,
        new=NewOrganisation(
            name=seed.name,
            short_name=seed.short,
            kind=seed.kind,
            region_id=region.pk,
            is_office=seed.is_office,
        ),
        now=now,
    )
    for alias in seed.aliases:
        alias_add(actor=SYSTEM, organisation_id=row.pk, name=alias, now=now)
    return row


def a_login(*, username: str, name: str, role: str, unit: int | None, now: datetime) -> User:
    """Open an account; its owner takes the demonstration's password at the end (see ``hand_over``)."""
    user = account_create(
        actor=SYSTEM,
        username=username,
        display_name=name,
        password=f"{city.PASSWORD}-first",
        now=now,
    )
    role_grant(actor=SYSTEM, user_id=user.pk, role=role, organisation_id=unit, now=now)
    return user


def hand_over(town: Town, *, now: datetime) -> None:
    """Let everybody who is shown take the demonstration's password, so that none has run out by then."""
    shown = [username for username, _ in town.logins]
    for user in User.objects.filter(username__in=shown).order_by("pk"):
        own = Actor(kind="user", id=user.pk, name=user.display_name, channel="cli")
        password_set(actor=own, user_id=user.pk, password=city.PASSWORD, now=now)


def staff(town: Town, *, organisation_ids: list[int], now: datetime) -> None:
    """Give each unit that answers for work a handler and, to the first few, a leader."""
    for organisation_id in organisation_ids:
        if organisation_id in town.handlers:
            continue
        index = len(town.handlers) + 1
        username = f"handler{index:02d}"
        user = a_login(
            username=username,
            name=city.person_name(index),
            role="handler",
            unit=organisation_id,
            now=now,
        )
        town.handlers[organisation_id] = user.pk
        if index <= 3:
            unit = Organisation.objects.get(pk=organisation_id)
            town.logins.append((username, f"{unit}经办人：签收、上报"))

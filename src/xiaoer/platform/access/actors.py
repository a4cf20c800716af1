"""Who is acting: a person with roles over units, or the system, an import, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from xiaoer.platform.words import kept

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from xiaoer.platform.access.models import RoleGrant
    from xiaoer.platform.accounts.models import User

ActorKind = Literal["user", "system", "import", "anonymous"]
Channel = Literal["web", "api", "cli", "task", "import"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Units over which a role holds; ``everywhere`` makes ``organisations`` moot."""

    everywhere: bool = False
    organisations: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks: every service, query and audit event carries one."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    roles: dict[str, Scope] = field(default_factory=dict)
    home: int | None = None
    acting_for: int | None = None
    channel: Channel = "web"
    request_id: str = ""

    def scope(self, roles: frozenset[str]) -> Scope:
        """Return the union of this actor's scopes over ``roles``; empty when it holds none of them."""
        if self.kind == "system":
            return Scope(everywhere=True)
        held = [self.roles[r] for r in roles if r in self.roles]
        return Scope(
            everywhere=any(s.everywhere for s in held),
            organisations=frozenset().union(*(s.organisations for s in held)),
        )

    def holds(self, roles: frozenset[str]) -> bool:
        """Return whether the actor holds any of ``roles`` anywhere."""
        return self.kind == "system" or any(r in self.roles for r in roles)

    def via(self, channel: Channel, *, request_id: str = "") -> Actor:
        """Return the same actor coming through another door."""
        return replace(self, channel=channel, request_id=request_id or self.request_id)


ANONYMOUS = Actor(kind="anonymous", name=kept("未登录"))
SYSTEM = Actor(kind="system", name=kept("系统"), channel="task")
_IMPORT = kept("导入：%(name)s")


def importer(*, name: str, request_id: str = "") -> Actor:
    """Return the actor that stands for an import named ``name``; it may do what the system may."""
    return Actor(
        kind="system", name=_IMPORT % {"name": name}, channel="import", request_id=request_id
    )


def for_user(*, user_id: int, on: date) -> Actor:
    """Load a person's actor: the roles in force on ``on`` and the units below each grant.

    A disabled account is nobody. Costs three queries whatever the size of the tree.
    """
    from xiaoer.platform.accounts.models import User

    user = User.objects.only("id", "username", "display_name", "is_active").get(pk=user_id)
    return for_known(user, on=on)


def for_known(user: User, *, on: date) -> Actor:
    """Return the actor of a person whose row is at hand; saves a query over :func:`for_user`."""
    if not user.is_active:
        return ANONYMOUS
    return _actors([user], grants=list(_grants(on=on).filter(user=user)))[0]


def holders(*, roles: frozenset[str], on: date) -> list[Actor]:
    """Return the actors of everybody who holds one of ``roles`` on ``on``, in order of account.

    Costs three queries whatever the number of people and units.
    """
    from xiaoer.platform.accounts.models import User

    holding = _grants(on=on).filter(role__in=roles).values("user_id")
    users = list(User.objects.filter(pk__in=holding, is_active=True).order_by("pk"))
    return _actors(users, grants=list(_grants(on=on).filter(user__in=users)))


def _grants(*, on: date) -> QuerySet[RoleGrant]:
    from django.db.models import Q

    from xiaoer.platform.access.models import RoleGrant

    return (
        RoleGrant.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
        .select_related("organisation")
        .only("user", "role", "acting_for", "organisation__path")
        .order_by("pk")
    )


def _actors(users: list[User], *, grants: list[RoleGrant]) -> list[Actor]:
    below = _below({g.organisation_id: g.organisation.path for g in grants if g.organisation})
    by_user: dict[int, list[RoleGrant]] = {user.pk: [] for user in users}
    for grant in grants:
        by_user[grant.user_id].append(grant)
    return [_actor(user, by_user[user.pk], below) for user in users]


def _actor(user: User, grants: list[RoleGrant], below: dict[int, frozenset[int]]) -> Actor:
    roles: dict[str, Scope] = {}
    for grant in grants:
        held = roles.get(grant.role, Scope())
        mine = below[grant.organisation_id] if grant.organisation_id else frozenset()
        roles[grant.role] = Scope(
            everywhere=held.everywhere or grant.organisation_id is None,
            organisations=held.organisations | mine,
        )
    home = next((g.organisation_id for g in grants if g.organisation_id), None)
    acting = next((g.acting_for_id for g in grants if g.acting_for_id), None)
    return Actor(kind="user", id=user.pk, name=str(user), roles=roles, home=home, acting_for=acting)


def _below(paths: dict[int | None, str]) -> dict[int, frozenset[int]]:
    """Return, for each unit, itself and the units below it: one query for all of them."""
    from django.db.models import Q

    from xiaoer.platform.orgs.models import Organisation

    roots = {pk: path for pk, path in paths.items() if pk is not None}
    found: dict[int, set[int]] = {pk: {pk} for pk in roots}
    reach = Q()
    for path in roots.values():
        if path:
            reach |= Q(path__startswith=f"{path}/")
    if reach:
        by_path = {path: pk for pk, path in roots.items()}
        for pk, path in Organisation.objects.filter(reach).order_by().values_list("pk", "path"):
            parts = path.split("/")
            for depth in range(1, len(parts)):
                root = by_path.get("/".join(parts[:depth]))
                if root is not None:
                    found[root].add(pk)
    return {pk: frozenset(units) for pk, units in found.items()}

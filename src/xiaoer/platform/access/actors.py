"""Who is acting: a person with roles over units, or the system, an import, or nobody known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

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


ANONYMOUS = Actor(kind="anonymous", name="未登录")
SYSTEM = Actor(kind="system", name="系统", channel="task")


def importer(*, name: str, request_id: str = "") -> Actor:
    """Return the actor that stands for an import named ``name``; it may do what the system may."""
    return Actor(kind="system", name=f"导入：{name}", channel="import", request_id=request_id)


def for_user(*, user_id: int, on: date) -> Actor:
    """Load a person's actor: the roles in force on ``on`` and the units below each grant.

    Costs two queries whatever the size of the tree.
    """
    from django.db.models import Q

    from xiaoer.platform.access.models import RoleGrant
    from xiaoer.platform.accounts.models import User
    from xiaoer.platform.orgs.models import Organisation

    user = User.objects.only("id", "username", "display_name").get(pk=user_id)
    grants = list(
        RoleGrant.objects.filter(user_id=user_id)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
        .select_related("organisation")
    )
    roots = {g.organisation_id: g.organisation.path for g in grants if g.organisation is not None}
    below: dict[int, set[int]] = {pk: {pk} for pk in roots if pk is not None}
    if roots:
        reach = Q()
        for path in roots.values():
            reach |= Q(path__startswith=f"{path}/")
        for pk, path in Organisation.objects.filter(reach).values_list("pk", "path"):
            for root, root_path in roots.items():
                if root is not None and path.startswith(f"{root_path}/"):
                    below[root].add(pk)
    roles: dict[str, Scope] = {}
    for grant in grants:
        held = roles.get(grant.role, Scope())
        mine = below[grant.organisation_id] if grant.organisation_id else set()
        roles[grant.role] = Scope(
            everywhere=held.everywhere or grant.organisation_id is None,
            organisations=held.organisations | frozenset(mine),
        )
    home = next((g.organisation_id for g in grants if g.organisation_id), None)
    acting = next((g.acting_for_id for g in grants if g.acting_for_id), None)
    return Actor(
        kind="user", id=user.pk, name=str(user), roles=roles, home=home, acting_for=acting
    )

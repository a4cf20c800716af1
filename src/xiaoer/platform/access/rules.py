"""One rule per action: from it come the check, the filtered list, "who can" and "why not".

An action names the roles that may do it and gives clauses, each a condition on the object with
the reason that is told when it fails. Nothing else in the system asks about roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from xiaoer.platform.access.actors import Actor, for_user
from xiaoer.platform.errors import NotAllowed, NotHere

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition every object must meet, and the Chinese reason told when it does not."""

    condition: Q
    why_not: str


Rule = Callable[[Actor], tuple[Clause, ...]]


def anyone(actor: Actor) -> tuple[Clause, ...]:
    """Ask nothing of the object: holding the role is enough."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done, declared once by the slice that owns it.

    ``sees`` is the action that makes the object visible at all: who may see it but not do this is
    told why, everybody else is told that it does not exist.
    """

    code: str
    label: str
    roles: frozenset[str]
    rule: Rule = anyone
    sees: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it may be done; when not, why and who could."""

    allowed: bool
    why_not: str = ""


_ACTIONS: dict[str, Action] = {}
ROLES: dict[str, str] = {}


def register_role(code: str, label: str) -> None:
    """Declare a role and its Chinese label."""
    ROLES[code] = label


def register(action: Action) -> None:
    """Declare an action; declaring the same code twice differently is a defect."""
    known = _ACTIONS.get(action.code)
    if known is not None and known.label != action.label:
        raise ValueError(f"action {action.code} is declared twice")
    _ACTIONS[action.code] = action


def actions() -> dict[str, Action]:
    """Return every declared action by code."""
    return dict(_ACTIONS)


def allowed(actor: Actor, code: str) -> bool:
    """Return whether the actor may do this at all, before any object is named."""
    action = _ACTIONS[code]
    return action.public or actor.holds(action.roles)


def require(actor: Actor, code: str) -> None:
    """Raise :class:`NotHere` unless the actor may do this at all."""
    if not allowed(actor, code):
        raise NotHere()


def condition(actor: Actor, code: str) -> Q:
    """Return the condition that objects must meet for the actor to do ``code``."""
    action = _ACTIONS[code]
    if not allowed(actor, code):
        return NOTHING
    result = Q()
    for clause in action.rule(actor):
        result &= clause.condition
    return result


def visible(queryset: QuerySet[M], *, actor: Actor, action: str) -> QuerySet[M]:
    """Return the rows of ``queryset`` on which the actor may do ``action``."""
    return queryset.filter(condition(actor, action))


def load(model: type[M], pk: object, *, actor: Actor, action: str) -> M:
    """Return the object if the actor may do ``action`` on it.

    Raises
    ------
    NotHere
        If it does not exist or the actor may not see it (the same answer for both).
    NotAllowed
        If the actor sees it but may not do this; the message says why.
    """
    found = model._default_manager.filter(pk=pk).filter(condition(actor, action)).first()
    if found is not None:
        return found
    sees = _ACTIONS[action].sees
    if sees is None or sees == action:
        raise NotHere()
    seen = model._default_manager.filter(pk=pk).filter(condition(actor, sees)).first()
    if seen is None:
        raise NotHere()
    raise NotAllowed(explain(seen, actor=actor, action=action).why_not, data={"action": action})


def explain(obj: Model, *, actor: Actor, action: str) -> Verdict:
    """Say whether the actor may do ``action`` on ``obj``; when not, the first reason against it."""
    declared = _ACTIONS[action]
    if not allowed(actor, action):
        who = "、".join(sorted(ROLES.get(r, r) for r in declared.roles))
        return Verdict(allowed=False, why_not=f"{declared.label}由{who}办理。")
    manager = type(obj)._default_manager
    for clause in declared.rule(actor):
        if not manager.filter(pk=obj.pk).filter(clause.condition).exists():
            return Verdict(allowed=False, why_not=clause.why_not)
    return Verdict(allowed=True)


def who_can(obj: Model, *, action: str, on: date) -> list[str]:
    """Return the names of the people who may do ``action`` on ``obj`` on that day."""
    from xiaoer.platform.access.models import RoleGrant

    roles = _ACTIONS[action].roles
    holders = RoleGrant.objects.filter(role__in=roles).order_by("user_id").values_list("user_id", flat=True)
    able = []
    for user_id in dict.fromkeys(holders):
        actor = for_user(user_id=user_id, on=on)
        if explain(obj, actor=actor, action=action).allowed:
            able.append(actor.name)
    return able

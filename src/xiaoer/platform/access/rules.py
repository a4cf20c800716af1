"""One rule per action: from it come the check, the filtered list, "who can" and "why not".

An action names the roles that may do it and gives clauses, each a condition on the object with
the reason that is told when it fails. Nothing else in the system asks about roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor, holders
from xiaoer.platform.errors import NotAllowed, NotHere
from xiaoer.platform.words import listed, word

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
    told why, everybody else is told that it does not exist. ``public`` is for anyone at all,
    ``signed_in`` for everybody with a log-in, whatever their roles.
    """

    code: str
    label: str
    roles: frozenset[str]
    rule: Rule = anyone
    sees: str | None = None
    public: bool = False
    signed_in: bool = False


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
    if known is not None and known != action:
        raise ValueError(f"action {action.code} is declared twice")
    unknown = action.roles - ROLES.keys()
    if unknown:
        raise ValueError(f"action {action.code} names roles nobody declared: {sorted(unknown)}")
    _ACTIONS[action.code] = action


def actions() -> dict[str, Action]:
    """Return every declared action by code."""
    return dict(_ACTIONS)


def allowed(actor: Actor, code: str) -> bool:
    """Return whether the actor may do this at all, before any object is named."""
    action = _ACTIONS[code]
    if action.public or actor.holds(action.roles):
        return True
    return action.signed_in and actor.kind == "user"


def require(actor: Actor, code: str) -> None:
    """Raise :class:`NotHere` unless the actor may do this at all."""
    if not allowed(actor, code):
        raise NotHere()


def condition(actor: Actor, code: str, *, model: type[Model] | None = None) -> Q:
    """Return the condition that objects must meet for the actor to do ``code``.

    With ``model``, a clause that reaches over a many-valued relation becomes a subquery, so that
    no row comes twice and each clause is judged on its own.
    """
    action = _ACTIONS[code]
    if not allowed(actor, code):
        return NOTHING
    result = Q()
    for clause in action.rule(actor):
        result &= clause.condition if model is None else _once(model, clause.condition)
    return result


def visible(queryset: QuerySet[M], *, actor: Actor, action: str) -> QuerySet[M]:
    """Return the rows of ``queryset`` on which the actor may do ``action``, each once."""
    return queryset.filter(condition(actor, action, model=queryset.model))


def load(model: type[M], pk: object, *, actor: Actor, action: str) -> M:
    """Return the object if the actor may do ``action`` on it.

    Raises
    ------
    NotHere
        If it does not exist or the actor may not see it (the same answer for both).
    NotAllowed
        If the actor sees it but may not do this; the message says why.
    """
    rows = model._default_manager.filter(pk=pk)
    found = visible(rows, actor=actor, action=action).first()
    if found is not None:
        return found
    sees = _ACTIONS[action].sees
    if sees is None or sees == action:
        raise NotHere()
    seen = visible(rows, actor=actor, action=sees).first()
    if seen is None:
        raise NotHere()
    raise NotAllowed(explain(seen, actor=actor, action=action).why_not, data={"action": action})


def explain(obj: Model, *, actor: Actor, action: str) -> Verdict:
    """Say whether the actor may do ``action`` on ``obj``; when not, the first reason against it."""
    declared = _ACTIONS[action]
    if not allowed(actor, action):
        who = listed(word(label) for code, label in ROLES.items() if code in declared.roles)
        why_not = _("%(action)s由%(who)s办理。") % {"action": word(declared.label), "who": who}
        return Verdict(allowed=False, why_not=why_not)
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    for clause in declared.rule(actor):
        if not rows.filter(clause.condition).exists():
            return Verdict(allowed=False, why_not=word(clause.why_not))
    return Verdict(allowed=True)


def who_can(obj: Model, *, action: str, on: date, limit: int = 20) -> list[str]:
    """Return the names of the people, ``limit`` at most, who may do ``action`` on ``obj`` that day."""
    able: list[str] = []
    for actor in holders(roles=_ACTIONS[action].roles, on=on):
        if explain(obj, actor=actor, action=action).allowed:
            able.append(actor.name)
        if len(able) == limit:
            break
    return able


def _once(model: type[Model], clause: Q) -> Q:
    if not _is_many_valued(model, clause):
        return clause
    return Q(pk__in=model._default_manager.filter(clause).order_by().values("pk"))


def _is_many_valued(model: type[Model], clause: Q) -> bool:
    for child in clause.children:
        if isinstance(child, Q):
            if _is_many_valued(model, child):
                return True
        elif isinstance(child, tuple) and _crosses_many(model, child[0]):
            return True
    return False


def _crosses_many(model: type[Model], lookup: str) -> bool:
    options = model._meta
    for name in lookup.split(LOOKUP_SEP):
        try:
            field = options.pk if name == "pk" else options.get_field(name)
        except FieldDoesNotExist:
            return False
        steps = getattr(field, "path_infos", ())
        if any(step.m2m for step in steps):
            return True
        if steps:
            options = steps[-1].to_opts
    return False

"""Open and close duties, and list those of an actor: due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.workflow.models import WorkItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A duty to open: unique by ``key``; ``organisation`` null means whoever holds ``role``."""

    key: str
    kind: str
    title: str
    why: str
    url: str
    role: str = ""
    organisation: int | None = None
    user: int | None = None
    due_date: date | None = None


def open_duty(duty: Duty, *, now: datetime) -> WorkItem:
    """Open the duty, or refresh the one with the same key (a closed one opens again)."""
    row, _ = WorkItem.objects.update_or_create(
        key=duty.key,
        defaults={
            "kind": duty.kind,
            "title": duty.title[:200],
            "why": duty.why[:200],
            "url": duty.url,
            "role": duty.role,
            "organisation_id": duty.organisation,
            "user_id": duty.user,
            "due_date": duty.due_date,
            "opened_at": now,
            "closed_at": None,
        },
    )
    return row


def close_duties(*, prefix: str, now: datetime) -> int:
    """Close every open duty whose key is ``prefix`` or starts with ``prefix:``; return how many."""
    mine = Q(key=prefix) | Q(key__startswith=f"{prefix}:")
    return WorkItem.objects.filter(mine, closed_at__isnull=True).update(closed_at=now)


def duties_of(*, actor: Actor) -> QuerySet[WorkItem]:
    """Return the actor's open duties: their own, their roles' and those of their units; due first."""
    if actor.kind == "anonymous":
        return WorkItem.objects.none()
    mine = Q(user_id=actor.id)
    for role, scope in actor.roles.items():
        units = Q() if scope.everywhere else (
            Q(organisation__isnull=True) | Q(organisation_id__in=scope.organisations)
        )
        mine |= Q(user__isnull=True, role=role) & units
    return (
        WorkItem.objects.filter(mine, closed_at__isnull=True)
        .select_related("organisation")
        .order_by(F("due_date").asc(nulls_last=True), "pk")
    )

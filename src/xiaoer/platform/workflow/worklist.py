"""Open and close duties, and list those of an actor: due first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.workflow.models import WorkItem

BATCH = 500
SOON_DAYS = 7
FIELDS = ("kind", "title", "why", "url", "role", "organisation", "user", "due_date")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCounts:
    """How many duties are open: late ones, those due within a week, all."""

    overdue: int
    soon: int
    total: int


def open_duty(duty: Duty, *, now: datetime) -> WorkItem:
    """Open the duty, or refresh the one with the same key.

    An open one keeps the moment it was opened; a closed one opens again.
    """
    (row,) = open_duties([duty], now=now)
    return row


@transaction.atomic
def open_duties(duties: Iterable[Duty], *, now: datetime) -> list[WorkItem]:
    """Open or refresh many duties in a handful of statements for each 500; the last of equal keys counts."""
    wanted = {duty.key: duty for duty in duties}
    rows: list[WorkItem] = []
    for part in _parts(list(wanted.values()), BATCH):
        known = {
            row.key: row
            for row in WorkItem.objects.select_for_update().filter(key__in=[d.key for d in part])
        }
        new = []
        for duty in part:
            row = known.get(duty.key)
            if row is None:
                row = WorkItem(key=duty.key, opened_at=now)
                new.append(row)
            elif row.closed_at is not None:
                row.opened_at, row.closed_at = now, None
            _fill(row, duty)
            rows.append(row)
        WorkItem.objects.bulk_create(new)
        WorkItem.objects.bulk_update(known.values(), [*FIELDS, "opened_at", "closed_at"])
    return rows


def _parts(duties: list[Duty], size: int) -> Iterator[list[Duty]]:
    for start in range(0, len(duties), size):
        yield duties[start : start + size]


def _fill(row: WorkItem, duty: Duty) -> None:
    row.kind, row.title, row.why, row.url = duty.kind, duty.title[:200], duty.why[:200], duty.url
    row.role, row.organisation_id, row.user_id = duty.role, duty.organisation, duty.user
    row.due_date = duty.due_date


def close_duties(*, prefix: str, now: datetime) -> int:
    """Close every open duty whose key is ``prefix`` or starts with ``prefix:``; return how many."""
    mine = Q(key=prefix) | _below(prefix)
    return WorkItem.objects.filter(mine, closed_at__isnull=True).update(closed_at=now)


def _below(prefix: str) -> Q:
    below = Q(key__startswith=f"{prefix}:")
    if connection.vendor == "sqlite":  # LIKE uses no index there; keys compare byte by byte
        below &= Q(key__gt=f"{prefix}:", key__lt=f"{prefix};")
    return below


def duties_of(*, actor: Actor) -> QuerySet[WorkItem]:
    """Return the actor's open duties: their own, their roles' and those of their units; due first."""
    if actor.id is None:  # nobody's turn: the system, an import, an unknown visitor
        return WorkItem.objects.none()
    mine = Q(user_id=actor.id)
    for role, scope in actor.roles.items():
        units = (
            Q()
            if scope.everywhere
            else (Q(organisation__isnull=True) | Q(organisation_id__in=scope.organisations))
        )
        mine |= Q(user__isnull=True, role=role) & units
    return (
        WorkItem.objects.filter(mine, closed_at__isnull=True)
        .select_related("organisation")
        .order_by(F("due_date").asc(nulls_last=True), "pk")
    )


def duty_counts(*, actor: Actor, today: date) -> DutyCounts:
    """Return how many duties of the actor are open, late and due within seven days; one query."""
    week = today + timedelta(days=SOON_DAYS)
    found = duties_of(actor=actor).aggregate(
        overdue=Count("pk", filter=Q(due_date__lt=today)),
        soon=Count("pk", filter=Q(due_date__gte=today, due_date__lte=week)),
        total=Count("pk"),
    )
    return DutyCounts(overdue=found["overdue"], soon=found["soon"], total=found["total"])


def duties_of_unit(*, organisation_id: int) -> QuerySet[WorkItem]:
    """Return the open duties of a unit, due first; the caller has checked access to the unit."""
    return WorkItem.objects.filter(
        organisation_id=organisation_id, closed_at__isnull=True
    ).order_by(F("due_date").asc(nulls_last=True), "pk")

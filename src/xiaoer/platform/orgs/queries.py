"""Read the directory: lists for pages, and who holds a post on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import visible
from xiaoer.platform.orgs import access
from xiaoer.platform.orgs.models import Holding, Organisation, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A post, and who sits in it on a day: the acting person before the absent holder."""

    post_id: int
    title: str
    is_head: bool
    user_id: int | None
    person: str
    is_acting: bool


def valid_on(on: date) -> Q:
    """Return the condition that a dated row holds on that day."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    )


def organisation_list(
    *,
    actor: Actor,
    on: date,
    region_id: int | None = None,
    kind: str = "",
    search: str = "",
    is_proposed: bool | None = None,
) -> QuerySet[Organisation]:
    """Return the units of a day that the actor may see, in tree order; null filters ask nothing."""
    rows = visible(Organisation.objects.filter(valid_on(on)), actor=actor, action=access.SEE)
    if region_id is not None:
        rows = rows.filter(region_id=region_id)
    if kind:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(
            Q(name__icontains=search)
            | Q(short_name__icontains=search)
            | Q(aliases__name__icontains=search)
        ).distinct()
    if is_proposed is not None:
        rows = rows.filter(is_proposed=is_proposed)
    return rows.select_related("region", "parent").order_by("path", "pk")


def region_list() -> QuerySet[Region]:
    """Return every region in the order of its code; regions are public knowledge."""
    return Region.objects.order_by("code", "pk")


def seat_list(*, organisation_id: int, on: date) -> list[Seat]:
    """Return a unit's posts with those who fill them on a day; two queries."""
    unit = Organisation.objects.prefetch_related("posts").get(pk=organisation_id)
    holdings = (
        Holding.objects.filter(valid_on(on), post__organisation_id=organisation_id)
        .select_related("user")
        .order_by("post_id", "-is_acting", "pk")
    )
    first: dict[int, Holding] = {}
    for row in holdings:
        first.setdefault(row.post_id, row)
    return [
        Seat(
            post_id=post.pk,
            title=post.title,
            is_head=post.is_head,
            user_id=first[post.pk].user_id if post.pk in first else None,
            person=str(first[post.pk].user) if post.pk in first else "",
            is_acting=post.pk in first and first[post.pk].is_acting,
        )
        for post in unit.posts.all()
    ]

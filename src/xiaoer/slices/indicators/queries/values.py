"""Values that count: now, or as they counted at a past moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db.models import Q

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.queries.facts import facts_of, scene_on
from xiaoer.slices.indicators.queries.standing import Judgement, judge, replayed
from xiaoer.slices.plans import public as plans

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedValue:
    """A value that counts: its month and place, the report it is from, since and until when it counts."""

    report_id: int
    target_uid: str
    organisation: int
    region: int | None
    month: domain.Month
    value: Decimal
    unit: str
    verified_at: datetime
    replaced_at: datetime | None


def counting(at: datetime | None) -> Q:
    """Return the condition of reports that count now, or counted at a moment."""
    if at is None:
        return Q(state="VERIFIED")
    not_yet_replaced = Q(replaced_at__isnull=True) | Q(replaced_at__gt=at)
    return Q(verified_at__lte=at) & not_yet_replaced


def verified_values(
    *, actor: Actor, target_uid: str, at: datetime | None = None
) -> list[VerifiedValue]:
    """Return the values of a target that count, by month and place; one query."""
    rows = rules.visible(
        Report.objects.filter(counting(at), kind=domain.VALUE, subject_uid=target_uid),
        actor=actor,
        action="indicators.report.view",
    ).select_related("period")
    return [
        VerifiedValue(
            report_id=row.pk,
            target_uid=row.subject_uid,
            organisation=row.organisation_id,
            region=row.region_id,
            month=row.period.span,
            value=row.value,
            unit=row.unit,
            verified_at=row.verified_at,
            replaced_at=row.replaced_at,
        )
        for row in rows.order_by("period__index", "region_id", "pk")
        if row.value is not None and row.verified_at is not None
    ]


def standing_at(
    *, actor: Actor, on: date, plan_id: int | None = None
) -> Iterator[tuple[str, Judgement]]:
    """Yield the judgement of each measure in force as of the end of a day, writing nothing."""
    rules.require(actor, "indicators.standing.view")
    scene = scene_on(day=on)
    found = plans.measures_in_force(actor=actor, plan_id=plan_id, chunk=CHUNK)
    while refs := list(islice(found, CHUNK)):
        facts = facts_of(refs, day=on)
        for ref in refs:
            yield (
                ref.uid,
                judge(ref=ref, facts=replayed(facts[ref.uid], on=on), scene=scene),
            )

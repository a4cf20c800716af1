"""How the demonstration drives this slice: through its services, as its people would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from xiaoer.engines.plantext import compile_text
from xiaoer.platform.access.actors import Actor
from xiaoer.slices.plans.models import Assignment, Doubt, Owner, Plan
from xiaoer.slices.plans.queries.review import measure_for_edit
from xiaoer.slices.plans.services import ledger, owners, publish, review, upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A compiled plan before anybody decided anything."""

    plan_id: int
    doubts: int
    corrected_owners: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """What a plan compiled into."""

    title: str
    sections: int
    measures: int
    targets: int
    owners: int
    deadlines: int
    doubts: int
    units: int
    proposed_units: int


def date_of(*, data: bytes, name: str, year: int | None, today: date) -> date:
    """Return the day a document gives itself; the first of February of its year, or of this one, where it gives none."""
    doc = compile_text(upload.read(data=data, name=name).text, year=year).doc
    if doc.date and len(doc.date) == 10:
        return date.fromisoformat(doc.date)
    if doc.date and len(doc.date) == 7:
        return date.fromisoformat(f"{doc.date}-15")
    return date(year or doc.year or today.year, 2, 1)


def take_in(*, actor: Actor, data: bytes, name: str, now: datetime) -> Draft:
    """Upload a document."""
    plan = upload.plan_upload(actor=actor, data=data, name=name, now=now)
    return Draft(plan_id=plan.pk, doubts=plan.doubts.count())


def decide_doubts(*, actor: Actor, plan_id: int, office_id: int, now: datetime) -> None:
    """Decide every doubt as a clerk in a hurry would: unknown units proposed, orphans to the office, the rest accepted."""
    while True:
        doubt = (
            Doubt.objects.filter(plan_id=plan_id, state="OPEN").order_by("position", "pk").first()
        )
        if doubt is None:
            return
        if doubt.code == "owner.unresolved":
            owner = Owner.objects.get(pk=int(doubt.field.partition(":")[2]))
            owners.owner_propose(
                actor=actor, owner_id=owner.pk, version=owner.measure.version, now=now
            )
        elif doubt.code == "owner.none" and doubt.measure_id is not None:
            row = measure_for_edit(actor=actor, measure_id=doubt.measure_id).measure
            owners.owner_add(
                actor=actor,
                measure_id=row.pk,
                version=row.version,
                organisation_id=office_id,
                role="lead",
                now=now,
            )
        elif doubt.severity == "block":
            review.doubt_reject(
                actor=actor, doubt_id=doubt.pk, version=doubt.version, now=now,
                reason="示范：已核对原文，按现文发布",
            )  # fmt: skip
        else:
            review.doubt_accept(actor=actor, doubt_id=doubt.pk, version=doubt.version, now=now)


def units_of(*, plan_id: int) -> list[int]:
    """Return the units that a plan gives work, in order."""
    rows = Assignment.objects.filter(measure__plan_id=plan_id).order_by("organisation_id")
    return list(rows.values_list("organisation_id", flat=True).distinct())


def send(*, actor: Actor, plan_id: int, now: datetime) -> None:
    """Send the plan to its units."""
    publish.plan_send(
        actor=actor, plan_id=plan_id, version=Plan.objects.get(pk=plan_id).version, now=now
    )


def agree(*, plan_id: int, actor_of: Callable[[int], Actor], now: datetime) -> None:
    """Let every unit agree."""
    for row in Plan.objects.get(pk=plan_id).countersigns.order_by("pk"):
        publish.countersign_agree(
            actor=actor_of(row.organisation_id), countersign_id=row.pk, version=row.version, now=now
        )


def put_in_force(*, actor: Actor, plan_id: int, now: datetime) -> None:
    """Publish the plan."""
    publish.plan_publish(
        actor=actor, plan_id=plan_id, version=Plan.objects.get(pk=plan_id).version, now=now
    )


def sign(*, actor: Actor, plan_id: int, now: datetime) -> None:
    """Sign for everything the plan gives the actor's unit."""
    ledger.assignments_sign(actor=actor, plan_id=plan_id, now=now)


def figures(*, plan_id: int, draft: Draft) -> PlanFigures:
    """Count what a plan compiled into."""
    plan = Plan.objects.get(pk=plan_id)
    counts = plan.measures.aggregate(
        targets=Count("targets", distinct=True),
        owners=Count("owners", distinct=True),
        deadlines=Count("deadlines", distinct=True),
    )
    units = Assignment.objects.filter(measure__plan=plan).values("organisation_id").distinct()
    return PlanFigures(
        title=plan.title,
        sections=plan.sections.count(),
        measures=plan.measures.count(),
        targets=counts["targets"],
        owners=counts["owners"],
        deadlines=counts["deadlines"],
        doubts=draft.doubts,
        units=units.count(),
        proposed_units=units.filter(organisation__is_proposed=True).count(),
    )

"""References to what is in force, for other slices: few queries whatever the number of measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import QuerySet

from xiaoer.platform import clock
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import UNIT_ROLES
from xiaoer.platform.errors import NotHere
from xiaoer.slices.plans.models import Assignment, Deadline, Measure, Milestone, Plan, Target
from xiaoer.slices.plans.refs import MeasureRef, MilestoneRef, PlanRef, TargetRef

ANSWERING = ("lead", "joint")


def in_force(*, actor: Actor) -> QuerySet[Measure]:
    """Return the measures of published plans that the actor may see."""
    seen = rules.visible(Measure.objects.all(), actor=actor, action="plans.measure.list")
    return seen.filter(plan__state="PUBLISHED")


def plans_in_force(*, actor: Actor) -> list[PlanRef]:
    """Return the published plans that the actor may see, newest first."""
    rows = rules.visible(
        Plan.objects.filter(state="PUBLISHED"), actor=actor, action="plans.plan.list"
    ).order_by("-published_at", "-pk")
    return [
        PlanRef(id=pk, title=title, year=year, region=region)
        for pk, title, year, region in rows.values_list("pk", "title", "year", "series__region_id")
    ]


def measures_in_force(*, actor: Actor, plan_id: int | None, chunk: int) -> Iterator[MeasureRef]:
    """Yield references chunk by chunk, by plan and position."""
    rows = in_force(actor=actor).order_by("plan_id", "position", "pk")
    if plan_id is not None:
        rows = rows.filter(plan_id=plan_id)
    ids = list(rows.values_list("pk", flat=True))
    for first in range(0, len(ids), chunk):
        yield from _refs(ids[first : first + chunk])


def measure_ref(*, actor: Actor, uid: str) -> MeasureRef:
    """Return one measure in force; raise NotHere when there is none to be seen."""
    pk = in_force(actor=actor).filter(uid=uid).values_list("pk", flat=True).first()
    if pk is None:
        raise NotHere()
    return _refs([pk])[0]


def target_ref(*, actor: Actor, uid: str) -> TargetRef:
    """Return one target in force; raise NotHere when there is none to be seen."""
    rows = Target.objects.filter(uid=uid, measure__in=in_force(actor=actor))
    found = _target_refs(rows)
    if not found:
        raise NotHere()
    return found[0]


def assigned_targets(*, actor: Actor) -> list[TargetRef]:
    """Return the targets that the actor's units answer for."""
    units = actor.scope(UNIT_ROLES)
    duties = Assignment.objects.filter(role__in=ANSWERING)
    if not units.everywhere:
        duties = duties.filter(organisation_id__in=units.organisations)
    rows = Target.objects.filter(
        measure__in=in_force(actor=actor), measure_id__in=duties.values("measure_id")
    )
    return _target_refs(rows)


def _target_refs(rows: QuerySet[Target]) -> list[TargetRef]:
    rows = rows.select_related("measure", "measure__plan").order_by(
        "measure__plan_id", "measure__position", "position", "pk"
    )
    return [_target(t, published_on=_published_on(t.measure)) for t in rows]


def _published_on(measure: Measure) -> date:
    published = measure.plan.published_at
    if published is None:
        raise ValueError(f"plan {measure.plan_id} is in force without a publication date")
    return published.astimezone(clock.CHINA).date()


def _target(row: Target, *, published_on: date) -> TargetRef:
    return TargetRef(
        uid=row.uid,
        measure_id=row.measure_id,
        measure_uid=row.measure.uid,
        measure_title=row.measure.title,
        text=row.text,
        indicator=row.indicator,
        comparator=row.comparator,
        value=row.value,
        value_max=row.value_max,
        unit=row.unit,
        baseline=row.baseline,
        baseline_value=row.baseline_value,
        period=row.period,
        kind=row.kind,
        due_date=row.due_date,
        per_county=row.per_county,
        basis=row.basis,
        shape=row.shape,
        published_on=published_on,
    )


def _milestone(row: Milestone, *, measure: Measure) -> MilestoneRef:
    return MilestoneRef(
        uid=row.uid,
        measure_id=row.measure_id,
        measure_uid=measure.uid,
        measure_title=measure.title,
        title=row.title,
        due_date=row.due_date,
        is_deliverable=row.is_deliverable,
    )


def _refs(ids: Sequence[int]) -> list[MeasureRef]:
    """Load the references of ``ids`` in five queries, in the order given."""
    measures = {
        m.pk: m
        for m in Measure.objects.filter(pk__in=ids)
        .select_related("plan")
        .defer("text", "plan__text", "plan__layout")
    }
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(measure_id__in=ids).order_by("position", "pk"):
        target.measure = measures[target.measure_id]
        targets[target.measure_id].append(target)
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for step in Milestone.objects.filter(measure_id__in=ids).order_by("position", "pk"):
        milestones[step.measure_id].append(step)
    dates: dict[int, list[date]] = defaultdict(list)
    for pk, due in (
        Deadline.objects.filter(measure_id__in=ids, due_date__isnull=False)
        .order_by("due_date")
        .values_list("measure_id", "due_date")
    ):
        if due is not None:
            dates[pk].append(due)
    units: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, org, role in (
        Assignment.objects.filter(measure_id__in=ids)
        .order_by("pk")
        .values_list("measure_id", "organisation_id", "role")
    ):
        units[pk].append((org, role))
    return [
        ref_of(
            measures[pk],
            targets=targets[pk],
            milestones=milestones[pk],
            dates=dates[pk],
            units=units[pk],
        )
        for pk in ids
    ]


def ref_of(
    row: Measure,
    *,
    targets: Sequence[Target],
    milestones: Sequence[Milestone],
    dates: Sequence[date],
    units: Sequence[tuple[int, str]],
) -> MeasureRef:
    """Return the reference of a measure whose rows are at hand; ``units`` are (organisation, role)."""
    published_on = _published_on(row)
    return MeasureRef(
        id=row.pk,
        uid=row.uid,
        plan_id=row.plan_id,
        number=row.number,
        title=row.title,
        theme=row.theme,
        is_long_term=row.is_long_term,
        leads=tuple(org for org, role in units if role in ANSWERING),
        units=tuple(org for org, _ in units),
        due_dates=tuple(dates),
        targets=tuple(_target(t, published_on=published_on) for t in targets),
        milestones=tuple(_milestone(m, measure=row) for m in milestones),
        light=row.light,
        light_since=row.light_since,
        published_on=published_on,
    )

"""Plans in a list, and where one of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.slices.plans.models import Assignment, Correction, Countersign, Plan, TargetLink
from xiaoer.slices.plans.queries.children import Breakdown, breakdowns
from xiaoer.slices.plans.queries.compare import Comparison, compare
from xiaoer.slices.plans.queries.review import Progress, countersigns, plan_get, review_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan in the list."""

    id: int
    title: str
    document_number: str
    number: int
    issue_date: date | None
    state: str
    measures: int


def plan_rows(*, actor: Actor) -> list[PlanRow]:
    """Return the plans the actor may see, newest first: one query."""
    rows = rules.visible(Plan.objects.all(), actor=actor, action="plans.plan.list").annotate(
        n=Count("measures")
    )
    fields = ("pk", "title", "document_number", "number", "issue_date", "state", "n")
    return [
        PlanRow(
            id=pk,
            title=title,
            document_number=doc,
            number=number,
            issue_date=issued,
            state=state,
            measures=n,
        )
        for pk, title, doc, number, issued, state, n in rows.order_by("-pk").values_list(*fields)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetail:
    """Where a plan stands. ``mine`` are the countersignatures this actor may give."""

    plan: Plan
    progress: Progress
    countersigns: Sequence[Countersign]
    mine: frozenset[int]
    comparison: Comparison | None
    events: Sequence[log.Line]
    n_measures: int
    n_targets: int
    n_units: int
    to_sign: int
    is_office: bool
    corrections: Sequence[Correction]
    breakdowns: Sequence[Breakdown]
    links: Sequence[TargetLink]


def target_links(*, plan: Plan, limit: int = 200) -> list[TargetLink]:
    """Return the targets of a plan beside their like in the version before and the plan above, changed ones first."""
    order = {"looser": 0, "incomparable": 1, "tighter": 2, "same": 3}
    rows = TargetLink.objects.filter(new__measure__plan=plan).select_related(
        "old__measure__plan", "new__measure"
    )
    light = rows.defer("old__measure__plan__text", "old__measure__plan__layout").order_by("pk")
    return sorted(light, key=lambda row: order[row.change])[:limit]


def series_choices(*, actor: Actor) -> list[tuple[int, str]]:
    """Return the series in force that a sub-plan may break down."""
    rows = rules.visible(
        Plan.objects.filter(state="PUBLISHED"), actor=actor, action="plans.plan.list"
    )
    return list(rows.order_by("-pk").values_list("series_id", "title"))


def plan_detail(*, actor: Actor, plan_id: int) -> PlanDetail:
    """Return everything the plan's page shows."""
    plan = plan_get(actor=actor, plan_id=plan_id)
    answers = countersigns(actor=actor, plan=plan)
    mine = rules.visible(plan.countersigns.all(), actor=actor, action="plans.countersign.answer")
    duties = Assignment.objects.filter(measure__plan=plan)
    waiting = rules.visible(
        duties.filter(state="PENDING"), actor=actor, action="plans.assignment.sign"
    )
    return PlanDetail(
        plan=plan,
        progress=review_progress(plan=plan),
        countersigns=answers,
        mine=frozenset(mine.values_list("pk", flat=True)),
        comparison=compare(plan=plan),
        events=log.history(subject=plan),
        n_measures=plan.measures.count(),
        n_targets=plan.measures.aggregate(n=Count("targets"))["n"],
        n_units=duties.values("organisation_id").distinct().count(),
        to_sign=waiting.count(),
        is_office=rules.allowed(actor, "plans.plan.send"),
        corrections=list(
            plan.corrections.filter(undone_at__isnull=True)
            .select_related("made_by")
            .order_by("-pk")
        ),
        breakdowns=breakdowns(plan=plan),
        links=target_links(plan=plan),
    )

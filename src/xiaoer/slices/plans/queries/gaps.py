"""What a plan under review still lacks: somebody who answers, something to be judged on."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xiaoer.slices.plans.domain import ANSWERING, TRACKED
from xiaoer.slices.plans.models import Assignment, Measure, Owner, Plan, Target


def tracked(plan: Plan) -> QuerySet[Measure]:
    """Return the measures that somebody must answer for: actions, guarantees, and goals with a number."""
    counted = Target.objects.filter(measure__plan=plan).values("measure_id")
    return plan.measures.filter(Q(kind__in=TRACKED) | Q(pk__in=counted)).order_by("position", "pk")


def orphans(plan: Plan) -> QuerySet[Measure]:
    """Return the tracked measures that no unit answers for, in the plan's order."""
    answered = Assignment.objects.filter(measure__plan=plan, role__in=ANSWERING)
    return tracked(plan).exclude(pk__in=answered.values("measure_id"))


def unmeasured(plan: Plan) -> QuerySet[Measure]:
    """Return the tracked measures without a number: they are judged on deliverables and milestones."""
    return tracked(plan).filter(targets__isnull=True)


def bare(plan: Plan) -> QuerySet[Measure]:
    """Return the tracked measures that have neither a number nor a deliverable."""
    return unmeasured(plan).filter(milestones__isnull=True)


def unresolved_leads(plan: Plan) -> QuerySet[Owner]:
    """Return the printed names in an answering role that stand for no unit yet."""
    return Owner.objects.filter(measure__plan=plan, role__in=ANSWERING, organisations=[]).order_by(
        "pk"
    )

"""Link the targets of a plan to those that speak of the same indicator before and above it."""

from __future__ import annotations

from xiaoer.slices.plans.models import Plan, Target, TargetLink


def link_targets(*, plan: Plan) -> int:
    """Link each target to its like in the version before, and in the plan this one is nested under."""
    made = 0
    if plan.previous is not None:
        made += _link(old_plan=plan.previous, plan=plan, relation="successive")
    parent = plan.series.parent
    above = parent.plans.filter(state="PUBLISHED").first() if parent else None
    if above is not None:
        made += _link(old_plan=above, plan=plan, relation="nested")
    return made


def _link(*, old_plan: Plan, plan: Plan, relation: str) -> int:
    old = {
        (t.indicator, t.unit): t
        for t in Target.objects.filter(measure__plan=old_plan).order_by("-pk")
    }
    rows = []
    for new in Target.objects.filter(measure__plan=plan).order_by("pk"):
        before = old.get((new.indicator, new.unit))
        if before is not None:
            rows.append(
                TargetLink(old=before, new=new, relation=relation, change=_change(before, new))
            )
    TargetLink.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _change(old: Target, new: Target) -> str:
    if old.value == new.value:
        return "same"
    is_limit = new.comparator in ("le", "lt", "within")
    return "tighter" if (new.value < old.value) == is_limit else "looser"

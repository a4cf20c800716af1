"""Whether the sub-plans of units and counties keep what the plan above promises, with the arithmetic shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from xiaoer.engines.plantext.lineage import Child, ChildrenCheck, SumKind, check_children
from xiaoer.engines.plantext.scoring import quantity
from xiaoer.slices.plans.models import Plan, Target, TargetLink
from xiaoer.slices.plans.queries.compiled import compiled_target

LIMITS = frozenset({"le", "lt", "within"})
RATES = ("%", "％", "‰", "个百分点", "百分点")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A target of the plan above, the targets that break it down, and whether they keep it."""

    target: Target
    children: Sequence[Target]
    kind: SumKind
    check: ChildrenCheck


def breakdowns(*, plan: Plan) -> list[Breakdown]:
    """Return the checks that concern a plan: as the one above, or as one of those below. One query.

    Sub-plans in force count, and ``plan`` itself whatever its state.
    """
    above = Q(old__measure__plan=plan)
    if plan.series.parent_id is not None:
        above |= Q(
            old__measure__plan__series_id=plan.series.parent_id,
            old__measure__plan__state="PUBLISHED",
        )
    counted = Q(new__measure__plan__state="PUBLISHED") | Q(new__measure__plan=plan)
    links = (
        TargetLink.objects.filter(above & counted, relation="nested")
        .select_related("old__measure", "new__measure__plan__series__organisation")
        .defer("new__measure__plan__text", "new__measure__plan__layout")
        .order_by("old__measure__position", "old_id", "pk")
    )
    groups: dict[int, list[TargetLink]] = defaultdict(list)
    for item in links:
        groups[item.old_id].append(item)
    return [
        _breakdown(group)
        for group in groups.values()
        if plan.series.parent_id is None or any(g.new.measure.plan_id == plan.pk for g in group)
    ]


def _breakdown(group: Sequence[TargetLink]) -> Breakdown:
    parent = group[0].old
    kind = kind_of(comparator=parent.comparator, unit=parent.unit)
    children = [
        Child(
            name=_whose(item.new),
            value=_in_unit(item.new, parent=parent),
            denominator=None if item.new.denominator is None else float(item.new.denominator),
        )
        for item in group
    ]
    return Breakdown(
        target=parent,
        children=[item.new for item in group],
        kind=kind,
        check=check_children(compiled_target(parent), children, kind=kind),
    )


def kind_of(*, comparator: str, unit: str) -> SumKind:
    """Return how sub-targets combine: limits may only be tighter, rates are weighted, the rest adds up."""
    if comparator in LIMITS:
        return "limit"
    return "rate" if unit.endswith(RATES) else "additive"


def _whose(target: Target) -> str:
    series = target.measure.plan.series
    return str(series.organisation) if series.organisation else target.measure.plan.title


def _in_unit(target: Target, *, parent: Target) -> float:
    """Return the value of a sub-target in the unit of the target above (3 万家 is 30000 家)."""
    mine = quantity(float(target.value), target.unit)
    theirs = quantity(float(parent.value), parent.unit)
    if mine is None or theirs is None or not theirs[0]:
        return float(target.value)
    return float(mine[0] * float(parent.value) / theirs[0])

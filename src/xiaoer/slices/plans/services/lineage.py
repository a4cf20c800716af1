"""Link the targets of a plan to those that speak of the same indicator before and above it."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from xiaoer.engines import plantext
from xiaoer.engines.plantext import Target as CompiledTarget
from xiaoer.engines.plantext.lineage import TargetLink as Found
from xiaoer.engines.plantext.lineage import compare_bars, link
from xiaoer.platform.words import kept
from xiaoer.slices.plans.models import Deadline, Plan, Target, TargetLink
from xiaoer.slices.plans.queries.compiled import compiled_of, compiled_target
from xiaoer.slices.plans.services.duties import BATCH

_INHERITED = kept("沿用上级方案：%(text)s")
_PARENT = kept("上级方案")


@transaction.atomic
def link_targets(*, plan: Plan) -> int:
    """Link each target to its like in the version before, and in the plan this one is nested under.

    Links made earlier are replaced, except those a person confirmed. Returns how many there are now.
    """
    TargetLink.objects.filter(new__measure__plan=plan, confirmed_by__isnull=True).delete()
    if plan.previous is not None:
        _link(old_plan=plan.previous, plan=plan, relation="successive")
    above = plan_above(plan=plan)
    if above is not None:
        _link(old_plan=above, plan=plan, relation="nested")
    return TargetLink.objects.filter(new__measure__plan=plan).count()


def plan_above(*, plan: Plan) -> Plan | None:
    """Return the plan in force that this one is nested under, None where there is none."""
    parent = plan.series.parent
    return parent.plans.filter(state="PUBLISHED").first() if parent else None


def _link(*, old_plan: Plan, plan: Plan, relation: str) -> None:
    old, old_rows = compiled_of(old_plan)
    new, new_rows = compiled_of(plan)
    made: list[TargetLink] = []
    sure: set[int] = set()
    if relation == "successive":
        # identity says which target one continues; likeness may not overrule that
        before = {t.uid: (key, t) for key, t in old_rows.items()}
        alone = {id(t): t for p in (old, new) for m in p.measures for t in m.targets}
        for key, after in new_rows.items():
            if after.uid in before:
                old_key, row = before[after.uid]
                sure |= {old_key, key}
                pair = link(_only(alone[old_key]), _only(alone[key]))
                made.append(
                    _row(pair[0] if pair else None, before=row, after=after, relation=relation)
                )
    for found in link(_without(old, sure), _without(new, sure)):
        one, two = old_rows[id(found.old)], new_rows[id(found.new)]
        made.append(_row(found, before=one, after=two, relation=relation))
    TargetLink.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)


def _only(target: CompiledTarget) -> plantext.Plan:
    """Return a plan of one target."""
    measure = plantext.Measure(
        id="m", section=None, number=None, title=None, type="action", span=target.span,
        targets=(target,),
    )  # fmt: skip
    return plantext.Plan(doc=plantext.Document(), sections=(), measures=(measure,))


def _without(plan: plantext.Plan, keys: set[int]) -> plantext.Plan:
    """Return a plan without the targets whose ``id()`` is among ``keys``."""
    left = tuple(
        replace(m, targets=tuple(t for t in m.targets if id(t) not in keys)) for m in plan.measures
    )
    return replace(plan, measures=left)


def _row(found: Found | None, *, before: Target, after: Target, relation: str) -> TargetLink:
    change = compare_bars(compiled_target(before), compiled_target(after))
    return TargetLink(
        old=before,
        new=after,
        relation=relation,
        change=found.change if found else change,
        score=found.score if found else 1.0,
        note="；".join(found.definition)[:300] if found else "",
    )


def inherit_dates(*, plan: Plan) -> int:
    """Give undated measures of a sub-plan the dates of the measures above that their targets serve; return how many."""
    links = TargetLink.objects.filter(
        new__measure__plan=plan, relation="nested", new__measure__deadlines__isnull=True
    ).select_related("old", "new")
    above: dict[int, int] = {}
    for item in links.order_by("pk"):
        above.setdefault(item.new.measure_id, item.old.measure_id)
    dates: dict[int, list[Deadline]] = {}
    for row in Deadline.objects.filter(measure_id__in=set(above.values())).order_by("pk"):
        dates.setdefault(row.measure_id, []).append(row)
    made = [
        Deadline(
            measure_id=below, text=(_INHERITED % {"text": d.text})[:120], kind=d.kind,
            due_date=d.due_date, original_due_date=d.due_date, is_provisional=d.is_provisional,
            is_inherited=True, year_source=_PARENT,
        )
        for below, parent in above.items()
        for d in dates.get(parent, [])
    ]  # fmt: skip
    Deadline.objects.bulk_create(made, batch_size=BATCH)
    return len(made)

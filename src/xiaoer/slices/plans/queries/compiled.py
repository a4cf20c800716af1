"""Rows of a plan as the compiler's own dataclasses, so that the engines can compare versions and levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from xiaoer.engines import plantext
from xiaoer.engines.plantext import Measure as CompiledMeasure
from xiaoer.engines.plantext import Target as CompiledTarget
from xiaoer.slices.plans.models import Plan, Target


def compiled_of(plan: Plan) -> tuple[plantext.Plan, dict[int, Target]]:
    """Return a plan as compiled (corrections included) and its target rows by ``id()`` of the compiled target.

    Ids of measures are their primary keys as text. Costs two queries.
    """
    targets: dict[int, list[Target]] = defaultdict(list)
    for row in Target.objects.filter(measure__plan=plan).order_by("position", "pk"):
        targets[row.measure_id].append(row)
    back: dict[int, Target] = {}
    measures = []
    for m in plan.measures.order_by("position", "pk"):
        made = tuple(_made(targets[m.pk], back))
        measures.append(
            CompiledMeasure(
                id=str(m.pk), section=None, number=m.number or None, title=m.title,
                type="action", span=(m.start, m.end), targets=made,
            )
        )  # fmt: skip
    whole = plantext.Plan(doc=plantext.Document(), sections=(), measures=tuple(measures))
    return whole, back


def _made(rows: Iterable[Target], back: dict[int, Target]) -> Iterable[CompiledTarget]:
    for row in rows:
        made = compiled_target(row)
        back[id(made)] = row
        yield made


def compiled_target(row: Target) -> CompiledTarget:
    """Return a target as the engines know it."""
    return CompiledTarget(
        text=row.text,
        span=(row.start or 0, row.end or 0),
        indicator=row.indicator,
        comparator=cast("plantext._model.Comparator", row.comparator),
        value=float(row.value),
        value_max=None if row.value_max is None else float(row.value_max),
        unit=row.unit,
        baseline=row.baseline or None,
        period=row.period or None,
    )

"""Version 2 of a plan keeps the identities of version 1: measures and targets matched, ids and history kept."""

from __future__ import annotations

from collections.abc import Sequence

from xiaoer.slices.plans.models import Measure, Plan, Target


def carry_identity(*, plan: Plan, previous: Plan) -> None:
    """Give each new measure and target that continues an old one the old one's ``uid``."""
    old = list(previous.measures.order_by("position", "pk"))
    new = list(plan.measures.order_by("position", "pk"))
    by_title = {m.title: m for m in old}
    pairs = [(by_title[m.title], m) for m in new if m.title in by_title]
    for before, after in pairs:
        after.uid = before.uid
    Measure.objects.bulk_update([after for _, after in pairs], ["uid"], batch_size=500)
    _carry_targets(pairs=pairs)


def _carry_targets(*, pairs: Sequence[tuple[Measure, Measure]]) -> None:
    ids = [m.pk for pair in pairs for m in pair]
    by_measure: dict[int, list[Target]] = {pk: [] for pk in ids}
    for target in Target.objects.filter(measure_id__in=ids).order_by("position", "pk"):
        by_measure[target.measure_id].append(target)
    touched = []
    for old, new in pairs:
        free = list(by_measure[old.pk])
        for target in by_measure[new.pk]:
            same = next(
                (t for t in free if t.indicator == target.indicator and t.unit == target.unit), None
            )
            if same is not None:
                free.remove(same)
                target.uid, target.basis, target.shape = same.uid, same.basis, same.shape
                target.baseline_value, target.shape_reason = same.baseline_value, same.shape_reason
                touched.append(target)
    Target.objects.bulk_update(
        touched, ["uid", "basis", "shape", "baseline_value", "shape_reason"], batch_size=500
    )

"""Version 2 of a plan keeps the identities of version 1: measures and targets matched, ids and history kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoer.engines.plantext import lineage
from xiaoer.slices.plans.models import Measure, Plan, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """An old measure beside its new self; ``what`` is kept or changed."""

    old: Measure
    new: Measure
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an amended plan does to the measures of the one before."""

    paired: tuple[Pairing, ...]
    added: tuple[Measure, ...]
    dropped: tuple[Measure, ...]


def carry_identity(*, plan: Plan, previous: Plan) -> None:
    """Give each new measure and target that continues an old one the old one's ``uid``."""
    old = list(previous.measures.order_by("position", "pk"))
    new = list(plan.measures.order_by("position", "pk"))
    matches = lineage.match_items(old=[_item(m) for m in old], new=[_item(m) for m in new])
    touched = []
    for pair in matches:
        new[pair.new].uid = old[pair.old].uid
        touched.append(new[pair.new])
    Measure.objects.bulk_update(touched, ["uid"], batch_size=500)
    _carry_targets(pairs=[(old[p.old], new[p.new]) for p in matches])


def _item(row: Measure) -> lineage.Item:
    return lineage.Item(number=row.number, title=row.title, text=row.text)


def _carry_targets(*, pairs: Sequence[tuple[Measure, Measure]]) -> None:
    ids = [m.pk for pair in pairs for m in pair]
    by_measure: dict[int, list[Target]] = {pk: [] for pk in ids}
    for target in Target.objects.filter(measure_id__in=ids).order_by("position", "pk"):
        by_measure[target.measure_id].append(target)
    touched = []
    for old, new in pairs:
        free = list(by_measure[old.pk])
        for target in by_measure[new.pk]:
            same = next((t for t in free if t.indicator == target.indicator and t.unit == target.unit), None)
            if same is not None:
                free.remove(same)
                target.uid, target.basis, target.shape = same.uid, same.basis, same.shape
                target.baseline_value, target.shape_reason = same.baseline_value, same.shape_reason
                touched.append(target)
    Target.objects.bulk_update(
        touched, ["uid", "basis", "shape", "baseline_value", "shape_reason"], batch_size=500
    )


def compare(*, plan: Plan) -> Comparison | None:
    """Return what ``plan`` changes against the version before it, None for a first version."""
    if plan.previous is None:
        return None
    old = {m.uid: m for m in plan.previous.measures.all()}
    new = {m.uid: m for m in plan.measures.all()}
    paired = [
        Pairing(
            old=old[uid],
            new=row,
            what="kept" if old[uid].search_text == row.search_text else "changed",
        )
        for uid, row in new.items()
        if uid in old
    ]
    return Comparison(
        paired=tuple(paired),
        added=tuple(row for uid, row in new.items() if uid not in old),
        dropped=tuple(row for uid, row in old.items() if uid not in new),
    )

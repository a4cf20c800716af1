"""What an amended plan changes against the version before it."""

from __future__ import annotations

from dataclasses import dataclass

from xiaoer.slices.plans.models import Measure, Plan


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

"""What an amended plan changes against the version before it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from xiaoer.slices.plans.models import Measure, Plan

LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """An old measure beside its new self; ``what`` is kept, changed or split."""

    old: Measure
    new: Measure
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What an amended plan does to the measures of the one before."""

    paired: tuple[Pairing, ...]
    added: tuple[Measure, ...]
    dropped: tuple[Measure, ...]

    @property
    def changed(self) -> tuple[Pairing, ...]:
        """Return the pairs that are not as they were."""
        return tuple(p for p in self.paired if p.what != "kept")

    @property
    def is_long(self) -> bool:
        """Return whether a page shows only the first of some kind."""
        return max(len(self.changed), len(self.added), len(self.dropped)) > LISTED


def _words(row: Measure) -> str:
    """Return what a measure says, whatever its number and line breaks."""
    text = unicodedata.normalize("NFKC", row.text)
    return re.sub(r"\s+", "", text).removeprefix(re.sub(r"\s+", "", row.number))


def compare(*, plan: Plan) -> Comparison | None:
    """Return what ``plan`` changes against the version before it, None for a first version."""
    if plan.previous is None:
        return None
    old = {m.uid: m for m in plan.previous.measures.all()}
    new = {m.uid: m for m in plan.measures.all()}
    parts = {row.split_from for row in new.values() if row.split_from}
    paired = [
        Pairing(
            old=old[uid],
            new=row,
            what="split"
            if uid in parts
            else "kept"
            if _words(old[uid]) == _words(row)
            else "changed",
        )
        for uid, row in new.items()
        if uid in old
    ]
    return Comparison(
        paired=tuple(paired),
        added=tuple(row for uid, row in new.items() if uid not in old),
        dropped=tuple(row for uid, row in old.items() if uid not in new),
    )

"""What became of each measure of a plan in its next version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xiaoer.engines.plantext._model import Measure, Plan
from xiaoer.engines.plantext._normalise import normalise

from ._targets import WORDS, similarity

MeasureChange = Literal["kept", "changed", "added", "removed", "split"]
_MEASURE_KEPT = 0.5
_UNCHANGED = 0.995
_SPLIT = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureMatch:
    """What became of one measure: ``old`` is None for an added one, ``new`` is empty for a removed one.

    A split measure has several ``new``, the best first.
    """

    old: str | None
    new: tuple[str, ...]
    change: MeasureChange
    score: float


def match_measures(
    old: Plan, new: Plan, *, old_text: str, new_text: str
) -> tuple[MeasureMatch, ...]:
    """Return what became of each measure of a plan in its next version.

    Measures match one-to-one by number, title and words; the result does not depend on the order
    of equal candidates. A measure whose words went into several new ones is ``split``.

    Parameters
    ----------
    old, new
        The two versions as compiled.
    old_text, new_text
        The texts their spans count.

    Returns
    -------
    tuple of MeasureMatch
        The old measures in their order, then the added ones in theirs.
    """
    before = [_Profile.of(measure, old_text) for measure in old.measures]
    after = [_Profile.of(measure, new_text) for measure in new.measures]
    ranked = _candidates(before, after)
    partner: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for negative, _, i, j in sorted(ranked):
        if -negative >= _MEASURE_KEPT and i not in partner and j not in taken:
            partner[i] = (j, -negative)
            taken.add(j)
    parts = _split_parts(before, after, ranked, partner, taken)
    return (*_fates(before, after, partner, parts), *_added(after, taken, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    id: str
    number: str
    title: str
    words: str
    grams: Counter[str]

    @classmethod
    def of(cls, measure: Measure, text: str) -> _Profile:
        words = WORDS.sub("", normalise(text[measure.span[0] : measure.span[1]]))
        number = WORDS.sub("", normalise(measure.number or ""))
        words = words.removeprefix(number)
        return cls(
            id=measure.id,
            number=number,
            title=WORDS.sub("", normalise(measure.title or "")),
            words=words,
            grams=Counter(words[i : i + 3] for i in range(max(1, len(words) - 2))),
        )


def _candidates(
    before: Sequence[_Profile], after: Sequence[_Profile]
) -> list[tuple[float, int, int, int]]:
    """Return (−score, distance in rank, old, new) for pairs that share words."""
    index: dict[str, list[int]] = defaultdict(list)
    for j, profile in enumerate(after):
        for gram in profile.grams:
            index[gram].append(j)
    ranked: list[tuple[float, int, int, int]] = []
    for i, profile in enumerate(before):
        rivals: Counter[int] = Counter()
        for gram in profile.grams:
            holders = index.get(gram, ())
            if len(holders) <= 50:
                rivals.update(holders)
        for j, _ in rivals.most_common(12):
            score = _measure_score(profile, after[j])
            ranked.append((-score, abs(i - j), i, j))
    return ranked


def _measure_score(old: _Profile, new: _Profile) -> float:
    if old.words == new.words:
        return 1.0
    shared = (old.grams & new.grams).total()
    dice = 2 * shared / max(1, old.grams.total() + new.grams.total())
    score = dice
    if old.title and new.title:
        same_title = 1.0 if old.title == new.title else similarity(old.title, new.title)
        score = 0.6 * dice + 0.4 * same_title
    if old.number and old.number == new.number:
        score += 0.05
    return min(score, 0.999)


def _split_parts(
    before: Sequence[_Profile],
    after: Sequence[_Profile],
    ranked: Sequence[tuple[float, int, int, int]],
    partner: dict[int, tuple[int, float]],
    taken: set[int],
) -> dict[int, list[int]]:
    """Return, for old measures, the unmatched new ones that consist mostly of their words."""
    parts: dict[int, list[int]] = defaultdict(list)
    claimed: set[int] = set()
    for _, _, i, j in sorted(ranked):
        if j in taken or j in claimed or not after[j].grams:
            continue
        if i in partner and before[i].words == after[partner[i][0]].words:
            continue
        share = (before[i].grams & after[j].grams).total() / after[j].grams.total()
        if share >= _SPLIT:
            parts[i].append(j)
            claimed.add(j)
    return {i: children for i, children in parts.items() if len(children) + (i in partner) >= 2}


def _fates(
    before: Sequence[_Profile],
    after: Sequence[_Profile],
    partner: dict[int, tuple[int, float]],
    parts: dict[int, list[int]],
) -> list[MeasureMatch]:
    fates: list[MeasureMatch] = []
    for i, profile in enumerate(before):
        best = partner.get(i)
        if i in parts:
            children = ([best[0]] if best else []) + parts[i]
            score = best[1] if best else _SPLIT
            names = tuple(after[j].id for j in children)
            fates.append(_match(profile.id, names, "split", score))
        elif best is None:
            fates.append(_match(profile.id, (), "removed", 0.0))
        else:
            change: MeasureChange = "kept" if best[1] >= _UNCHANGED else "changed"
            fates.append(_match(profile.id, (after[best[0]].id,), change, best[1]))
    return fates


def _added(
    after: Sequence[_Profile], taken: set[int], parts: dict[int, list[int]]
) -> list[MeasureMatch]:
    claimed = {j for children in parts.values() for j in children}
    return [
        _match(None, (profile.id,), "added", 0.0)
        for j, profile in enumerate(after)
        if j not in taken and j not in claimed
    ]


def _match(
    old: str | None, new: tuple[str, ...], change: MeasureChange, score: float
) -> MeasureMatch:
    return MeasureMatch(old=old, new=new, change=change, score=round(score, 3))

"""Score a compiled plan against an annotated one.

The rules are those of the annotation schema (docs/reference/plan-schema.md): measures match
one-to-one by span; targets, deadlines and owners are compared within matched measures; the parts
of unmatched measures count as missed or false; what is marked optional counts neither way.
The module compares plain mappings, so that other compilers can be scored too.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LAYERS = (
    "sections",
    "measures",
    "targets",
    "targets_doc",
    "targets+comparator",
    "deadlines",
    "owners",
    "platforms",
)
ACCURACIES = ("comparator", "target_kind", "owner_role", "deadline_kind", "indicator")

# Annotations are JSON that others wrote; nothing about their shape can be relied on.
Item = Mapping[str, Any]
Keys = frozenset[Hashable]

_MAGNITUDES = {"千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
_WHOLE_UNITS = frozenset(("千瓦", "千米", "千克"))


@dataclass(slots=True)
class Tally:
    """Hits, false alarms and misses of one layer."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def add(self, other: Tally) -> None:
        """Add the counts of ``other``."""
        self.tp += other.tp
        self.fp += other.fp
        self.fn += other.fn

    @property
    def precision(self) -> float:
        """Return the share of predictions that are right; 1 where nothing was due or said."""
        said = self.tp + self.fp
        return self.tp / said if said else float(not self.fn)

    @property
    def recall(self) -> float:
        """Return the share of the annotation that was found; 1 where nothing was due or said."""
        due = self.tp + self.fn
        return self.tp / due if due else float(not self.fp)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Accuracy:
    """How often a secondary field agrees on items that matched."""

    right: float = 0.0
    of: int = 0

    def add(self, right: float, of: int = 1) -> None:
        """Count one comparison, or the sums of another accuracy."""
        self.right += right
        self.of += of


def _layers() -> dict[str, Tally]:
    return {layer: Tally() for layer in LAYERS}


def _accuracies() -> dict[str, Accuracy]:
    return {name: Accuracy() for name in ACCURACIES}


@dataclass(slots=True)
class DocumentScore:
    """The tallies of one document or of all together."""

    layers: dict[str, Tally] = field(default_factory=_layers)
    accuracy: dict[str, Accuracy] = field(default_factory=_accuracies)

    def add(self, other: DocumentScore) -> None:
        """Add another document (micro average)."""
        for layer, tally in other.layers.items():
            self.layers[layer].add(tally)
        for name, accuracy in other.accuracy.items():
            self.accuracy[name].add(accuracy.right, accuracy.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The result for a set of documents."""

    total: DocumentScore
    documents: Mapping[str, DocumentScore]

    def to_json(self) -> dict[str, Any]:
        """Return precision, recall, F1 and counts by layer, four digits."""
        report: dict[str, Any] = {
            layer: {
                "precision": round(tally.precision, 4),
                "recall": round(tally.recall, 4),
                "f1": round(tally.f1, 4),
                "tp": tally.tp,
                "fp": tally.fp,
                "fn": tally.fn,
            }
            for layer, tally in self.total.layers.items()
        }
        report["accuracy_on_matches"] = {
            name: round(accuracy.right / accuracy.of, 4) if accuracy.of else None
            for name, accuracy in self.total.accuracy.items()
        }
        report["documents"] = {
            stem: {layer: round(tally.f1, 4) for layer, tally in document.layers.items()}
            for stem, document in self.documents.items()
        }
        return report


def score(
    gold: Mapping[str, Item],
    predicted: Mapping[str, Item],
    *,
    min_iou: float = 0.5,
    types: Collection[str] | None = None,
) -> Score:
    """Score predictions, document by document and together.

    Parameters
    ----------
    gold, predicted
        Annotations by stem. A stem without a prediction counts as empty; a prediction without
        an annotation is ignored.
    min_iou
        Overlap (intersection over union) from which two measure spans are the same measure.
    types
        Measure types that count; the others become optional. None counts all.

    Returns
    -------
    Score
        Micro averages and one entry for each document of ``gold``.

    Examples
    --------
    >>> paper = {"measures": [{"span": [0, 9], "type": "action"}]}
    >>> score({"a": paper}, {"a": paper}).total.layers["measures"].f1
    1.0
    """
    total = DocumentScore()
    documents: dict[str, DocumentScore] = {}
    for stem, annotation in gold.items():
        documents[stem] = _document(annotation, predicted.get(stem) or {}, min_iou, types)
        total.add(documents[stem])
    return Score(total=total, documents=documents)


def _document(
    gold: Item, predicted: Item, min_iou: float, types: Collection[str] | None
) -> DocumentScore:
    result = DocumentScore()
    measures = _items(gold.get("measures"))
    if types is not None:
        measures = [
            item if item.get("type", "action") in types else {**item, "optional": True}
            for item in measures
        ]
    candidates = _items(predicted.get("measures"))
    _match(
        _items(gold.get("sections")),
        _items(predicted.get("sections")),
        _section_keys,
        result.layers["sections"],
    )
    for due, said in _pair_measures(measures, candidates, min_iou, result.layers["measures"]):
        _score_parts(due, said, result)
    _match(
        [
            {**target, "optional": True} if measure.get("optional") else target
            for measure in measures
            for target in _targets(measure)
        ],
        [target for measure in candidates for target in _targets(measure)],
        target_keys,
        result.layers["targets_doc"],
    )
    _match(_platforms(measures), _platforms(candidates), _name_only, result.layers["platforms"])
    return result


def _pair_measures(
    gold: Sequence[Item], predicted: Sequence[Item], min_iou: float, tally: Tally
) -> list[tuple[Item, Item]]:
    """Return the rows to compare: matched pairs, misses and false alarms (the other side empty)."""
    ranked = sorted(_overlapping(gold, predicted, min_iou))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in ranked:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    rows: list[tuple[Item, Item]] = []
    for i, due in enumerate(gold):
        if due.get("optional"):
            continue
        found = i in partner
        tally.tp += found
        tally.fn += not found
        rows.append((due, predicted[partner[i]] if found else {}))
    wrong: list[tuple[Item, Item]] = [
        ({}, said) for j, said in enumerate(predicted) if j not in taken
    ]
    tally.fp += len(wrong)
    return [*rows, *wrong]


def _overlapping(
    gold: Sequence[Item], predicted: Sequence[Item], min_iou: float
) -> Iterator[tuple[float, bool, int, int]]:
    """Yield (−overlap, optional, gold, predicted) of the pairs that may match, without trying all."""
    spans = [(span, j) for j, said in enumerate(predicted) if (span := _span(said))]
    spans.sort()
    starts = [span[0] for span, _ in spans]
    for i, due in enumerate(gold):
        here = _span(due)
        if here is None:
            continue
        # A span that begins earlier than this cannot overlap enough, however long it is.
        reach = (here[1] - here[0]) / max(min_iou, 1e-9)
        for k in range(bisect_left(starts, here[1] - reach - 1), bisect_left(starts, here[1])):
            span, j = spans[k]
            overlap = _overlap(here, span)
            if overlap and overlap >= min_iou:
                yield -overlap, bool(due.get("optional")), i, j


def _score_parts(due: Item, said: Item, result: DocumentScore) -> None:
    layers, accuracy = result.layers, result.accuracy
    pairs, plain = _match(
        _items(due.get("targets")),
        _targets(said),
        target_keys,
        layers["targets"],
        prefer=_likeness,
    )
    strict = layers["targets+comparator"]
    strict.fp += plain.fp
    strict.fn += plain.fn
    for a, b in pairs:
        same = a.get("comparator") == b.get("comparator")
        strict.add(Tally(tp=int(same), fp=int(not same), fn=int(not same)))
        accuracy["comparator"].add(same)
        accuracy["target_kind"].add(a.get("kind", "target") == b.get("kind", "target"))
        accuracy["indicator"].add(_shared_characters(a.get("indicator"), b.get("indicator")))
    pairs, _ = _match(
        _distinct(_items(due.get("deadlines")), deadline_keys),
        _distinct(_items(said.get("deadlines")), deadline_keys),
        deadline_keys,
        layers["deadlines"],
    )
    for a, b in pairs:
        accuracy["deadline_kind"].add(a.get("kind") == b.get("kind"))
    pairs, _ = _match(
        _items(due.get("owners")),
        _distinct(_items(said.get("owners")), owner_keys),
        owner_keys,
        layers["owners"],
    )
    for a, b in pairs:
        accuracy["owner_role"].add(a.get("role") == b.get("role"))


def _no_preference(_due: Item, _said: Item) -> float:
    return 0.0


def _likeness(due: Item, said: Item) -> float:
    same = float(due.get("comparator") == said.get("comparator"))
    return same + _shared_characters(due.get("indicator"), said.get("indicator"))


def _match(
    gold: Sequence[Item],
    predicted: Sequence[Item],
    keys: Callable[[Item], Keys],
    tally: Tally,
    *,
    prefer: Callable[[Item, Item], float] = _no_preference,
) -> tuple[list[tuple[Item, Item]], Tally]:
    """Match items that share a key, one-to-one, required ones first; add the counts to ``tally``."""
    by_key: dict[Hashable, list[int]] = {}
    for j, said in enumerate(predicted):
        for key in keys(said):
            by_key.setdefault(key, []).append(j)
    ranked: set[tuple[bool, float, int, int]] = set()
    for i, due in enumerate(gold):
        for j in {j for key in keys(due) for j in by_key.get(key, ())}:
            ranked.add((bool(due.get("optional")), -prefer(due, predicted[j]), i, j))
    used: set[int] = set()
    taken: set[int] = set()
    pairs: list[tuple[Item, Item]] = []
    for optional, _, i, j in sorted(ranked):
        if i in used or j in taken:
            continue
        used.add(i)
        taken.add(j)
        if not optional:
            pairs.append((gold[i], predicted[j]))
    required = {i for i, due in enumerate(gold) if not due.get("optional")}
    counts = Tally(tp=len(pairs), fp=len(predicted) - len(taken), fn=len(required - used))
    tally.add(counts)
    return pairs, counts


def _distinct(items: Iterable[Item], keys: Callable[[Item], Keys]) -> list[Item]:
    seen: set[Keys] = set()
    kept: list[Item] = []
    for item in items:
        key = keys(item)
        if key and key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _items(value: object) -> list[Item]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _targets(measure: Item) -> list[Item]:
    return [target for target in _items(measure.get("targets")) if target_keys(target)]


def _squash(value: object) -> str:
    return re.sub(r"\s+", "", "" if value is None else str(value))


def _span(item: Item) -> tuple[int, int] | None:
    span = item.get("span")
    if not isinstance(span, (list, tuple)) or len(span) != 2:
        return None
    start, end = span
    if isinstance(start, int) and isinstance(end, int) and end > start:
        return start, end
    return None


def _overlap(a: tuple[int, int] | None, b: tuple[int, int] | None) -> float:
    if a is None or b is None:
        return 0.0
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (max(a[1], b[1]) - min(a[0], b[0])) if shared > 0 else 0.0


def _shared_characters(a: object, b: object) -> float:
    left, right = _squash(a), _squash(b)
    if not left or not right:
        return 0.0
    shared = (Counter(left) & Counter(right)).total()
    return 2 * shared / (len(left) + len(right))


def quantity(value: object, unit: object) -> tuple[float, str] | None:
    """Return (value, unit) with 千, 万 and 亿 moved into the value; None if there is no number.

    Examples
    --------
    >>> quantity(3.5, "万人") == quantity(35000, "人")
    True
    """
    try:
        number = float(str(value)) if not isinstance(value, (int, float)) else float(value)
    except ValueError:
        return None
    rest = _squash(unit).replace("％", "%")
    while rest and rest[0] in _MAGNITUDES and rest not in _WHOLE_UNITS:
        number *= _MAGNITUDES[rest[0]]
        rest = rest[1:]
    return round(number, 6), rest


def target_keys(target: Item) -> Keys:
    """Return the quantities by which a target is recognised: its value and its upper value."""
    values = [target.get("value")]
    if target.get("value_max") is not None:
        values.append(target.get("value_max"))
    found = (quantity(value, target.get("unit")) for value in values)
    return frozenset(key for key in found if key is not None)


def normal_date(date: object) -> str:
    """Return a date with the last day of a month taken as the month, December as the year.

    Examples
    --------
    >>> normal_date("2025-06-30"), normal_date("2025-12-31"), normal_date("2025-06-15")
    ('2025-06', '2025', '2025-06-15')
    """
    text = _squash(date)
    found = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", text)
    if not found:
        return text
    year, month = int(found[1]), int(found[2])
    if found[3]:
        last = 1 <= month <= 12 and int(found[3]) == calendar.monthrange(year, month)[1]
        if not last:
            return f"{year:04d}-{month:02d}-{int(found[3]):02d}"
    return f"{year:04d}" if month == 12 else f"{year:04d}-{month:02d}"


def deadline_keys(deadline: Item) -> Keys:
    """Return the dates that a deadline may be recognised by; ongoing work has one key of its own."""
    if deadline.get("date") in (None, ""):
        return frozenset(("ongoing",)) if deadline.get("kind") == "ongoing" else frozenset()
    others = deadline.get("alt_dates") or ()
    return frozenset(normal_date(date) for date in (deadline["date"], *others))


def owner_keys(owner: Item) -> Keys:
    """Return the names that an owner may be recognised by, without white space."""
    names = (owner.get("name"), *(owner.get("alt") or ()))
    return frozenset(_squash(name).replace("(", "（").replace(")", "）") for name in names)


def _section_keys(section: Item) -> Keys:
    number = _squash(section.get("number")).strip(".．、")
    heading = _squash(section.get("heading")).rstrip("。：:")
    return frozenset((f"{number}|{heading}",))


def _platforms(measures: Iterable[Item]) -> list[Item]:
    names = {
        _squash(name).strip('“”"')
        for measure in measures
        for name in (measure.get("platforms") or ())
        if isinstance(name, str)
    }
    return [{"name": name} for name in sorted(names)]


def _name_only(item: Item) -> Keys:
    return frozenset((item["name"],))

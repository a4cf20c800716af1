"""The same indicator in two plans: likeness of phrases, agreement of units, and the two bars."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from xiaoer.engines.plantext._model import Comparator, Measure, Plan, Target
from xiaoer.engines.plantext._normalise import normalise
from xiaoer.engines.plantext.scoring import quantity

Change = Literal["tighter", "looser", "same", "incomparable"]

_AT_LEAST: frozenset[Comparator] = frozenset(("ge", "gt", "increase_ge", "decrease_ge"))
_AT_MOST: frozenset[Comparator] = frozenset(("le", "lt", "within"))
WORDS = re.compile(r"[^\w%]+|_")
# Words that say what is done or where, not what is measured.
_VERBS = re.compile(
    r"力争|确保|争取|全年|年内|年底前?|新增|新建|建设|建成|打造|培育|引进|实现|完成|达到|推动|推进|开展|组织|提升|提高|压缩|压减|降低|减少|超过|突破|累计|培训|全部"
)
_SCOPES = re.compile(
    r"全国|全省|全市|全县|全区|我省|我市|我县|省级|市级|县级|区级|省本级|市本级|各县(?:市|区)?|各区|各市州|规上|规模以上|限上|限额以上|重点|中心城区|城区|农村|城镇"
)
_QUALIFIERS = re.compile(
    r"当场|当天|按时|首次|平均|人均|累计|新增|存量|网上|线上|一次性|可办|即办|实际|全程"
)
_SAME = 0.42
_SURE = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLink:
    """One indicator in two plans.

    Attributes
    ----------
    old, new : Target
        The two bars; ``old_measure`` and ``new_measure`` are the ids of their measures.
    change : str
        ``tighter`` or ``looser`` from the old to the new bar, ``same``, or ``incomparable``
        where the two do not point the same way.
    score : float
        0 to 1; from 0.7 on, the phrases agree almost wholly.
    definition : tuple of str
        Differences that may be a change of definition (口径): scope, qualifier, unit, comparator.
    """

    old: Target
    new: Target
    old_measure: str
    new_measure: str
    change: Change
    score: float
    definition: tuple[str, ...] = ()


def core_words(indicator: str) -> str:
    """Return what an indicator measures, without verbs, scopes and punctuation.

    Examples
    --------
    >>> core_words("全市新增城市公共停车泊位")
    '城市公共停车泊位'
    """
    text = WORDS.sub("", normalise(indicator))
    return _SCOPES.sub("", _VERBS.sub("", text)) or text


def _grams(text: str) -> Counter[str]:
    padded = text
    grams = Counter(padded[i : i + 2] for i in range(len(padded) - 1))
    grams.update(padded)
    return grams


def similarity(a: str, b: str) -> float:
    """Return 0 to 1: how much two indicator phrases share in characters and pairs of characters.

    The shorter phrase is looked for in the longer one, because plans abbreviate; a tail that
    agrees (the head of a Chinese noun phrase) counts more than a front that does.
    """
    left, right = core_words(a), core_words(b)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    one, two = _grams(left), _grams(right)
    shared = (one & two).total()
    dice = 2 * shared / (one.total() + two.total())
    contained = shared / min(one.total(), two.total())
    tail = 0
    for x, y in zip(reversed(left), reversed(right), strict=False):
        if x != y:
            break
        tail += 1
    agreed = tail / min(len(left), len(right))
    return min(1.0, 0.5 * dice + 0.25 * contained + 0.25 * agreed)


def link(old: Plan, new: Plan) -> tuple[TargetLink, ...]:
    """Return the indicators that both plans speak of, each target in at most one link.

    Parameters
    ----------
    old, new
        Successive plans of one level, or the plan of the level above and the one below.

    Returns
    -------
    tuple of TargetLink
        In the order of the new plan. Targets without a partner have no link.
    """
    before = _targets(old)
    after = _targets(new)
    index: dict[str, list[int]] = defaultdict(list)
    for number, (_, target) in enumerate(before):
        for gram in _pairs(core_words(target.indicator)):
            index[gram].append(number)
    ranked: list[tuple[float, int, int]] = []
    for j, (_, target) in enumerate(after):
        rivals: Counter[int] = Counter()
        for gram in _pairs(core_words(target.indicator)):
            rivals.update(index.get(gram, ()))
        for i, _ in rivals.most_common(40):
            score = _target_score(before[i][1], target)
            if score >= _SAME:
                ranked.append((-score, i, j))
    used: set[int] = set()
    taken: set[int] = set()
    links: dict[int, TargetLink] = {}
    for negative, i, j in sorted(ranked):
        if i in used or j in taken:
            continue
        used.add(i)
        taken.add(j)
        links[j] = _link(before[i], after[j], -negative)
    return tuple(links[j] for j in sorted(links))


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def _targets(plan: Plan) -> list[tuple[Measure, Target]]:
    return [
        (measure, target)
        for measure in plan.measures
        for target in measure.targets
        if target.kind != "parameter"
    ]


def _unit(target: Target) -> str:
    found = quantity(target.value, target.unit)
    return found[1] if found else target.unit


TIME = {
    "个工作日": "day",
    "工作日": "day",
    "日": "day",
    "天": "day",
    "个自然日": "day",
    "小时": "hour",
}
_COUNTED = frozenset("个家项条户所座台处件种批名人次套块")


def units_agree(a: str, b: str) -> bool:
    """Return whether two units can measure the same thing (个 and 家 can, % and 家 cannot)."""
    if a == b or TIME.get(a, a) == TIME.get(b, b):
        return True
    return a in _COUNTED and b in _COUNTED


def _target_score(old: Target, new: Target) -> float:
    if not units_agree(_unit(old), _unit(new)):
        return 0.0
    score = similarity(old.indicator, new.indicator)
    if direction(old.comparator) * direction(new.comparator) < 0:
        score *= 0.6
    if (old.comparator in ("increase_ge", "decrease_ge")) != (
        new.comparator in ("increase_ge", "decrease_ge")
    ):
        score *= 0.7
    if _marks(_QUALIFIERS, old) != _marks(_QUALIFIERS, new):
        score *= 0.85
    return score


def direction(comparator: Comparator) -> int:
    """Return 1 for a floor, -1 for a ceiling, 0 for a plain value."""
    if comparator in _AT_LEAST:
        return 1
    return -1 if comparator in _AT_MOST else 0


def _marks(pattern: re.Pattern[str], target: Target) -> frozenset[str]:
    return frozenset(pattern.findall(normalise(target.indicator)))


def _link(old: tuple[Measure, Target], new: tuple[Measure, Target], score: float) -> TargetLink:
    return TargetLink(
        old=old[1],
        new=new[1],
        old_measure=old[0].id,
        new_measure=new[0].id,
        change=compare_bars(old[1], new[1]),
        score=round(score, 3),
        definition=_definition(old[1], new[1], score),
    )


def compare_bars(old: Target, new: Target) -> Change:
    """Return whether the new bar demands more than the old one.

    A floor is tighter when it rises, a ceiling when it falls; with plain values, more is tighter
    unless the unit is one of time.
    """
    a, b = quantity(old.value, old.unit), quantity(new.value, new.unit)
    if a is None or b is None or not units_agree(a[1], b[1]):
        return "incomparable"
    directions = {direction(old.comparator), direction(new.comparator)} - {0}
    if len(directions) == 2:
        return "incomparable"
    towards = directions.pop() if directions else (-1 if TIME.get(a[1]) else 1)
    strictness = {"gt": 1, "lt": 1}
    if a[0] == b[0]:
        step = strictness.get(new.comparator, 0) - strictness.get(old.comparator, 0)
    else:
        step = 1 if (b[0] - a[0]) * towards > 0 else -1
    return "tighter" if step > 0 else "looser" if step < 0 else "same"


def _definition(old: Target, new: Target, score: float) -> tuple[str, ...]:
    notes: list[str] = []
    for label, pattern in (("范围", _SCOPES), ("限定", _QUALIFIERS)):
        before, after = _marks(pattern, old), _marks(pattern, new)
        if before != after:
            notes.append(f"{label}：{_shown(before)}→{_shown(after)}")
    if _unit(old) != _unit(new):
        notes.append(f"单位：{old.unit}→{new.unit}")
    if direction(old.comparator) != direction(new.comparator):
        notes.append(f"比较方式：{old.comparator}→{new.comparator}")
    if old.baseline != new.baseline:
        notes.append(f"基期：{old.baseline or '无'}→{new.baseline or '无'}")
    if score < _SURE:
        notes.append("表述差异较大，请确认是同一指标")
    return tuple(notes)


def _shown(marks: Iterable[str]) -> str:
    return "、".join(sorted(marks)) or "无"

"""Which numbers of a text are targets: each number is a case, weighed by the words around it.

A number is first asked what else it might be: a date, a document number, a nickname, a size that
says who is meant, the present state, a part of the document, a rule. What is left needs evidence: a
comparator, a per cent, or a verb that delivers a counted thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from . import _target_words as words
from ._model import Comparator, TargetKind
from ._numbers import Quantity, find_quantities
from ._units import CLASSIFIERS, SHARE_UNITS, TIME_UNITS, bare_unit
from ._view import EDGE

Verdict = Literal["target", "size", "other"]

REACH = 60
ENDS = frozenset({"", "，", "。", "；", "、", "）", EDGE})
_SENTENCE = re.compile(rf"[。；！？{EDGE}]")
CLAUSE = re.compile(rf"[，。；：！？（）{EDGE}]")
_HIDDEN = re.compile(r"《[^《》]{0,60}》|“[^“”]{0,14}”")
_LINK = re.compile(r"^(?:以上|以内|左右|以下)?(?:[、和及与]|以及|或)$")
# 每万人4.5件, 压缩到承诺5个工作日: the bound stands before these words.
_BETWEEN = re.compile(
    r"每(?:[一百千万亿]{0,2}(?:人口|[人户亩名个])|立方米|平方公里|公顷|吨)$|(?:承诺|平均|最长)$"
)
_LATIN_NOUN = re.compile(r"[A-Za-z]{2,12}$")
_FAR: dict[str, Comparator] = {
    "ge": "ge",
    "le": "le",
    "down": "le",
    "cut": "decrease_ge",
    "up": "eq",
}
_PEOPLE = frozenset({"人", "户", "名"})
_MONEY = frozenset({"元", "美元", "%", "个百分点"})
_SIZED = frozenset({"元", "美元", "亩", "平方米", "吨", "千瓦", "岁"})
_PART_UNITS = frozenset({"个", "项", "条", "类", "种", "方"})
_FEW = 20


@dataclass(slots=True, kw_only=True)
class Case:
    """One number under examination, with the words around it."""

    number: Quantity
    left: str
    clause: str
    right: str
    sentence_at: int
    clause_at: int
    tail_end: int
    tail: str = ""
    comparator: Comparator | None = None
    linked: bool = False
    kind: TargetKind = "target"
    confidence: float = 0.0

    @property
    def unit(self) -> str:
        """The unit without its scale."""
        return bare_unit(self.number.unit)

    @property
    def strong(self) -> bool:
        """Whether a bound is printed on either side of the number."""
        return self.comparator in words.STRONG_LEFT or bool(self.tail)

    @property
    def reaches(self) -> bool:
        """Whether 达到, 提高到 or the like stands right before the number."""
        return words.REACH.search(self.clause) is not None


def collect(body: str, *, outcome: bool, year: int | None) -> list[Case]:
    """Return the cases of a squeezed text that are targets, in printed order."""
    hidden = bytearray(len(body))
    for match in _HIDDEN.finditer(body):
        hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    seen: list[tuple[Case, Verdict]] = []
    previous: Case | None = None
    for number in find_quantities(body):
        case = _case(body, number, previous)
        verdict: Verdict = "other"
        if not (hidden[number.start] and number.form != "hanzi"):
            verdict = _weigh(body, case, outcome=outcome, year=year)
        if outcome and case.kind == "target" and not words.INTENT.search(case.left):
            case.kind = "outcome"
        seen.append((case, verdict))
        previous = case if verdict != "other" else None
    return _drop_sizes(seen)


def _drop_sizes(seen: list[tuple[Case, Verdict]]) -> list[Case]:
    """突破10亿元、50亿元的企业: what the last of a chain is, the whole chain is."""
    kept: list[Case] = []
    size_after = False
    for case, verdict in reversed(seen):
        is_size = verdict == "size" or size_after
        size_after = is_size and case.linked
        if verdict == "target" and not is_size:
            kept.append(case)
    kept.reverse()
    end = -1
    for case in kept:
        # The list goes on only from a number that was kept.
        case.linked = case.linked and 0 <= case.number.start - end <= 2
        end = case.tail_end
    return kept


def last_edge(pattern: re.Pattern[str], body: str, start: int, end: int) -> int:
    """Return where the last match of ``pattern`` in ``body[start:end]`` ends, else ``start``."""
    at = start
    for match in pattern.finditer(body, start, end):
        at = match.end()
    return at


def _case(body: str, number: Quantity, previous: Case | None) -> Case:
    """Collect the words around a number and read its comparator."""
    sentence_at = last_edge(_SENTENCE, body, max(0, number.start - 4 * REACH), number.start)
    clause_at = last_edge(CLAUSE, body, sentence_at, number.start)
    left = body[sentence_at : number.start]
    tail = words.TAIL.match(body, number.end)
    near = _BETWEEN.sub("", left[-20:])[-16:]
    case = Case(
        number=number,
        left=left,
        clause=body[clause_at : number.start],
        right=body[number.end : number.end + REACH],
        sentence_at=sentence_at,
        clause_at=clause_at,
        tail=(tail.lastgroup or "") if tail else "",
        tail_end=tail.end() if tail else number.end,
        comparator=next((name for name, rule in words.LEFT if rule.search(near)), None),
    )
    if previous is not None and case.comparator is None and _is_linked(body, previous, case):
        case.linked = True
        case.comparator = previous.comparator
        case.kind = previous.kind
    if not case.linked:
        _read_far_bound(case)
    return case


def _read_far_bound(case: Case) -> None:
    """Read a bound that stands a phrase before the number, where none stands next to it."""
    if case.comparator is not None and (case.comparator != "eq" or case.reaches):
        return
    far = words.FAR_BOUND.search(case.clause)
    # Only a share can be cut by: 减少环节5个 may be either, 降低资费20% is a change.
    if far is not None and (far.lastgroup != "cut" or case.unit in SHARE_UNITS):
        case.comparator = _FAR[far.lastgroup or "le"]


def _is_linked(body: str, previous: Case, case: Case) -> bool:
    """65%和55%: one list of numbers under one comparator."""
    if previous.unit != case.unit:
        return False
    return _LINK.match(body[previous.number.end : case.number.start]) is not None


def _weigh(body: str, case: Case, *, outcome: bool, year: int | None) -> Verdict:
    """Decide whether a number is a target, and how sure that is."""
    if not case.number.value or _is_label(body, case) or _is_duration(case):
        return "other"
    if _is_size(case):
        return "size"
    if _is_baseline(case) or (not outcome and _is_present(case, year)):
        return "other"
    if _is_part(case, outcome=outcome) or (case.unit == "类" and not case.strong):
        return "other"
    if case.linked:
        case.confidence = 0.9
    elif not outcome and _is_parameter(case):
        case.kind = "parameter"
        case.confidence = 0.7
    elif case.number.form != "digits":
        case.confidence = _written(case)
    else:
        case.confidence = _printed(case, outcome=outcome)
    return "target" if case.confidence > 0 else "other"


def _printed(case: Case, *, outcome: bool) -> float:
    """Return how sure a number in digits is."""
    if case.strong:
        return 0.95
    if case.unit in words.TECHNICAL and not case.reaches:
        return 0.0
    if case.unit in SHARE_UNITS or case.reaches:
        return 0.9
    if _is_scope(case):
        return 0.0
    if case.comparator == "eq":
        return 0.9
    if _delivers(case):
        return 0.6 if words.PREPOSITION.search(case.clause) else 0.85
    return 0.7 if outcome else 0.0


def _written(case: Case) -> float:
    """Chinese numerals are mostly idiom (一批, 两个确立): only plain bounds count."""
    if case.number.unit == "番":
        if case.comparator not in words.STRONG_LEFT:
            case.comparator = "increase_ge"
        return 0.9
    bound = case.strong and not (case.comparator == "approx" and not case.tail)
    if case.number.unit == "%" or case.number.form == "share":
        return 0.85 if bound or case.reaches else 0.0
    return 0.75 if bound and (case.number.value > 1 or case.unit in TIME_UNITS) else 0.0


def _is_label(body: str, case: Case) -> bool:
    """Dates, ordinals, document numbers, nicknames, ranks, versions."""
    number = case.number
    before = body[number.start - 1 : number.start] if number.start else ""
    if before and before in "第+×*/№#_.前":
        return True
    if before.isascii() and before.isalpha():
        # 新增CDO20家 counts; P3 is a name.
        return _LATIN_NOUN.search(body[max(0, number.start - 12) : number.start]) is None
    if words.ROAD.match(body, number.start):
        return True
    after = body[number.end : number.end + 1]
    if case.unit == "年" and number.value >= 1900:
        return True
    is_day = case.unit in {"日", "天"}
    if is_day and (before == "月" or (after and after in "前起至")):
        return True
    if case.unit in {"强", "星", "卷"} or (after and after in "+×*"):
        return True
    if after.isdigit() and case.unit not in CLASSIFIERS:
        return True
    if words.TIMES_ALL.search(body[max(0, number.start - 2) : number.start]):
        return True
    return number.value == 1 and _is_once(case)


def _is_once(case: Case) -> bool:
    """最多跑1次, 1套材料: a slogan of service."""
    if case.strong:
        return False
    return bool(words.ONCE_LEFT.search(case.clause) or words.ONCE_RIGHT.match(case.right))


def _is_duration(case: Case) -> bool:
    """A time is a target only with a bound: 3个月试运行 and 24小时服务 are none."""
    if case.unit not in TIME_UNITS:
        return False
    if words.SINCE.search(case.clause):
        return True
    if case.unit in {"分钟", "小时"} and words.CIRCLE.match(case.right):
        return False
    if case.unit == "年":
        bound = case.comparator in {"le", "ge", "decrease_ge"} and case.tail != "ge"
        return not (case.reaches or bound)
    if case.tail == "ge" and case.comparator is None:
        return True
    return not (case.tail or case.comparator)


def _is_size(case: Case) -> bool:
    """Sizes that say who is meant: 年产值10亿元以上的企业, 60岁以上老年人, 40-74岁居民, 增速达20%以上的，…."""
    if words.CONDITION.match(case.right) or words.FINE.match(case.right):
        return True
    if case.unit in {"岁", "周岁"} and case.comparator is None and next_char(case) not in ENDS:
        return True
    if case.unit in CLASSIFIERS:
        counted = case.unit not in _PEOPLE or case.comparator in {"ge", "le"}
        return not counted and bool(case.tail) and bool(words.THRESHOLD_RIGHT.match(case.right))
    if words.SIZES.match(case.right) or _opens_size(case):
        return True
    if case.unit in _SIZED and case.comparator == "gt" and words.OF_WHOM.match(case.right):
        return True
    if case.unit in SHARE_UNITS and words.SHARE_OF.search(case.clause):
        return False
    bounded = bool(case.tail) or case.comparator in {"gt", "lt", "ge", "le"}
    return bounded and words.THRESHOLD_RIGHT.match(case.right) is not None


def _opens_size(case: Case) -> bool:
    """160千瓦及以下用户, 2000平方米以上商场: a size with no verb before it and a noun behind it."""
    if case.tail not in {"ge", "lt"} or case.comparator is not None or next_char(case) in ENDS:
        return False
    if case.unit in SHARE_UNITS:
        return False
    return case.tail == "lt" or words.DELIVER.search(case.clause[-5:]) is None


def next_char(case: Case) -> str:
    """Return the character behind a number, its unit and its tail."""
    return case.right[case.tail_end - case.number.end :][:1]


def _is_baseline(case: Case) -> bool:
    """The first number of 由20%提高到30%."""
    if words.COMPARED.search(case.clause):
        return True
    if case.reaches or words.BASELINE.search(case.clause) is None:
        return False
    return words.RAISED.match(case.right) is not None


def _is_present(case: Case, year: int | None) -> bool:
    if words.PRESENT.search(case.clause) or words.UNTIL_NOW.search(case.left):
        return True
    if year is None:
        return False
    printed = [int(match["year"]) for match in words.PAST_YEAR.finditer(case.left)]
    return bool(printed) and printed[-1] < year


def _is_part(case: Case, *, outcome: bool) -> bool:
    """Parts of a document and fields of work; a report may count the measures it took."""
    if case.strong or case.unit not in _PART_UNITS:
        return False
    if words.DIVIDED.search(case.clause) and case.right[:1] in ENDS:
        return True
    if words.SETS_OUT.search(case.clause) and words.SET_OUT.match(case.right):
        return True
    if words.PARTS.match(case.right) is None:
        return False
    if words.FIELDS.match(case.right) or words.OWN.search(case.clause):
        return True
    return not (outcome or words.ISSUES.search(case.clause))


def _is_parameter(case: Case) -> bool:
    if case.unit == "折" or (case.unit in {"分钟", "小时"} and words.CIRCLE.match(case.right)):
        return True
    if case.unit not in _MONEY and not case.number.unit.endswith("亿"):
        return False
    if words.GRANT.search(case.clause[-24:]):
        return words.PAYS_OUT.search(case.clause) is None
    return words.GRANT_RIGHT.match(case.right) is not None


def _is_scope(case: Case) -> bool:
    """A count of places and bodies the measure is about: 8个部门, 全省11个市."""
    if case.unit not in CLASSIFIERS:
        return False
    return (
        words.SCOPE_LEFT.search(case.clause) is not None
        or words.SCOPE_RIGHT.match(case.right) is not None
    )


def _delivers(case: Case) -> bool:
    """A verb of delivery governs the count, or a noun and its number close the phrase."""
    if case.number.value < _FEW and words.PREPOSITION.search(case.clause):
        return False
    if words.ENUMERATED.search(case.clause) and not words.WORKS.match(case.right):
        return False
    if words.DELIVER.search(case.left[-REACH:]):
        return True
    if case.clause[-2:] and case.right[:1] in ENDS:
        return True
    stop = CLAUSE.search(case.right)
    return words.DELIVER.search(case.right[: stop.start() if stop else REACH]) is not None

"""Targets: the numbers of a span that its authority binds itself to reach.

Each number with a unit is first asked what else it might be (a date, a document number, a nickname,
a threshold, the present state, a part of the document); what is left needs evidence: a comparator,
a per cent, or a verb that delivers a counted thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import _target_words as words
from ._model import Comparator, DocKind, MeasureType, Span, Target, TargetKind
from ._numbers import Quantity, find_quantities, hanzi_value
from ._units import CLASSIFIERS, SHARE_UNITS, TIME_UNITS, bare_unit
from ._view import EDGE, View, squeeze

_SENTENCE = re.compile(rf"[。；！？{EDGE}]")
_GROUP = re.compile(rf"[。！？{EDGE}]")
_CLAUSE = re.compile(rf"[，,。；：！？（）{EDGE}]")
_HIDDEN = re.compile(r"《[^《》]{0,60}》|“[^“”]{0,14}”")
_LINK = re.compile(r"^(?:以上|以内|左右|以下)?(?:[、，,和及与]|以及|或)$")
_REACH = 60


@dataclass(slots=True, kw_only=True)
class _Case:
    """One number under examination, with the words around it."""

    number: Quantity
    left: str
    clause: str
    right: str
    sentence_at: int
    clause_at: int
    comparator: Comparator | None = None
    tail: str = ""
    tail_end: int = 0
    linked: bool = False
    kind: TargetKind = "target"
    confidence: float = 0.0


def read_targets(
    text: str, *, span: Span, kind: DocKind, measure_type: MeasureType
) -> tuple[Target, ...]:
    """Return the targets of ``text[span[0]:span[1]]`` in printed order."""
    view = squeeze(text, span=span)
    outcome = kind == "report" or measure_type == "summary"
    cases = _accepted(view, outcome=outcome)
    _share_tails(view.text, cases)
    found = [_target(text, view, cases, i, goal=measure_type == "goal") for i in range(len(cases))]
    found += _ranks(text, view, outcome=outcome)
    return tuple(sorted(found, key=lambda target: target.span))


def _accepted(view: View, *, outcome: bool) -> list[_Case]:
    body = view.text
    hidden = bytearray(len(body))
    for match in _HIDDEN.finditer(body):
        hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    cases: list[_Case] = []
    previous: _Case | None = None
    for number in find_quantities(body):
        case = _case(body, number, previous)
        previous = None
        if hidden[number.start] and number.form != "hanzi":
            continue
        if _weigh(body, case, outcome=outcome):
            cases.append(case)
            previous = case
    return cases


def _last(pattern: re.Pattern[str], body: str, start: int, end: int) -> int:
    at = start
    for match in pattern.finditer(body, start, end):
        at = match.end()
    return at


def _case(body: str, number: Quantity, previous: _Case | None) -> _Case:
    """Collect the words around a number and read its comparator."""
    floor = max(0, number.start - 4 * _REACH)
    sentence_at = _last(_SENTENCE, body, floor, number.start)
    clause_at = _last(_CLAUSE, body, sentence_at, number.start)
    left = body[sentence_at : number.start]
    case = _Case(
        number=number,
        left=left,
        clause=body[clause_at : number.start],
        right=body[number.end : number.end + _REACH],
        sentence_at=sentence_at,
        clause_at=clause_at,
    )
    tail = words.TAIL.match(body, number.end)
    case.tail = tail.lastgroup or "" if tail else ""
    case.tail_end = tail.end() if tail else number.end
    near = left[-16:]
    case.comparator = next((name for name, rule in words.LEFT if rule.search(near)), None)
    if case.comparator is None and (far := words.FAR_BOUND.search(case.clause)):
        case.comparator = "ge" if far["ge"] else "le"
    if previous is not None and case.comparator is None:
        between = body[previous.number.end : number.start]
        if _LINK.match(between):
            case.linked = True
            case.comparator = previous.comparator
            case.kind = previous.kind
    return case


def _weigh(body: str, case: _Case, *, outcome: bool) -> bool:
    """Decide whether a number is a target, and how sure that is."""
    if _is_label(body, case) or _is_duration(case) or _is_threshold(case):
        return False
    if not outcome and (_is_baseline(case) or _is_present(case)):
        return False
    if outcome and _is_baseline(case):
        return False
    if _is_part(case):
        return False
    if case.linked:
        case.confidence = 0.9
        return True
    strong = case.comparator in words.STRONG_LEFT or bool(case.tail)
    bare = bare_unit(case.number.unit)
    if _is_parameter(case):
        case.kind = "parameter"
        case.confidence = 0.7
        return True
    if case.number.form != "digits":
        return _weigh_written(case, strong=strong, bare=bare)
    if strong:
        case.confidence = 0.95
    elif bare in SHARE_UNITS:
        case.confidence = 0.9
    elif case.comparator == "eq" and not _scoped(case):
        case.confidence = 0.9
    elif _delivers(case):
        case.confidence = 0.85
    elif outcome and not _scoped(case):
        case.confidence = 0.7
    return case.confidence > 0


def _weigh_written(case: _Case, *, strong: bool, bare: str) -> bool:
    """Chinese numerals are mostly idiom (一批, 两个确立): only plain bounds count."""
    unit = case.number.unit
    if unit == "番":
        case.comparator = case.comparator if case.comparator in words.STRONG_LEFT else "increase_ge"
        case.confidence = 0.9
    elif unit == "%" or case.number.form == "share":
        case.confidence = 0.85 if strong or case.comparator == "eq" else 0.0
    elif strong and (case.number.value > 1 or bare in TIME_UNITS):
        case.confidence = 0.75
    return case.confidence > 0


def _is_label(body: str, case: _Case) -> bool:
    """Dates, ordinals, document numbers, nicknames, versions."""
    number = case.number
    before = body[number.start - 1 : number.start]
    if before and (before in "第+×*/№#_." or before.isascii() and before.isalpha()):
        return _is_latin_noun(body, number.start) is False
    bare = bare_unit(number.unit)
    if bare == "年" and number.value >= 1900:
        return True
    after = body[number.end : number.end + 1]
    if bare in {"日", "天"} and (before == "月" or after in "前起至前"):
        return True
    if bare in {"卡", "核"} and case.comparator is None:
        return True
    if bare in {"强", "星", "卷"} or (after in "+×*" and after):
        return True
    return bare == "次" and before in {"首", "再"}


def _is_latin_noun(body: str, at: int) -> bool:
    """``AEO企业1家`` is no label, ``新增CDO20家`` is a noun and its number, ``P3`` is a name."""
    word = re.search(r"[A-Za-z]{2,12}$", body[max(0, at - 12) : at])
    return word is not None


def _is_duration(case: _Case) -> bool:
    """A time is a target only with a bound: 3个月试运行 and 24小时服务 are none."""
    bare = bare_unit(case.number.unit)
    if bare not in TIME_UNITS:
        return False
    if words.CIRCLE.match(case.right) and bare in {"分钟", "小时"}:
        return False
    if bare == "年":
        return case.comparator not in {"le", "ge", "decrease_ge"} or case.tail == "ge"
    if case.tail == "ge" and case.comparator is None:
        return True
    return not (case.tail or case.comparator)


def _is_threshold(case: _Case) -> bool:
    """Sizes that say who is meant: 年产值10亿元以上的企业, 60岁以上老年人."""
    bare = bare_unit(case.number.unit)
    if bare in CLASSIFIERS - {"人", "户", "名", "层"} or case.linked:
        return False
    bounded = bool(case.tail) or case.comparator in {"gt", "lt", "ge", "le"}
    return bounded and words.THRESHOLD_RIGHT.match(case.right) is not None


def _is_baseline(case: _Case) -> bool:
    """The first number of 由20%提高到30%."""
    if words.BASELINE.search(case.clause) is None:
        return False
    return words.RAISED.match(case.right) is not None


def _is_present(case: _Case) -> bool:
    return words.PRESENT.search(case.clause) is not None


def _is_part(case: _Case) -> bool:
    return bare_unit(case.number.unit) in {"个", "项", "条", "类", "种", "方"} and (
        words.PARTS.match(case.right) is not None
    )


def _is_parameter(case: _Case) -> bool:
    bare = bare_unit(case.number.unit)
    if bare == "折" or words.CIRCLE.match(case.right) and bare in {"分钟", "小时"}:
        return True
    if bare not in {"元", "%", "个百分点", "美元"} and not case.number.unit.endswith("亿"):
        return False
    return (
        words.GRANT.search(case.clause[-24:]) is not None
        or words.GRANT_RIGHT.match(case.right) is not None
    )


def _scoped(case: _Case) -> bool:
    """A count of places and bodies the measure is about: 在10个省份, 8个部门."""
    if bare_unit(case.number.unit) not in CLASSIFIERS:
        return False
    return (
        words.SCOPE_LEFT.search(case.clause) is not None
        or words.SCOPE_RIGHT.match(case.right) is not None
    )


def _delivers(case: _Case) -> bool:
    if _scoped(case):
        return False
    return words.DELIVER.search(case.left[-_REACH:]) is not None or _ends_phrase(case)


def _ends_phrase(case: _Case) -> bool:
    """A noun and its number close the phrase: 标志性场景50个，."""
    end = case.right[:1]
    return bool(case.clause[-2:].strip()) and (not end or end in "，。；、,）" + EDGE)


def _share_tails(body: str, cases: list[_Case]) -> None:
    """分别达到65%和55%以上: the last tail holds for the chain."""
    for before, after in zip(reversed(cases[:-1]), reversed(cases[1:]), strict=True):
        if after.linked and after.tail and not before.tail:
            between = body[before.number.end : after.number.start]
            if len(between) <= 2:
                before.tail = after.tail


def _comparator(case: _Case) -> Comparator:
    left, tail = case.comparator, case.tail
    if left in {"increase_ge", "decrease_ge"}:
        return "approx" if tail == "approx" else left
    if tail == "ge":
        return "ge"
    if tail == "within":
        return "within"
    if tail == "lt":
        return "lt"
    if tail == "approx":
        return "approx"
    if case.kind == "parameter" and words.CIRCLE.match(case.right):
        return "within"
    return left or "eq"


def _target(text: str, view: View, cases: list[_Case], i: int, *, goal: bool) -> Target:
    case = cases[i]
    floor = max(cases[i - 1].tail_end if i else 0, case.sentence_at)
    start, end, indicator = _phrase(view.text, cases, i, floor)
    begin, stop = view.span(start, end)
    comparator = _comparator(case)
    kind = case.kind
    return Target(
        text=text[begin:stop],
        span=(begin, stop),
        indicator=indicator,
        comparator=comparator,
        value=case.number.value,
        value_max=case.number.value_max,
        unit=case.number.unit,
        baseline=_baseline(case),
        period=_period(view.text, case, goal=goal),
        kind=kind,
        confidence=case.confidence,
    )


def _phrase(body: str, cases: list[_Case], i: int, floor: int) -> tuple[int, int, str]:
    """Return start and end of the target's text in the view, and its indicator."""
    case = cases[i]
    if case.linked:
        j = i
        while cases[j].linked and j:
            j -= 1
        first = _phrase(body, cases, j, cases[j].sentence_at)[2]
        return cases[i - 1].tail_end, case.tail_end, first
    left_at = max(floor, case.clause_at)
    start, left = _trim(body, left_at, case.number.start)
    noun_end = _noun_end(body, case)
    noun = body[case.tail_end : noun_end].strip("的")
    verb_only = len(left) < 2 or words.DELIVER.fullmatch(left) is not None
    if noun and (verb_only or bare_unit(case.number.unit) in CLASSIFIERS):
        return (left_at if verb_only and case.number.start - left_at <= 8 else start), noun_end, noun
    if not left:
        start, left = _trim(body, max(floor, case.sentence_at), case.number.start)
    return start, case.tail_end, left or body[case.number.start : case.tail_end]


def _trim(body: str, start: int, end: int) -> tuple[int, str]:
    while start < end and (head := words.HEAD.match(body[start:end])):
        start += head.end()
    phrase = body[start:end]
    while phrase and (tail := words.END.search(phrase)):
        phrase = phrase[: tail.start()]
    if not phrase:
        return min(start, end), ""
    return start, phrase


def _noun_end(body: str, case: _Case) -> int:
    stop = words.NOUN_STOP.search(body, case.tail_end, min(len(body), case.tail_end + 40))
    end = stop.start() if stop else min(len(body), case.tail_end + 40)
    return max(end, case.tail_end)


def _baseline(case: _Case) -> str | None:
    if words.YOY.search(case.clause):
        return "yoy"
    year = words.BASE_YEAR.search(case.clause)
    return year.group(1) if year else None


def _period(body: str, case: _Case, *, goal: bool) -> str | None:
    begin = 0 if goal else _last(_GROUP, body, max(0, case.number.start - 4 * _REACH), case.number.start)
    found: str | None = None
    for match in words.PERIOD.finditer(body, begin, case.number.start):
        found = match["year"] or match["all"] or match["months"]
    return found


def _ranks(text: str, view: View, *, outcome: bool) -> Iterable[Target]:
    for match in words.RANK.finditer(view.text):
        word = match["top"] or match["hundred"]
        value = int(word) if word.isdigit() else hanzi_value(word)
        if not value:
            continue
        begin, stop = view.span(match.start(), match.end())
        yield Target(
            text=text[begin:stop],
            span=(begin, stop),
            indicator=match["where"] or match.group(),
            comparator="le",
            value=value,
            unit="前" if match["top"] else "强",
            kind="outcome" if outcome else "target",
            confidence=0.6,
        )

"""Targets: the numbers of a span that its authority binds itself to reach.

:mod:`._target_cases` decides which numbers those are; this module says of each what it measures,
how it is bounded, over which period and against which base.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from . import _target_words as words
from ._model import Comparator, DocKind, MeasureType, Span, Target
from ._numbers import hanzi_value
from ._target_cases import ENDS, Case, collect, next_char
from ._units import CLASSIFIERS
from ._view import EDGE, View, squeeze

_GROUP = re.compile(rf"[。！？{EDGE}]")
_JOINED = re.compile(r"(?:和|及|与|以及|、)$")
_NOUN_REACH = 40


def read_targets(
    text: str, *, span: Span, kind: DocKind, measure_type: MeasureType, year: int | None
) -> tuple[Target, ...]:
    """Return the targets of ``text[span[0]:span[1]]`` in printed order."""
    view = squeeze(text, span=span)
    outcome = kind == "report" or measure_type == "summary"
    cases = collect(view.text, outcome=outcome, year=year)
    _share_tails(view.text, cases)
    found: list[Target] = []
    phrases: list[tuple[int, int, str]] = []
    periods = _Periods(view.text, goal=measure_type == "goal")
    for i, case in enumerate(cases):
        phrases.append(_phrase(view.text, cases, phrases, i))
        found.append(_target(text, view, case, phrases[i], periods.before(case.number.start)))
    found += _ranks(text, view, outcome=outcome)
    return tuple(sorted(found, key=lambda target: target.span))


def _share_tails(body: str, cases: list[Case]) -> None:
    """分别达到65%和55%以上: the last tail holds for the chain."""
    for before, after in zip(reversed(cases[:-1]), reversed(cases[1:]), strict=True):
        if after.linked and after.tail and not before.tail:
            before.tail = after.tail


def _target(
    text: str, view: View, case: Case, phrase: tuple[int, int, str], period: str | None
) -> Target:
    begin, stop = view.span(phrase[0], phrase[1])
    return Target(
        text=text[begin:stop],
        span=(begin, stop),
        indicator=view.words(phrase[2], phrase[1]),
        comparator=_comparator(case),
        value=case.number.value,
        value_max=case.number.value_max,
        unit=view.words(case.number.unit, case.number.end),
        baseline=_baseline(case),
        period=period,
        kind=case.kind,
        confidence=case.confidence,
    )


def _comparator(case: Case) -> Comparator:
    """Return the bound as its surface form has it; a tail outweighs a word of level."""
    left = case.comparator
    if case.kind == "outcome":
        return "eq"
    if case.kind == "parameter" and words.CIRCLE.match(case.right):
        return "within"
    if left == "increase_ge" and _counts_things(case):
        left = "eq"
    if left in {"increase_ge", "decrease_ge"} and case.tail != "approx":
        return left
    if case.tail in {"ge", "within", "lt", "approx"}:
        return case.tail  # type: ignore[return-value]
    return left or "eq"


def _counts_things(case: Case) -> bool:
    """提升100所学校 delivers a hundred schools; 提升100% is a change."""
    return case.unit in CLASSIFIERS and next_char(case) not in ENDS


def _phrase(
    body: str, cases: list[Case], before: list[tuple[int, int, str]], i: int
) -> tuple[int, int, str]:
    """Return start and end of the target's text in the view, and its indicator."""
    case = cases[i]
    if case.linked and before:
        return cases[i - 1].tail_end, case.tail_end, before[-1][2]
    start_of_number, after = case.number.start, case.tail_end
    floor = max(cases[i - 1].tail_end if i else 0, case.sentence_at)
    left_at = max(floor, case.clause_at)
    start, left = _trim(body, left_at, start_of_number)
    noun_end, noun = _noun(body, after)
    joined = _JOINED.search(body[left_at:start_of_number]) is not None
    verb_only = len(left) < 2 or words.DELIVER.fullmatch(left) is not None
    if noun and (verb_only or joined or case.unit in CLASSIFIERS):
        if joined:
            return start_of_number, noun_end, noun
        near = verb_only and start_of_number - left_at <= 8
        return (left_at if near else start), noun_end, noun
    if not left and before and cases[i - 1].sentence_at == case.sentence_at:
        return start, after, before[-1][2]
    if not left:
        start, left = _trim(body, max(floor, case.sentence_at), start_of_number)
    if left.count("”") > left.count("“") and (quote := body.rfind("“", left_at, start)) >= 0:
        start, left = quote, body[quote:start] + left
    return start, after, left or body[start_of_number:after]


def _trim(body: str, start: int, end: int) -> tuple[int, str]:
    """Free a phrase from the verbs before it and the comparator behind it."""
    while start < end and (head := words.HEAD.match(body[start:end])):
        start += head.end()
    phrase = body[start:end]
    base = words.BASELINE.search(phrase)
    if base is not None and base.start() > 1:
        phrase = phrase[: base.start()]
    while phrase and (tail := words.END.search(phrase)):
        phrase = phrase[: tail.start()]
    return (start, phrase) if phrase else (min(start, end), "")


def _noun(body: str, at: int) -> tuple[int, str]:
    """Return the noun phrase that a count stands before: its end in the view, and its head."""
    limit = min(len(body), at + _NOUN_REACH)
    stop = words.NOUN_STOP.search(body, at, limit)
    end = max(stop.start() if stop else limit, at)
    phrase = body[at:end].strip("的")
    head = phrase.rpartition("的")[2]
    return end, head if len(head) > 1 else phrase


def _baseline(case: Case) -> str | None:
    if words.YOY.search(case.clause):
        return "yoy"
    year = words.BASE_YEAR.search(case.clause)
    return year.group(1) if year else None


class _Periods:
    """The periods a text names; one holds to the end of its sentence, in a goal to the next one."""

    def __init__(self, body: str, *, goal: bool) -> None:
        self._starts: list[int] = []
        self._names: list[str | None] = []
        edges = [] if goal else [(match.end(), None) for match in _GROUP.finditer(body)]
        named = [
            (match.start(), match["year"] or match["all"] or match["months"])
            for match in words.PERIOD.finditer(body)
        ]
        for start, name in sorted([*edges, *named], key=lambda pair: pair[0]):
            self._starts.append(start)
            self._names.append(name)

    def before(self, at: int) -> str | None:
        """Return the period in force at a place of the view."""
        i = bisect.bisect_left(self._starts, at)
        return self._names[i - 1] if i else None


def _ranks(text: str, view: View, *, outcome: bool) -> Iterator[Target]:
    """进入全省前三, 跻身全国百强: the rank is the number."""
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
            comparator="eq" if outcome else "le",
            value=value,
            unit="前" if match["top"] else "强",
            kind="outcome" if outcome else "target",
            confidence=0.6,
        )

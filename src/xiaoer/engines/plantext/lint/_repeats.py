"""What is said twice: headings, bodies, targets; and one indicator with two bars."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from xiaoer.engines.plantext._model import Measure, Span, Target
from xiaoer.engines.plantext._normalise import normalise
from xiaoer.engines.plantext.scoring import quantity

from ._paper import Finding, Paper

_NOT_WORDS = re.compile(r"[\W_]+")
_SHINGLE = 8
_SHORTEST_BODY = 24
_SAME = 0.8
_CROWD = 12
_YEAR = re.compile(r"(?:19|20)\d\d")
_PARALLEL = re.compile(
    r"组织|保障|领导|总体|要求|目标|原则|宣传|督[查促导]|考核|附则|责任|实施步骤|工作安排|^(?:主要|重点|工作|具体)+(?:任务|措施|举措|内容)$|范围"
)


def check_repeats(paper: Paper) -> Iterator[Finding]:
    """Yield repeated headings, bodies and targets."""
    yield from _headings(paper)
    yield from _bodies(paper)
    yield from _targets(paper)


def squeezed(text: str) -> str:
    """Return the letters and digits of ``text`` in normal form."""
    return _NOT_WORDS.sub("", normalise(text))


def _headings(paper: Paper) -> Iterator[Finding]:
    places: dict[str, list[tuple[Span, str, str | None]]] = defaultdict(list)
    tops = _top_sections(paper)
    for section in paper.plan.sections:
        end = min(section.span[1], section.span[0] + len(section.heading) + 40)
        places[squeezed(section.heading)].append(
            ((section.span[0], end), squeezed(section.number or ""), tops.get(section.id))
        )
    for measure in paper.plan.measures:
        if measure.title and measure.number and measure.type != "guarantee":
            places[squeezed(measure.title)].append(
                (
                    measure.title_span or measure.span,
                    squeezed(measure.number),
                    tops.get(measure.section or ""),
                )
            )
    for words, found in places.items():
        if len(found) < 2 or len(words) < 4 or _PARALLEL.search(words):
            continue
        # Several plans in one notice repeat their numbers with their headings; that is no fault.
        if (
            len({number for _, number, _ in found}) < 2
            or len({top for *_, top in found}) > 1
            and (len({number for _, number, _ in found}) < len(found))
        ):
            continue
        spans = tuple(span for span, *_ in found)
        labels = "、".join(number for _, number, _ in found)
        yield Finding(
            code="repeated_heading",
            key=words,
            spans=spans,
            measure=paper.measure_at(spans[-1][0]),
            data={"quote": words, "count": len(found), "labels": labels},
        )


def _top_sections(paper: Paper) -> dict[str, str]:
    tops: dict[str, str] = {}
    current: str | None = None
    highest = min((section.level for section in paper.plan.sections), default=1)
    for section in paper.plan.sections:
        if section.level == highest or current is None:
            current = section.id
        tops[section.id] = current
    return tops


def _bodies(paper: Paper) -> Iterator[Finding]:
    for start, end in paper.plan.doc.duplicate_spans:
        yield Finding(
            code="repeated_text",
            key=paper.text[start : start + 200],
            spans=((start, end),),
            data={"characters": end - start},
        )
    shingles = [_shingles(_body(paper, measure)) for measure in paper.ordered]
    index: dict[int, list[int]] = defaultdict(list)
    for number, marks in enumerate(shingles):
        for mark in marks:
            index[mark].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for holders in index.values():
        if 1 < len(holders) <= _CROWD:
            shared.update(combinations(holders, 2))
    for (a, b), common in sorted(shared.items()):
        union = len(shingles[a]) + len(shingles[b]) - common
        if common >= _SAME * union:
            yield _repeated_body(paper, paper.ordered[a], paper.ordered[b], common / union)


def _body(paper: Paper, measure: Measure) -> str:
    """Return what a measure says, without its number, title and owners."""
    body = paper.text[measure.span[0] : measure.span[1]]
    body = body.removeprefix(measure.number or "")
    if measure.title:
        body = body.replace(measure.title, "", 1)
    for owner in measure.owners:
        if owner.span and measure.span[0] <= owner.span[0]:
            body = body.replace(paper.text[owner.span[0] : owner.span[1]], "", 1)
    return squeezed(body)


def _shingles(body: str) -> frozenset[int]:
    if len(body) < _SHORTEST_BODY:
        return frozenset()
    return frozenset(hash(body[i : i + _SHINGLE]) for i in range(len(body) - _SHINGLE + 1))


def _repeated_body(paper: Paper, a: Measure, b: Measure, share: float) -> Finding:
    return Finding(
        code="repeated_body",
        key=paper.text[b.span[0] : b.span[1]],
        spans=(a.span, b.span),
        measure=b,
        data={
            "labels": f"{paper.label(a)}与{paper.label(b)}",
            "percent": round(share * 100),
            "measures": [a.id, b.id],
        },
    )


def _targets(paper: Paper) -> Iterator[Finding]:
    """Compare targets of the same kind of measure; a goal repeated by its task is no fault."""
    groups: dict[tuple[str, str], list[tuple[Measure, Target]]] = defaultdict(list)
    for measure in paper.ordered:
        for target in measure.targets:
            words = squeezed(target.indicator)
            if target.kind == "target" and len(words) >= 4:
                groups[measure.type, words].append((measure, target))
    for (_, words), group in groups.items():
        if len(group) > 1:
            yield from _same_indicator(paper, words, group)


def _same_indicator(
    paper: Paper, words: str, group: list[tuple[Measure, Target]]
) -> Iterator[Finding]:
    by_bar: dict[object, list[tuple[Measure, Target]]] = defaultdict(list)
    years = {target.period for _, target in group if _YEAR.fullmatch(target.period or "")}
    for measure, target in group:
        year = target.period if target.period in years and len(years) > 1 else None
        by_bar[quantity(target.value, target.unit), year].append((measure, target))
    for same in by_bar.values():
        if len(same) > 1 and not _served_table(paper, same):
            target = same[0][1]
            yield _target_finding(
                paper,
                "repeated_target",
                same,
                {"quote": paper.slice(target.span), "indicator": target.indicator},
            )
    owners = {measure.id for measure, _ in group}
    units = {(quantity(t.value, t.unit) or (0, ""))[1] for _, t in group}
    dates = {(t.period, *sorted(d.date or "" for d in m.deadlines)) for m, t in group}
    if (
        len(by_bar) > 1
        and len(owners) > 1
        and len(units) == 1
        and len(dates) == 1
        and len(words) >= 6
    ):
        values = "、".join(f"{target.value:g}{target.unit}" for _, target in group)
        yield _target_finding(
            paper, "conflicting_target", group, {"indicator": words, "values": values}
        )


def _served_table(paper: Paper, same: list[tuple[Measure, Target]]) -> bool:
    """Tell a goal cell that spans several rows of a table (printed once, read once a row)."""
    if any("\t" not in paper.text[m.span[0] : m.span[1]] for m, _ in same):
        return False
    cells = {_cell(paper, measure, target) for measure, target in same}
    return len(cells) == 1


def _cell(paper: Paper, measure: Measure, target: Target) -> str:
    start = paper.text.rfind("\t", measure.span[0], target.span[0]) + 1
    end = paper.text.find("\t", target.span[1], measure.span[1])
    return paper.text[start : end if end >= 0 else measure.span[1]]


def _target_finding(
    paper: Paper, code: str, group: list[tuple[Measure, Target]], data: dict[str, object]
) -> Finding:
    labels = "与".join(dict.fromkeys(paper.label(measure) for measure, _ in group))
    return Finding(
        code=code,
        key="|".join(paper.slice(target.span) for _, target in group),
        spans=tuple(target.span for _, target in group),
        measure=group[-1][0],
        concerns="targets",
        data={**data, "labels": labels, "measures": [measure.id for measure, _ in group]},
    )

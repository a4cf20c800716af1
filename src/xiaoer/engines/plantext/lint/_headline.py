"""Headline numbers against what is there: 六大环境, 25项举措, 85条（52+34）, “5+3”八大行动."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from xiaoer.engines.plantext._model import Measure
from xiaoer.engines.plantext._numbers import hanzi_value

from ._paper import Finding, Paper

_N = r"(?P<n>\d{1,3}|[一二两三四五六七八九十百]{1,5})"
# A count of the document's own parts must say so: 《方案》…, 本方案…, 以下…, 共….
_OWN = (
    r"(?:《方案》|《行动方案》|《实施方案》|《计划》|《措施》|《意见》|本方案|本计划|本行动|本意见|本措施|以下|下列|共计|共|"
    r"内容涵盖|涵盖|包括|提出了?|制定了?|推出了?|明确了?|部署了?|细化为|分为|形成了?|围绕|聚焦|从)"
)
_PART_NOUN = (
    r"(?:大(?:重点|专项|提升|攻坚|主要)?(?:环境|行动|工程|板块|领域|体系|任务|方面|部分)"
    r"|个(?:主要|重点)?(?:方面|板块|领域|部分|环境|专项行动|专项)|方面|类行动|大)"
)
_ITEM_NOUN = (
    r"(?:(?:项|条|个)(?:具体|改革|重点|主要|创新|政策|细化|优化|提升|惠企|落实|(?<=项)工作|(?<=条)工作)*"
    r"(?:举措|措施|任务|意见|事项|条款|政策|内容|(?<=项)工作|(?<=条)工作)|条|项)(?!工作日|日)"
)
_PARTS = re.compile(rf"{_OWN}[^。；\n]{{0,24}}?(?<![\d+第“]){_N}{_PART_NOUN}(?!以上|以内)")
_ITEMS = re.compile(
    rf"(?<![\d.第=+])(?P<n>\d{{1,3}}|[一二三四五六七八九十百]{{1,5}}){_ITEM_NOUN}(?!以上|以内|制度)"
)
_FOREIGN = re.compile(
    r"国家|国务院|省委|省政府|全省|省级|上级|去年|上年|此前|已出台|世界银行|世行|原有|年[^，]{0,6}版"
)
_SHARE = re.compile(r"其中|分别|重点[^，]{0,4}$|[（+]")
_OWN_WORD = re.compile(_OWN)

_PLUS = (
    r"(?P<parts>\d{1,4}(?:[条项个家类大]|[^\d，。；（）+]{0,6})?(?:\+\d{1,4}[条项个家类大]?){1,5})"
)
_BRACKET_SUM = re.compile(
    rf"(?P<n>\d{{1,4}})[条项个家类件种大][^，。；（）\d\n]{{0,12}}（[^（）\d]{{0,8}}{_PLUS}[^（）\d]{{0,4}}）"
)
_EQUATION = re.compile(
    r"(?<![\d.+A-Za-z])(?P<parts>\d{1,4}(?:\+\d{1,4}){1,5})=(?P<n>\d{1,5})(?![\d.%])"
)
_NICKNAME = re.compile(
    r"“(?P<parts>\d{1,2}(?:\+\d{1,2}){1,3})”(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})(?:大|项|个|类)"
)
_AMONG = re.compile(
    r"(?P<n>\d{1,4})(?P<unit>[条项个类件])[^。；\n\d]{0,24}?(?P<word>其中|分别为|包括|（)(?P<tail>[^。；\n]{4,90})"
)

_ITEM = r"[^，。；：、（）“”\n]{1,14}"
_COUNTED = re.compile(
    r"[“]?(?<![\d.第])(?P<n>\d{1,2}|[二两三四五六七八九十]{1,3})"
    r"(?P<unit>大|个方面|个领域|个环节|个维度|类)(?P<noun>[\u4e00-\u9fff]{0,6})"
)
_CLAUSE = re.compile(r"[，。；：（）“”\n]")
_LONGEST_ITEM = 16
_LIST_AFTER = re.compile(
    rf"(?<![\d.第])(?P<n>\d{{1,2}}|[二两三四五六七八九十]{{1,3}})(?P<unit>大|个方面|个领域)[^，。；：（）、\n]{{0,8}}"
    rf"（(?P<list>{_ITEM}(?:、{_ITEM}){{1,20}})）"
)
_CHINESE = "一二三四五六七八九十"


def _value(word: str) -> int | None:
    return int(word) if word.isdigit() else hanzi_value(word)


def check_headlines(paper: Paper) -> Iterator[Finding]:
    """Yield headline numbers that disagree with the document or with themselves."""
    yield from _sums(paper)
    yield from _among(paper)
    yield from _lists(paper)
    yield from _stated(paper)


def _finding(paper: Paper, found: re.Match[str], code: str, stated: int, actual: object) -> Finding:
    quote = found.group()[-48:]
    span = paper.span(found.end() - len(quote), found.end())
    return Finding(
        code=code,
        key=quote,
        spans=(span,),
        measure=paper.measure_at(span[0]),
        data={"quote": quote.replace("\n", ""), "stated": stated, "found": actual},
    )


def _sums(paper: Paper) -> Iterator[Finding]:
    for pattern in (_BRACKET_SUM, _EQUATION, _NICKNAME):
        for found in pattern.finditer(paper.body):
            stated = _value(found["n"])
            total = sum(int(part) for part in re.findall(r"\d+", found["parts"]))
            if stated is not None and stated != total:
                yield _finding(paper, found, "headline_sum", stated, total)


def _among(paper: Paper) -> Iterator[Finding]:
    """Parts named one by one: 85条，其中优化类52条、创新类34条."""
    for found in _AMONG.finditer(paper.body):
        unit, tail = found["unit"], found["tail"]
        parts = [int(n) for n in re.findall(rf"(?<![\d.])(\d{{1,4}}){unit}(?!以上|以内)", tail)]
        if len(parts) < 2 or "+" in tail or re.search(r"新增|同比|超过|不少于", tail):
            continue
        stated, total = int(found["n"]), sum(parts)
        near = 0 < stated - total <= 2 and len(parts) == 2
        if total > stated and max(parts) <= stated or near:
            yield _finding(paper, found, "headline_sum", stated, total)


def _lists(paper: Paper) -> Iterator[Finding]:
    """Compare a list with the number behind it (政务、产业“两大环境”) or before it in brackets."""
    body = paper.body
    for found in _COUNTED.finditer(body):
        listed = _CLAUSE.split(body[max(0, found.start() - 160) : found.start()])[-1]
        yield from _list_finding(paper, listed, found, found.start() - len(listed), found.end())
    for found in _LIST_AFTER.finditer(body):
        yield from _list_finding(paper, found["list"], found, found.start(), found.end())


def _list_finding(
    paper: Paper, listed: str, found: re.Match[str], start: int, end: int
) -> Iterator[Finding]:
    stated = _value(found["n"])
    items = listed.split("、")
    if stated is None or stated < 2 or len(items) < 2 or re.search(r"\d", listed):
        return
    if listed.endswith(("等", "共", "这")) or max(map(len, items)) > _LONGEST_ITEM:
        return
    joined = len(items) + len(re.findall(r"[和与及]", items[-1]))
    if stated in range(len(items), joined + 1) or abs(stated - len(items)) > 2:
        return
    quote = body_quote(paper.body[start:end])
    span = paper.span(start, end)
    yield Finding(
        code="headline_list",
        key=quote,
        spans=(span,),
        measure=paper.measure_at(span[0]),
        data={"quote": quote, "stated": stated, "found": len(items)},
    )


def body_quote(text: str) -> str:
    """Return the end of a passage, short enough for a message."""
    return text.replace("\n", "")[-48:]


def _stated(paper: Paper) -> Iterator[Finding]:
    """Compare 六大环境, 25项举措 with headings and items; only what speaks of this document counts."""
    if not paper.plan.measures:
        return
    limit = _preamble_end(paper)
    head = paper.body[:limit]
    parts, items = structure_counts(paper)
    for found in _PARTS.finditer(head):
        stated = _value(found["n"])
        if stated is None or stated < 2 or _FOREIGN.search(found.group()) or _listed(head, found):
            continue
        if stated not in parts:
            yield _finding(paper, found, "headline_parts", stated, _shown(parts))
    for found in _ITEMS.finditer(head):
        stated = _value(found["n"])
        clause = re.split(r"[。；\n]", head[max(0, found.start() - 48) : found.start()])[-1]
        if stated is None or stated < 4 or not _OWN_WORD.search(clause) or _FOREIGN.search(clause):
            continue
        if _SHARE.search(clause):
            continue
        if stated not in items:
            yield _finding(paper, found, "headline_measures", stated, _shown(items))


def _listed(head: str, found: re.Match[str]) -> bool:
    """Tell 政务、产业、创新“五大生态” (checked as a list) from a count of parts."""
    start = max(0, found.start("n") - 2)
    return "、" in head[max(0, start - 14) : start] and "“" in head[start : found.start("n")]


def _shown(counts: frozenset[int]) -> str:
    return "/".join(str(count) for count in sorted(counts)) or "0"


def _preamble_end(paper: Paper) -> int:
    """Return where the first task begins; headlines after it speak of other things."""
    actions = [measure.span[0] for measure in paper.ordered if measure.type == "action"]
    first = min(actions, default=len(paper.text))
    low, high = 0, len(paper.at)
    while low < high:
        middle = (low + high) // 2
        if paper.at[middle] < first:
            low = middle + 1
        else:
            high = middle
    return low


def structure_counts(paper: Paper) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers that a headline may honestly state: of parts, and of items.

    Honest readings differ (with or without goals and guarantees, headings or leaves), so every
    level and every numbering style counts.
    """
    sections, measures = paper.plan.sections, paper.plan.measures
    parts: set[int] = set(Counter(section.level for section in sections).values())
    parts |= set(Counter(_style(section.number) for section in sections).values())
    task_sections = {measure.section for measure in measures if measure.type == "action"}
    above = _ancestors(paper, task_sections)
    tasks = [section for section in sections if section.id in above]
    parts |= set(Counter(section.level for section in tasks).values())
    items = set(parts)
    for group in (measures, [m for m in measures if m.type == "action"], _without_goals(measures)):
        items.add(len(group))
        numbered = Counter(_style(measure.number) for measure in group if measure.number)
        items |= set(numbered.values())
        for style, count in numbered.items():
            items.add(count + sum(1 for section in sections if _style(section.number) == style))
    parts |= {
        count for style, count in Counter(_style(m.number) for m in measures).items() if style
    }
    return frozenset(parts - {0}), frozenset(items - {0})


def _without_goals(measures: tuple[Measure, ...]) -> list[Measure]:
    return [measure for measure in measures if measure.type in ("action", "guarantee")]


def _ancestors(paper: Paper, ids: set[str | None]) -> set[str]:
    """Return the sections with these ids and all that contain them."""
    starts = sorted(section.span for section in paper.plan.sections if section.id in ids)
    found: set[str] = set()
    for section in paper.plan.sections:
        at = bisect_left(starts, (section.span[0], 0))
        if at < len(starts) and starts[at][1] <= section.span[1]:
            found.add(section.id)
    return found


def _style(number: str | None) -> str:
    """Return the kind of a printed number: plain Chinese, bracketed, Arabic, 一是, none."""
    if not number:
        return ""
    squeezed = re.sub(r"\s", "", number)
    bracket = squeezed[:1] in "(（〔[【"
    chinese = any(char in _CHINESE for char in squeezed)
    run = squeezed.endswith("是")
    return f"{'(' if bracket else ''}{'汉' if chinese else '1'}{'是' if run else ''}"

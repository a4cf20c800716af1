"""Words that must not reach a published ledger: masked numbers, drafts, past figures as aims."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xiaoer.engines.plantext._normalise import normalise

from ._paper import Finding, Paper

_UNIT = r"(?:个|家|项|条|件|户|人|名|次|场|套|亿元|万元|万|亿|元|亩|公里|%|百分点|年|月|日|天|所|座|台|处|批|种|倍|吨)"
_MASKED = re.compile(
    rf"(?<![A-Za-z0-9+“×*xX-])[xX×]{{1,3}}(?={_UNIT})(?!个性)"
    rf"|(?<![A-Za-z0-9*])\*{{1,4}}(?={_UNIT})"
    rf"|(?:×{{2,}}|[xX]{{2,}}(?![A-Za-z0-9])|某某|[○〇]{{2,}}|□{{2,}}|_{{2,}}|▲{{2,}}|\*{{2,}})"
    rf"(?=[\u4e00-\u9fff%])"
)
_MASK_ALONE = re.compile(r"[A-Za-z0-9]$")
_YEAR_DIGITS = re.compile(r"[二一][〇○]{1,2}[〇○一二三四五六七八九]")
_DRAFT = re.compile(
    r"[（〔《]?(?P<word>(?:公开)?征求意见稿|征求意见|送审稿|讨论稿|草案|草稿|初稿|审议稿)[）〕》]?"
)
_DRAFT_LINE = 90
_HEAD = 600
_UNITLESS = re.compile(
    r"(?:达到|不低于|不少于|不高于|不超过|超过|突破|新增|建成|完成|培育|提高到|提升到|压缩至|压减至|降至|增长|以上达)"
    r"(?P<n>\d{1,7}(?:\.\d+)?)(?:以上|以内|以下|左右)?(?=[，。；、）\n]|$)"
)
_PAST = re.compile(
    r"截至|截止|(?:去年|上年|上一年|往年)|\d{1,2}[-—~至]\d{1,2}月|前[一二三]季度|上半年.{0,8}(?:完成|实现|达)了?|目前|"
    r"已(?:经|累计)?(?:完成|建成|达到?|新增|培育|办理|实现|兑现|减免|发放|帮助|为)|累计已"
)
# A plan may promise 同比增长15%以上; without a bound and without its year it tells what was.
_YEAR_ON_YEAR = re.compile(r"同比(?:增长|下降|提高|减少)了?")
_BOUND = re.compile(
    r"以上|左右|以内|以下|不低于|不少于|不高于|不超过|超过|突破|达到|全年|年内|今年"
)
_FUTURE = re.compile(r"力争|确保|到20\d\d年|底前|目标|争取|将|要|计划|不低于|不少于|20\d\d年底")
_SENTENCE = re.compile(r"[。；\n]")


def check_wording(paper: Paper) -> Iterator[Finding]:
    """Yield masked numbers, draft marks, numbers without unit and figures that are past."""
    yield from _masked(paper)
    yield from _draft(paper)
    yield from _unitless(paper)
    yield from _past_figures(paper)


def _masked(paper: Paper) -> Iterator[Finding]:
    for found in _MASKED.finditer(paper.body):
        start, end = found.span()
        if _YEAR_DIGITS.search(paper.body, max(0, start - 2), end + 2):
            continue
        left = re.split(r"[，。；：、（）\n]", paper.body[max(0, start - 10) : start])[-1]
        right = re.match(rf"{_UNIT}?[^，。；：、（）\n]{{0,4}}", paper.body[end : end + 8])
        quote = left + found.group() + (right[0] if right else "")
        span = paper.span(start, end)
        yield Finding(
            code="masked_number",
            key=quote,
            spans=(span,),
            measure=paper.measure_at(span[0]),
            data={"quote": quote},
        )


def _draft(paper: Paper) -> Iterator[Finding]:
    """Look at the lines of the head: a title with 征求意见稿, not a sentence about one."""
    if paper.plan.doc.kind == "draft-for-comments":
        for mark in _DRAFT.finditer(normalise(paper.text)):
            if paper.measure_at(mark.start()) is None:
                yield _draft_finding(paper, mark.span())
                return
    offset = 0
    first = min((measure.span[0] for measure in paper.ordered), default=_HEAD)
    for line in paper.text[: min(_HEAD, first)].splitlines(keepends=True):
        found = _DRAFT.search(normalise(line))
        bracketed = bool(found and found.group()[0] in "（〔" and found["word"] != "征求意见")
        if found and bracketed and len(line.strip()) <= _DRAFT_LINE and "。" not in line:
            yield _draft_finding(paper, (offset + found.start(), offset + found.end()))
            return
        offset += len(line)


def _draft_finding(paper: Paper, span: tuple[int, int]) -> Finding:
    return Finding(
        code="draft_for_comment",
        key="",
        spans=(span,),
        data={"quote": paper.slice(span).strip("（）()〔〕《》")},
    )


def _unitless(paper: Paper) -> Iterator[Finding]:
    """Numbers after a verb of reaching with nothing behind them, which no reader can count."""
    known = [target.span for measure in paper.ordered for target in measure.targets]
    taken: set[int] = set()
    for start, end in known:
        taken.update(range(start, min(end, start + 400)))
    for found in _UNITLESS.finditer(paper.body):
        if re.fullmatch(r"(?:19|20)\d\d", found["n"]):
            continue
        span = paper.span(found.start("n"), found.end("n"))
        measure = paper.measure_at(span[0])
        if measure is None or span[0] in taken:
            continue
        left = re.split(
            r"[，。；：、（）\n]", paper.body[max(0, found.start() - 16) : found.start()]
        )[-1]
        quote = left + found.group()
        yield Finding(
            code="target_without_unit",
            key=f"{paper.label(measure)}|{quote}",
            spans=(span,),
            measure=measure,
            concerns="targets",
            data={"label": paper.label(measure), "quote": quote},
        )


def _past_figures(paper: Paper) -> Iterator[Finding]:
    for measure in paper.ordered:
        for target in measure.targets:
            if target.kind != "target":
                continue
            sign = _past_sign(paper, measure.span[0], target.span)
            if measure.type == "summary" or paper.plan.doc.kind == "report":
                sign = sign or "报告的成效数字"
            if sign:
                yield Finding(
                    code="report_as_target",
                    key=f"{paper.label(measure)}|{target.text}",
                    spans=(target.span,),
                    measure=measure,
                    concerns="targets",
                    data={
                        "label": paper.label(measure),
                        "quote": paper.slice(target.span),
                        "sign": sign,
                    },
                )


def _past_sign(paper: Paper, floor: int, span: tuple[int, int]) -> str:
    """Return the words that show a number is past, or nothing if its sentence looks ahead."""
    before = normalise(paper.text[max(floor, span[0] - 60) : span[0]])
    sentence = _SENTENCE.split("".join(before.split()))[-1] + normalise(paper.slice(span))
    if _FUTURE.search(sentence):
        return ""
    if found := _PAST.search(sentence):
        return found.group()
    weak = _YEAR_ON_YEAR.search(sentence)
    if weak is None or _BOUND.search(sentence) or f"{paper.plan.doc.year}年" in sentence:
        return ""
    return weak.group()

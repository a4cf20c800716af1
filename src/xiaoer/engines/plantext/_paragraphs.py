"""From physical lines to paragraphs: undo the line breaks that a page or a screen made.

A break is undone where the line before is full (in a text wrapped at a fixed width), stops in the
middle of a sentence, or leaves a bracket open; never before a number or the label of a field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ._model import Span
from ._normalise import Dense
from ._numbering import marker_at

FIELD_LABEL = re.compile(
    r"[·•●◆■★☆▲►\-—*]{0,3}(?:\d{1,2}[.、])?〔?"
    r"(?P<name>(?:(?:总)?牵头(?:责任)?|责任|主办|主责|主管|主体责任|首责|承办|实施|负责|配合|参与|参加|落实|协办|协同|协助|协作|支持|联系|共同责任|第一责任|监管|监督|督办|督导|指导)"
    r"(?:市级|区级|县级|省级|市直)?(?:单位|部门|主体|处室|科室|股室|机构|领导|人|县领导|市领导|区领导|分工|方)(?:及(?:责任人|分工|领导))?"
    r"|责任分工|任务分工|职责分工|分管(?:县|市|区)?领导|牵头(?:县|市|区)领导|责任(?:县|市|区)?领导|包联领导|联系(?:人|领导|电话)|牵头|责任|配合|主办|协办"
    r"|完成(?:时限|时间|期限|时间节点|日期)|时限要求|时间(?:要求|安排|节点|进度|期限)|工作时限|办结时限|完成(?:目标)?时间|推进时限|计划完成时间|起止时间|时间进度|时限|实施时间|整改时限)"
    r"〕?(?:：|为：)"
)
CONTENT_LABEL = re.compile(
    r"[·•●◆■★☆▲►\-—*]{0,3}〔?(?:工作|主要|具体|重点|任务|改革|阶段|年度|预期|创新|整改|推进|对标)?"
    r"(?:目标任务|任务目标|工作任务|工作内容|任务内容|具体内容|工作目标|任务|目标|内容|举措|措施|做法|要求|成效|成果|标准|进度安排|进度|步骤|现状|问题|依据|成果形式|完成标志|事项名称|事项)〕?："
)
_TERMINAL = "。！？；：…"
_OPEN = "（〔“《"
_CLOSE = "）〕”》"
_ATTACHMENT = re.compile(r"附件|附表|附录|附：|抄送|主送|（此件|（联系人|专栏")
_DATE_LINE = re.compile(
    r"(?:二[〇○零O0Ｏ][一二三四五六七八九〇○零O]{2}年.{2,6}日|\d{4}年\d{1,2}月\d{1,2}日)(?:印发)?"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of dense characters printed as one paragraph; ``lines`` counts its physical lines."""

    start: int
    end: int
    lines: int


def wrap_width(dense: Dense) -> float | None:
    """Return the width at which the text was broken, or None where lines are paragraphs."""
    widths = [_width(dense, line.start, line.end) for line in dense.sources]
    long_ones = [w for w in widths if w >= 12]
    if len(long_ones) < 12:
        return None
    broken = sorted(
        width
        for width, (_, end) in zip(widths, dense.lines, strict=True)
        if width >= 12 and dense.text[end - 1] not in _TERMINAL + "）〕”"
    )
    if len(broken) < len(long_ones) * 0.3:
        return None
    width = broken[int(len(broken) * 0.7)]
    near = sum(1 for w in broken if abs(w - width) <= 3)
    over = sum(1 for w in long_ones if w > width + 4)
    if width > 70 or near < len(broken) * 0.55 or over > len(long_ones) * 0.15:
        return None
    return width


def _width(dense: Dense, start: int, end: int) -> float:
    body = dense.raw[start:end]
    ascii_count = sum(map(body.count, "0123456789 .-"))
    return len(body) - ascii_count * 0.5


def paragraphs(dense: Dense, *, cuts: frozenset[int]) -> list[Paragraph]:
    """Join the physical lines of the dense view into paragraphs, never across a cut."""
    width = wrap_width(dense)
    text = dense.text
    out: list[Paragraph] = []
    begin, count, depth = -1, 0, 0
    usual = min((line.indent for line in dense.sources), default=0)
    for position, (start, end) in enumerate(dense.lines):
        joins = (begin >= 0 and start not in cuts) and _continues(
            dense, begin, dense.lines[position - 1], start, end, width, depth
        )
        if joins and _indented(dense, position, usual) and depth <= 0:
            joins = False
        if not joins:
            if begin >= 0:
                out.append(Paragraph(begin, dense.lines[position - 1][1], count))
            begin, count, depth = start, 0, 0
        count += 1
        line = text[start:end]
        depth += sum(map(line.count, "（〔")) - sum(map(line.count, "）〕"))
    if begin >= 0:
        out.append(Paragraph(begin, dense.lines[-1][1], count))
    return out


def _indented(dense: Dense, position: int, usual: int) -> bool:
    """An indent of two characters more than usual opens a paragraph."""
    here = dense.sources[position].indent
    before = dense.sources[position - 1].indent
    return (
        here >= usual + 2
        and here > before
        and dense.text[dense.lines[position - 1][1] - 1] in "。；：）〕”"
    )


def _continues(
    dense: Dense, begin: int, before: Span, start: int, end: int, width: float | None, depth: int
) -> bool:
    text = dense.text
    if FIELD_LABEL.match(text, start, end) or CONTENT_LABEL.match(text, start, end):
        return False
    if _ATTACHMENT.match(text, start, end) or _DATE_LINE.fullmatch(text, start, end):
        return False
    last = text[before[1] - 1]
    open_bracket = depth > 0 and start - begin < 1500
    marker = marker_at(text, start, end)
    if marker is not None and not (open_bracket and marker.style in ("num", "paren")):
        if marker.style not in ("shi", "di", "circle", "num", "multi"):
            return False
        if last in _TERMINAL or width is None:
            return False
    if text.startswith(("——", "--", "●", "■", "◆", "★", "•"), start):
        return False
    if open_bracket and last not in "。；":
        return True
    if width is not None:
        source = dense.sources[_line_index(dense, before)]
        full = _width(dense, source.start, source.end) >= width - 2.5
        if full:
            return not (last in "：" and end - start < 6)
        return last in "，、" or (
            last not in _TERMINAL + "）〕”" and _mid_sentence(text, begin, before)
        )
    if last in "，、":
        return True
    return last not in _TERMINAL + "）〕”" and _mid_sentence(text, begin, before)


def _line_index(dense: Dense, line: Span) -> int:
    low, high = 0, len(dense.lines) - 1
    while low < high:
        middle = (low + high) // 2
        if dense.lines[middle][0] < line[0]:
            low = middle + 1
        else:
            high = middle
    return low


def _mid_sentence(text: str, begin: int, before: Span) -> bool:
    """Return whether an unfinished line is prose: long, or with a finished sentence before it."""
    line = text[before[0] : before[1]]
    if "。" in line or "；" in line:
        return True
    if before[0] > begin and "。" in text[max(begin, before[0] - 400) : before[0]]:
        return len(line) >= 8
    return len(line) >= 40 and "，" in line

"""The outline: which paragraph opens an item, what stands under it, and what kind of part it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ._model import Span
from ._normalise import Dense
from ._numbering import RANK, Marker, inline_markers, marker_at
from ._owners import brackets
from ._paragraphs import CONTENT_LABEL, FIELD_LABEL, Paragraph

PLAN_TITLE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9“”《》（）〔〕、·—\-+]{2,60}(?:方案|计划|意见|措施|办法|要点|清单|细则|规划|规定|任务|分工|分解表|任务表|分工表|政策|条措施|举措|通知|行动|安排|工作|台账|任务书|责任书|责任分解|分解|工程|指引|汇总表|一览表|明细表|计划表|责任表|一览)"
    r"(?:（[^（）]{2,14}）|\d\.\d版?)?"
)
_BACKGROUND_WORD = (
    r"(?:指导思想|基本(?:原则|思路|情况|概况)|总体(?:要求|思路|考虑|原则|部署|形势|情况)|原则|思路|背景|依据|起草(?:过程|说明)|制定(?:过程|说明)|编制说明|"
    r"形势|现状|问题|不足|短板|意义|必要性|重要性|发展基础|工作基础|面临(?:的)?(?:形势|机遇|挑战)|范围|对象|总则|附则|名词解释|"
    r"经验做法|主要做法|工作成效|主要成效|成效|亮点|战略定位|发展定位|总体定位|有效期|施行日期|注意事项|背景意义|(?:充分|深刻|提高)认识.{0,8}|(?:解读|解释|责任)(?:机关|单位|人)|关键词(?:解释|诠释)?|新旧政策差异|创新点|特点)"
)
_BACKGROUND = re.compile(
    rf"(?:当前|我[省市县区]|全[省市县区]|主要|工作|发展|出台|政策|有关|相关|存在的?(?:主要|突出)?|适用|实施|整治|明确|遵循|坚持|遴选|建设|推进|文件|重要|重大|目的|营商环境|基本|重点|改革|目标任务的?|方案|制定|起草|编制)*"
    rf"(?:的)?{_BACKGROUND_WORD}(?:[和与及、](?:主要|基本|重要|工作|存在的?|面临的?|总体|制定|目的|目标)?{_BACKGROUND_WORD[:-1]}|依据|必要性|意义|过程|要求))?"
)
_GOAL = re.compile(
    r"^(?:20\d{2}年度?)?(?:(?:总体|基本|指导)(?:要求|思路|思想)(?:和|与|及))?[\u4e00-\u9fff]{0,8}目标(?:任务)?(?:(?:和|与|及)[\u4e00-\u9fff]{2,8})?$|^(?:主要|预期|量化|核心)(?:目标|指标)"
)
_GOAL_NOT = re.compile(r"管理|考核|围绕|紧扣|聚焦|体系|机制|分解|落实|责任")
_GUARANTEE = re.compile(
    r"组织(?:实施|领导|保障|推进|落实)|保障(?:措施|机制|条件|体系|举措)$|^(?:工作|实施|推进|机制|政策|综合|落实|服务|强化|强化措施|组织|支撑|要素|加强)?保障$|"
    r"(?:工作|有关|相关|组织|几点|实施|落实|总体工作|纪律)要求$|^(?:工作|推进|实施|落实|保障|组织|长效)机制$|^(?:督促|督查|督导|监督)(?:考核|检查|落实|问效|指导)|"
    r"^(?:加强|强化|健全|完善|狠抓|抓好|严格|注重|落实)(?:和)?(?:组织|工作|统筹|督查|督导|督促|考核|责任|督办|跟踪|监督考核|协同|宣传)[\u4e00-\u9fff]{0,8}$"
)
_GUARANTEE_ITEM = re.compile(
    r"^(?:加强|强化|健全|完善|坚持|切实加强|切实强化)(?:党的)?(?:组织(?:领导|保障|实施|推进|协调)|(?:督查|督导|督促|督办)(?:考核|检查|落实|问责|评估|指导|问效)?|考核(?:评价|评估|问责|激励|督查|督导)?|工作统筹|统筹(?:协调|推进)|宣传(?:引导|推广|推介|解读)?|责任落实|舆论引导)"
)
# 扩大通办范围, 完成节能目标: a title that opens with what is to be done is a task, whatever it ends with.
_TASK_VERB = re.compile(
    r"(?:扩大|拓展|完善|优化|细化|健全|落实|完成|确保|推进|推动|强化|加强|提升|改进|解决|化解|破解|整治|清理|规范|"
    r"统一|调整|放宽|缩小|压减|夯实|巩固|分解|加快|促进|补齐|深化|开展|打造|坚守|坚持|抓好|做好|建立|构建)"
)
_TASK_VERB_BELOW = re.compile(r"(?:明确|实现|锚定|突出|提高|聚焦|围绕)")
_TASKS_HEADING = re.compile(
    r"(?:主要|重点|工作|具体|改革|行动)(?:任务|举措|措施|内容|工作)(?:及分工|和分工)?"
)
_SIGNATURE = re.compile(
    r"[\u4e00-\u9fff（）、]{2,40}(?:政府|办公室|办公厅|委员会|局|厅|部|院|领导小组|党委|市委|县委|区委|会|中心)(?:办公室)?(?:（代章）|（盖章）)?(?:\d{4}年\d{1,2}月\d{1,2}日)?"
)
DATE_LINE = re.compile(
    r"(?:[\u4e00-\u9fff]{0,20})?(?:\d{4}年\d{1,2}月\d{1,2}日|二[〇○零OoＯ０0][一二三四五六七八九十〇○零Oo0]{2}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)(?:印发)?"
)
_NOTE = re.compile(r"（[^（）]{2,24}）")
_QUESTION = re.compile(r"(?:\d{1,2}[.、]|〔)?(?:问|Q)(?:题)?\d{0,2}〕?[：:]")
_TAIL = re.compile(
    r"抄送|主送|（此件|（联系人|联系人：|联系电话|附件(?:下载)?(?:[：:]|\d|$)|附：|附表|信息公开选项|本(?:方案|意见|通知|措施|计划|规划|办法|文件|行动方案|实施意见|若干措施)(?:自|由|从|有效期)"
)
_CONCLUSION = re.compile(
    r"(?:各地(?:区|各部门|各有关|要|、)?|各级|各部门|各有关|各单位|各(?:市|县|区|州)[^。]{0,30}(?:要|应|应当|须)|各省|各(?:成员|责任|牵头)单位|有关部门要|本(?:意见|方案|通知|措施|计划|办法|行动)|此前|以上|上述|其他|请各|对本|国务院办公厅要|国务院有关部门|国务院各)"
)


@dataclass(slots=True, eq=False)
class Node:
    """An item of the outline: a number (or a bare heading), its first paragraph and what follows."""

    marker: Marker | None
    start: int
    title: Span
    lead_end: int
    level: int = 0
    kind: str = "action"  # action, goal, guarantee, background, question, title, text, tail
    alone: bool = False
    paras: list[Paragraph] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    closing: int = 0

    @property
    def end(self) -> int:
        """Return the dense end of all the node contains."""
        last = max(self.lead_end, self.closing)
        if self.paras:
            last = max(last, self.paras[-1].end)
        if self.children:
            last = max(last, self.children[-1].end)
        return last

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


def heading_kind(heading: str, parent: str, *, run_in: bool = False) -> str:
    """Return what a heading announces; a heading that says nothing takes its parent's kind.

    ``run_in`` says that the text of the item follows its title on the line.
    """
    bare = re.sub(r"[。：，“”]", "", heading)
    if parent == "guarantee":
        return parent
    task = run_in and parent in ("", "action") and _TASK_VERB.match(bare) is not None
    if not task and parent == "action":
        task = _TASK_VERB.match(bare) is not None or _TASK_VERB_BELOW.match(bare) is not None
    if not task and _GOAL.search(bare) and not _GOAL_NOT.search(bare):
        return "goal"
    if not task and len(bare) <= 18 and _BACKGROUND.fullmatch(bare):
        return "background"
    if parent in ("background", "goal"):
        return parent
    if _GUARANTEE_ITEM.search(bare) and len(bare) <= 24:
        return "guarantee"
    return "action"


def is_guarantee_heading(heading: str) -> bool:
    """Return whether a heading of the first level opens the part on how the plan is carried out."""
    bare = re.sub(r"[。：]", "", heading)
    return len(bare) <= 22 and _GUARANTEE.search(bare) is not None


def split_paragraph(text: str, para: Paragraph, open_values: dict[str, int]) -> list[Span]:
    """Cut a paragraph where a numbered item opens inside it; ``open_values`` are the last numbers."""
    inside = list(inline_markers(text, para.start + 1, para.end))
    if not inside:
        return [(para.start, para.end)]
    cutter = _Cutter(text, para, open_values, inside)
    styles = ("dun", "paren", "dot", "num") if cutter.run_on else ("dun", "paren", "dot")
    candidates = [m for m in inside if m.style in styles or m.start in cutter.owned]
    closed = _bracket_mask(text, para)
    for number, marker in enumerate(candidates):
        if not closed(marker.start) and cutter.opens(marker, candidates[number + 1 :]):
            cutter.cut(marker)
    cuts = cutter.cuts
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], para.end], strict=True) if b > a]


class _Cutter:
    """Decide which of the numbers inside a paragraph open an item."""

    def __init__(
        self, text: str, para: Paragraph, open_values: dict[str, int], inside: Sequence[Marker]
    ) -> None:
        first = marker_at(text, para.start, para.end)
        self.text = text
        self.cuts = [para.start]
        self.owned = _owned_run(text, inside)
        self.run_on = _is_run_on(text, para, inside)
        self.style = first.style if first else ""
        self._seen = dict(open_values)
        self._listed: set[str] = set()
        if first is not None:
            self._seen[first.style] = first.value

    def cut(self, marker: Marker) -> None:
        """Open an item at a number."""
        if marker.value == 1:
            self._listed.discard(marker.style)
            if self.text[marker.start - 1] not in "。）〕":
                self._listed.add(marker.style)
        self.cuts.append(marker.start)
        self._seen[marker.style] = marker.value

    def opens(self, marker: Marker, rest: Sequence[Marker]) -> bool:
        """Return whether a number opens an item; ``rest`` are those behind it."""
        if marker.start in self.owned:
            return True
        expected = (
            marker.value == self._seen.get(marker.style, 0) + 1 and marker.style in self._seen
        )
        if marker.style == "num" and marker.value > 1:
            expected = expected and marker.style in self._listed
        restart = marker.value == 1 and self.run_on
        if marker.style == "dun" and restart and "dun" not in self._seen:
            restart = next((m.value for m in rest if m.style == "dun"), 0) == 2
        before = self.text[marker.start - 1]
        if before == "；":
            return expected and self.run_on and marker.style in self._listed
        if before in "。）〕！？”":
            if marker.style == "num":
                return expected and self.run_on
            return expected and (self.run_on or marker.style == self.style) or restart
        if not self.run_on and self._heads(marker):
            return True
        if not self.run_on or not (expected or restart):
            return False
        head = self.text[self.cuts[-1] : marker.start]
        above = marker_at(self.text, self.cuts[-1], marker.start)
        if not _is_heading(head):
            return False
        if above is None:
            return len(self.cuts) == 1 and restart and PLAN_TITLE.fullmatch(head) is not None
        return RANK[marker.style] > above.rank

    def _heads(self, marker: Marker) -> bool:
        """Return whether a first number follows a heading on its line: 一、明确目标1、发展目标。"""
        if marker.value != 1 or len(self.cuts) > 1 or self.style not in ("dun", "paren"):
            return False
        head = self.text[self.cuts[0] : marker.start]
        end = marker.start
        return (
            _is_heading(head)
            and RANK[marker.style] > RANK[self.style]
            and "\u4e00" <= self.text[end - 1] <= "\u9fff"
            and self.text[end - 1] not in "第共约达近超等有为是"
        )


def _owned_run(text: str, markers: Sequence[Marker]) -> frozenset[int]:
    """Return where （1） （2） inside a paragraph open items, each of which ends with its bracket."""
    nums = [m for m in markers if m.style == "num"]
    if [m.value for m in nums] != list(range(1, len(nums) + 1)) or len(nums) < 2:
        return frozenset()
    if text[nums[0].start - 1] not in "。：":
        return frozenset()
    closing = all(
        text[m.start - 1] in "）〕" and text[m.start - 2] not in "0123456789" for m in nums[1:]
    )
    return frozenset(m.start for m in nums) if closing else frozenset()


def _is_run_on(text: str, para: Paragraph, inside: Sequence[Marker]) -> bool:
    """Return whether a paragraph holds headings of its own: a document that lost its line breaks."""
    if para.end - para.start < 120:
        return False
    first = marker_at(text, para.start, para.end)
    markers = [first, *inside] if first else inside
    values = [m.value for m in markers if m.style == "dun"]
    if 1 in values and 2 in values:
        return True
    parens = [
        m.value
        for m in markers
        if m.style in ("paren", "dot") and (m is first or text[m.start - 1] in "。）〕")
    ]
    if parens[:2] == [1, 2] and first is None:
        return True
    return any(b == a + 1 for a, b in zip(parens, parens[1:], strict=False)) and len(parens) >= 3


def _is_heading(head: str) -> bool:
    return 4 <= len(head) <= 48 and not re.search(r"[。；]", head)


class _bracket_mask:
    """Tell whether an offset lies inside a bracket that is not itself a number."""

    def __init__(self, text: str, para: Paragraph) -> None:
        self._spans = [
            (a, b) for a, b, closed in brackets(text, para.start, para.end) if closed and b - a > 6
        ]
        self._next = 0

    def __call__(self, offset: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][1] <= offset:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] < offset


def title_end(dense: Dense, start: int, end: int) -> int:
    """Return where the lead phrase of a text ends: at its first full stop or colon, or by a wide gap."""
    text = dense.text
    depth = 0
    for position in range(start, min(end, start + 120)):
        char = text[position]
        if char in "（〔“《":
            depth += 1
        elif char in "）〕”》":
            depth -= 1
        elif char in "。；！" and depth <= 0:
            return position
        elif char == "：" and depth <= 0 and not text[position - 1].isdigit():
            return position if position - start <= 40 else start
        spaced = dense.at[position] - dense.at[position - 1] > 1
        if spaced and 4 <= position - start <= 40 and depth <= 0:
            if _wide_gap(dense, position):
                return position
            if not _gap(dense, position).strip() and _is_usual(text[start:position]):
                return position
    return end if end - start < 120 else start


def _wide_gap(dense: Dense, position: int) -> bool:
    gap = _gap(dense, position)
    return len(gap) >= 1 and not gap.strip(" \u3000\xa0") and (len(gap) >= 2 or gap == "\u3000")


def _gap(dense: Dense, position: int) -> str:
    return dense.raw[dense.at[position - 1] + 1 : dense.at[position]]


def _is_usual(heading: str) -> bool:
    """Return whether a heading is one of those that every plan has."""
    if len(heading) > 14 or re.search(r"[，。；、]", heading):
        return False
    return (
        heading_kind(heading, "") != "action"
        or is_guarantee_heading(heading)
        or _TASKS_HEADING.fullmatch(heading) is not None
    )


def make_node(dense: Dense, span: Span, marker: Marker | None) -> Node:
    """Build the node of one segment: where its title stands and whether it is a heading alone."""
    start, end = span
    body = marker.end if marker else start
    stop = title_end(dense, body, end)
    rest = dense.text[stop:end].lstrip("。：；")
    outside = rest
    for a, b, closed in reversed(list(brackets(rest, 0, len(rest)))):
        if closed:
            outside = outside[:a] + outside[b:]
    alone = not outside.strip("。：；")
    return Node(marker, start, (body, stop), end, alone=alone)


def build(dense: Dense, paras: Sequence[Paragraph], *, cuts: frozenset[int]) -> list[Node]:
    """Return the roots of the outline; text before the first number is a root without number.

    ``cuts`` are the dense offsets behind a table or a second copy; no item reaches across one.
    """
    builder = _Builder(dense, cuts)
    builder.plain = not any(
        (marker := marker_at(dense.text, p.start, p.end)) and marker.style != "shi" for p in paras
    )
    for position, para in enumerate(paras):
        builder.add(para, _following(dense.text, paras, position))
    return builder.roots


def _following(text: str, paras: Sequence[Paragraph], position: int) -> Paragraph | None:
    """Return the next paragraph, a note in brackets such as （征求意见稿） passed over."""
    for para in paras[position + 1 : position + 3]:
        if not _NOTE.fullmatch(text, para.start, para.end):
            return para
    return None


class _Builder:
    def __init__(self, dense: Dense, cuts: frozenset[int]) -> None:
        self.dense = dense
        self.cuts = cuts
        self.roots: list[Node] = []
        self.stack: list[Node] = []
        self.values: dict[str, int] = {}
        self.listing = False
        self.closed = False
        self.plain = False

    def add(self, para: Paragraph, following: Paragraph | None) -> None:
        text = self.dense.text
        self.closed = self.closed or (para.start in self.cuts and bool(self.stack))
        if self._is_attachment_list(text, para):
            return
        if self._is_break(text, para, following):
            self.stack, self.values, self.closed = [], {}, False
            self.roots.append(
                Node(None, para.start, (para.start, para.end), para.end, kind="title", alone=True)
            )
            return
        for start, end in split_paragraph(text, para, self.values):
            marker = marker_at(text, start, end)
            if marker is not None and self._opens(text, marker, end, para):
                self._push(marker, (start, end))
            else:
                self._append(Paragraph(start, end, para.lines), following)

    def _opens(self, text: str, marker: Marker, end: int, para: Paragraph) -> bool:
        """Return whether the number opens an item of the outline and is not part of its text."""
        if FIELD_LABEL.match(text, marker.end, end) and marker.style in ("dot", "num", "circle"):
            return False
        if marker.style in ("shi", "di") and self.stack:
            top = self.stack[-1]
            if top.marker and top.marker.style == marker.style:
                return True
            return marker.value == 1 and (top.alone or self._introduces(text, top))
        if marker.style in ("num", "circle") and self.stack:
            top = self.stack[-1]
            if not top.marker or top.marker.rank < marker.rank:
                return marker.value == 1
        return True

    def _introduces(self, text: str, top: Node) -> bool:
        last = top.paras[-1].end if top.paras else top.lead_end
        return text[last - 1] == "："

    def _is_attachment_list(self, text: str, para: Paragraph) -> bool:
        match = re.compile(r"附件[：:]").match(text, para.start, para.end)
        if match:
            self.listing = True
            return True
        short = para.end - para.start <= 60 and text[para.end - 1] not in "。；"
        if self.listing and short and marker_at(text, para.start, para.end):
            return True
        self.listing = False
        return False

    def _is_break(self, text: str, para: Paragraph, following: Paragraph | None) -> bool:
        """Return whether a line is the title of a (further) plan or opens an attachment."""
        line = text[para.start : para.end]
        if re.fullmatch(
            r"附件[一二三四五六七八九十\d]{0,2}[：:]?|附表[一二三四五六七八九十\d]{0,2}", line
        ):
            return True
        if following is None or not 8 <= len(line) <= 60 or line[-1] in "。；，：":
            return False
        if marker_at(text, para.start, para.end) or "，" in line:
            return False
        if not PLAN_TITLE.fullmatch(line):
            return False
        return self.stack == [] or self._restarts(text, following)

    def _restarts(self, text: str, following: Paragraph) -> bool:
        marker = marker_at(text, following.start, following.end)
        if marker is not None:
            return marker.value == 1 and marker.rank <= min(
                RANK[s] for s in self.values or {"shi": 1}
            )
        return following.end - following.start >= 20

    def _push(self, marker: Marker, span: Span) -> None:
        self.closed = False
        node = make_node(self.dense, span, marker)
        while self.stack and (top := self.stack[-1].marker) and top.rank >= marker.rank:
            self.stack.pop()
        self.values[marker.style] = marker.value
        if self.stack:
            node.parent = self.stack[-1]
            node.parent.children.append(node)
        else:
            self.roots.append(node)
        node.level = len(self.stack) + 1
        self.stack.append(node)

    def _append(self, para: Paragraph, following: Paragraph | None) -> None:
        text = self.dense.text
        if self.closed or self._closes(text, para):
            self.closed = True
            self.roots.append(
                Node(None, para.start, (para.start, para.start), para.end, kind="tail")
            )
            return
        heading = self._bare_heading(text, para, following)
        if heading is not None:
            self.stack = [heading]
            self.values = {}
            self.roots.append(heading)
            return
        if self.stack:
            self.stack[-1].paras.append(para)
            return
        self.roots.append(Node(None, para.start, (para.start, para.start), para.end, kind="text"))

    def _looks_like_heading(self, line: str, following: Paragraph | None) -> bool:
        """In a text without numbers a short line without stops before a longer one is a heading."""
        if (
            following is None
            or not self.roots  # the first line is the title
            or not 4 <= len(line) <= 24
            or len(re.findall(r"[\u4e00-\u9fff]", line)) < 4
            or line.startswith("（")
            or re.search(r"[：《]|印发", line)
            or re.search(r"[，。；：、！？]", line[-1])
        ):
            return False
        if "，" in line or self.dense.text[following.end - 1] not in "。；）〕":
            return False
        return not DATE_LINE.fullmatch(line) and following.end - following.start > len(line)

    def _closes(self, text: str, para: Paragraph) -> bool:
        """Return whether the paragraph ends the plan: signature, date, copy list."""
        if not self.stack:
            return False
        if _TAIL.match(text, para.start, para.end):
            return True
        length = para.end - para.start
        if length <= 45 and DATE_LINE.fullmatch(text, para.start, para.end):
            return True
        return (
            length <= 45
            and text[para.end - 1] not in "。；：，"
            and "：" not in text[para.start : para.end]
            and _SIGNATURE.fullmatch(text, para.start, para.end) is not None
            and not text.startswith("各", para.start)
        )

    def _bare_heading(self, text: str, para: Paragraph, following: Paragraph | None) -> Node | None:
        """Return a node for a line without number that is one of the usual headings."""
        line = text[para.start : para.end]
        question = _QUESTION.match(line)
        if question and len(line) <= 80:
            title = (para.start + question.end(), para.end)
            return Node(None, para.start, title, para.end, level=1, kind="question", alone=True)
        if self.plain and self._looks_like_heading(line, following):
            return Node(None, para.start, (para.start, para.end), para.end, level=1, alone=True)
        bare = line.rstrip("：:")
        if not _is_usual(bare) or (self.stack and self.stack[-1].marker):
            return None
        return Node(
            None, para.start, (para.start, para.start + len(bare)), para.end, level=1, alone=True
        )


def classify(text: str, roots: Sequence[Node]) -> None:
    """Set the kind of every node from its heading, its parent and its place in the document."""
    tops = [node for node in roots if node.kind not in ("text", "tail", "title")]
    for position, node in enumerate(tops):
        heading = text[slice(*node.title)]
        kind = heading_kind(heading, "", run_in=not node.alone)
        late = position >= len(tops) - 2 and len(tops) > 1
        restarts = position + 1 < len(tops) and _restarts_after(node, tops[position + 1])
        if node.kind == "question":
            continue
        if kind == "action" or kind == "guarantee":
            kind = "guarantee" if (late or restarts) and is_guarantee_heading(heading) else "action"
            if node.alone is False and _GUARANTEE_ITEM.search(heading):
                kind = "guarantee"
        node.kind = kind
        _classify_below(text, node)


def _restarts_after(node: Node, following: Node) -> bool:
    return bool(
        node.marker and following.marker and following.marker.value == 1 and node.marker.value > 1
    )


def _classify_below(text: str, node: Node) -> None:
    for child in node.children:
        child.kind = heading_kind(text[slice(*child.title)], node.kind, run_in=not child.alone)
        _classify_below(text, child)


def is_conclusion(text: str, start: int) -> bool:
    """Return whether a paragraph speaks to all addressees, as closing paragraphs do."""
    return _CONCLUSION.match(text, start) is not None


def has_label(text: str, para: Paragraph) -> bool:
    """Return whether a paragraph is a field line or opens with the name of a content field."""
    return bool(
        FIELD_LABEL.match(text, para.start, para.end)
        or CONTENT_LABEL.match(text, para.start, para.end)
    )

"""The part of a plan that says what is to be reached: one goal for each dated group of sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ._drafts import Scribe
from ._model import Span
from ._sections import Node

_YEAR_HEAD = re.compile(
    r"(?:——|--|[●•■◆])?(?:（?[一二三四五六1-9]）?[、.是]?)?(?:[\u4e00-\u9fff]{2,6}目标[：。]|在[^，。；]{2,20}(?:方面|上)，)?(?:力争|确保|争取)?(?:到|至|截至)?20\d{2}年(?:\d{1,2}月)?(?:底|末)?(?:前)?[，：,]?"
    r"|(?:力争|确保|争取)?到(?:20\d{2}年|“?十[四五六]五|本世纪|今年|明年)"
)
_STRONG = re.compile(
    r"(?:——|--)?(?:力争|确保|争取|通过[^。]{0,20}，|在[^，。；]{2,20}(?:方面|上)，)?(?:到|至)(?:20\d{2}年|“?十[四五六]五)|(?:力争|确保|争取)20\d{2}年"
)
_IS_YEAR_OF = re.compile(r"20\d{2}年(?:，)?(?:是|作为)")
FIGURE = re.compile(
    r"\d[\d.,，]*(?:[-—~至到]\d[\d.]*)?(?:%|‰|个百分点|[万亿千百]|家|个|项|天|日|小时|分钟|台|套|人|元|公里|吨|件|户|次|倍|名|条|座|平方|亩|位|种|起|所|张|场|工作日)|(?:达到|[高低]于|不少于|超过|提高到|控制在|保持在|稳定在)\d|百分之|翻[一两]番|前[一二三四五六七八九十]+名?|[零〇]跑动"
)
QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
_ANNOUNCES = re.compile(r"[^。；：]{0,50}目标(?:任务)?(?:是|为|如下)?：")
_YEAR = re.compile(r"20\d{2}年(?!以来)")
_SENTENCE = re.compile(r"[^。！]+?(?:[。！]|；(?=(?:力争)?到20\d{2}年)|$)")


class Aims:
    """Write down the goals under a heading that announces them."""

    def __init__(self, scribe: Scribe, descend: Callable[[Node, Node | None], None]) -> None:
        self.scribe = scribe
        self.text = scribe.text
        self.descend = descend

    def read(self, node: Node, section: Node | None, dates: tuple[Span, ...] = ()) -> None:
        """Write down the goals of a node and of the nodes below it."""
        if node.level <= 1:
            section = self.scribe.section(node)
        explicit = node.kind == "goal"
        if explicit and self._is_owned(node):
            self._owned(node, section, dates)
            return
        if not node.alone or not (node.paras or node.children):
            dates = self._goals(node, (node.start, node.lead_end), section, explicit, dates)
        above: tuple[Span, ...] = ()
        for para in node.paras:
            if above and self._is_dash_of(para.start, para.end):
                self._dashed(para.start, para.end, above, section)
                continue
            dates = self._goals(None, (para.start, para.end), section, explicit, dates)
            above = () if explicit else self._opening_date(para.start, para.end) or above
        tasks = explicit and self._lists_tasks(node)
        written = len(self.scribe.out.drafts)
        for child in node.children:
            if not explicit and self._is_owned(child):
                child.kind = "action"
            if tasks and child.kind == "goal":
                for below in child.walk():
                    below.kind = "action"
            if child.kind in ("background", "goal"):
                self.read(child, section or child, dates if explicit else ())
            else:
                self.descend(child, section)
        if node.level > 1 and len(self.scribe.out.drafts) > written:
            self.scribe.section(node)

    def free(self, start: int, end: int, dates: tuple[Span, ...]) -> tuple[bool, tuple[Span, ...]]:
        """Read a paragraph outside the outline; tell if it holds goals, and the date it hands on.

        A date hands on only from a paragraph that announces aims: 到2020年要实现以下目标：.
        """
        announces = self.text[end - 1] == "：" and "目标" in self.text[max(start, end - 16) : end]
        groups = list(_dated_groups(self.text, start, end))
        if announces:
            return True, tuple(self.scribe.dense.span(a, b) for a, b, _ in groups[-1:])
        ended = self.text[end - 1] in "。；"
        if self._announced(start, end) or self._dashed(start, end, dates):
            return True, dates if ended else ()
        found = False
        for a, b, _ in groups:
            figure = FIGURE.search(QUOTED.sub("", self._undated(a, b))) is not None
            strong = _STRONG.match(self.text, a, b) is not None
            if not ended or not figure or not (strong or dates):
                continue
            found = True
            self.scribe.measure(
                None,
                None,
                a,
                b,
                (),
                type_="goal",
                confidence=0.7,
                dates_above=() if strong else dates,
            )
        return found, dates if ended else ()

    def _announced(self, start: int, end: int) -> bool:
        """Write down a paragraph that names its aims before a colon: 确定了2021年目标：…"""
        match = _ANNOUNCES.match(self.text, start, end)
        if match is None or len(FIGURE.findall(self.text[match.end() : end])) < 2:
            return False
        self.scribe.measure(None, None, start, end, (), type_="goal", confidence=0.7)
        return True

    def _is_dash_of(self, start: int, end: int) -> bool:
        """Return whether a paragraph that a dash opens gives figures and no year of its own."""
        if not self.text.startswith(("——", "--"), start):
            return False
        body = QUOTED.sub("", self.text[start:end])
        return FIGURE.search(body) is not None and _YEAR.search(body) is None

    def _opening_date(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the year of aims with which a paragraph opens."""
        match = _STRONG.match(self.text, start, end)
        return (self.scribe.dense.span(*match.span()),) if match else ()

    def _dashed(
        self, start: int, end: int, dates: tuple[Span, ...], section: Node | None = None
    ) -> bool:
        """Write down one of several aims that dashes list: ——建成先进的设施。2030年，…."""
        if not self.text.startswith(("——", "--"), start):
            return False
        body = QUOTED.sub("", self.text[start:end])
        if not (_YEAR.search(body) or dates and FIGURE.search(body)):
            return False
        self.scribe.measure(
            None, section, start, end, (), type_="goal", confidence=0.7, dates_above=dates
        )
        return True

    def _is_owned(self, node: Node) -> bool:
        """Return whether an item without parts of its own names who answers for it."""
        if node.children or node.marker is None:
            return False
        return any(
            s.kind in ("bracket", "owner") for s in self.scribe.statements(node.start, node.end)
        )

    def _owned(self, node: Node, section: Node | None, dates: tuple[Span, ...]) -> None:
        body = self._body(node)
        dated = _YEAR_HEAD.match(self.text, body, node.end) is not None
        self.scribe.measure(
            node,
            section,
            node.start,
            node.end,
            (),
            type_="goal",
            dates_above=() if dated else dates,
        )

    def _lists_tasks(self, node: Node) -> bool:
        """Return whether what stands under a heading such as 目标任务 are tasks, not aims."""
        owned = sum(
            any(s.kind in ("bracket", "owner") for s in self.scribe.statements(c.start, c.end))
            for c in node.children
        )
        if owned * 2 > len(node.children):
            return True
        if "任务" not in self.text[slice(*node.title)]:
            return False
        bare = [
            c
            for c in node.children
            if not FIGURE.search(QUOTED.sub("", self.text[c.title[0] : c.end]))
        ]
        return len(bare) * 2 > len(node.children) > 1

    def _goals(
        self,
        node: Node | None,
        span: Span,
        section: Node | None,
        explicit: bool,
        dates: tuple[Span, ...],
    ) -> tuple[Span, ...]:
        """Write down the goals of a paragraph; return the date it states for those that follow."""
        start, end = span
        body = self._body(node) if node else start
        groups = list(_dated_groups(self.text, body, end))
        introduces = self.text[end - 1] == "："
        for number, (a, b, dated) in enumerate(groups):
            if not explicit and not _STRONG.match(self.text, a, b):
                continue
            has_figure = FIGURE.search(QUOTED.sub("", self._undated(a, b))) is not None
            if not dated and not has_figure or _IS_YEAR_OF.match(self.text, a, b):
                continue
            if introduces and b == end and not has_figure:
                continue
            own = node if number == 0 else None
            self.scribe.measure(
                own,
                section,
                node.start if own and node else a,
                b,
                (),
                type_="goal",
                body=a,
                confidence=1.0 if explicit else 0.8,
                dates_above=() if dated else dates,
            )
        if introduces and explicit:
            return tuple(self.scribe.dense.span(a, b) for a, b, dated in groups if dated) or dates
        return dates

    def _body(self, node: Node) -> int:
        """Return where a run-in goal begins: behind a short title such as 主要目标。"""
        start, stop = node.title
        if stop - start <= 20 and not FIGURE.search(self.text, start, stop):
            while stop < node.lead_end and self.text[stop] in "。：":
                stop += 1
            if stop < node.lead_end:
                return stop
        return start

    def _undated(self, start: int, end: int) -> str:
        body = self.text[start:end]
        match = _YEAR_HEAD.match(body)
        return body[match.end() :] if match else body


def _dated_groups(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the sentence groups of a paragraph of aims: (start, end, opens with a date)."""
    begin, dated = start, False
    for match in _SENTENCE.finditer(text, start, end):
        position = match.start()
        if _YEAR_HEAD.match(text, position, end):
            if position > begin:
                yield begin, position, dated
            begin, dated = position, True
    if begin < end:
        yield begin, end, dated

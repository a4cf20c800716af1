"""Interpretations and reports: texts about a plan, whose paragraphs are read by their own rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ._aims import FIGURE, QUOTED
from ._drafts import Scribe
from ._numbering import marker_at
from ._paragraphs import Paragraph
from ._sections import Node, title_end

_LIST = re.compile(
    r"(?:主要(?:内容|措施|举措|任务)?|具体|重点|内容)?包括(?:以下|了)?(?:[^：。；，]{0,12})?：|主要包括，?|"
    r"(?:主要|具体|重点)(?:措施|举措|任务|内容)(?:有|如下|为)?："
)
_CLAUSE = re.compile(r"[^；。]+")
# 本报讯（记者…）: the first paragraph of a news item.
_LEDE = re.compile(
    r"[\u4e00-\u9fff]{0,10}(?:讯|电)（[^（）]{0,24}）|本报讯|(?:近日|日前|\d{1,2}月\d{1,2}日)，?[^。；]{0,40}?(?:印发|出台|发布|获悉|召开|批复|举行)|据[\u4e00-\u9fff]{2,12}(?:消息|报道)"
)
_INTENT = re.compile(
    r"下一步|将(?:进一步|继续|加快|大力|全面|着力|完成|新增|建设|实现)|计划(?:完成|新增|新建|改造|建设|实施)|任务(?:为|是|\d)|力争|确保|下半年|[二三四]季度"
)
_LEADING_VERB = re.compile(
    r"(?:着力|持续|全面|深入|扎实|大力|积极|不断|进一步|加快|切实|纵深|聚力|坚持|聚焦|围绕|突出)?(?:深化|优化|强化|推进|加强|完善|提升|打造|聚焦|创新|构建|"
    r"健全|推动|加快|实施|开展|落实|畅通|规范|严格|建立|营造|激发|坚持|突出|夯实|增强|抓好|做好|做优|做强|扩大|改善|保障|拓展|推行|简化|精简|压减|降低|释放|完成|打赢|打好|办好|启动|出台|制定|编制|支持|鼓励|引导|培育|新建|改造|整治|治理|加大|巩固|探索|组织|统筹|确保|力争|筑牢|织密|擦亮|守护|护航|服务|助力|破解|提高)"
)


class Prose:
    """Write down the measures of an interpretation or a report."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.text = scribe.text
        self._summarised = False

    def interpreted(self, node: Node, *, as_section: bool = True) -> bool:
        """Cut the lists after 主要包括： into clauses; True where the node holds such a list."""
        if node.children:
            return False
        pieces = [(node.start, node.lead_end), *((p.start, p.end) for p in node.paras)]
        found = [
            (start, end, match.end())
            for start, end in pieces
            if (match := _LIST.search(self.text, start, end))
        ]
        if not found:
            return False
        if as_section:
            self.scribe.section(node)
        for start, end, after in found:
            section = node
            if start != node.start and node.kind != "question":
                section = self._paragraph_section(node, start, end)
            for clause in _CLAUSE.finditer(self.text, after, end):
                if clause.end() - clause.start() >= 6:
                    self._clause(section, *clause.span())
        return True

    def _paragraph_section(self, parent: Node, start: int, end: int) -> Node:
        stop = title_end(self.scribe.dense, start, end)
        if stop - start > 40:
            return parent
        node = Node(None, start, (start, stop), end, level=parent.level + 1, parent=parent)
        return self.scribe.section(node)

    def _clause(self, section: Node, start: int, end: int) -> None:
        marker = marker_at(self.text, start, end)
        own = Node(marker, start, (start, start), end) if marker and marker.end < end else None
        self.scribe.measure(own, section, start, end, (), type_="action", confidence=0.8)

    def free(self, node: Node) -> None:
        """Read a paragraph outside the outline: a lead phrase, or the figures a report opens with."""
        if self.scribe.kind == "interpretation":
            if _LIST.search(self.text, node.start, node.lead_end):
                stop = title_end(self.scribe.dense, node.start, node.lead_end)
                node.title = (node.start, stop if stop - node.start <= 40 else node.start)
                self.interpreted(node, as_section=node.title[1] > node.title[0])
            return
        if _LEDE.match(self.text, node.start, node.end) and not self._intends(node, figures=2):
            return
        ended = self.text[node.end - 1] in "。；！）〕"
        if ended and self.opens_with_lead(node.start, node.end):
            self.scribe.measure(
                None, None, node.start, node.end, (), type_="action", confidence=0.8
            )
        elif self.scribe.kind == "report":
            if not self.summary(None, node.start, node.end) and self._intends(node):
                self.scribe.measure(
                    None, None, node.start, node.end, (), type_="action", confidence=0.6
                )
        elif self._acts(node) or self._intends(node):
            self.scribe.measure(
                None, None, node.start, node.end, (), type_="action", confidence=0.6
            )

    def _intends(self, node: Node, *, figures: int = 1) -> bool:
        """Return whether a paragraph binds to figures still to come."""
        if self.text[node.end - 1] not in "。；":
            return False
        body = QUOTED.sub("", self.text[node.start : node.end])
        return _INTENT.search(body) is not None and len(FIGURE.findall(body)) >= figures

    def _acts(self, node: Node) -> bool:
        """Return whether a paragraph of a text without numbers says from its first word what is done."""
        if node.end - node.start < 12 or self.text[node.end - 1] not in "。；）〕":
            return False
        return _LEADING_VERB.match(self.text, node.start, node.end) is not None

    def summary(self, section: Node | None, start: int, end: int) -> bool:
        """Write down the first paragraph of a report that gives its leading figures."""
        figures = FIGURE.findall(QUOTED.sub("", self.text[start:end]))
        if self._summarised or self.scribe.out.drafts or len(figures) < 2:
            return False
        self._summarised = True
        self.scribe.measure(None, section, start, end, (), type_="summary", confidence=0.8)
        return True

    def opens_with_lead(self, start: int, end: int) -> bool:
        """Return whether a paragraph opens with a short phrase that names what was done."""
        stop = title_end(self.scribe.dense, start, end)
        length = stop - start
        if not (4 <= length <= 30 and end - stop >= 12 and self.text[stop] in "。：！"):
            return False
        phrase = self.text[start:stop]
        if re.search(r"[；、]\d|\d{2,}", phrase):
            return False
        return length <= 26 and "，" not in phrase or _LEADING_VERB.match(phrase) is not None

    def led(self, paras: Sequence[Paragraph]) -> list[Paragraph]:
        """Return the paragraphs of a report that open with a lead phrase, all where none does."""
        news = [p for p in paras if not _LEDE.match(self.text, p.start, p.end)]
        return [p for p in news if self.opens_with_lead(p.start, p.end)] or news

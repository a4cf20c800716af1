"""From the outline to measures: the smallest printed units a supervision office would track."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ._aims import FIGURE, QUOTED, Aims
from ._drafts import Reading, Scribe
from ._model import DocKind, MeasureType, Span
from ._normalise import Dense
from ._owners import Statement
from ._paragraphs import Paragraph
from ._prose import Prose
from ._sections import Node, has_label, is_conclusion

_SIGNED = re.compile(r"(?<=[。）])[^。，；]{2,40}?\d{4}年\d{1,2}月\d{1,2}日.{0,20}\Z")
_BINDING = re.compile(r"达到|以上|不低于|力争|确保|以内|完成|超过|\d年")
# 分解为五个方面79项重点任务: what a document says of its own parts is no task.
_OWN_PARTS = re.compile(
    r"[一二三四五六七八九十\d]{1,3}(?:个|大)?(?:方面|部分|板块)|\d{1,3}[项条个](?:具体|重点|主要|改革|工作|政策|细化)*(?:任务|举措|措施|内容|事项)"
)
_DUE = re.compile(r"月底前|年底前|月\d+日前")
_CONTACT = re.compile(
    r"(?:通过)?(?:发送)?(?:电子邮[件箱]|邮箱|信函|来信|信件|传真|联系电话|联系人|邮政编码|通讯地址|网上反馈|登录[^。]{0,20}网站)"
)
_DUE_HEADING = re.compile(
    r"(?:(?:20\d{2})?年底|(?:20\d{2}年)?(?:\d{1,2}月(?:底|末|\d+日)|上半年|[一二三四1-4]季度末?))前?(?=(?:要|须|需|内)?(?:完成|落实|实现))"
)


class Reader:
    """Walk the outline of one document and write down its sections and measures."""

    def __init__(self, dense: Dense, *, kind: DocKind, first_leads: bool) -> None:
        self.scribe = Scribe(dense, kind=kind, first_leads=first_leads)
        self.dense = dense
        self.text = dense.text
        self.kind = kind
        self.aims = Aims(self.scribe, lambda node, section: self._node(node, section, (), False))
        self.prose = Prose(self.scribe)
        self.tops: list[Node] = []
        self._dates: tuple[Span, ...] = ()

    def read(self, roots: Sequence[Node]) -> Reading:
        """Return the sections and measures under the given roots."""
        titles = _plan_titles(roots)
        self.tops = [node for node in roots if node.marker]
        structured = any(node.marker or node.kind == "action" for node in roots)
        last = next((n for n in reversed(roots) if n.kind not in ("tail", "title", "text")), None)
        skip = self._preface(roots, titles)
        for position, node in enumerate(roots):
            if node.kind == "title":
                if len(titles) > 1 and node in titles:
                    self._part(node, roots, position)
            elif node.kind == "text":
                if self.kind in ("report", "interpretation") or not structured:
                    self._free(node)
                elif self._has_owner([Paragraph(node.start, node.lead_end, 1)]):
                    self.scribe.measure(
                        None, None, node.start, node.lead_end, (), type_="action", confidence=0.6
                    )
            elif node.kind != "tail" and position >= skip:
                following = roots[position + 1].kind if position + 1 < len(roots) else ""
                self._node(node, None, (), node is last or following in ("title", "tail"))
        return self.scribe.finish()

    def _free(self, node: Node) -> None:
        """Read a paragraph outside the outline: an aim with its date, or what prose may hold."""
        if self.kind != "report":
            found, self._dates = self.aims.free(node.start, node.lead_end, self._dates)
            if found:
                return
        self.prose.free(node)

    def _preface(self, roots: Sequence[Node], titles: Sequence[Node]) -> int:
        """Return how many roots of a draft come before the plan: how to comment, whom to write."""
        if self.kind != "draft-for-comments" or not titles:
            return 0
        return next(i for i, node in enumerate(roots) if node is titles[0])

    def _part(self, node: Node, roots: Sequence[Node], position: int) -> None:
        self.scribe.depth = 0
        end = node.end
        for following in roots[position + 1 :]:
            if following.kind in ("title", "tail"):
                break
            end = following.end
        self.scribe.section(node, end)
        self.scribe.depth = 1

    def _node(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        if node.kind in ("background", "goal"):
            self.aims.read(node, section)
        elif (
            self.kind == "interpretation" and self.prose.interpreted(node) or self._is_contact(node)
        ):
            return
        elif node.kind == "question":
            self.scribe.section(node)
        elif node.children:
            self._branch(node, above, last)
        elif not node.alone:
            self._run_in(node, section, above, last)
        elif node.paras:
            self._under_heading(node, section, above, last)
        elif self._is_task(node):
            self._measure(node, section, node.end, above)
        else:
            self.scribe.section(node)

    def _branch(self, node: Node, above: tuple[Statement, ...], last: bool) -> None:
        self.scribe.section(node)
        own = self._intro_statements(node)
        if not own and len(node.children) > 1:
            own = self._closing_statements(node)
        handed = (*own, *above) if own else above
        if self._states_task(node):
            self._measure(node, node, self._intro_end(node), handed, confidence=0.6)
        for child in node.children:
            self._node(child, node, handed, last and child is node.children[-1])

    def _intro_end(self, node: Node) -> int:
        return node.paras[-1].end if node.paras else node.lead_end

    def _intro_statements(self, node: Node) -> tuple[Statement, ...]:
        return tuple(self.scribe.statements(node.title[0], self._intro_end(node)))

    def _closing_statements(self, node: Node) -> tuple[Statement, ...]:
        """Return a bracket or field lines printed after the last of several items for all of them."""
        child = node.children[-1]
        if child.children or not child.paras:
            return ()
        own: list[Paragraph] = []
        while child.paras and self._only_statements(child.paras[-1]):
            own.insert(0, child.paras.pop())
        if not own:
            return ()
        found = self.scribe.statements(own[0].start, own[-1].end)
        others = any(self.scribe.statements(c.start, c.end) for c in node.children)
        if others:
            child.paras.extend(own)
            return ()
        node.closing = own[-1].end
        return tuple(found)

    def _only_statements(self, para: Paragraph) -> bool:
        found = self.scribe.statements(para.start, para.end)
        covered = sum(item.end - item.start for item in found)
        return bool(found) and covered >= (para.end - para.start) - 3

    def _states_task(self, node: Node) -> bool:
        """Return whether an introducing paragraph states a task with a figure or date of its own."""
        if node.alone and not node.paras:
            return False
        start = node.title[1] if not node.alone else node.paras[0].start
        end = self._intro_end(node)
        body = _OWN_PARTS.sub("", QUOTED.sub("", self.text[start:end]))
        body = body[: body.rfind("。") + 1]
        if len(body) < 12:
            return False
        return bool(FIGURE.search(body) and _BINDING.search(body))

    def _run_in(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        end = self._body_end(node, last)
        self._measure(node, section, end, above)
        if end < node.end and last:
            self._conclusion(end, node.end)
            node.paras = [para for para in node.paras if para.end <= end]
            node.lead_end = min(node.lead_end, end)

    def _body_end(self, node: Node, last: bool) -> int:
        """Leave a closing paragraph to all addressees out of the last item."""
        if not last:
            return node.end
        signature = _SIGNED.search(self.text, max(node.start, node.end - 80), node.end)
        if signature and signature.start() > node.title[1]:
            node.lead_end = min(node.lead_end, signature.start())
        for position, para in enumerate(node.paras):
            if is_conclusion(self.text, para.start) and not has_label(self.text, para):
                return node.paras[position - 1].end if position else node.lead_end
        if node.paras:
            return node.end
        statements = [
            s for s in self.scribe.statements(node.start, node.end) if s.kind == "bracket"
        ]
        if statements and statements[-1].end < node.end:
            rest = statements[-1].end
            while rest < node.end and self.text[rest] in "。；":
                rest += 1
            if rest < node.end and is_conclusion(self.text, rest):
                return rest
        return node.end

    def _conclusion(self, start: int, end: int) -> None:
        signature = _SIGNED.search(self.text, max(start, end - 80), end)
        if signature and signature.start() > start:
            end = signature.start()
        if _DUE.search(self.text, start, end):
            self.scribe.measure(
                None, None, start, end, (), type_="guarantee", confidence=0.4, note="conclusion"
            )

    def _under_heading(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        if has_label(self.text, node.paras[0]) or all(self._only_statements(p) for p in node.paras):
            self._measure(node, section, self._body_end(node, last), above)
            return
        self.scribe.section(node)
        groups = self._grouped(node, last)
        inherited = (*self.scribe.statements(node.title[0], node.lead_end), *above)
        with_owner = [self._has_owner(g) for g in groups]
        if (
            len(groups) > 1
            and with_owner[-1]
            and not any(with_owner[:-1])
            and self._only_statements(groups[-1][-1])
        ):
            tail = groups[-1][-1]
            inherited = (*self.scribe.statements(tail.start, tail.end), *inherited)
        for group in groups:
            self.scribe.measure(
                None,
                node,
                group[0].start,
                group[-1].end,
                inherited,
                type_=self._type(node),
                dates_above=self._due(node),
            )

    def _due(self, node: Node) -> tuple[Span, ...]:
        """Return the day by which a heading says that all under it is done."""
        match = _DUE_HEADING.search(self.text, *node.title)
        if match:
            return (self.dense.span(*match.span()),)
        return self._due(node.parent) if node.parent else ()

    def _is_contact(self, node: Node) -> bool:
        """Return whether an item only says where comments are to be sent."""
        if node.children or node.kind == "guarantee":
            return False
        return _CONTACT.match(self.text, node.title[0]) is not None

    def _measure(
        self,
        node: Node,
        section: Node | None,
        end: int,
        above: tuple[Statement, ...],
        *,
        confidence: float = 1.0,
    ) -> None:
        self.scribe.measure(
            node,
            section,
            node.start,
            end,
            above,
            type_=self._type(node),
            confidence=confidence,
            dates_above=self._due(node.parent) if node.parent else (),
        )

    def _has_owner(self, group: list[Paragraph]) -> bool:
        found = self.scribe.statements(group[0].start, group[-1].end)
        return any(item.kind in ("bracket", "owner") for item in found)

    def _grouped(self, node: Node, last: bool) -> list[list[Paragraph]]:
        """Join field lines and brackets to the paragraph they follow."""
        groups: list[list[Paragraph]] = []
        chosen = self.prose.led(node.paras) if self.kind == "report" else node.paras
        for para in chosen:
            if groups and (has_label(self.text, para) or self._only_statements(para)):
                groups[-1].append(para)
            elif last and groups and is_conclusion(self.text, para.start) and node.kind == "action":
                break
            else:
                groups.append([para])
        return groups

    def _is_task(self, node: Node) -> bool:
        """Return whether a numbered line with nothing under it is a task and not a heading."""
        if self.scribe.statements(node.start, node.end):
            return True
        parent = node.parent
        siblings = parent.children if parent else self.tops
        if any(s.children or self._holds_tasks(s) for s in siblings):
            return False
        length = node.title[1] - node.title[0]
        if len(siblings) == 1 and "，" not in self.text[slice(*node.title)]:
            return length >= 24
        if siblings and any(not s.alone for s in siblings):
            return True
        return bool(siblings) and (length >= 14 or self.text[node.end - 1] in "。；")

    def _holds_tasks(self, node: Node) -> bool:
        """Return whether paragraphs that are not fields stand under a heading alone on its line."""
        return node.alone and any(
            not (has_label(self.text, p) or self._only_statements(p)) for p in node.paras
        )

    def _type(self, node: Node) -> MeasureType:
        return "guarantee" if node.kind == "guarantee" else "action"


def _plan_titles(roots: Sequence[Node]) -> list[Node]:
    """Return the titles that numbered items starting at one follow."""
    out = []
    for position, node in enumerate(roots):
        if node.kind != "title":
            continue
        for following in roots[position + 1 :]:
            if following.kind == "title":
                break
            if following.marker is not None:
                if following.marker.value == 1:
                    out.append(node)
                break
    return out

"""From the outline to measures: the smallest printed units a supervision office would track."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ._model import DocKind, MeasureType, Owner, Span
from ._normalise import Dense
from ._owners import Statement, find_statements, merged, read_owners
from ._paragraphs import Paragraph
from ._sections import Node, has_label, is_conclusion

_DATED = re.compile(
    r"(?:——|--|[●•■◆]|其中，)?(?:(?:力争|确保|争取|通过|经过|预计|计划|实现|用)[^。，；]{0,14}[，]?)?(?:到|至|截至)?(?:20\d{2}年(?:\d{1,2}月)?(?:底|末|年底|年末)?(?:前|以前|之前)?|“?十[四五六]五”?(?:期)?末(?:期)?|本世纪中叶|明年底?|今年底?|年底)(?:前)?[，,]?"
)
_YEAR_HEAD = re.compile(
    r"^(?:——|--|[●•■◆])?(?:（?[一二三四五六1-9]）?[、.是]?)?(?:[\u4e00-\u9fff]{2,6}目标：)?(?:力争|确保|争取)?(?:到|至)?20\d{2}年(?:\d{1,2}月)?(?:底|末)?(?:前)?[，：,]?|^(?:力争|确保|争取)?到(?:20\d{2}年|“十|本世纪|今年|明年)"
)
_FIGURE = re.compile(
    r"\d[\d.,，]*(?:[-—~至到]\d[\d.]*)?(?:%|‰|个百分点|[万亿千百]|家|个|项|天|日|小时|分钟|台|套|人|元|公里|吨|件|户|次|倍|名|条|座|平方|亩|位|种|起|所|张|场|工作日)|百分之|翻[一两]番"
)
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》")
_SENTENCE = re.compile(r"[^。！]+[。！]?")
_LIST = re.compile(
    r"(?:主要(?:内容)?|具体|重点|内容)?包括(?:以下|了)?(?:[^：。；，]{0,12})?：|(?:主要|具体|重点)(?:措施|举措|任务|内容)(?:有|包括|如下|为)?："
)
_SIGNED = re.compile(r"(?<=[。）])[^。，；]{2,40}?\d{4}年\d{1,2}月\d{1,2}日.{0,20}\Z")
_CLAUSE = re.compile(r"[^；。]+")


@dataclass(slots=True, kw_only=True)
class Draft:
    """A measure before its fields are read; all spans count in the input text."""

    section: Node | None
    number: str | None
    title: Span | None
    type: MeasureType
    span: Span
    bodies: tuple[Span, ...]
    times: tuple[Span, ...] = ()
    owners: tuple[Owner, ...] = ()
    inherited_owners: tuple[Owner, ...] = ()
    inherited_times: tuple[Span, ...] = ()
    confidence: float = 1.0
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A section before it has its id."""

    node: Node
    level: int
    number: str | None
    heading: str
    span: Span


@dataclass(slots=True)
class Reading:
    """What the outline yields."""

    headings: list[Heading] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


class Reader:
    """Walk the outline of one document and write down its sections and measures."""

    def __init__(self, dense: Dense, *, kind: DocKind, first_leads: bool) -> None:
        self.dense = dense
        self.text = dense.text
        self.kind = kind
        self.first_leads = first_leads
        self.out = Reading()
        self.depth = 0
        self.summarised = False
        self._known: dict[Span, list[Statement]] = {}

    def read(self, roots: Sequence[Node]) -> Reading:
        """Return the sections and measures under the given roots."""
        titles = _plan_titles(roots)
        structured = any(node.marker or node.kind == "action" for node in roots)
        last = next((n for n in reversed(roots) if n.kind not in ("tail", "title", "text")), None)
        for position, node in enumerate(roots):
            if node.kind == "title":
                if len(titles) > 1 and node in titles:
                    self._part(node, roots, position)
                continue
            if node.kind == "text":
                if self.kind == "report" or not structured:
                    self._free(node)
                continue
            if node.kind == "tail":
                continue
            ends_part = node is last or (
                position + 1 < len(roots) and roots[position + 1].kind in ("title", "tail")
            )
            self._node(node, None, (), ends_part)
        self.out.headings = [
            replace(h, span=self.dense.span(h.node.start, h.node.end))
            if h.node.kind != "title"
            else h
            for h in self.out.headings
        ]
        return self.out

    def _statements(self, start: int, end: int) -> list[Statement]:
        known = self._known.get((start, end))
        if known is None:
            known = self._known[start, end] = find_statements(self.dense, start, end)
        return known

    def _part(self, node: Node, roots: Sequence[Node], position: int) -> None:
        self.depth = 0
        end = node.end
        for following in roots[position + 1 :]:
            if following.kind in ("title", "tail"):
                break
            end = following.end
        self._section(node, end)
        self.depth = 1

    def _section(self, node: Node, end: int | None = None) -> Node:
        stop = self._title_stop(node)
        heading = self.dense.printed(node.title[0], stop).rstrip("。：:；;")
        number = self._number(node)
        level = self.depth + max(node.level, 1) if node.kind != "title" else 1
        self.out.headings.append(
            Heading(
                node=node,
                level=level,
                number=number,
                heading=heading,
                span=self.dense.span(node.start, end or node.end),
            )
        )
        return node

    def _title_stop(self, node: Node) -> int:
        start, end = node.title
        for statement in self._statements(start, end):
            if statement.start > start:
                return statement.start
        return end

    def _number(self, node: Node) -> str | None:
        if node.marker is None:
            return None
        return self.dense.printed(node.marker.start, node.marker.end)

    def _node(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        if node.kind in ("background", "goal"):
            self._aims(node, section)
        elif self.kind == "interpretation" and self._interpreted(node):
            return
        elif node.kind == "question":
            self._section(node)
        elif node.children:
            self._branch(node, above, last)
        elif not node.alone:
            self._run_in(node, section, above, last)
        elif node.paras:
            self._under_heading(node, section, above, last)
        elif self._is_task(node):
            self._measure(node, section, node.start, node.end, above, title=False)
        else:
            self._section(node)

    def _branch(self, node: Node, above: tuple[Statement, ...], last: bool) -> None:
        self._section(node)
        own = self._intro_statements(node)
        if not own and len(node.children) > 1:
            own = self._closing_statements(node)
        handed = (*own, *above) if own else above
        first = node.children[0]
        if self._states_task(node, first):
            self._measure(
                node, node, node.start, self._intro_end(node), above, title=True, confidence=0.6
            )
        for child in node.children:
            self._node(child, node, handed, last and child is node.children[-1])

    def _intro_end(self, node: Node) -> int:
        return node.paras[-1].end if node.paras else node.lead_end

    def _intro_statements(self, node: Node) -> tuple[Statement, ...]:
        return tuple(self._statements(node.title[0], self._intro_end(node)))

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
        found = self._statements(own[0].start, own[-1].end)
        others = any(self._statements(c.start, c.end) for c in node.children)
        if others:
            child.paras.extend(own)
            return ()
        return tuple(found)

    def _only_statements(self, para: Paragraph) -> bool:
        found = self._statements(para.start, para.end)
        covered = sum(item.end - item.start for item in found)
        return bool(found) and covered >= (para.end - para.start) - 3

    def _states_task(self, node: Node, first: Node) -> bool:
        """Return whether an introducing paragraph states a task with a figure or date of its own."""
        if node.alone and not node.paras:
            return False
        start = node.title[1] if not node.alone else node.paras[0].start
        end = self._intro_end(node)
        body = _QUOTED.sub("", self.text[start:end])
        if not body.rstrip().endswith("。") or len(body) < 30:
            return False
        return bool(
            _FIGURE.search(body)
            and re.search(r"达到|以上|不低于|力争|确保|以内|完成|超过|\d年", body)
        )

    def _run_in(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        end = self._body_end(node, last)
        self._measure(node, section, node.start, end, above, title=True)
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
        statements = [s for s in self._statements(node.start, node.end) if s.kind == "bracket"]
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
        if re.search(r"(?:月底前|年底前|月\d+日前)", self.text[start:end]):
            self.out.drafts.append(
                Draft(
                    section=None,
                    number=None,
                    title=None,
                    type="guarantee",
                    span=self.dense.span(start, end),
                    bodies=(self.dense.span(start, end),),
                    confidence=0.4,
                    note="conclusion",
                )
            )

    def _under_heading(
        self, node: Node, section: Node | None, above: tuple[Statement, ...], last: bool
    ) -> None:
        if has_label(self.text, node.paras[0]) or all(self._only_statements(p) for p in node.paras):
            self._measure(node, section, node.start, self._body_end(node, last), above, title=True)
            return
        self._section(node)
        groups = self._grouped(node, last)
        inherited = (*self._intro_statements_of_heading(node), *above)
        with_owner = [self._has_owner(g) for g in groups]
        if (
            len(groups) > 1
            and with_owner[-1]
            and not any(with_owner[:-1])
            and self._only_statements(groups[-1][-1])
        ):
            tail = groups[-1][-1]
            inherited = (*self._statements(tail.start, tail.end), *inherited)
        for group in groups:
            self._measure(
                None,
                node,
                group[0].start,
                group[-1].end,
                inherited,
                type_=self._type(node),
                title=True,
            )

    def _intro_statements_of_heading(self, node: Node) -> tuple[Statement, ...]:
        return tuple(self._statements(node.title[0], node.lead_end))

    def _has_owner(self, group: list[Paragraph]) -> bool:
        found = self._statements(group[0].start, group[-1].end)
        return any(item.kind in ("bracket", "owner") for item in found)

    def _grouped(self, node: Node, last: bool) -> list[list[Paragraph]]:
        """Join field lines and brackets to the paragraph they follow."""
        groups: list[list[Paragraph]] = []
        for para in node.paras:
            if groups and (has_label(self.text, para) or self._only_statements(para)):
                groups[-1].append(para)
            elif last and groups and is_conclusion(self.text, para.start) and node.kind == "action":
                break
            else:
                groups.append([para])
        return groups

    def _is_task(self, node: Node) -> bool:
        """Return whether a numbered line with nothing under it is a task and not a heading."""
        if self._statements(node.start, node.end):
            return True
        parent = node.parent
        siblings = parent.children if parent else []
        if any(s.children or (s.alone and s.paras) for s in siblings):
            return False
        length = node.title[1] - node.title[0]
        if siblings and any(not s.alone for s in siblings):
            return True
        return bool(siblings) and (length >= 14 or self.text[node.end - 1] in "。；")

    def _type(self, node: Node) -> MeasureType:
        return "guarantee" if node.kind == "guarantee" else "action"

    def _measure(
        self,
        node: Node | None,
        section: Node | None,
        start: int,
        end: int,
        above: tuple[Statement, ...],
        *,
        title: bool,
        type_: MeasureType | None = None,
        confidence: float = 1.0,
    ) -> None:
        statements = self._statements(start, end)
        body = node.marker.end if node and node.marker else start
        owners = self._owners(statements)
        inherited = () if owners else self._owners(above)
        times = self._times(statements)
        self.out.drafts.append(
            Draft(
                section=section,
                number=self._number(node) if node else None,
                title=self._title(node, start, end) if title else None,
                type=type_ or (self._type(node) if node else "action"),
                span=self.dense.span(start, end),
                bodies=tuple(self._bodies(statements, body, end)),
                times=times,
                owners=owners,
                inherited_owners=inherited,
                inherited_times=() if times else self._times(above),
                confidence=confidence,
            )
        )

    def _title(self, node: Node | None, start: int, end: int) -> Span | None:
        from ._sections import title_end

        if node is None and self.kind not in ("report", "interpretation"):
            return None
        if node is not None:
            a, b = node.title[0], self._title_stop(node)
        else:
            a, b = start, title_end(self.dense, start, end)
        rest = self.text[b:end].strip("。：；")
        if b <= a or b - a > 45 or not rest or (node is None and b - a > 14):
            return None
        if node is None and "，" in self.text[a:b]:
            return None
        return self.dense.span(a, b)

    def _owners(self, statements: Sequence[Statement]) -> tuple[Owner, ...]:
        groups = []
        for item in statements:
            if item.kind not in ("bracket", "owner"):
                continue
            groups.append(
                read_owners(
                    self.dense, *item.content, label=item.label, first_leads=self.first_leads
                )
            )
        owners = merged(groups)
        if any(item.kind == "owner" and "牵头" in item.label for item in statements):
            owners = tuple(replace(o, role="support") if o.role == "joint" else o for o in owners)
        return owners

    def _times(self, statements: Sequence[Statement]) -> tuple[Span, ...]:
        out = []
        for item in statements:
            a, b = item.content
            if item.kind == "time" and b > a:
                out.append(self.dense.span(a, b))
            elif item.kind == "bracket":
                out.extend(self._dates_in(a, b))
        return tuple(out)

    def _dates_in(self, start: int, end: int) -> Iterator[Span]:
        for match in re.compile(
            r"(?:完成(?:时限|时间|期限)|时间节点|时限|推进时限)(?:：|为)([^；，。）]+)"
            r"|(?<![\d年])((?:20\d\d年)?(?:\d{1,2}月(?:\d{1,2}日|底|末)?|[^；，。、\d]{0,2}季度末?|年?底|上半年|年)前?(?:完成|实现|到位|前|$)[^；，。]*)|(长期(?:坚持|推进|任务)?|持续(?:推进|实施))"
        ).finditer(self.text, start, end):
            group = next((g for g in (1, 2, 3) if match.group(g)), 0)
            yield self.dense.span(match.start(group), match.end(group))

    def _bodies(self, statements: Sequence[Statement], start: int, end: int) -> Iterator[Span]:
        begin = start
        for item in statements:
            if item.start > begin:
                yield self.dense.span(begin, item.start)
            begin = max(begin, item.end)
        if begin < end:
            yield self.dense.span(begin, end)

    # goals -----------------------------------------------------------------------------------

    def _aims(self, node: Node, section: Node | None) -> None:
        if node.level <= 1:
            section = self._section(node)
        explicit = node.kind == "goal"
        if not node.alone:
            self._aims_in(node, node.start, node.lead_end, section, explicit)
        for para in node.paras:
            self._aims_in(None, para.start, para.end, section, explicit)
        for child in node.children:
            if child.kind in ("background", "goal"):
                self._aims(child, section or child)
            else:
                self._node(child, section, (), False)

    def _aims_in(
        self, node: Node | None, start: int, end: int, section: Node | None, explicit: bool
    ) -> None:
        groups = list(
            _dated_groups(self.text, node.marker.end if node and node.marker else start, end)
        )
        if not explicit:
            groups = [g for g in groups if g[2]]
        for number, (a, b, dated) in enumerate(groups):
            if not dated and not _FIGURE.search(_QUOTED.sub("", self.text[a:b])):
                continue
            own = node if number == 0 else None
            begin = node.start if own and number == 0 else a
            statements = self._statements(a, b)
            self.out.drafts.append(
                Draft(
                    section=section,
                    number=self._number(own) if own else None,
                    title=self._title(own, begin, b) if own else None,
                    type="goal",
                    span=self.dense.span(begin, b),
                    bodies=(self.dense.span(a, b),),
                    owners=self._owners(statements),
                    confidence=1.0 if explicit else 0.8,
                )
            )

    # interpretations and reports ----------------------------------------------------------------

    def _interpreted(self, node: Node) -> bool:
        """Cut the list after 主要包括： into clauses; True where the node was such a paragraph."""
        if node.children:
            return False
        match = _LIST.search(self.text, node.title[0], node.end)
        if match is None:
            return False
        self._section(node)
        for clause in _CLAUSE.finditer(self.text, match.end(), node.end):
            start, end = clause.span()
            if end - start >= 6:
                self._clause(node, start, end)
        return True

    def _clause(self, node: Node, start: int, end: int) -> None:
        from ._numbering import marker_at

        marker = marker_at(self.text, start, end)
        number = self.dense.printed(marker.start, marker.end) if marker else None
        span = self.dense.span(start, end)
        body = self.dense.span(marker.end, end) if marker and marker.end < end else span
        statements = self._statements(start, end)
        self.out.drafts.append(
            Draft(
                section=node,
                number=number,
                title=None,
                type="action",
                span=span,
                bodies=(body,),
                owners=self._owners(statements),
                confidence=0.8,
            )
        )

    def _free(self, node: Node) -> None:
        """Read a paragraph without number in a text that has none, or in a report."""
        from ._sections import title_end

        stop = title_end(self.dense, node.start, node.end)
        length = stop - node.start
        lead = 4 <= length <= 26 and node.end - stop >= 15 and self.text[stop] in "。：！"
        if lead and not re.search(r"[，；]", self.text[node.start : stop]):
            self._measure(
                None, None, node.start, node.end, (), title=True, type_="action", confidence=0.8
            )
        elif self.kind == "report" and not self.summarised and not self.out.drafts:
            if len(_FIGURE.findall(_QUOTED.sub("", self.text[node.start : node.end]))) >= 2:
                self.summarised = True
                self._measure(
                    None,
                    None,
                    node.start,
                    node.end,
                    (),
                    title=False,
                    type_="summary",
                    confidence=0.8,
                )


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


def _dated_groups(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the sentence groups of a paragraph of aims: (start, end, opens with a date)."""
    begin, dated = start, False
    position = start
    for match in _SENTENCE.finditer(text, start, end):
        position = match.start()
        if _YEAR_HEAD.match(text[position : min(end, position + 40)]):
            if position > begin:
                yield begin, position, dated
            begin, dated = position, True
    if begin < end:
        yield begin, end, dated

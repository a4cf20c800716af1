"""Measures and sections on their way to the plan, and the scribe that writes them down.

The scribe knows how a dense range becomes a draft: its number, title, owners and the spans in which
figures and dates are sought. What is a measure is decided by those who call it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ._model import DocKind, MeasureType, Owner, Span
from ._normalise import Dense
from ._owners import Statement, find_statements, merged, read_owners
from ._sections import Node, title_end

_HAS_DATE = re.compile(r"\d月|\d年|年底|季度|长期|持续|年内|上半年|下半年|全年|常态|立行立改|即时")


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


class Scribe:
    """Write down the sections and measures of one document."""

    def __init__(self, dense: Dense, *, kind: DocKind, first_leads: bool) -> None:
        self.dense = dense
        self.text = dense.text
        self.kind = kind
        self.first_leads = first_leads
        self.out = Reading()
        self.depth = 0
        self._known: dict[Span, list[Statement]] = {}

    def statements(self, start: int, end: int) -> list[Statement]:
        """Return the responsibility statements of a dense range."""
        known = self._known.get((start, end))
        if known is None:
            known = self._known[start, end] = find_statements(self.dense, start, end)
        return known

    def section(self, node: Node, end: int | None = None) -> Node:
        """Write down a node as a section."""
        heading = self.dense.printed(node.title[0], self.title_stop(node)).rstrip("。：:；;")
        self.out.headings.append(
            Heading(
                node=node,
                level=self.depth + max(node.level, 1) if node.kind != "title" else 1,
                number=self.number(node),
                heading=heading,
                span=self.dense.span(node.start, end or node.end),
            )
        )
        return node

    def finish(self) -> Reading:
        """Return what was written, the sections ending where their nodes now end."""
        self.out.headings = [
            replace(h, span=self.dense.span(h.node.start, h.node.end))
            if h.node.kind != "title"
            else h
            for h in self.out.headings
        ]
        return self.out

    def title_stop(self, node: Node) -> int:
        """Return where a node's title ends, a responsibility bracket in it left out."""
        start, end = node.title
        for statement in self.statements(start, end):
            if statement.start > start:
                return statement.start
        return end

    def number(self, node: Node) -> str | None:
        """Return a node's number as printed."""
        if node.marker is None:
            return None
        return self.dense.printed(node.marker.start, node.marker.end)

    def measure(
        self,
        node: Node | None,
        section: Node | None,
        start: int,
        end: int,
        above: tuple[Statement, ...],
        *,
        type_: MeasureType,
        confidence: float = 1.0,
        body: int | None = None,
        note: str | None = None,
        dates_above: tuple[Span, ...] = (),
    ) -> None:
        """Write down a dense range as a measure; ``above`` are the statements of its sections."""
        statements = self.statements(start, end)
        if body is None:
            body = node.marker.end if node and node.marker else start
        owners = self.owners(statements)
        times = self._times(statements)
        self.out.drafts.append(
            Draft(
                section=section,
                number=self.number(node) if node else None,
                title=self._title(node, start, end),
                type=type_,
                span=self.dense.span(start, end),
                bodies=tuple(self._bodies(statements, body, end)),
                times=times,
                owners=owners,
                inherited_owners=() if owners else self.owners(above),
                inherited_times=() if times else (*self._times(above), *dates_above),
                confidence=confidence,
                note=note,
            )
        )

    def _title(self, node: Node | None, start: int, end: int) -> Span | None:
        if node is not None:
            a, b = node.title[0], self.title_stop(node)
        elif self.kind == "report":
            a, b = start, title_end(self.dense, start, end)
        else:
            return None
        rest = self.text[b:end].strip("。：；")
        if "，" in self.text[a:b] and sum(map(len, self._beside(b, end))) <= 1:
            return None
        if b <= a or b - a > 45 or not rest or (node is None and b - a > 26) or b > end:
            return None
        return self.dense.span(a, b)

    def _beside(self, start: int, end: int) -> Iterator[str]:
        """Yield what stands in a dense range besides statements of responsibility."""
        for a, b in self._ranges(self.statements(start, end), start, end):
            yield self.text[a:b].strip("。；")

    def owners(self, statements: Sequence[Statement]) -> tuple[Owner, ...]:
        """Return the owners several statements name."""
        led = any(item.kind == "owner" and "牵头" in item.label for item in statements)
        groups = []
        for item in statements:
            if item.kind not in ("bracket", "owner"):
                continue
            label = item.label
            if led and label.startswith(("责任", "实施", "承办", "负责")):
                label = "配合单位"
            groups.append(
                read_owners(self.dense, *item.content, label=label, first_leads=self.first_leads)
            )
        return merged(groups)

    def _times(self, statements: Sequence[Statement]) -> tuple[Span, ...]:
        out = []
        for item in statements:
            a, b = item.content
            if (
                item.kind == "time"
                and b > a
                or item.kind == "bracket"
                and _HAS_DATE.search(self.text, a, b)
            ):
                out.append(self.dense.span(a, b))
        return tuple(out)

    def _bodies(self, statements: Sequence[Statement], start: int, end: int) -> Iterator[Span]:
        for a, b in self._ranges(statements, start, end):
            yield self.dense.span(a, b)

    def _ranges(self, statements: Sequence[Statement], start: int, end: int) -> Iterator[Span]:
        begin = start
        for item in statements:
            if item.start > begin:
                yield begin, item.start
            begin = max(begin, item.end)
        if begin < end:
            yield begin, end

"""Put the readings together: text in, plan out."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from ._document import Head, describe
from ._doubts import (
    document_doubts,
    measure_doubts,
    not_a_plan,
    numbering_doubts,
    reads_like_a_plan,
)
from ._drafts import Draft, Reading
from ._fields import FieldContext, find_deadlines, find_platforms, find_targets
from ._measures import Reader
from ._model import Deadline, Document, Doubt, Measure, Plan, Section, Span, Target
from ._noise import duplicate_spans, split_lines
from ._normalise import Dense, Line, normalise, physical_lines, squeeze
from ._owners import FIRST_LEADS
from ._paragraphs import paragraphs
from ._rows import TableReader
from ._sections import Node, build, classify
from ._tables import Table, find_tables


def compile_text(text: str, *, year: int | None = None) -> Plan:
    """Compile the text of an official document into a plan.

    Parameters
    ----------
    text : str
        The document as extracted, junk and line breaks included; every span of the result counts
        its characters.
    year : int, optional
        The year a person says the plan is for; it wins over what the text says.

    Returns
    -------
    Plan
        Sections and measures in document order; a text that is no plan has no measures and the
        doubt ``structure.not_a_plan``.
    """
    views = _look_at(text)
    doc = _describe(views, year)
    if not reads_like_a_plan(views.dense.text + views.rows.text):
        return Plan(doc=doc, sections=(), measures=(), doubts=(not_a_plan(text),))
    reading = _read(views, doc)
    sections, ids = _sections(reading)
    measures, doubts = _measures(text, reading, ids, doc)
    if not measures:
        doubts = [not_a_plan(text)]
    return Plan(
        doc=doc,
        sections=sections,
        measures=measures,
        doubts=(*document_doubts(doc), *numbering_doubts(views.dense, views.roots), *doubts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Views:
    """The text as its readers need it: prose and table rows apart, junk and second copies out."""

    norm: str
    dense: Dense
    rows: Dense
    roots: list[Node]
    tables: list[Table]
    junk: list[Line]
    repeated: list[Span]


def _look_at(text: str) -> _Views:
    norm = normalise(text)
    kept, junk = split_lines(norm, physical_lines(norm))
    repeated = duplicate_spans(norm, kept)
    kept = _outside(kept, repeated)
    tables = find_tables(norm, kept)
    spans = [table.span for table in tables]
    dense = squeeze(text, norm, _outside(kept, spans))
    cuts = frozenset(dense.index(start) for start, _ in (*spans, *repeated))
    roots = build(dense, paragraphs(dense, cuts=cuts), cuts=cuts)
    classify(dense.text, roots)
    return _Views(
        norm=norm,
        dense=dense,
        rows=squeeze(text, norm, _inside(kept, spans)),
        roots=roots,
        tables=tables,
        junk=junk,
        repeated=repeated,
    )


def _describe(views: _Views, year: int | None) -> Document:
    first = next((node.start for node in views.roots if node.marker), len(views.dense.text))
    return describe(
        Head(views.dense, first, [views.norm[j.start : j.end] for j in views.junk]),
        year=year,
        duplicates=tuple(views.repeated),
        noise=tuple((j.start, j.end) for j in views.junk),
    )


def _read(views: _Views, doc: Document) -> Reading:
    both = (views.dense, views.rows)
    first_leads = any(FIRST_LEADS.search(view.text) for view in both)
    reading = Reader(views.dense, kind=doc.kind, first_leads=first_leads).read(views.roots)
    for table in views.tables:
        reader = TableReader(views.rows, table, first_leads=first_leads)
        reader.read()
        reading.headings.extend(reader.headings)
        reading.drafts.extend(reader.drafts)
    return reading


def _outside(lines: list[Line], spans: list[Span]) -> list[Line]:
    if not spans:
        return lines
    starts = [a for a, _ in spans]
    out = []
    for line in lines:
        position = bisect_right(starts, line.start) - 1
        if position < 0 or line.start >= spans[position][1]:
            out.append(line)
    return out


def _inside(lines: list[Line], spans: list[Span]) -> list[Line]:
    outside = {line.start for line in _outside(lines, spans)}
    return [line for line in lines if line.start not in outside]


def _sections(reading: Reading) -> tuple[tuple[Section, ...], dict[int, str]]:
    ids: dict[int, str] = {}
    out = []
    for number, heading in enumerate(sorted(reading.headings, key=lambda h: h.span[0]), 1):
        ids[id(heading.node)] = f"s{number}"
        out.append(
            Section(
                id=f"s{number}",
                level=heading.level,
                number=heading.number,
                heading=heading.heading,
                span=heading.span,
            )
        )
    return tuple(out), ids


def _measures(
    text: str, reading: Reading, ids: dict[int, str], doc: Document
) -> tuple[tuple[Measure, ...], list[Doubt]]:
    context = FieldContext(
        year=doc.year, year_source=doc.year_source, kind=doc.kind, published=doc.date
    )
    out: list[Measure] = []
    doubts: list[Doubt] = []
    for number, draft in enumerate(sorted(reading.drafts, key=lambda d: d.span), 1):
        section = _section_id(draft.section, ids)
        measure = _measure(text, draft, f"m{number:03d}", section, context)
        out.append(measure)
        doubts.extend(measure_doubts(measure, draft.note))
    return tuple(out), doubts


def _section_id(node: Node | None, ids: dict[int, str]) -> str | None:
    while node is not None:
        if id(node) in ids:
            return ids[id(node)]
        node = node.parent
    return None


def _measure(
    text: str, draft: Draft, name: str, section: str | None, context: FieldContext
) -> Measure:
    targets: list[Target] = []
    deadlines: list[Deadline] = []
    platforms: list[str] = []
    for body in draft.bodies:
        targets.extend(find_targets(text, span=body, context=context, measure_type=draft.type))
        deadlines.extend(find_deadlines(text, span=body, context=context))
        platforms.extend(p for p in find_platforms(text, span=body) if p not in platforms)
    for span in draft.times:
        deadlines.extend(_field_deadlines(text, span, context))
    if not deadlines:
        for span in draft.inherited_times:
            found = _field_deadlines(text, span, context)
            if draft.type == "goal":
                found = list(find_deadlines(text, span=span, context=context))
            deadlines.extend(replace(d, inherited=True) for d in found)
    owners = draft.owners or tuple(replace(o, inherited=True) for o in draft.inherited_owners)
    return Measure(
        id=name,
        section=section,
        number=draft.number,
        title=re.sub(r"\s+", "", text[slice(*draft.title)]) if draft.title else None,
        type=draft.type,
        span=draft.span,
        title_span=draft.title,
        owners=owners,
        deadlines=_distinct(deadlines),
        targets=tuple(targets),
        platforms=tuple(platforms),
        confidence=draft.confidence,
    )


def _field_deadlines(text: str, span: Span, context: FieldContext) -> list[Deadline]:
    found = find_deadlines(text, span=span, context=context)
    return [_as_field(item, text[slice(*span)]) for item in found]


def _as_field(deadline: Deadline, field: str) -> Deadline:
    """A bare date in a field that asks for the day of completion is a day to finish by."""
    if deadline.kind == "during" and not re.search(r"全年|年内|期间|[-—至~]", field):
        return replace(deadline, kind="by")
    return deadline


def _distinct(deadlines: list[Deadline]) -> tuple[Deadline, ...]:
    seen: set[tuple[str | None, str]] = set()
    out = []
    for item in deadlines:
        key = (item.date, "ongoing" if item.date is None else "")
        if key not in seen:
            seen.add(key)
            out.append(item)
    return tuple(out)

"""From a compiled plan to rows: sections, measures, owners, dates, targets, doubts. Writes, decides nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xiaoer.engines import plantext
from xiaoer.platform.words import kept
from xiaoer.slices.plans import domain
from xiaoer.slices.plans.models import (
    Deadline,
    Doubt,
    Measure,
    Milestone,
    Owner,
    Plan,
    Section,
    Target,
)
from xiaoer.slices.plans.readings import indicator_names, own_date
from xiaoer.slices.plans.services import bulk

_DONE = kept("完成：%(title)s")

LONGEST_MESSAGE, MOST_SPANS = 600, 50
LIMITS = frozenset({"le", "lt", "within"})
PER_COUNTY = re.compile(
    r"各(?:县|区|乡|镇|地)[（(]?[市区、旗县]*[）)]?(?:均|都|分别|要|应)|(?:均|分别)(?:达到|不低于|不少于|建成|建设)"
)
EVERY_MONTH = re.compile(r"每月|每季|每周|月月")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A printed date as a day: None for ongoing work or an unreadable date."""

    due_date: date | None
    is_provisional: bool


ResolveDate = Callable[[str], Resolution]


def write(*, plan: Plan, compiled: plantext.Plan, resolve_date: ResolveDate) -> dict[str, Measure]:
    """Write everything but resolved owners; return the measures by their compiled id."""
    sections = _write_sections(plan=plan, compiled=compiled)
    measures = _write_measures(plan=plan, compiled=compiled, sections=sections)
    write_fields(
        plan=plan,
        pairs=[(measures[item.id], item) for item in compiled.measures],
        resolve_date=resolve_date,
    )
    return measures


def write_fields(
    *,
    plan: Plan,
    pairs: Sequence[tuple[Measure, plantext.Measure]],
    resolve_date: ResolveDate,
) -> None:
    """Write the owners, dates, targets and proposed deliverables of measures."""
    owners, deadlines, targets, milestones = [], [], [], []
    for row, item in pairs:
        owners += [_owner(row, i, o) for i, o in enumerate(item.owners)]
        dated = [_deadline(row, d, resolve_date) for d in item.deadlines]
        deadlines += dated
        bars = [t for t in item.targets if t.kind != "parameter"]
        names = indicator_names(phrases=[t.indicator for t in bars])
        numbers = [
            _target(row, i, t, name=name, dated=dated, year=plan.year)
            for i, (t, name) in enumerate(zip(bars, names, strict=True))
        ]
        targets += numbers
        if not numbers and item.type in domain.TRACKED:
            milestones.append(proposed_deliverable(row, dated))
    Owner.objects.bulk_create(owners, batch_size=500)
    Deadline.objects.bulk_create(deadlines, batch_size=500)
    Target.objects.bulk_create(targets, batch_size=500)
    Milestone.objects.bulk_create(milestones, batch_size=500)


def _write_sections(*, plan: Plan, compiled: plantext.Plan) -> dict[str, Section]:
    rows: dict[str, Section] = {}
    above: dict[str, Section] = {}
    stack: list[Section] = []
    for item in compiled.sections:
        while stack and (stack[-1].level >= item.level or stack[-1].end <= item.span[0]):
            stack.pop()
        row = Section(
            plan=plan,
            level=item.level,
            number=(item.number or "")[:20],
            heading=_line(item.heading, 300),
            start=item.span[0],
            end=item.span[1],
        )
        if stack:
            above[item.id] = stack[-1]
        stack.append(row)
        rows[item.id] = row
    Section.objects.bulk_create(rows.values(), batch_size=500)
    for key, parent in above.items():
        rows[key].parent = parent
    bulk.write([rows[key] for key in above], fields=["parent"])
    return rows


def _write_measures(
    *, plan: Plan, compiled: plantext.Plan, sections: Mapping[str, Section]
) -> dict[str, Measure]:
    theme_of = domain.themes(
        headings=[
            domain.Heading(
                id=str(s.pk),
                level=s.level,
                text=s.heading,
                parent=str(s.parent_id) if s.parent_id else None,
            )
            for s in sections.values()
        ],
        sections_of_measures=[
            str(sections[m.section].pk) if m.section and m.section in sections else None
            for m in compiled.measures
            if m.type in domain.TRACKED
        ],
    )
    rows = []
    for position, item in enumerate(compiled.measures):
        section = sections.get(item.section) if item.section else None
        theme = theme_of.get(str(section.pk), "")[:300] if section else ""
        rows.append(measure_row(plan=plan, item=item, section=section, theme=theme, at=position))
    Measure.objects.bulk_create(rows, batch_size=500)
    return {item.id: row for item, row in zip(compiled.measures, rows, strict=True)}


def measure_row(
    *, plan: Plan, item: plantext.Measure, section: Section | None, theme: str, at: int
) -> Measure:
    """Return the unsaved row of a compiled measure."""
    text = plan.text[item.span[0] : item.span[1]]
    return Measure(
        plan=plan,
        section=section,
        state=domain.MEASURE.initial,
        position=at,
        number=(item.number or "")[:20],
        title=_line(item.title or "", 300) or headline(text),
        kind=item.type,
        theme=theme,
        text=text,
        start=item.span[0],
        end=item.span[1],
        platforms=list(item.platforms),
        confidence=item.confidence,
        is_long_term=bool(item.deadlines) and all(d.kind == "ongoing" for d in item.deadlines),
    )


def headline(text: str) -> str:
    """Return the first sentence of a measure without a title, short enough for a list."""
    flat = _line(text, 2000)
    flat = re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）).．、]\s*", "", flat)
    first = re.split(r"[。；;！]", flat)[0]
    return first if len(first) <= 60 else first[:59] + "…"


def _line(text: str, limit: int) -> str:
    return re.sub(r"\s+", " ", text).strip()[:limit]


def _owner(row: Measure, position: int, item: plantext.Owner) -> Owner:
    start, end = item.span or (None, None)
    return Owner(
        measure=row,
        position=position,
        name=_line(item.name, 120),
        alt=[_line(name, 120) for name in item.alt],
        role=item.role,
        start=start,
        end=end,
        is_inherited=item.inherited,
        confidence=item.confidence,
    )


def _deadline(row: Measure, item: plantext.Deadline, resolve_date: ResolveDate) -> Deadline:
    found = (
        resolve_date(item.date) if item.date else Resolution(due_date=None, is_provisional=False)
    )
    start, end = item.span or (None, None)
    return Deadline(
        measure=row,
        text=_line(item.text, 120),
        printed=item.date or "",
        kind=item.kind,
        start=start,
        end=end,
        due_date=found.due_date,
        original_due_date=found.due_date,
        is_provisional=found.is_provisional,
        is_inherited=item.inherited,
        year_source=(item.year_inferred_from or "")[:60],
        confidence=item.confidence,
    )


def _target(
    row: Measure,
    position: int,
    item: plantext.Target,
    *,
    name: str,
    dated: Sequence[Deadline],
    year: int | None,
) -> Target:
    due = _due_of(row, item, dated=dated)
    if due is None and year is not None:
        due = date(year, 12, 31)
    sentence = row.text[max(0, item.span[0] - row.start - 30) : item.span[1] - row.start]
    return Target(
        measure=row,
        position=position,
        text=_line(item.text, 300),
        indicator=_line(name, 200),
        comparator=item.comparator,
        value=Decimal(str(item.value)),
        value_max=None if item.value_max is None else Decimal(str(item.value_max)),
        unit=item.unit[:24],
        baseline=(item.baseline or "")[:60],
        period=(item.period or "")[:40],
        kind=item.kind,
        due_date=due,
        per_county=bool(PER_COUNTY.search(sentence)),
        basis="month" if EVERY_MONTH.search(sentence) else "cumulative",
        shape=_shape(item, sentence),
        start=item.span[0],
        end=item.span[1],
        confidence=item.confidence,
    )


def _due_of(row: Measure, item: plantext.Target, *, dated: Sequence[Deadline]) -> date | None:
    """Return the date of the target's own clause, else the measure's last one."""
    spans = [
        ((d.start - row.start, d.end - row.start), d.due_date)
        for d in dated
        if d.due_date is not None and d.start is not None and d.end is not None
    ]
    place = (item.span[0] - row.start, item.span[1] - row.start)
    own = own_date(text=row.text, target=place, dates=spans)
    return own or max((d.due_date for d in dated if d.due_date), default=None)


def _shape(item: plantext.Target, sentence: str) -> str:
    if item.comparator in LIMITS or EVERY_MONTH.search(sentence):
        return "flat"
    if item.comparator == "eq" and item.value == 1:
        return "step"
    return "linear"


def proposed_deliverable(row: Measure, dated: Sequence[Deadline]) -> Milestone:
    """Return what a measure without a number is judged on until the office says otherwise."""
    due = max((d.due_date for d in dated if d.due_date), default=None)
    return Milestone(
        measure=row, title=(_DONE % {"title": row.title})[:200], due_date=due, is_deliverable=True
    )


def write_doubts(
    *, plan: Plan, doubts: Sequence[plantext.Doubt], measures: Mapping[str, Measure], first: int = 0
) -> list[Doubt]:
    """Write doubts, those that block first, then by place in the text."""
    order = {"block": 0, "check": 1, "note": 2}
    ranked = sorted(
        doubts, key=lambda d: (order[d.severity], d.spans[0] if d.spans else (0, 0), d.code)
    )
    rows = [
        Doubt(
            plan=plan,
            measure=measures.get(item.measure) if item.measure else None,
            state=domain.DOUBT.initial,
            position=first + position,
            code=item.code,
            severity=item.severity,
            field=(item.field or "")[:60],
            message_zh=_shortened(item.message_zh),
            message_en=_shortened(item.message_en),
            spans=[list(s) for s in item.spans[:MOST_SPANS]],
            fingerprint=fingerprint(item),
        )
        for position, item in enumerate(ranked)
    ]
    return Doubt.objects.bulk_create(rows, batch_size=500)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"


def fingerprint(item: plantext.Doubt) -> str:
    """Return what recognises the same finding in the next compilation of the text."""
    said = item.data.get("fingerprint") if item.data else None
    text = str(said) if said else f"{item.code}|{item.message_zh}"
    return hashlib.sha256(text.encode()).hexdigest()

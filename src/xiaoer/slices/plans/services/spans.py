"""Take a passage that the compiler passed over for a measure, by its first and last words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from xiaoer.engines import plantext
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import Invalid
from xiaoer.platform.orgs.resolve import Directory
from xiaoer.platform.words import kept
from xiaoer.slices.plans.models import Measure, Owner, Plan, Section
from xiaoer.slices.plans.services import correct, dates, duties, rows

_ADDED = kept("补录举措“%(title)s”")

Span = tuple[int, int]


def find_span(*, text: str, begins: str, ends: str) -> Span:
    """Return the only passage of ``text`` that begins and ends with the given words.

    Raises
    ------
    Invalid
        If the words are blank, are not found, or fit several places; ``field`` names which.
    """
    head, tail = begins.strip(), ends.strip()
    if not head:
        raise Invalid("请照抄这一段开头的几个字。", field="begins")
    start = text.find(head)
    if start < 0:
        raise Invalid("正文里没有这样开头的一段，请从原文复制，不要改动标点。", field="begins")
    if text.find(head, start + 1) >= 0:
        raise Invalid(
            "正文里有 %(count)s 处是这样开头的，请多抄几个字。",
            values={"count": text.count(head)},
            field="begins",
        )
    if not tail:
        line_end = text.find("\n", start)
        return start, line_end if line_end >= 0 else len(text)
    end = text.find(tail, start)
    if end < 0:
        raise Invalid("开头之后没有找到这样结尾的文字，请从原文复制。", field="ends")
    return start, end + len(tail)


@transaction.atomic
def measure_add(
    *, actor: Actor, plan_id: int, begins: str, ends: str, kind: str, now: datetime
) -> Measure:
    """Make a measure of a passage: its owners, dates and numbers are read out of it like any other's.

    Raises
    ------
    Invalid
        If the passage cannot be found, or overlaps a measure that is there.
    """
    plan = rules.load(Plan, plan_id, actor=actor, action="plans.plan.review")
    start, end = find_span(text=plan.text, begins=begins, ends=ends)
    clash = plan.measures.filter(start__lt=end, end__gt=start).order_by("start").first()
    if clash is not None:
        raise Invalid(
            "这一段和已有的举措“%(title)s”重叠；要改它的内容，请打开那一项更正。",
            values={"title": clash.title},
            field="begins",
        )
    item = _compiled(plan=plan, start=start, end=end, kind=kind)
    before = plan.measures.filter(start__lt=start).order_by("-start", "-pk").first()
    at = before.position + 1 if before else 0
    section = (
        Section.objects.filter(plan=plan, start__lte=start, end__gte=end)
        .order_by("-level", "-start")
        .first()
    )
    plan.measures.filter(position__gte=at).update(position=F("position") + 1)
    theme = before.theme if before is not None else ""
    row = rows.measure_row(plan=plan, item=item, section=section, theme=theme, at=at)
    row.save()
    _fill(plan=plan, row=row, item=item, now=now)
    correct.note_correction(
        actor=actor,
        measure=row,
        what=_ADDED % {"title": row.title},
        before={"added": True},
        now=now,
    )
    return row


def _compiled(*, plan: Plan, start: int, end: int, kind: str) -> plantext.Measure:
    """Return the passage as a compiled measure; what the compiler finds in it counts from the plan's start."""
    found = plantext.compile_text(plan.text[start:end], year=plan.year).measures
    return plantext.Measure(
        id="m",
        section=None,
        number=found[0].number if found else None,
        title=found[0].title if found else None,
        type="guarantee" if kind == "guarantee" else "goal" if kind == "goal" else "action",
        span=(start, end),
        owners=tuple(replace(o, span=_moved(o.span, start)) for m in found for o in m.owners),
        deadlines=tuple(replace(d, span=_moved(d.span, start)) for m in found for d in m.deadlines),
        targets=tuple(
            replace(t, span=(t.span[0] + start, t.span[1] + start))
            for m in found
            for t in m.targets
        ),
        platforms=tuple(p for m in found for p in m.platforms),
    )


def _moved(span: Span | None, by: int) -> Span | None:
    return None if span is None else (span[0] + by, span[1] + by)


def _fill(*, plan: Plan, row: Measure, item: plantext.Measure, now: datetime) -> None:
    rows.write_fields(plan=plan, pairs=[(row, item)], resolve_date=dates.resolve_date)
    directory = Directory.load(on=now.date(), region_id=plan.series.region_id)
    owners = list(Owner.objects.filter(measure=row).order_by("position", "pk"))
    open_doubts = duties.resolve_owners(owners=owners, directory=directory)
    duties.settle(measure_ids=[row.pk])
    duties.refresh_columns(measures=[row])
    if not row.lead_names:
        open_doubts += duties.without_lead(measures=[row])
    first = plan.doubts.order_by("position").values_list("position", flat=True).first() or 0
    rows.write_doubts(
        plan=plan, doubts=open_doubts, measures={str(row.pk): row}, first=first - len(open_doubts)
    )

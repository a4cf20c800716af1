"""What the review page shows: the text cut into marked pieces, the fields beside it, the doubts first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.errors import NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.orgs.resolve import Directory
from xiaoer.slices.plans.models import (
    Correction,
    Countersign,
    Deadline,
    Doubt,
    Measure,
    Milestone,
    Owner,
    Plan,
    Section,
    Target,
)
from xiaoer.slices.plans.queries import gaps

Mark = tuple[int, int, str, str]
CONTEXT = 60
WHOLE, AROUND = 120_000, 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of the printed text; ``mark`` is what it was read as (empty: nothing), ``ref`` the field's anchor.

    ``parts`` are the marked runs inside a measure, where they are shown.
    """

    text: str
    mark: str = ""
    ref: str = ""
    parts: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a document shown at once; ``before`` and ``after`` are characters left out."""

    pieces: Sequence[Piece]
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCard:
    """A measure with its fields as rows, its open doubts, and its text cut into pieces."""

    measure: Measure
    owners: Sequence[Owner]
    deadlines: Sequence[Deadline]
    targets: Sequence[Target]
    milestones: Sequence[Milestone]
    doubts: Sequence[Doubt]
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the review has come; ``waiting`` doubts must be decided before the plan can be sent."""

    doubts: int
    decided: int
    blocking: int
    corrected: int
    waiting: int

    @property
    def open(self) -> int:
        """How many doubts nobody has decided."""
        return self.doubts - self.decided


def plan_get(*, actor: Actor, plan_id: int) -> Plan:
    """Return a plan the actor may see."""
    return rules.load(Plan, plan_id, actor=actor, action="plans.plan.view")


def plan_list(*, actor: Actor) -> list[Plan]:
    """Return the plans the actor may see, newest first, without their text."""
    rows = rules.visible(Plan.objects.all(), actor=actor, action="plans.plan.list")
    return list(rows.select_related("series", "created_by").defer("text", "layout").order_by("-pk"))


def review_progress(*, plan: Plan) -> Progress:
    """Count the doubts of a plan by what was decided: one query."""
    rows = list(plan.doubts.values_list("state", "severity"))
    waiting = [severity for state, severity in rows if state == "OPEN"]
    return Progress(
        doubts=len(rows),
        decided=len(rows) - len(waiting),
        blocking=waiting.count("block"),
        corrected=sum(state == "CORRECTED" for state, _ in rows),
        waiting=sum(severity != "note" for severity in waiting),
    )


def doubts_open(*, actor: Actor, plan: Plan, limit: int = 200) -> list[Doubt]:
    """Return the undecided doubts, those that block first."""
    rows = rules.visible(plan.doubts.filter(state="OPEN"), actor=actor, action="plans.doubt.decide")
    return list(rows.select_related("measure").order_by("position", "pk")[:limit])


def doubts_decided(*, plan: Plan, limit: int = 50) -> list[Doubt]:
    """Return the latest decisions, newest first, for undoing."""
    rows = plan.doubts.exclude(state="OPEN").select_related("measure", "decided_by")
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def doubt_quotes(*, plan: Plan, doubt: Doubt) -> list[tuple[str, str, str]]:
    """Return each place a doubt speaks of as (before, quoted, after)."""
    quotes = []
    for start, end in doubt.spans[:5]:
        before = plan.text[max(0, start - CONTEXT) : start]
        after = plan.text[end : end + CONTEXT]
        quotes.append((before, plan.text[start:end][:400], after))
    return quotes


def measure_cards(*, plan: Plan, measures: Sequence[Measure]) -> list[MeasureCard]:
    """Return the cards of ``measures``: five queries whatever their number."""
    ids = [m.pk for m in measures]
    owners = _by_measure(
        Owner.objects.filter(measure_id__in=ids)
        .prefetch_related("assignments__organisation")
        .order_by("position", "pk")
    )
    deadlines = _by_measure(Deadline.objects.filter(measure_id__in=ids).order_by("due_date", "pk"))
    targets = _by_measure(Target.objects.filter(measure_id__in=ids).order_by("position", "pk"))
    milestones = _by_measure(
        Milestone.objects.filter(measure_id__in=ids).order_by("position", "pk")
    )
    doubts = _by_measure(
        Doubt.objects.filter(measure_id__in=ids, state="OPEN").order_by("position", "pk")
    )
    return [
        MeasureCard(
            measure=m,
            owners=owners.get(m.pk, ()),
            deadlines=deadlines.get(m.pk, ()),
            targets=targets.get(m.pk, ()),
            milestones=milestones.get(m.pk, ()),
            doubts=doubts.get(m.pk, ()),
            pieces=pieces(
                text=plan.text,
                start=m.start,
                end=m.end,
                marks=_marks(owners.get(m.pk, ()), deadlines.get(m.pk, ()), targets.get(m.pk, ())),
            ),
        )
        for m in measures
    ]


def measure_card(row: Measure) -> MeasureCard:
    """Return the card of one measure of a plan that is no longer under review: four queries.

    Its text is cut from the row itself, so that a long plan need not be read; the few rows are put
    in order here, which is cheaper than to word the order in SQL.
    """
    owners = sorted(row.owners.order_by(), key=_place)
    deadlines = sorted(row.deadlines.order_by(), key=lambda d: (d.due_date or date.max, d.pk))
    targets = sorted(row.targets.order_by(), key=_place)
    marks = [
        (first - row.start, last - row.start, kind, ref)
        for first, last, kind, ref in _marks(owners, deadlines, targets)
        if first >= row.start
    ]
    return MeasureCard(
        measure=row,
        owners=owners,
        deadlines=deadlines,
        targets=targets,
        milestones=sorted(row.milestones.order_by(), key=_place),
        doubts=(),
        pieces=pieces(text=row.text, start=0, end=row.end - row.start, marks=marks),
    )


def _place(row: Owner | Target | Milestone) -> tuple[int, int]:
    return row.position, row.pk


def _by_measure(rows: Iterable) -> dict[int, list]:  # type: ignore[type-arg]
    found: dict[int, list] = {}  # type: ignore[type-arg]
    for row in rows:
        found.setdefault(row.measure_id, []).append(row)
    return found


def _marks(
    owners: Sequence[Owner], deadlines: Sequence[Deadline], targets: Sequence[Target]
) -> list[Mark]:
    marks: list[Mark] = []
    for kind, rows in (("o", owners), ("d", deadlines), ("t", targets)):
        for row in rows:
            if row.start is not None and row.end is not None:
                marks.append((row.start, row.end, kind, f"{kind}{row.pk}"))
    return marks


def pieces(*, text: str, start: int, end: int, marks: Sequence[Mark]) -> list[Piece]:
    """Cut ``text[start:end]`` at the marks; a mark that begins inside another shows from its end on."""
    cut: list[Piece] = []
    at = start
    for begun, last, kind, ref in sorted(marks):
        first = max(begun, at)
        if last > end or first >= last:
            continue
        if first > at:
            cut.append(Piece(text=text[at:first]))
        cut.append(Piece(text=text[first:last], mark=kind, ref=ref))
        at = last
    if at < end:
        cut.append(Piece(text=text[at:end]))
    return cut


def document_window(*, plan: Plan, cards: Sequence[MeasureCard], most: int = WHOLE) -> Window:
    """Return the document around ``cards``, whose fields are marked in it; the whole of a short one.

    Two queries whatever the size; of a long document only what surrounds the cards is cut up.
    """
    start, end = 0, len(plan.text)
    if end > most and cards:
        start = max(0, min(c.measure.start for c in cards) - AROUND)
        end = min(end, max(c.measure.end for c in cards) + AROUND)
    shown = _document_marks(plan=plan, start=start, end=end)
    inner = {f"m{c.measure.pk}": tuple(c.pieces) for c in cards}
    cut = [
        replace(p, parts=inner[p.ref]) if p.ref in inner else p
        for p in pieces(text=plan.text, start=start, end=end, marks=shown)
    ]
    return Window(pieces=cut, before=start, after=len(plan.text) - end)


def document_pieces(*, plan: Plan) -> list[Piece]:
    """Return the whole document cut into pieces: noise, headings and measures, each with its anchor."""
    end = len(plan.text)
    return pieces(
        text=plan.text, start=0, end=end, marks=_document_marks(plan=plan, start=0, end=end)
    )


def _document_marks(*, plan: Plan, start: int, end: int) -> list[Mark]:
    marks: list[Mark] = []
    for kind in ("noise", "duplicates"):
        marks += [(s, e, kind, "") for s, e in plan.layout.get(kind, [])]
    heads = Section.objects.filter(plan=plan, start__gte=start, start__lt=end).order_by("start")
    for pk, first, heading, number in heads.values_list("pk", "start", "heading", "number"):
        at = plan.text.find(heading[:8], first, first + 400) if heading else -1
        line_end = at + len(heading) if at >= 0 else first
        marks.append((first, max(line_end, first + len(number)), "h", f"s{pk}"))
    measures = plan.measures.filter(start__lt=end, end__gt=start).order_by("start")
    for pk, first, last in measures.values_list("pk", "start", "end"):
        marks.append((first, last, "m", f"m{pk}"))
    return marks


def measures_of(*, plan: Plan, only: str) -> QuerySet[Measure]:
    """Return the measures of a plan that the review page is narrowed to; unknown words narrow nothing."""
    narrowed = {
        "doubts": lambda: plan.measures.filter(doubts__state="OPEN").distinct(),
        "unmeasured": lambda: gaps.unmeasured(plan),
        "orphans": lambda: gaps.orphans(plan),
    }
    rows = narrowed[only]() if only in narrowed else plan.measures.all()
    return rows.order_by("position", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How many measures lack a number, how many somebody who answers; how many open doubts are notes."""

    unmeasured: int
    orphans: int
    notes: int


def review_gaps(*, plan: Plan) -> Gaps:
    """Count what the bulk actions of the review page would touch: three queries."""
    return Gaps(
        unmeasured=gaps.unmeasured(plan).count(),
        orphans=gaps.orphans(plan).count(),
        notes=plan.doubts.filter(state="OPEN", severity="note").count(),
    )


def countersign_get(*, actor: Actor, countersign_id: int) -> Countersign:
    """Return one unit's answer."""
    return rules.load(Countersign, countersign_id, actor=actor, action="plans.countersign.view")


def corrections_of(*, plan: Plan, limit: int = 20) -> list[Correction]:
    """Return the latest corrections that stand, newest first."""
    rows = plan.corrections.filter(undone_at__isnull=True).select_related("made_by")
    return list(rows.order_by("-pk")[:limit])


def countersigns(*, actor: Actor, plan: Plan) -> list[Countersign]:
    """Return the units' answers that the actor may see, those that object first."""
    order = {"OBJECTED": 0, "PENDING": 1, "AGREED": 2, "WITHDRAWN": 3}
    seen = rules.visible(plan.countersigns.all(), actor=actor, action="plans.countersign.view")
    rows = seen.select_related("organisation", "answered_by").order_by("pk")
    return sorted(rows, key=lambda c: order[c.state])


def measure_for_edit(*, actor: Actor, measure_id: int) -> MeasureCard:
    """Return one measure under review with all its fields."""
    row = rules.load(Measure, measure_id, actor=actor, action="plans.measure.review")
    return measure_cards(plan=row.plan, measures=[row])[0]


def owner_get(*, actor: Actor, owner_id: int) -> Owner:
    """Return a printed owner of a measure under review."""
    owner = Owner.objects.select_related("measure").filter(pk=owner_id).first()
    if owner is None:
        raise NotHere()
    rules.load(Measure, owner.measure_id, actor=actor, action="plans.measure.review")
    return owner


def doubt_plan_id(*, actor: Actor, doubt_id: int) -> int:
    """Return the plan that a doubt belongs to."""
    return rules.load(Doubt, doubt_id, actor=actor, action="plans.doubt.decide").plan_id


def organisation_names(*, actor: Actor) -> list[str]:
    """Return the names of the units that can be chosen; only for the office."""
    if not rules.allowed(actor, "plans.plan.review"):
        return []
    rows = Organisation.objects.filter(valid_until__isnull=True).order_by("pk")
    return list(rows.values_list("short_name", flat=True))


def proposal_for(*, doubt: Doubt) -> str:
    """Return the unit that a name left open most likely means, empty when there is none."""
    if doubt.code != "owner.unresolved":
        return ""
    owner = (
        Owner.objects.filter(pk=doubt.field.partition(":")[2] or 0)
        .select_related("measure__plan__series")
        .first()
    )
    if owner is None:
        return ""
    plan = owner.measure.plan
    directory = Directory.load(on=plan.created_at.date(), region_id=plan.series.region_id)
    found = directory.resolve(owner.name).candidates
    return directory.name_of(found[0].organisation_id) if found else ""

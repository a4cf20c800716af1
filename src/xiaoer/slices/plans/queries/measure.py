"""One measure as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from xiaoer.engines.calendar import Remaining, ResolvedDeadline, remaining, resolve_deadline
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.calendars import working_calendar
from xiaoer.platform.errors import NotHere
from xiaoer.slices.plans.models import (
    Assignment,
    Deadline,
    DeadlineChange,
    Measure,
    Target,
    TargetLink,
)
from xiaoer.slices.plans.queries.refs import ref_of
from xiaoer.slices.plans.queries.review import MeasureCard, measure_card
from xiaoer.slices.plans.refs import MeasureRef


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedDeadline:
    """A deadline with the days left to it and how it was resolved; both None for ongoing work."""

    deadline: Deadline
    resolved: ResolvedDeadline | None
    left: Remaining | None
    changes: Sequence[DeadlineChange]
    may_ask: rules.Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDetail:
    """Everything of one measure that this slice knows."""

    measure: Measure
    card: MeasureCard
    assignments: Sequence[Assignment]
    deadlines: Sequence[DatedDeadline]
    links: Sequence[TargetLink]
    versions: Sequence[Measure]
    events: Sequence[log.Line]
    unsigned: Sequence[Assignment]


def measure_detail(
    *, actor: Actor, uid: str, today: date, plan_id: int | None = None
) -> MeasureDetail:
    """Return the newest version of a measure the actor may see, in a constant number of queries.

    The text of the plan, which may be long, is not read.
    """
    versions = list(
        rules.visible(Measure.objects.filter(uid=uid), actor=actor, action="plans.measure.view")
        .select_related("plan")
        .defer("search_text", "plan__text", "plan__layout")
        .order_by()
    )
    versions.sort(key=lambda m: (-m.plan.number, -m.pk))
    row = next(
        (
            m
            for m in versions
            if plan_id in (None, m.plan_id) and (plan_id or m.plan.state == "PUBLISHED")
        ),
        None,
    )
    row = row or (versions[0] if versions else None)
    if row is None:
        raise NotHere()
    card = measure_card(row)
    assignments = sorted(
        row.assignments.select_related("organisation", "signed_by").order_by(),
        key=lambda a: (a.role, a.pk),
    )
    return MeasureDetail(
        measure=row,
        card=card,
        assignments=assignments,
        deadlines=_dated(card.deadlines, actor=actor, today=today),
        links=_links(row),
        versions=versions,
        events=log.history(subject=row),
        unsigned=_unsigned(assignments, actor=actor),
    )


def _unsigned(rows: Sequence[Assignment], *, actor: Actor) -> list[Assignment]:
    """Return the duties that wait for the actor's signature; asks nothing where none can."""
    waiting = [row for row in rows if row.state == "PENDING"]
    if not waiting or not rules.allowed(actor, "plans.assignment.sign"):
        return []
    mine = rules.visible(
        Assignment.objects.filter(pk__in=[row.pk for row in waiting]),
        actor=actor,
        action="plans.assignment.sign",
    ).values_list("pk", flat=True)
    own = set(mine)
    return [row for row in waiting if row.pk in own]


def _links(row: Measure) -> list[TargetLink]:
    """Return what its targets replaced or inherit; asks for the older ones where there are any."""
    rows = TargetLink.objects.filter(new__measure=row).prefetch_related(
        "new",
        Prefetch(
            "old",
            Target.objects.select_related("measure__plan").only(
                "value", "unit", "indicator", "measure__plan__title"
            ),
        ),
    )
    return sorted(rows.order_by(), key=lambda link: link.pk)


def _dated(rows: Sequence[Deadline], *, actor: Actor, today: date) -> list[DatedDeadline]:
    changes: dict[int, list[DeadlineChange]] = {}
    found = DeadlineChange.objects.filter(deadline_id__in=[r.pk for r in rows]).prefetch_related(
        "requested_by", "decided_by"
    )
    for change in sorted(found.order_by(), key=lambda c: -c.pk):
        changes.setdefault(change.deadline_id, []).append(change)
    askable = _askable(rows, actor=actor)
    calendar = working_calendar()
    dated = []
    for row in rows:
        resolved = left = None
        if row.due_date is not None:
            resolved = resolve_deadline(calendar=calendar, printed=row.due_date.isoformat())
            left = remaining(calendar=calendar, today=today, due=row.due_date)
        dated.append(
            DatedDeadline(
                deadline=row,
                resolved=resolved,
                left=left,
                changes=changes.get(row.pk, []),
                may_ask=rules.Verdict(
                    allowed=row.pk in askable,
                    why_not="" if row.pk in askable else _("只有牵头单位可以申请调整期限。"),
                ),
            )
        )
    return dated


def _askable(rows: Sequence[Deadline], *, actor: Actor) -> set[int]:
    if not rules.allowed(actor, "plans.deadline_change.request"):
        return set()
    mine = rules.visible(
        Deadline.objects.filter(pk__in=[r.pk for r in rows]),
        actor=actor,
        action="plans.deadline_change.request",
    )
    return set(mine.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSubject:
    """What other slices' panels on the measure page are told; ``ref`` is None where it is not in force."""

    id: int
    uid: str
    plan_id: int
    is_in_force: bool
    ref: MeasureRef | None


def subject_of(detail: MeasureDetail) -> MeasureSubject:
    """Return the measure as panels know it."""
    row, card = detail.measure, detail.card
    is_in_force = row.plan.state == "PUBLISHED"
    ref = None
    if is_in_force:
        by_age = sorted(detail.assignments, key=lambda a: a.pk)
        ref = ref_of(
            row,
            targets=card.targets,
            milestones=card.milestones,
            dates=[d.due_date for d in card.deadlines if d.due_date is not None],
            units=[(a.organisation_id, a.role) for a in by_age],
        )
    return MeasureSubject(
        id=row.pk, uid=row.uid, plan_id=row.plan_id, is_in_force=is_in_force, ref=ref
    )


def target_for_shape(*, actor: Actor, target_id: int) -> Target:
    """Return a target in force whose expected line the actor may change."""
    target = Target.objects.select_related("measure").filter(pk=target_id).first()
    if target is None:
        raise NotHere()
    rules.load(Measure, target.measure_id, actor=actor, action="plans.measure.shape")
    return target


def deadline_get(*, actor: Actor, deadline_id: int) -> Deadline:
    """Return a deadline that the actor may ask to move."""
    return rules.load(Deadline, deadline_id, actor=actor, action="plans.deadline_change.request")


def deadline_change_get(*, actor: Actor, change_id: int) -> DeadlineChange:
    """Return a request for another date."""
    return rules.load(DeadlineChange, change_id, actor=actor, action="plans.deadline_change.view")

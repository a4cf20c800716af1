"""From printed owners to organisations: resolve, assign, and keep the ledger's owner columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.urls import reverse

from xiaoer.engines import plantext
from xiaoer.platform.orgs.resolve import Directory
from xiaoer.slices.plans.domain import ASSIGNMENT
from xiaoer.slices.plans.models import Assignment, Deadline, Measure, Owner

ANSWERING = ("lead", "joint")
RANK = {"lead": 0, "joint": 1, "support": 2}


def resolve_owners(*, owners: Iterable[Owner], directory: Directory) -> list[plantext.Doubt]:
    """Resolve owners against the directory, write assignments, return a doubt for each name left open.

    A name unresolved in a lead or joint duty blocks publication; a supporting one is to be checked.
    """
    touched: list[Owner] = []
    unresolved: dict[str, list[Owner]] = {}
    duties: list[tuple[Owner, tuple[int, ...]]] = []
    for owner in owners:
        found = directory.resolve(owner.name)
        owner.resolved_how, owner.resolved_note = found.how, found.explanation[:300]
        touched.append(owner)
        if found.ids:
            duties.append((owner, found.ids))
        else:
            unresolved.setdefault(owner.name, []).append(owner)
    Owner.objects.bulk_update(touched, ["resolved_how", "resolved_note"], batch_size=500)
    assign(duties)
    return [
        _unresolved(name, same, [c.name for c in directory.resolve(name).candidates])
        for name, same in unresolved.items()
    ]


def assign(duties: Iterable[tuple[Owner, tuple[int, ...]]]) -> None:
    """Write draft assignments for owners; a unit named twice for a measure keeps its weightiest role."""
    strongest: dict[tuple[int, int], Assignment] = {}
    for owner, organisations in duties:
        for organisation_id in organisations:
            key = (owner.measure_id, organisation_id)
            known = strongest.get(key)
            if known is None or RANK[owner.role] < RANK[known.role]:
                strongest[key] = Assignment(
                    measure_id=owner.measure_id,
                    owner=owner,
                    organisation_id=organisation_id,
                    role=owner.role,
                    state=ASSIGNMENT.initial,
                )
    Assignment.objects.bulk_create(strongest.values(), batch_size=500, ignore_conflicts=True)


def _unresolved(name: str, owners: Sequence[Owner], candidates: Sequence[str]) -> plantext.Doubt:
    hint = (
        f"可能是：{'、'.join(candidates[:3])}。" if candidates else "可指定单位，或新建待确认单位。"
    )
    times = f"（共 {len(owners)} 处）" if len(owners) > 1 else ""
    return plantext.Doubt(
        code="owner.unresolved",
        message_zh=f"责任单位“{name}”{times}尚未对应到机构：{owners[0].resolved_note}{hint}",
        message_en=f"The owner “{name}” has not been matched to an organisation ({len(owners)} places).",
        spans=tuple((o.start, o.end) for o in owners if o.start is not None and o.end is not None),
        measure=str(owners[0].measure_id),
        field=f"owner:{owners[0].pk}",
        severity="block" if any(o.role in ANSWERING for o in owners) else "check",
        data={"fingerprint": f"owner.unresolved|{name}"},
    )


def without_lead(*, measures: Iterable[Measure]) -> list[plantext.Doubt]:
    """Return a blocking doubt for each tracked measure that no unit answers for and no printed owner explains."""
    return [
        plantext.Doubt(
            code="owner.none",
            message_zh=f"“{row.title}”没有写明责任单位，请指定牵头单位。",
            message_en="This measure names no responsible unit; assign one.",
            spans=((row.start, row.end),),
            measure=str(row.pk),
            field="owner",
            severity="block",
            data={"fingerprint": f"owner.none|{row.title}"},
        )
        for row in measures
    ]


def refresh_columns(*, measures: Sequence[Measure]) -> None:
    """Recompute ``lead_names`` and ``nearest_due`` of ``measures`` from their rows: two queries."""
    ids = [m.pk for m in measures]
    leads: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, name in (
        Assignment.objects.filter(measure_id__in=ids, role__in=ANSWERING)
        .order_by("owner__position", "pk")
        .values_list("measure_id", "organisation__short_name")
    ):
        leads[pk].append(name)
    dues: dict[int, list[object]] = {pk: [] for pk in ids}
    for pk, due in (
        Deadline.objects.filter(measure_id__in=ids, due_date__isnull=False)
        .order_by("due_date")
        .values_list("measure_id", "due_date")
    ):
        dues[pk].append(due)
    for row in measures:
        row.lead_names = "、".join(leads[row.pk])[:300]
        row.nearest_due = dues[row.pk][0] if dues[row.pk] else None  # type: ignore[assignment]
    Measure.objects.bulk_update(measures, ["lead_names", "nearest_due"], batch_size=500)


def plan_url(plan_id: int) -> str:
    """Return the address of a plan's page."""
    return reverse("plans:plan", args=[plan_id])


def owner_fingerprint(said: str) -> str:
    """Return the stored form of the fingerprint that ``_unresolved`` gives a doubt."""
    return hashlib.sha256(said.encode()).hexdigest()

"""From printed owners to organisations: resolve, derive assignments, keep the ledger's columns."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.urls import reverse

from xiaoer.engines import plantext
from xiaoer.platform.orgs.resolve import Directory, Resolution
from xiaoer.platform.words import in_english, kept
from xiaoer.slices.plans.domain import ANSWERING, ASSIGNMENT, RANK
from xiaoer.slices.plans.models import Assignment, Deadline, Measure, Owner, Plan, Target
from xiaoer.slices.plans.services import bulk

_BY_HAND_BEFORE = kept("沿用上一版的人工对应")

BATCH = 500


def resolve_owners(
    *,
    owners: Sequence[Owner],
    directory: Directory,
    known: Mapping[str, Sequence[int]] | None = None,
) -> list[plantext.Doubt]:
    """Resolve owners against the directory and return a doubt for each name left open.

    ``known`` are names a person resolved in the version before. A name left open in a lead or
    joint duty blocks publication; a supporting one is to be checked.
    """
    unresolved: dict[str, list[Owner]] = defaultdict(list)
    for owner in owners:
        decided = (known or {}).get(owner.name)
        if decided:
            owner.resolved_how, owner.organisations = "person", list(decided)
            owner.resolved_note = _BY_HAND_BEFORE
        elif not owner.organisations:
            found = _first_resolved([owner.name, *owner.alt], directory)
            owner.resolved_how, owner.organisations = found.how, list(found.ids)
            owner.resolved_note = found.explanation[:300]
        if not owner.organisations:
            unresolved[owner.name].append(owner)
    bulk.write(owners, fields=["resolved_how", "resolved_note", "organisations"])
    return [
        _unresolved(name, same, [c.name for c in directory.resolve(name).candidates])
        for name, same in unresolved.items()
    ]


def _first_resolved(names: Sequence[str], directory: Directory) -> Resolution:
    tried = [directory.resolve(name) for name in names]
    return next((found for found in tried if found.ids), tried[0])


def settle(*, measure_ids: Collection[int] | None = None, plan: Plan | None = None) -> None:
    """Derive the draft assignments of measures (or of a whole plan) from their owners anew.

    A unit named twice for a measure keeps its weightiest role.
    """
    owners = Owner.objects.order_by("measure_id", "position", "pk")
    drafts = Assignment.objects.filter(state=ASSIGNMENT.initial)
    if plan is not None:
        owners, drafts = owners.filter(measure__plan=plan), drafts.filter(measure__plan=plan)
    else:
        owners = owners.filter(measure_id__in=measure_ids or ())
        drafts = drafts.filter(measure_id__in=measure_ids or ())
    drafts.delete()
    strongest: dict[tuple[int, int], Assignment] = {}
    for owner in owners:
        for organisation_id in owner.organisations:
            key = (owner.measure_id, organisation_id)
            held = strongest.get(key)
            if held is None or RANK[owner.role] < RANK[held.role]:
                strongest[key] = Assignment(
                    measure_id=owner.measure_id,
                    owner=owner,
                    organisation_id=organisation_id,
                    role=owner.role,
                    state=ASSIGNMENT.initial,
                )
    Assignment.objects.bulk_create(strongest.values(), batch_size=BATCH)


def _unresolved(name: str, owners: Sequence[Owner], candidates: Sequence[str]) -> plantext.Doubt:
    note = owners[0].resolved_note
    hint, hint_en = "可指定单位，或新建待确认单位。", "Assign a unit, or add a proposed one."
    if candidates:
        near = candidates[:3]
        hint, hint_en = f"可能是：{'、'.join(near)}。", f"It may be: {', '.join(near)}."
    times, times_en = "", ""
    if len(owners) > 1:
        times, times_en = f"（共 {len(owners)} 处）", f" ({len(owners)} places)"
    return plantext.Doubt(
        code="owner.unresolved",
        message_zh=f"责任单位“{name}”{times}尚未对应到机构：{note}{hint}",
        message_en=f"“{name}”{times_en} is not matched to a unit yet. {in_english(note)} {hint_en}",
        spans=tuple((o.start, o.end) for o in owners if o.start is not None and o.end is not None),
        measure=str(owners[0].measure_id),
        field=f"owner:{owners[0].pk}",
        severity="block" if any(o.role in ANSWERING for o in owners) else "check",
        data={"fingerprint": f"owner.unresolved|{name}"},
    )


def without_lead(*, measures: Iterable[Measure]) -> list[plantext.Doubt]:
    """Return a blocking doubt for each measure given: tracked, and answered for by nobody printed."""
    return [
        plantext.Doubt(
            code="owner.none",
            message_zh=f"“{row.title}”没有写明责任单位，请指定牵头单位。",
            message_en=f"“{row.title}” names no responsible unit; assign one.",
            spans=((row.start, row.end),),
            measure=str(row.pk),
            field="owner",
            severity="block",
            data={"fingerprint": f"owner.none|{row.title}"},
        )
        for row in measures
    ]


def refresh_columns(*, measures: Sequence[Measure]) -> None:
    """Recompute ``lead_names``, ``nearest_due`` and ``search_text`` of ``measures`` from their rows."""
    for first in range(0, len(measures), BATCH):
        _refresh_batch(measures[first : first + BATCH])


def _refresh_batch(measures: Sequence[Measure]) -> None:
    ids = [m.pk for m in measures]
    leads: dict[int, list[str]] = defaultdict(list)
    words: dict[int, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(measure_id__in=ids).order_by("owner__position", "pk")
    for pk, role, name in rows.values_list("measure_id", "role", "organisation__short_name"):
        words[pk].append(name)
        if role in ANSWERING:
            leads[pk].append(name)
    for pk, name in Owner.objects.filter(measure_id__in=ids).values_list("measure_id", "name"):
        words[pk].append(name)
    targets = Target.objects.filter(measure_id__in=ids).order_by("pk")
    for pk, indicator, value, unit in targets.values_list(
        "measure_id", "indicator", "value", "unit"
    ):
        words[pk].append(f"{indicator}{value.normalize():f}{unit}")
    dues: dict[int, date] = {}
    dated = Deadline.objects.filter(measure_id__in=ids, due_date__isnull=False)
    for pk, due in dated.order_by("-due_date").values_list("measure_id", "due_date"):
        if due is not None:
            dues[pk] = due
    for row in measures:
        row.lead_names = "、".join(dict.fromkeys(leads[row.pk]))[:300]
        row.nearest_due = dues.get(row.pk)
        row.search_text = searchable(row.number, row.title, row.text, *words[row.pk])
    bulk.write(measures, fields=["lead_names", "nearest_due", "search_text"])


def searchable(*texts: str) -> str:
    """Return texts as they are searched: one width of character, lower case, parted by a bar, no spaces."""
    flat = unicodedata.normalize("NFKC", "|".join(t for t in dict.fromkeys(texts) if t))
    return re.sub(r"\s+", "", flat).lower()


def plan_url(plan_id: int) -> str:
    """Return the address of a plan's page."""
    return reverse("plans:plan", args=[plan_id])


def owner_fingerprint(said: str) -> str:
    """Return the stored form of the fingerprint that ``_unresolved`` gives a doubt."""
    return hashlib.sha256(said.encode()).hexdigest()

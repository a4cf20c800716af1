"""Version 2 of a plan keeps the identities of version 1: what continues keeps its ``uid`` and what people gave it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from xiaoer.engines.plantext.lineage import match_measures
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid
from xiaoer.platform.words import kept
from xiaoer.slices.plans.domain import ANSWERING
from xiaoer.slices.plans.models import (
    Correction,
    Deadline,
    Measure,
    Milestone,
    Owner,
    Plan,
    Target,
    new_uid,
)
from xiaoer.slices.plans.queries.compiled import compiled_of
from xiaoer.slices.plans.services import bulk, duties, rows
from xiaoer.slices.plans.services.correct import measure_locked
from xiaoer.slices.plans.services.lineage import link_targets

_ASSIGNED_BEFORE = kept("沿用上一版指定的单位")
_MATCHED = kept("对应到上一版“%(title)s”")
_NEW = kept("作为新增举措，不再对应上一版")

Pair = tuple[Measure, Measure]
Row = TypeVar("Row", Deadline, Target, Milestone, Owner)
CARRIED = "carried"
KEPT_OF_TARGET = ("basis", "shape", "shape_reason", "baseline_value", "per_county", "denominator")


def carry_identity(*, plan: Plan, previous: Plan) -> None:
    """Give each new measure that continues an old one the old one's ``uid``; parts of a split one name it."""
    old = {str(m.pk): m for m in previous.measures.all()}
    new = {str(m.pk): m for m in plan.measures.all()}
    pairs: list[Pair] = []
    parts: list[Measure] = []
    for match in match_measures(
        compiled_of(previous)[0], compiled_of(plan)[0], old_text=previous.text, new_text=plan.text
    ):
        if match.old is None or not match.new:
            continue
        before = old[match.old]
        pairs.append((before, new[match.new[0]]))
        for key in match.new[1:]:
            new[key].split_from = before.uid
            parts.append(new[key])
    for before, after in pairs:
        after.uid, after.theme = before.uid, after.theme or before.theme
    touched = [*(after for _, after in pairs), *parts]
    bulk.write(touched, fields=["uid", "theme", "split_from"])
    carry_fields(pairs=pairs)


def carry_fields(*, pairs: Sequence[Pair]) -> None:
    """Let the dates, targets and deliverables of continued measures keep their identity and what was set by hand."""
    _carry_targets(pairs)
    _carry_deadlines(pairs)
    _carry_milestones(pairs)
    _carry_owners(pairs)


def _by_measure(kind: type[Row], pairs: Sequence[Pair]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    ids = [m.pk for pair in pairs for m in pair]
    for first in range(0, len(ids), duties.BATCH):
        batch = kind._default_manager.filter(measure_id__in=ids[first : first + duties.BATCH])
        for row in batch.order_by("pk"):
            found[row.measure_id].append(row)
    return found


def _carry_targets(pairs: Sequence[Pair]) -> None:
    by_measure = _by_measure(Target, pairs)
    touched, added = [], []
    for old, new in pairs:
        free = list(by_measure[old.pk])
        for target in by_measure[new.pk]:
            same = next(
                (t for t in free if (t.indicator, t.unit) == (target.indicator, target.unit)), None
            ) or next((t for t in free if t.unit == target.unit and t.start is not None), None)
            if same is not None:
                free.remove(same)
                target.uid = same.uid
                for name in KEPT_OF_TARGET:
                    setattr(target, name, getattr(same, name))
                touched.append(target)
        added += [_copy(t, new) for t in free if t.start is None]
    bulk.write(touched, fields=["uid", *KEPT_OF_TARGET])
    Target.objects.bulk_create(added, batch_size=duties.BATCH)


def _carry_deadlines(pairs: Sequence[Pair]) -> None:
    """A date printed as before keeps what it was moved to; one printed anew keeps the first promise beside it."""
    by_measure = _by_measure(Deadline, pairs)
    touched, added = [], []
    for old, new in pairs:
        free = list(by_measure[old.pk])
        for item in sorted(
            by_measure[new.pk], key=lambda d: d.printed not in {o.printed for o in free}
        ):
            same = next((d for d in free if d.printed == item.printed), None)
            rest = next((d for d in free if d.kind == item.kind and d.start is not None), None)
            if same is not None:
                free.remove(same)
                item.uid, item.kind, item.due_date = same.uid, same.kind, same.due_date
                item.original_due_date, item.year_source = same.original_due_date, same.year_source
            elif rest is not None:
                free.remove(rest)
                item.uid, item.original_due_date = rest.uid, rest.original_due_date
            else:
                continue
            touched.append(item)
        added += [_copy(d, new) for d in free if d.start is None and not d.printed]
    bulk.write(touched, fields=["uid", "kind", "due_date", "original_due_date", "year_source"])  # fmt: skip
    Deadline.objects.bulk_create(added, batch_size=duties.BATCH)


def _carry_milestones(pairs: Sequence[Pair]) -> None:
    """What people wrote as deliverables replaces the proposal; the text never names them."""
    by_measure = _by_measure(Milestone, pairs)
    replaced = [new.pk for old, new in pairs if by_measure[old.pk]]
    for first in range(0, len(replaced), duties.BATCH):
        Milestone.objects.filter(measure_id__in=replaced[first : first + duties.BATCH]).delete()
    copies = [_copy(m, new) for old, new in pairs for m in by_measure[old.pk]]
    Milestone.objects.bulk_create(copies, batch_size=duties.BATCH)


def _carry_owners(pairs: Sequence[Pair]) -> None:
    """A unit that the office added stays where the text still names nobody to lead."""
    by_measure = _by_measure(Owner, pairs)
    copies = []
    for old, new in pairs:
        if any(o.role in ANSWERING for o in by_measure[new.pk]):
            continue
        for owner in by_measure[old.pk]:
            if owner.start is None and owner.resolved_how in ("person", CARRIED):
                made = _copy(owner, new)
                made.resolved_how, made.resolved_note = CARRIED, _ASSIGNED_BEFORE
                copies.append(made)
    Owner.objects.bulk_create(copies, batch_size=duties.BATCH)


def _copy(row: Row, measure: Measure) -> Row:
    values = {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname != "id"
    }
    return type(row)(**{**values, "measure_id": measure.pk})


def known_names(*, previous: Plan | None) -> Mapping[str, list[int]]:
    """Return the names that a person resolved in the version before."""
    if previous is None:
        return {}
    decided = Owner.objects.filter(
        measure__plan=previous, resolved_how="person", start__isnull=False
    )
    return dict(decided.order_by("pk").values_list("name", "organisations"))


@transaction.atomic
def match_set(
    *, actor: Actor, measure_id: int, version: int, old_uid: str, now: datetime
) -> Measure:
    """Say which measure of the version before a measure continues; blank means that it is new.

    Raises
    ------
    Invalid
        If the plan is no amendment, or the version before has no such measure.
    """
    row = measure_locked(actor=actor, measure_id=measure_id, version=version)
    previous = row.plan.previous
    if previous is None:
        raise Invalid("这是第一版，没有上一版可以对应。", field="old_uid")
    old = previous.measures.filter(uid=old_uid).first() if old_uid else None
    if old_uid and old is None:
        raise Invalid("上一版没有这项举措，请从列表里选择。", field="old_uid")
    if row.uid == old_uid:
        return row
    if old is not None:
        for other in row.plan.measures.filter(uid=old.uid):
            _part(other, previous=previous)
    _part(row, previous=previous)
    if old is not None:
        row.amend(uid=old.uid, split_from="")
        carry_fields(pairs=[(old, row)])
    duties.settle(measure_ids=[row.pk])
    duties.refresh_columns(measures=[row])
    link_targets(plan=row.plan)
    what = _MATCHED % {"title": old.title} if old else _NEW
    Correction.objects.create(
        plan=row.plan, measure_uid=row.uid, title=row.title, what=what,
        made_by_id=actor.id, made_at=now,
    )  # fmt: skip
    log.record("plans.measure.matched", actor=actor, subject=row, now=now, changes={"what": what})
    return row


def _part(row: Measure, *, previous: Plan) -> None:
    """Make a measure one of its own: fresh identities, nothing that came from the old one."""
    inherited = previous.measures.filter(uid=row.uid).first()
    if inherited is None:
        return
    row.owners.filter(resolved_how=CARRIED).delete()
    row.milestones.filter(uid__in=inherited.milestones.values("uid")).delete()
    fresh: str = new_uid()
    Correction.objects.filter(plan_id=row.plan_id, measure_uid=row.uid).update(measure_uid=fresh)
    row.amend(uid=fresh)
    targets, dates = list(row.targets.all()), list(row.deadlines.all())
    for target in targets:
        target.uid = new_uid()
    for deadline in dates:
        deadline.uid = new_uid()
    bulk.write(targets, fields=["uid"])
    bulk.write(dates, fields=["uid"])
    if not row.targets.exists() and not row.milestones.exists():
        rows.proposed_deliverable(row, list(row.deadlines.all())).save()

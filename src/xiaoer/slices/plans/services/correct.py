"""Correct what was extracted, and undo it: every correction keeps what it replaced.

The one way in is :func:`correct`; ``owners``, ``fields`` and ``spans`` build on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Invalid, Refused, Stale
from xiaoer.platform.words import kept, retold
from xiaoer.slices.plans.models import Correction, Doubt, Measure, Owner, Plan
from xiaoer.slices.plans.queries import gaps
from xiaoer.slices.plans.services import doubts as settling
from xiaoer.slices.plans.services import duties, snapshot

_TITLE = kept("标题“%(title)s”")
_REMOVED = kept("不作为举措入账：%(reason)s")


class CannotUndo(Refused):
    """Something changed since; undoing would overwrite it."""

    code = "plans.cannot_undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a correction did: new values of the measure's own fields, doubts it answers, other measures touched."""

    fields: dict[str, Any]  # by field name
    answers: Sequence[Doubt] = ()
    touched: Sequence[Measure] = ()
    before: snapshot.Snapshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEdit:
    """New words for a measure."""

    title: str
    kind: str
    is_long_term: bool
    theme: str = ""


def measure_locked(*, actor: Actor, measure_id: int, version: int) -> Measure:
    """Return a measure under review for correction; its plan cannot be sent until the transaction ends.

    Raises
    ------
    Stale
        If somebody corrected it first.
    """
    row = rules.load(Measure, measure_id, actor=actor, action="plans.measure.review")
    if not Plan.objects.select_for_update().filter(pk=row.plan_id, state="IN_REVIEW").exists():
        raise Stale()
    if row.version != version:
        raise Stale(
            "“%(title)s”刚被他人更正。您填写的内容还在下面，请对照现在的内容再提交。",
            values={"title": row.title},
        )
    return row


@transaction.atomic
def correct(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    what: str,
    now: datetime,
    change: Callable[[Measure], Done],
) -> Measure:
    """Apply one correction to a measure under review, record it, and settle the doubts it answers."""
    row = measure_locked(actor=actor, measure_id=measure_id, version=version)
    before = snapshot.take(row)
    done = change(row)
    row.amend(**done.fields)
    touched = [row, *[m for m in done.touched if m.pk != row.pk]]
    duties.settle(measure_ids=[m.pk for m in touched])
    duties.refresh_columns(measures=touched)
    made = note_correction(
        actor=actor, measure=row, what=what, before={**before, **(done.before or {})}, now=now
    )
    answers = {d.pk: d for d in [*done.answers, *_answered(row.plan, touched)]}
    settling.settle(actor=actor, doubts=list(answers.values()), correction=made, now=now)
    return row


def note_correction(
    *,
    actor: Actor,
    measure: Measure,
    what: str,
    before: snapshot.Snapshot | None,
    now: datetime,
) -> Correction:
    """Write down that something was changed by hand, as a row and as an event."""
    made = Correction.objects.create(
        plan_id=measure.plan_id,
        measure_uid=measure.uid,
        title=measure.title,
        what=what[:300],
        before=before,
        made_by_id=actor.id,
        made_at=now,
    )
    log.record(
        "plans.measure.corrected", actor=actor, subject=measure, changes={"what": what}, now=now
    )
    return made


def _answered(plan: Plan, measures: Sequence[Measure]) -> list[Doubt]:
    """Return the open doubts about a missing lead that no longer hold."""
    still = set(gaps.orphans(plan).values_list("pk", flat=True))
    asked = Doubt.objects.filter(measure__in=measures, state="OPEN", code="owner.none")
    return [d for d in asked.order_by("position", "pk") if d.measure_id not in still]


def measure_edit(
    *, actor: Actor, measure_id: int, version: int, edit: MeasureEdit, now: datetime
) -> Measure:
    """Change the title, kind, theme or long-term mark of a measure under review."""
    title = " ".join(edit.title.split())[:300]
    if not title:
        raise Invalid("举措标题不能为空。", field="title")

    def change(row: Measure) -> Done:
        fields = {
            "title": title,
            "kind": edit.kind,
            "is_long_term": edit.is_long_term,
            "theme": edit.theme.strip()[:300] or row.theme,
        }
        return Done(
            fields=fields, answers=settling.about(row, fields=("title", "type", "structure"))
        )

    return correct(
        actor=actor, measure_id=measure_id, version=version, now=now, change=change,
        what=_TITLE % {"title": title},
    )  # fmt: skip


@transaction.atomic
def measure_remove(
    *, actor: Actor, measure_id: int, version: int, reason: str, now: datetime
) -> Plan:
    """Take something that is no measure out of a plan under review; its doubts are settled with it."""
    row = measure_locked(actor=actor, measure_id=measure_id, version=version)
    if not reason.strip():
        raise Invalid("请写明为何不作为举措入账。", field="reason")
    answered = list(row.doubts.filter(state="OPEN"))
    before = {**snapshot.take(row), "removed": True, "doubts": [d.pk for d in row.doubts.all()]}
    made = note_correction(
        actor=actor, measure=row, what=_REMOVED % {"reason": reason.strip()}, before=before, now=now
    )
    settling.settle(actor=actor, doubts=answered, correction=made, now=now)
    plan = row.plan
    row.delete()
    return plan


@transaction.atomic
def correction_undo(*, actor: Actor, correction_id: int, now: datetime) -> Correction:
    """Give back what a correction replaced, and open the doubts that it had settled.

    Raises
    ------
    CannotUndo
        If the same measure was corrected again since; the later correction is undone first.
    """
    row = rules.load(Correction, correction_id, actor=actor, action="plans.correction.undo")
    _refuse_undo(row)
    if not Correction.objects.filter(pk=row.pk, undone_at__isnull=True).update(undone_at=now):
        raise Stale()
    row.undone_at = now
    touched = _give_back(row)
    duties.settle(measure_ids=[m.pk for m in touched])
    duties.refresh_columns(measures=touched)
    log.record(
        "plans.correction.undone", actor=actor, subject=row.plan, now=now,
        changes={"title": row.title, "what": row.what},
    )  # fmt: skip
    reopened = list(row.doubts.exclude(state="OPEN").order_by("position", "pk"))
    settling.reopen(actor=actor, doubts=reopened, now=now)
    return row


def _refuse_undo(row: Correction) -> None:
    if row.before is None:
        raise CannotUndo("这一处改动不能撤销，请直接再改一次。")
    later = Correction.objects.filter(
        plan_id=row.plan_id, measure_uid=row.measure_uid, pk__gt=row.pk, undone_at__isnull=True
    )
    if row.measure_uid and later.exists():
        raise CannotUndo(
            "“%(title)s”之后又有更正（%(what)s），请先撤销后面的更正。",
            values={"title": row.title, "what": retold(later[0].what)},
        )


def _give_back(row: Correction) -> list[Measure]:
    before = row.before or {}
    if "owners_added" in before:
        added = Owner.objects.filter(pk__in=before["owners_added"]).select_related("measure")
        measures = [owner.measure for owner in added]
        added.delete()
        return measures
    measure = Measure.objects.filter(plan_id=row.plan_id, uid=row.measure_uid).first()
    if "added" in before:
        if measure is not None:
            measure.delete()
        return []
    restored = snapshot.restore(before, measure=measure)
    return [restored, *[m for m in snapshot.restore_names(before) if m.pk != restored.pk]]

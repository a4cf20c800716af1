"""Compute lights, expected values and forecasts, and keep the projections pages read.

Nothing here is typed by anybody: the projections can be thrown away and computed again. A light's
history is appended when it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.slices.indicators.models import (
    LightRecord,
    MeasureStanding,
    Refresh,
    Stamp,
    TargetStanding,
    UnitStanding,
)
from xiaoer.slices.indicators.queries.facts import facts_of, scene_on
from xiaoer.slices.indicators.queries.standing import (
    Facts,
    Judgement,
    Scene,
    TargetJudgement,
    held_since,
    judge,
)
from xiaoer.slices.indicators.services.definitions import indicators_ensure
from xiaoer.slices.plans import public as plans

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did: how much it read and how many lights changed."""

    as_of: datetime
    measures: int
    targets: int
    values: int
    changed: int
    rule_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A chunk of measures with everything known about them."""

    refs: Sequence[plans.MeasureRef]
    facts: Mapping[str, Facts]
    judged: Mapping[str, Judgement]
    before: Mapping[str, MeasureStanding]
    indicators: Mapping[str, int]
    units: Mapping[int, str]
    scene: Scene
    positions: Mapping[str, int]


def refresh(*, actor: Actor, now: datetime, plan_id: int | None = None) -> Refreshed:
    """Judge every measure in force (of one plan) as of now and write what changed.

    Runs in chunks, each its own transaction, with a constant number of queries; safe to run again.
    """
    rules.require(actor, "indicators.standing.refresh")
    scene = scene_on(day=now.astimezone(CHINA).date())
    units = _unit_names()
    seen: list[int] = []
    targets = values = changed = 0
    found = plans.measures_in_force(actor=actor, plan_id=plan_id, chunk=CHUNK)
    for refs in _chunks(found, CHUNK):
        work = _gather(refs, scene=scene, units=units, now=now, first=len(seen))
        changed += _write(work, actor=actor, now=now)
        seen += [ref.id for ref in refs]
        targets += sum(len(ref.targets) for ref in refs)
        values += sum(len(v) for f in work.facts.values() for v in f.values.values())
    _forget(seen=seen, plan_id=plan_id, now=now)
    if plan_id is None:
        Refresh.objects.create(
            as_of=now,
            measures=len(seen),
            targets=targets,
            values_read=values,
            changed=changed,
            rule_version=scene.rule.version,
        )
    return Refreshed(
        as_of=now,
        measures=len(seen),
        targets=targets,
        values=values,
        changed=changed,
        rule_version=scene.rule.version,
    )


def measure_refresh(*, actor: Actor, measure_uid: str, now: datetime) -> int:
    """Judge one measure as of now; return 1 if its light changed, else 0.

    A measure no longer in force is forgotten.
    """
    rules.require(actor, "indicators.standing.refresh")
    try:
        ref = plans.measure_get(actor=actor, uid=measure_uid)
    except NotHere:
        if MeasureStanding.objects.filter(uid=measure_uid).delete()[0]:
            _stamp(now)
        return 0
    scene = scene_on(day=now.astimezone(CHINA).date())
    work = _gather([ref], scene=scene, units=_unit_names(ref.units), now=now, first=None)
    return _write(work, actor=actor, now=now)


def _chunks(found: Iterable[plans.MeasureRef], size: int) -> Iterator[list[plans.MeasureRef]]:
    iterator = iter(found)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _unit_names(ids: Sequence[int] | None = None) -> dict[int, str]:
    rows = Organisation.objects.all() if ids is None else Organisation.objects.filter(pk__in=ids)
    return {pk: short or name for pk, short, name in rows.values_list("pk", "short_name", "name")}


def _gather(
    refs: Sequence[plans.MeasureRef],
    *,
    scene: Scene,
    units: Mapping[int, str],
    now: datetime,
    first: int | None,
) -> _Work:
    facts = facts_of(refs, day=scene.today)
    uids = [ref.uid for ref in refs]
    before = {row.uid: row for row in MeasureStanding.objects.filter(uid__in=uids)}
    return _Work(
        refs=refs,
        facts=facts,
        judged={ref.uid: judge(ref=ref, facts=facts[ref.uid], scene=scene) for ref in refs},
        before=before,
        indicators=indicators_ensure(targets=[t for ref in refs for t in ref.targets], now=now),
        units=units,
        scene=scene,
        positions={} if first is None else {u: first + i for i, u in enumerate(uids)},
    )


@transaction.atomic
def _write(work: _Work, *, actor: Actor, now: datetime) -> int:
    """Write what changed of one chunk: projections, history, ledger; return how many lights changed."""
    rows = [_measure_row(ref, work=work, now=now) for ref in work.refs]
    moved = [
        (ref, row, work.before.get(ref.uid))
        for ref, row in zip(work.refs, rows, strict=True)
        if ref.uid not in work.before or work.before[ref.uid].light != row.light
    ]
    fresh = [row for row in rows if _differs(row, work.before.get(row.uid))]
    _upsert(MeasureStanding, fresh, key="measure_id")
    uids = [ref.uid for ref in work.refs]
    ids = [ref.id for ref in work.refs]
    keys: dict[int, int] = dict(
        MeasureStanding.objects.filter(measure_id__in=ids).values_list("measure_id", "pk")
    )
    changed = _write_targets(work, keys=keys, now=now)
    changed += _write_units(work, keys=keys, rows=rows) + len(fresh)
    gone, _ = MeasureStanding.objects.filter(uid__in=uids).exclude(measure_id__in=ids).delete()
    if changed or gone:
        _stamp(now)
    LightRecord.objects.bulk_create(
        [_light_record(ref, row, before, now=now) for ref, row, before in moved], batch_size=500
    )
    plans.lights_record(actor=actor, changes=_light_changes(work, rows), now=now)
    return len([1 for _, _, before in moved if before is not None])


def _measure_row(ref: plans.MeasureRef, *, work: _Work, now: datetime) -> MeasureStanding:
    judged, before = work.judged[ref.uid], work.before.get(ref.uid)
    return MeasureStanding(
        measure_id=ref.id,
        uid=ref.uid,
        plan_id=ref.plan_id,
        position=work.positions.get(ref.uid, before.position if before else 0),
        number=ref.number,
        title=ref.title[:300],
        theme=ref.theme[:300],
        lead_names="、".join(work.units.get(u, "") for u in ref.leads)[:300],
        is_long_term=ref.is_long_term,
        nearest_due=_nearest(ref, work.scene.today),
        light=judged.light,
        light_since=_since(ref, judged=judged, before=before, work=work),
        turns_red_on=judged.turns_red_on,
        will_miss=judged.will_miss,
        why=judged.why,
        worst_target=judged.decided_by[:12],
        last_reported=judged.last_reported,
        rule_version=judged.rule_version[:80],
        computed_at=now,
    )


def _nearest(ref: plans.MeasureRef, today: date) -> date | None:
    dues = sorted({*ref.due_dates, *(t.due_date for t in ref.targets if t.due_date)})
    return next((d for d in dues if d >= today), dues[-1] if dues else None)


def _since(
    ref: plans.MeasureRef, *, judged: Judgement, before: MeasureStanding | None, work: _Work
) -> date:
    """Return since when the light holds: kept while it stays, replayed once when first judged."""
    if before is not None:
        return (
            before.light_since
            if before.light == judged.light and before.light_since
            else work.scene.today
        )
    if ref.published_on >= work.scene.today:
        return work.scene.today
    return held_since(ref=ref, facts=work.facts[ref.uid], scene=work.scene)


_KEPT = ("id", "computed_at")


def _differs(row: Any, before: Any) -> bool:  # Any: two rows of one projection
    if before is None:
        return True
    return any(
        getattr(row, f.attname) != getattr(before, f.attname)
        for f in row._meta.concrete_fields
        if f.attname not in _KEPT
    )


def _upsert(model: Any, rows: Sequence[Any], *, key: str) -> None:  # Any: one of the projections
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.attname != key]
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=fields, batch_size=200
    )


def _stamp(now: datetime) -> None:
    """Say that the projections are no longer what they were."""
    Stamp.objects.update_or_create(pk=1, defaults={"token": uuid4().hex, "changed_at": now})


def _write_targets(work: _Work, *, keys: Mapping[int, int], now: datetime) -> int:
    rows = []
    for ref in work.refs:
        judged = {t.uid: t for t in work.judged[ref.uid].targets}
        for position, target in enumerate(ref.targets):
            made = _target_row(target, judged=judged.get(target.uid), now=now)
            made.measure_id, made.position = keys[ref.id], position
            made.indicator_id = work.indicators.get(target.uid)
            rows.append(made)
    uids = [row.target_uid for row in rows]
    ids = list(keys.values())
    before = {row.target_uid: row for row in TargetStanding.objects.filter(target_uid__in=uids)}
    fresh = [row for row in rows if _differs(row, before.get(row.target_uid))]
    _upsert(TargetStanding, fresh, key="target_uid")
    gone, _ = (
        TargetStanding.objects.filter(measure_id__in=ids).exclude(target_uid__in=uids).delete()
    )
    return len(fresh) + gone


def _target_row(
    target: plans.TargetRef, *, judged: TargetJudgement | None, now: datetime
) -> TargetStanding:
    row = TargetStanding(
        target_uid=target.uid,
        text=target.text[:300],
        indicator_name=target.indicator[:200],
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
        due_date=target.due_date,
        per_county=target.per_county,
        basis=target.basis,
        shape=target.shape,
        baseline=target.baseline,
        baseline_value=target.baseline_value,
        period=target.period,
        kind=target.kind,
        published_on=target.published_on,
        computed_at=now,
    )
    if judged is None:
        return row
    row.light, row.why = judged.light, judged.why[:500]
    row.actual, row.actual_month = judged.actual, judged.actual_month
    row.actual_region_id = judged.region
    row.expected, row.landing = judged.expected, judged.landing
    row.forecast, row.forecast_low, row.forecast_high = judged.forecast, judged.low, judged.high
    row.n_values, row.spark = judged.n_values, list(judged.spark)
    row.report_ids = list(judged.report_ids)
    return row


def _write_units(work: _Work, *, keys: Mapping[int, int], rows: Sequence[MeasureStanding]) -> int:
    wanted: dict[tuple[int, int], UnitStanding] = {}
    for ref, row in zip(work.refs, rows, strict=True):
        for unit in ref.units:
            wanted[keys[ref.id], unit] = UnitStanding(
                measure_id=keys[ref.id],
                organisation_id=unit,
                is_lead=unit in ref.leads,
                plan_id=ref.plan_id,
                theme=row.theme,
                light=row.light,
                will_miss=row.will_miss,
            )
    before = {
        (row.measure_id, row.organisation_id): row
        for row in UnitStanding.objects.filter(measure_id__in=keys.values())
    }
    gone = [row.pk for key, row in before.items() if key not in wanted]
    if gone:
        UnitStanding.objects.filter(pk__in=gone).delete()
    fresh = [row for key, row in wanted.items() if _differs(row, before.get(key))]
    UnitStanding.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["measure", "organisation"],
        update_fields=["is_lead", "plan_id", "theme", "light", "will_miss"],
        batch_size=200,
    )
    return len(fresh) + len(gone)


def _light_record(
    ref: plans.MeasureRef,
    row: MeasureStanding,
    before: MeasureStanding | None,
    *,
    now: datetime,
) -> LightRecord:
    return LightRecord(
        measure_uid=ref.uid,
        measure_id=ref.id,
        plan_id=ref.plan_id,
        title=row.title,
        light_before=before.light if before else "",
        light=row.light,
        since=row.light_since or now.astimezone(CHINA).date(),
        why=row.why,
        rule_version=row.rule_version,
        recorded_at=now,
    )


def _light_changes(work: _Work, rows: Sequence[MeasureStanding]) -> list[plans.LightChange]:
    """Return what the ledger does not show yet."""
    changes = []
    for ref, row in zip(work.refs, rows, strict=True):
        before = work.before.get(ref.uid)
        shown = (ref.light, ref.light_since, before.turns_red_on if before else None)
        since = row.light_since or work.scene.today
        if before is not None and shown == (row.light, since, row.turns_red_on):
            continue
        changes.append(
            plans.LightChange(
                measure_id=ref.id,
                light=row.light,
                since=since,
                turns_red_on=row.turns_red_on,
                why=row.why,
                rule_version=row.rule_version,
            )
        )
    return changes


def _forget(*, seen: Sequence[int], plan_id: int | None, now: datetime) -> None:
    """Drop the projections of measures no longer in force."""
    rows = MeasureStanding.objects.all()
    if plan_id is not None:
        rows = rows.filter(plan_id=plan_id)
    gone = set(rows.values_list("measure_id", flat=True)) - set(seen)
    if gone:
        MeasureStanding.objects.filter(measure_id__in=gone).delete()
        _stamp(now)

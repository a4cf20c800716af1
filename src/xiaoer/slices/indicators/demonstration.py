"""How the demonstration drives this slice: through its services, as its people would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from xiaoer.platform.access.actors import SYSTEM, Actor
from xiaoer.slices.indicators.domain.commands import ProgressReport, StepReport, ValueReport
from xiaoer.slices.indicators.domain.units import sense
from xiaoer.slices.indicators.models import MeasureStanding, Report, ReportingPeriod
from xiaoer.slices.indicators.queries.counties import at_place, counties
from xiaoer.slices.indicators.services import periods, reports, verify
from xiaoer.slices.indicators.services import refresh as judging
from xiaoer.slices.plans import public as plans

ValueFor = Callable[..., Decimal]


def open_month(*, actor: Actor, month: date, now: datetime) -> int:
    """Open the reporting of a month."""
    known = ReportingPeriod.objects.filter(year=month.year, month=month.month).first()
    return (
        known or periods.period_open(actor=actor, year=month.year, month=month.month, now=now)
    ).pk


def report_month(
    *,
    actor: Actor,
    period_id: int,
    month: int,
    months: int,
    evidence_id: int,
    value_for: ValueFor,
    now: datetime,
) -> int:
    """Report every target that the actor's unit leads, and the steps that are due; return how many."""
    done = 0
    for target in plans.assigned_targets(actor=actor):
        regions = [c.region for c in counties()] if target.per_county else [None]
        for region in regions:
            value = value_for(
                words=f"{target.text}{region or ''}", comparator=target.comparator, target=target.value,
                unit=target.unit, shape=target.shape, month=month, months=months,
            )  # fmt: skip
            done += _value(
                actor=actor, target=target, region=region, value=_fitting(value, unit=target.unit), period_id=period_id,
                evidence_id=evidence_id, now=now,
            )  # fmt: skip
    return done + _steps(actor=actor, period_id=period_id, evidence_id=evidence_id, now=now)


def _value(
    *,
    actor: Actor,
    target: plans.TargetRef,
    region: int | None,
    value: Decimal,
    period_id: int,
    evidence_id: int,
    now: datetime,
) -> int:
    if _slot_taken(target.uid, region=region, period_id=period_id):
        return 0
    reports.value_submit(
        actor=actor,
        command=ValueReport(
            target_uid=target.uid, period_id=period_id, text=str(value), unit=target.unit, region=region,
            evidence_id=evidence_id, reason="按最新统计口径核减",
        ),
        now=now,
    )  # fmt: skip
    return 1


def _fitting(value: Decimal, *, unit: str) -> Decimal:
    """Round to what the unit can be reported in: whole things are whole."""
    meaning = sense(unit)
    if meaning.kind == "count":
        return (value * meaning.factor).to_integral_value() / meaning.factor
    return value


def _slot_taken(uid: str, *, region: int | None, period_id: int) -> bool:
    return Report.objects.filter(
        at_place(region), subject_uid=uid, period_id=period_id, state__in=["SUBMITTED", "VERIFIED"]
    ).exists()


def _steps(*, actor: Actor, period_id: int, evidence_id: int, now: datetime) -> int:
    done = 0
    for measure in plans.measures_in_force(actor=actor):
        if actor.home not in measure.leads:
            continue
        for step in measure.milestones:
            is_due = step.due_date is not None and step.due_date <= now.date()
            if (
                not is_due
                or Report.objects.filter(subject_uid=step.uid).exists()
                or len(step.title) % 4 == 0
            ):
                continue
            reports.step_submit(
                actor=actor,
                command=StepReport(
                    measure_uid=measure.uid, milestone_uid=step.uid, period_id=period_id,
                    happened_on=min(step.due_date or now.date(), now.date()), evidence_id=evidence_id, note="成果已印发",
                ),
                now=now,
            )  # fmt: skip
            done += 1
        done += _progress(
            actor=actor, measure=measure, period_id=period_id, evidence_id=evidence_id, now=now
        )
    return done


def _progress(
    *, actor: Actor, measure: plans.MeasureRef, period_id: int, evidence_id: int, now: datetime
) -> int:
    """Say in words how a measure without a number goes, while none of its steps is finished."""
    finished = Report.objects.filter(measure_uid=measure.uid, kind="MILESTONE").exists()
    taken = Report.objects.filter(
        measure_uid=measure.uid, kind="PROGRESS", period_id=period_id
    ).exists()
    if measure.targets or finished or taken or actor.home != measure.leads[0]:
        return 0
    reports.progress_submit(
        actor=actor,
        command=ProgressReport(
            measure_uid=measure.uid,
            period_id=period_id,
            note="已分解到科室，按月推进",
            evidence_id=evidence_id,
        ),
        now=now,
    )
    return 1


def verify_all(*, actor: Actor, leave: int, now: datetime) -> int:
    """Verify everything that waits, except the last ``leave``; return how many were verified."""
    waiting = list(Report.objects.filter(state="SUBMITTED").order_by("pk"))
    chosen = waiting[: len(waiting) - leave] if leave else waiting
    for row in chosen:
        verify.report_verify(actor=actor, report_id=row.pk, note="", now=now)
    return len(chosen)


def close_month(*, actor: Actor, period_id: int, lock: bool, now: datetime) -> None:
    """Close a month and, where asked, lock it."""
    periods.period_close(actor=actor, period_id=period_id, now=now)
    if lock:
        periods.period_lock(actor=actor, period_id=period_id, now=now)


def refresh(*, now: datetime) -> None:
    """Judge every measure as of now."""
    judging.refresh(actor=SYSTEM, now=now)


def summary(*, actor: Actor) -> tuple[dict[str, int], int]:
    """Return the measures in force by light, and how many will miss their target at the present pace."""
    lights: dict[str, int] = {}
    for ref in plans.measures_in_force(actor=actor):
        lights[ref.light] = lights.get(ref.light, 0) + 1
    return lights, MeasureStanding.objects.filter(will_miss=True).count()

"""The one place where plans and reports become what the supervision engine reads, and back.

Pure: references, verified values, the rule, the calendar and the day come in; a judgement comes
out. Nothing here reads the database or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from xiaoer.engines import supervision as engine
from xiaoer.engines.calendar import WorkingCalendar
from xiaoer.platform.words import kept
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.units import sense
from xiaoer.slices.indicators.domain.values import Asked, highest, may_only_grow
from xiaoer.slices.plans import public as plans

_EVIDENCE = kept("上报 %(id)s")

#: Targets of these kinds are aims; a ``parameter`` of a service is not judged.
JUDGED_KINDS = frozenset({"target", "outcome"})
_EVERY = ("每月", "每季", "逐月", "月均", "每周")
_QUARTERLY = ("每季", "季度")
_LANDING_CAP = 200
_PLACES = Decimal("0.0001")
_EDGE = Decimal(10) ** 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedValue:
    """A value as reported for a place and month; ``known_on`` is the day it was verified, if it was."""

    report_id: int
    target_uid: str
    region: int | None
    month: int
    value: Decimal
    known_on: date
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedWork:
    """A verified step or note: ``subject_uid`` names the milestone, or the measure for a note."""

    report_id: int
    kind: str
    subject_uid: str
    month: int
    happened_on: date | None
    stage: str
    has_evidence: bool
    known_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What has been reported on one measure."""

    values: Mapping[str, Sequence[ReportedValue]]
    work: Sequence[ReportedWork] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The rule, the calendar, the day and the city's places: the same for all measures."""

    rule: engine.LightRule
    calendar: WorkingCalendar
    today: date
    counties: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetJudgement:
    """Where one target stands; ``landing`` is the forecast (or a met value) in percent of the bar."""

    uid: str
    light: str
    why: str
    actual: Decimal | None
    actual_month: int | None
    region: int | None
    expected: Decimal | None
    expected_now: Decimal | None
    forecast: Decimal | None
    low: Decimal | None
    high: Decimal | None
    misses: bool
    landing: int | None
    report_ids: tuple[int, ...]
    spark: tuple[float, ...]
    n_values: int
    by_region: tuple[tuple[int, str, Decimal | None, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Where a measure stands on a day, and why."""

    light: str
    why: str
    decided_by: str
    turns_red_on: date | None
    will_miss: bool
    targets: tuple[TargetJudgement, ...]
    last_reported: date | None
    rule_version: str


def judge(*, ref: plans.MeasureRef, facts: Facts, scene: Scene) -> Judgement:
    """Return where a measure stands on the scene's day."""
    measure = measure_of(ref=ref, facts=facts, scene=scene)
    light = engine.measure_light(
        measure=measure, today=scene.today, calendar=scene.calendar, rule=scene.rule
    )
    turn = None
    if light.light not in (engine.Light.BEHIND, engine.Light.STRUCK_OFF):
        turn = engine.turns_red_on(
            measure=measure, today=scene.today, calendar=scene.calendar, rule=scene.rule
        )
    by_uid = {t.uid: t for t in ref.targets}
    records = {r.target.key: r.target for r in measure.targets}
    targets = tuple(
        _target_judgement(
            light=part,
            ref=by_uid[part.key],
            target=records[part.key],
            facts=facts,
            scene=scene,
        )
        for part in light.targets
    )
    turning = turn.on if turn is not None and not turn.already else None
    behind = light.light is engine.Light.BEHIND
    return Judgement(
        light=str(light.light),
        why=_why(light.reasons),
        decided_by=light.decided_by,
        turns_red_on=turning,
        will_miss=behind or turning is not None or any(t.misses for t in targets),
        targets=targets,
        last_reported=_last_reported(facts),
        rule_version=light.rule_version,
    )


def held_since(*, ref: plans.MeasureRef, facts: Facts, scene: Scene) -> date:
    """Return the day since which the measure has had today's light, replaying what was known when."""
    return engine.held_since(
        measure=measure_of(ref=ref, facts=facts, scene=scene),
        today=scene.today,
        calendar=scene.calendar,
        rule=scene.rule,
    )


def measure_of(*, ref: plans.MeasureRef, facts: Facts, scene: Scene) -> engine.Measure:
    """Return the measure as the engine reads it."""
    deadline = None if ref.is_long_term else max(ref.due_dates, default=None)
    return engine.Measure(
        key=ref.uid,
        start=ref.published_on,
        deadline=deadline,
        targets=tuple(
            engine.TargetRecord(
                target=target_of(ref=t, deadline=deadline, counties=scene.counties),
                observations=observations_of(facts.values.get(t.uid, ()), scene.counties),
            )
            for t in ref.targets
            if t.kind in JUDGED_KINDS
        ),
        milestones=_milestones(ref, facts, deadline),
        reports=_reports(ref, facts),
    )


def target_of(
    *, ref: plans.TargetRef, deadline: date | None, counties: Mapping[int, str]
) -> engine.Target:
    """Return a target as the engine reads it."""
    asked = Asked(indicator=ref.indicator, unit=ref.unit, basis=ref.basis)
    said = f"{ref.period}{ref.text}"
    every = any(word in said for word in _EVERY)
    accumulation = engine.Accumulation.LEVEL
    if ref.basis == "month":
        if sense(ref.unit).is_additive and not every:
            accumulation = engine.Accumulation.MONTHLY_SUM
    elif may_only_grow(asked):
        accumulation = engine.Accumulation.CUMULATIVE
    top = highest(asked)
    return engine.Target(
        key=ref.uid,
        comparator=engine.Comparator(ref.comparator),
        value=ref.value,
        value_max=ref.value_max,
        unit=ref.unit,
        baseline=ref.baseline_value,
        start=ref.published_on,
        deadline=ref.due_date or deadline,
        shape=_shape(ref),
        accumulation=accumulation,
        cadence=(
            engine.Cadence.QUARTERLY
            if any(word in said for word in _QUARTERLY)
            else engine.Cadence.MONTHLY
        ),
        every=every,
        counties=tuple(counties.values()) if ref.per_county else (),
        lower=None if sense(ref.unit).kind == "ratio" and top is None else Decimal(0),
        upper=top,
    )


def _shape(ref: plans.TargetRef) -> engine.Shape | None:
    return engine.Shape(ref.shape) if ref.shape in {"linear", "step", "flat"} else None


def observations_of(
    values: Sequence[ReportedValue], counties: Mapping[int, str]
) -> tuple[engine.Observation, ...]:
    """Return reported values as the engine reads them.

    A value holds as of its month's last day; one that counts before the month is over, as of the
    day from which it counts.
    """
    return tuple(
        engine.Observation(
            date=min(domain.month_at(v.month).last_day, v.known_on),
            value=v.value,
            county=None if v.region is None else counties.get(v.region, str(v.region)),
            verified=v.is_verified,
            known_on=v.known_on,
            sequence=v.report_id,
        )
        for v in values
    )


def _milestones(
    ref: plans.MeasureRef, facts: Facts, deadline: date | None
) -> tuple[engine.Milestone, ...]:
    done = {w.subject_uid: w for w in facts.work if w.kind == domain.MILESTONE}
    made = []
    for step in ref.milestones:
        due = step.due_date or deadline
        if due is None:
            continue
        work = done.get(step.uid)
        made.append(
            engine.Milestone(
                key=step.uid,
                due=due,
                name=step.title,
                done_on=work.happened_on if work else None,
                evidence=_EVIDENCE % {"id": work.report_id} if work and work.has_evidence else "",
                verified=work is not None,
                known_on=work.known_on if work else None,
            )
        )
    return tuple(made)


def _reports(ref: plans.MeasureRef, facts: Facts) -> tuple[engine.Report, ...]:
    return tuple(
        engine.Report(
            on=domain.month_at(w.month).last_day,
            state=engine.ReportState(w.stage),
            verified=True,
            known_on=max(w.known_on, domain.month_at(w.month).first_day),
            sequence=w.report_id,
        )
        for w in facts.work
        if w.kind == domain.PROGRESS
    )


def _target_judgement(
    *,
    light: engine.TargetLight,
    ref: plans.TargetRef,
    target: engine.Target,
    facts: Facts,
    scene: Scene,
) -> TargetJudgement:
    known = [
        v for v in facts.values.get(ref.uid, ()) if v.is_verified and v.known_on <= scene.today
    ]
    region = next((pk for pk, name in scene.counties.items() if name == light.county), None)
    mine = {v.month: v for v in sorted(known, key=lambda v: v.report_id) if v.region == region}
    months = sorted(mine)
    forecast = light.forecast
    met = light.actual is not None and _is_met(light)
    sums = target.accumulation is engine.Accumulation.MONTHLY_SUM
    return TargetJudgement(
        uid=ref.uid,
        light=str(light.light),
        why=_why(light.reasons),
        actual=_fit(light.actual),
        actual_month=months[-1] if months else None,
        region=region,
        expected=_fit(light.expected),
        expected_now=_fit(light.expected_now),
        forecast=_fit(forecast.value) if forecast else None,
        low=_fit(forecast.low) if forecast else None,
        high=_fit(forecast.high) if forecast else None,
        misses=bool(forecast and not forecast.meets and not met),
        landing=_landing(light, rising=_is_rising(target, scene.rule)),
        report_ids=tuple(mine[m].report_id for m in (months if sums else months[-1:])),
        spark=tuple(float(mine[m].value) for m in months[-12:]),
        n_values=len(mine),
        by_region=tuple(
            (pk, str(c.light), _fit(c.actual), _fit(c.expected))
            for c in light.counties
            for pk, name in scene.counties.items()
            if name == c.county
        ),
    )


def _is_met(light: engine.TargetLight) -> bool:
    return any(reason.code in {"met", "met_late"} for reason in light.reasons)


def _is_rising(target: engine.Target, rule: engine.LightRule) -> bool:
    return engine.goal_of(target=target, rule=rule).rising


def _landing(light: engine.TargetLight, *, rising: bool) -> int | None:
    """Return how near the target lands, in percent: 100 is the bar, above is better than asked."""
    value = light.forecast.value if light.forecast else light.actual
    if value is None or (light.forecast is None and light.actual is None):
        return None
    bar = light.bar
    if bar == value:
        return 100
    over, under = (value, bar) if rising else (bar, value)
    if under <= 0:
        return _LANDING_CAP if over > under else 0
    return int(min(max(over / under * 100, Decimal(0)), Decimal(_LANDING_CAP)))


def _fit(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    return min(max(value, -_EDGE), _EDGE).quantize(_PLACES)


def _why(reasons: Sequence[engine.Reason]) -> str:
    told = [r for r in reasons if r.light is reasons[0].light][:2]
    return "；".join(engine.message(_readable(r)) for r in told)[:500]


def _readable(reason: engine.Reason) -> engine.Reason:
    """Return the reason with its numbers rounded to what people read; ratios stay as they are."""
    data = {
        key: round(value, 2) if isinstance(value, Decimal) and key != "ratio" else value
        for key, value in reason.data.items()
    }
    return replace(reason, data=data)


def _last_reported(facts: Facts) -> date | None:
    days = [v.known_on for values in facts.values.values() for v in values if v.is_verified]
    days += [w.known_on for w in facts.work]
    return max(days, default=None)


def replayed(facts: Facts, *, on: date) -> Facts:
    """Return the facts as they were known on a day."""
    return replace(
        facts,
        values={
            uid: tuple(v for v in values if v.known_on <= on)
            for uid, values in facts.values.items()
        },
        work=tuple(w for w in facts.work if w.known_on <= on),
    )


def line_of(
    *, target: engine.Target, rule: engine.LightRule, until: date
) -> list[tuple[date, Decimal]]:
    """Return the expected line month end by month end, for drawing; empty where there is none."""
    goal = engine.goal_of(target=target, rule=rule)
    points: list[tuple[date, Decimal]] = []
    day = target.start
    last = max(until, target.deadline or until)
    while day <= last:
        value = engine.expected_on(target=target, goal=goal, day=day)
        if value is not None:
            points.append((day, value))
        end = domain.month_of(day).last_day
        day = end if end > day else domain.month_of(day + timedelta(days=1)).last_day
    return points

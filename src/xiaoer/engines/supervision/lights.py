"""The light of a target: what its verified values say, on a day, against its expected line.

A light never goes green on a value that nobody has verified. With nothing new reported, a light
only ever stays or gets worse from day to day; ``outlook`` relies on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xiaoer.engines.calendar import WorkingCalendar
from xiaoer.engines.supervision._model import (
    Accumulation,
    Cadence,
    Light,
    LightRule,
    Observation,
    Shape,
    StrikeOff,
    Target,
    TargetRecord,
)
from xiaoer.engines.supervision._reporting import Owed, owed
from xiaoer.engines.supervision._results import (
    Certainty,
    Datum,
    Forecast,
    Reason,
    TargetLight,
)
from xiaoer.engines.supervision._series import Point, Series, series_of
from xiaoer.engines.supervision.expected import (
    EXACT,
    Goal,
    expected_on,
    goal_of,
    line_start,
    shape_of,
    shown,
)
from xiaoer.engines.supervision.forecast import forecast

_ZERO, _ONE = Decimal(0), Decimal(1)


def target_light(
    *,
    target: Target,
    observations: Iterable[Observation],
    today: date,
    calendar: WorkingCalendar,
    rule: LightRule,
    struck_off: StrikeOff | None = None,
    known_until: date | None = None,
) -> TargetLight:
    """Return the light of a target on a day.

    Parameters
    ----------
    target, observations
        The target and everything reported for it, in any order.
    today
        The day the light is for.
    calendar, rule
        Working days, and the dated rule in force.
    struck_off
        The closing of the target, if it has been closed.
    known_until
        Data known after this day is left out; None means ``today``. An earlier day than today
        asks what the light will be if nothing is reported in between.

    Returns
    -------
    TargetLight
        With its figures and reasons. Where the target holds for each county, the worst county
        decides and ``counties`` lists all, worst first.
    """
    record = TargetRecord(target=target, observations=tuple(observations), struck_off=struck_off)
    known = min(known_until or today, today)
    scene = _Scene(record=record, today=today, calendar=calendar, rule=rule, known=known)
    if not target.counties:
        return _closed(scene, _one_light(scene, None))
    lights = sorted(
        (_one_light(scene, county) for county in target.counties),
        key=lambda light: (-light.light.severity, -light.shortfall_ratio, light.county or ""),
    )
    worst = lights[0]
    return _closed(
        scene,
        replace(
            worst,
            counties=tuple(lights),
            reasons=(_county_reason(lights), *worst.reasons),
            pending=any(light.pending for light in lights),
            baseline_assumed=any(light.baseline_assumed for light in lights),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """Everything a judgement reads besides the values of one place."""

    record: TargetRecord
    today: date
    calendar: WorkingCalendar
    rule: LightRule
    known: date

    @property
    def target(self) -> Target:
        return self.record.target

    @property
    def is_over(self) -> bool:
        return self.target.deadline is not None and self.today > self.target.deadline

    def working_days_left(self) -> int | None:
        if self.target.deadline is None:
            return None
        return self.calendar.count(after=self.today, until=self.target.deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The values of one place against their goal."""

    goal: Goal
    series: Series
    owed: Owed
    forecast: Forecast | None
    judged: Point | None
    expected: Decimal | None
    expected_on: date | None
    ratio: Decimal


def _closed(scene: _Scene, light: TargetLight) -> TargetLight:
    closing = scene.record.struck_off
    if closing is None or closing.on > scene.known:
        return light
    reason = _reason("struck_off", Light.STRUCK_OFF, on=closing.on, evidence=closing.evidence)
    return replace(light, light=Light.STRUCK_OFF, reasons=(reason,))


def _county_reason(lights: list[TargetLight]) -> Reason:
    worst = lights[0].light
    names = [light.county or "" for light in lights if light.light is worst]
    return _reason(
        "worst_county",
        worst,
        county=names[0],
        counties="、".join(names),
        n=len(names),
        of=len(lights),
    )


def _one_light(scene: _Scene, county: str | None) -> TargetLight:
    place = _place(scene, county)
    reasons = sorted(_reasons(scene, place), key=lambda reason: -reason.light.severity)
    latest, target = place.judged, scene.target
    gap = None
    if latest is not None and place.expected is not None:
        gap = latest[1] - place.expected
    return TargetLight(
        key=target.key,
        light=reasons[0].light,
        reasons=tuple(reasons),
        bar=place.goal.bar,
        baseline_assumed=place.goal.origin_assumed and shape_of(target) is not Shape.FLAT,
        expected_now=expected_on(target=target, goal=place.goal, day=scene.today),
        expected=place.expected,
        expected_on=place.expected_on,
        actual=latest[1] if latest else None,
        actual_on=latest[0] if latest else None,
        gap=gap,
        shortfall_ratio=place.ratio,
        pending=place.series.pending,
        deadline=target.deadline,
        working_days_left=scene.working_days_left(),
        provisional=target.deadline is not None and scene.calendar.is_provisional(target.deadline),
        forecast=place.forecast,
        rule_version=scene.rule.version,
        county=county,
    )


def _place(scene: _Scene, county: str | None) -> _Place:
    target = scene.target
    goal = goal_of(target=target, rule=scene.rule, county=county)
    series = series_of(
        target=target,
        goal=goal,
        observations=scene.record.observations,
        county=county,
        known_until=scene.known,
    )
    latest = series.latest
    reports = owed(
        cadence=target.cadence,
        since=line_start(target),
        reported=latest[0] if latest else None,
        until=target.deadline,
        today=scene.today,
        grace=scene.rule.report_grace_working_days,
        calendar=scene.calendar,
    )
    judged = _judged(scene, goal, series)
    on = _compared_on(scene, judged, reports)
    line = expected_on(target=target, goal=goal, day=on) if on else None
    return _Place(
        goal=goal,
        series=series,
        owed=reports,
        forecast=forecast(
            target=target, goal=goal, points=series.points, rule=scene.rule, county=county
        ),
        judged=judged,
        expected=line,
        expected_on=on if line is not None else None,
        ratio=_ratio(goal, line, judged, flat=shape_of(target) is Shape.FLAT),
    )


def _judged(scene: _Scene, goal: Goal, series: Series) -> Point | None:
    """Return the value that speaks: the latest, or after the deadline the one that met it in time."""
    if scene.is_over and scene.target.deadline is not None:
        in_time = series.until(scene.target.deadline)
        if in_time is not None and goal.met(in_time[1]):
            return in_time
    return series.latest


def _compared_on(scene: _Scene, judged: Point | None, reports: Owed) -> date | None:
    """Return the day whose expected value is fair: reports lag, so not simply today."""
    if judged is None:
        return None
    if scene.target.cadence is Cadence.NONE:
        on = scene.today
    else:
        on = max(judged[0], reports.last_end or judged[0])
    return min(on, scene.target.deadline) if scene.target.deadline else on


def _ratio(goal: Goal, line: Decimal | None, judged: Point | None, *, flat: bool) -> Decimal:
    if line is None or judged is None:
        return _ZERO
    short = goal.shortfall(expected=line, actual=judged[1])
    if not short:
        return _ZERO
    way = abs(goal.bar) if flat else abs(goal.bar - goal.origin)
    return shown(EXACT.divide(short, way)) if way else _ONE


def _reasons(scene: _Scene, place: _Place) -> list[Reason]:
    target, today = scene.target, scene.today
    if today < target.start:
        return [_reason("starts_later", Light.NOT_STARTED, on=target.start)]
    notes = [_reason("conflicting_values", Light.AT_RISK, on=d) for d in place.series.conflicts]
    if place.series.pending:
        notes.append(_reason("value_unverified", Light.NOT_STARTED))
    if place.judged is None:
        return [*_without_value(scene, place), *notes]
    if place.goal.met(place.judged[1]):
        return [*_when_met(scene, place, place.judged), *notes]
    found = _when_unmet(scene, place, place.judged)
    return [*(found or [_on_line(place, place.judged)]), *notes]


def _without_value(scene: _Scene, place: _Place) -> list[Reason]:
    found = _missed(scene, place)
    if scene.is_over:
        found.append(_overdue(scene, place, waiting="final_value_awaited", code="overdue_no_value"))
    elif soon := _due_soon(scene):
        found.append(soon)
    return found or [_reason("no_verified_value", Light.NOT_STARTED)]


def _when_met(scene: _Scene, place: _Place, judged: Point) -> list[Reason]:
    target = scene.target
    late = target.deadline is not None and judged[0] > target.deadline
    met = _reason(
        "met_late" if late else "met",
        Light.ON_TRACK,
        value=judged[1],
        bar=place.goal.bar,
        on=judged[0],
    )
    settled = target.accumulation is not Accumulation.LEVEL and place.goal.rising
    if (settled and shape_of(target) is not Shape.FLAT) or late:
        return [met]
    return [met, *_missed(scene, place), *_forecast_miss(scene, place)]


def _when_unmet(scene: _Scene, place: _Place, judged: Point) -> list[Reason]:
    found = [*_gap(scene, place, judged), *_missed(scene, place)]
    if scene.is_over:
        found.append(_overdue(scene, place, waiting="final_value_awaited", code="overdue"))
        return found
    found.extend(_forecast_miss(scene, place))
    sure = place.forecast is not None and place.forecast.meets
    soon = _due_soon(scene)
    if soon and not sure:
        found.append(soon)
    return found


def _gap(scene: _Scene, place: _Place, judged: Point) -> list[Reason]:
    rule = scene.rule
    if place.expected is None or place.expected_on is None or not place.ratio:
        return []
    flat = shape_of(scene.target) is Shape.FLAT
    behind = place.ratio > rule.behind_gap or (flat and rule.limit_miss_is_behind)
    if not behind and place.ratio <= rule.at_risk_gap:
        return []
    return [
        _reason(
            "limit_missed" if flat else "below_line",
            Light.BEHIND if behind else Light.AT_RISK,
            value=judged[1],
            on=judged[0],
            expected=place.expected,
            expected_on=place.expected_on,
            ratio=place.ratio,
            bar=place.goal.bar,
        )
    ]


def _missed(scene: _Scene, place: _Place) -> list[Reason]:
    return missed_reports(place.owed, scene.rule)


def missed_reports(reports: Owed, rule: LightRule) -> list[Reason]:
    """Return the reason that missed reports give, none while too few are missing."""
    n = len(reports.missed)
    if n < rule.missed_reports_at_risk:
        return []
    light = Light.BEHIND if n >= rule.missed_reports_behind else Light.AT_RISK
    return [_reason("reports_missed", light, n=n, since=reports.missed[0])]


def _forecast_miss(scene: _Scene, place: _Place) -> list[Reason]:
    seen = place.forecast
    if not scene.rule.forecast_warns or seen is None or seen.certainty is not Certainty.MISSES:
        return []
    return [
        _reason(
            "forecast_misses",
            Light.AT_RISK,
            value=seen.value,
            low=seen.low,
            high=seen.high,
            on=seen.on,
            bar=place.goal.bar,
        )
    ]


def _due_soon(scene: _Scene) -> Reason | None:
    left = scene.working_days_left()
    if left is None or left > scene.rule.due_soon_working_days or scene.target.deadline is None:
        return None
    return _reason("due_soon", Light.AT_RISK, days=left, on=scene.target.deadline)


def _overdue(scene: _Scene, place: _Place, *, waiting: str, code: str) -> Reason:
    deadline = scene.target.deadline
    assert deadline is not None, "only a target with a deadline can be over"
    days = scene.calendar.count(after=deadline, until=scene.today)
    data: dict[str, Datum] = {"days": days, "on": deadline, "bar": place.goal.bar}
    latest = place.series.latest
    final_is_in = latest is not None and latest[0] >= deadline
    last_day = scene.calendar.add(start=deadline, n=scene.rule.report_grace_working_days)
    if not final_is_in and scene.today <= last_day and scene.target.cadence is not Cadence.NONE:
        return _reason(waiting, Light.AT_RISK, **data, until=last_day)
    if place.judged is not None:
        data["value"] = place.judged[1]
    return _reason(code, Light.BEHIND, **data)


def _on_line(place: _Place, judged: Point) -> Reason:
    data: dict[str, Datum] = {"value": judged[1], "on": judged[0], "bar": place.goal.bar}
    if place.expected is None or place.expected_on is None:
        return _reason("verified_value", Light.ON_TRACK, **data)
    data |= {"expected": place.expected, "expected_on": place.expected_on}
    return _reason("on_line", Light.ON_TRACK, **data)


def _reason(code: str, light: Light, **data: Datum) -> Reason:
    return Reason(code=code, light=light, data=data)

"""The light of a measure: the worst of its targets and milestones, or of date and reports."""

from __future__ import annotations

from datetime import date

from xiaoer.engines.calendar import WorkingCalendar
from xiaoer.engines.supervision._model import (
    Cadence,
    Light,
    LightRule,
    Measure,
    Milestone,
    Report,
    ReportState,
)
from xiaoer.engines.supervision._reporting import owed
from xiaoer.engines.supervision._results import (
    Datum,
    MeasureLight,
    MilestoneLight,
    Reason,
    TargetLight,
)
from xiaoer.engines.supervision.lights import missed_reports, target_light

_REPORTED = {
    ReportState.BLOCKED: ("reported_blocked", Light.BEHIND),
    ReportState.DIFFICULT: ("reported_difficult", Light.AT_RISK),
    ReportState.PROGRESSING: ("verified_progress", Light.ON_TRACK),
}
#: Name under which a measure's own date and reports decide.
WORK = "work"


def measure_light(
    *,
    measure: Measure,
    today: date,
    calendar: WorkingCalendar,
    rule: LightRule,
    known_until: date | None = None,
) -> MeasureLight:
    """Return the light of a measure on a day.

    Parameters
    ----------
    measure
        With all data; what was not yet known by ``known_until`` (None: today) is left out.
    today, calendar, rule
        As for ``target_light``.

    Returns
    -------
    MeasureLight
        ``decided_by`` names the target or milestone that decided, ``work`` for date and reports,
        or ``strike_off``.
    """
    known = min(known_until or today, today)
    targets = tuple(
        target_light(
            target=record.target,
            observations=record.observations,
            today=today,
            calendar=calendar,
            rule=rule,
            struck_off=record.struck_off,
            known_until=known,
        )
        for record in measure.targets
    )
    milestones = tuple(
        _milestone_light(one, today=today, known=known, calendar=calendar, rule=rule)
        for one in measure.milestones
    )
    light, reasons, decided_by = _decide(
        measure, targets, milestones, today=today, known=known, calendar=calendar, rule=rule
    )
    left = calendar.count(after=today, until=measure.deadline) if measure.deadline else None
    return MeasureLight(
        key=measure.key,
        light=light,
        reasons=reasons,
        decided_by=decided_by,
        targets=targets,
        milestones=milestones,
        deadline=measure.deadline,
        working_days_left=left,
        rule_version=rule.version,
    )


def _decide(
    measure: Measure,
    targets: tuple[TargetLight, ...],
    milestones: tuple[MilestoneLight, ...],
    *,
    today: date,
    known: date,
    calendar: WorkingCalendar,
    rule: LightRule,
) -> tuple[Light, tuple[Reason, ...], str]:
    closing = measure.struck_off
    if closing is not None and closing.on <= known:
        data: dict[str, Datum] = {"on": closing.on, "evidence": closing.evidence}
        reason = Reason(code="struck_off", light=Light.STRUCK_OFF, data=data)
        return Light.STRUCK_OFF, (reason,), "strike_off"
    parts = [(part.light, part.reasons, part.key) for part in targets]
    parts += [(part.light, part.reasons, part.key) for part in milestones]
    if not targets:
        work = _work_reasons(measure, today=today, known=known, calendar=calendar, rule=rule)
        parts.append((work[0].light, work, WORK))
    worst = max(parts, key=lambda part: part[0].severity)
    light, reasons, decided_by = worst
    if light is Light.STRUCK_OFF:
        done = Reason(code="all_targets_struck_off", light=Light.ON_TRACK)
        return Light.ON_TRACK, (done,), decided_by
    waiting = sum(target.light is Light.NOT_STARTED for target in targets)
    if waiting and light is not Light.NOT_STARTED:
        counts: dict[str, Datum] = {"n": waiting, "of": len(targets)}
        reasons = (
            *reasons,
            Reason(code="targets_waiting", light=Light.NOT_STARTED, data=counts),
        )
    return light, reasons, decided_by


def _milestone_light(
    milestone: Milestone, *, today: date, known: date, calendar: WorkingCalendar, rule: LightRule
) -> MilestoneLight:
    left = calendar.count(after=today, until=milestone.due)
    reason = _milestone_reason(milestone, today=today, known=known, left=left, rule=rule)
    return MilestoneLight(
        key=milestone.key,
        light=reason.light,
        reasons=(reason,),
        due=milestone.due,
        working_days_left=left,
    )


def _milestone_reason(
    milestone: Milestone, *, today: date, known: date, left: int, rule: LightRule
) -> Reason:
    done_on = milestone.done_on
    said_done = done_on is not None and (milestone.known_on or done_on) <= known
    name = milestone.name or milestone.key
    if said_done and done_on is not None and milestone.verified and milestone.evidence.strip():
        late = done_on > milestone.due
        return Reason(
            code="milestone_done_late" if late else "milestone_done",
            light=Light.ON_TRACK,
            data={"name": name, "on": done_on, "due": milestone.due},
        )
    data: dict[str, Datum] = {"name": name, "due": milestone.due, "days": abs(left)}
    if today > milestone.due:
        return Reason(code="milestone_overdue", light=Light.BEHIND, data=data)
    if left <= rule.due_soon_working_days:
        return Reason(code="milestone_due_soon", light=Light.AT_RISK, data=data)
    return Reason(code="milestone_later", light=Light.NOT_STARTED, data=data)


def _work_reasons(
    measure: Measure, *, today: date, known: date, calendar: WorkingCalendar, rule: LightRule
) -> tuple[Reason, ...]:
    if today < measure.start:
        return (Reason(code="starts_later", light=Light.NOT_STARTED, data={"on": measure.start}),)
    latest = _latest_report(measure, known)
    if latest is not None and latest.state is ReportState.COMPLETED:
        done: dict[str, Datum] = {"on": latest.on}
        return (Reason(code="completed_awaiting_strike_off", light=Light.ON_TRACK, data=done),)
    found = _date_reasons(measure, today=today, calendar=calendar, rule=rule)
    reports = owed(
        cadence=_cadence(measure, rule),
        since=measure.start,
        reported=latest.on if latest else None,
        until=measure.deadline,
        today=today,
        grace=rule.report_grace_working_days,
        calendar=calendar,
    )
    found.extend(missed_reports(reports, rule))
    if latest is None:
        found.append(Reason(code="no_verified_report", light=Light.NOT_STARTED))
    else:
        code, light = _REPORTED[latest.state]
        found.append(Reason(code=code, light=light, data={"on": latest.on}))
    return tuple(sorted(found, key=lambda reason: -reason.light.severity))


def _date_reasons(
    measure: Measure, *, today: date, calendar: WorkingCalendar, rule: LightRule
) -> list[Reason]:
    if measure.deadline is None:
        return []
    left = calendar.count(after=today, until=measure.deadline)
    data: dict[str, Datum] = {"on": measure.deadline, "days": abs(left)}
    if today > measure.deadline:
        return [Reason(code="overdue_not_struck_off", light=Light.BEHIND, data=data)]
    if left <= rule.due_soon_working_days:
        return [Reason(code="due_soon", light=Light.AT_RISK, data=data)]
    return []


def _cadence(measure: Measure, rule: LightRule) -> Cadence:
    if measure.cadence is Cadence.NONE and measure.deadline is None:
        return rule.long_term_cadence
    return measure.cadence


def _latest_report(measure: Measure, known: date) -> Report | None:
    seen = [
        report
        for report in measure.reports
        if report.verified and report.known <= known and report.on <= known
    ]
    # Of two reports of one day and number the more worrying speaks.
    worry = list(ReportState)[:3]
    return max(
        seen,
        key=lambda r: (r.on, r.sequence, worry.index(r.state) if r.state in worry else -1),
        default=None,
    )

"""Submit reports: a value, a finished step, a note on progress, a correction. Nothing counts yet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Invalid, NotFromHere, NotHere
from xiaoer.platform.words import kept, retold
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.commands import (
    Correction,
    ProgressReport,
    StepReport,
    ValueReport,
)
from xiaoer.slices.indicators.domain.values import Asked, check_value, may_only_grow, plain
from xiaoer.slices.indicators.models import Report, ReportingPeriod
from xiaoer.slices.indicators.services import duties
from xiaoer.slices.indicators.services.definitions import definition_on, indicators_ensure
from xiaoer.slices.indicators.services.placing import (
    AlreadyReported,
    PeriodClosed,
    Place,
    evidence_of,
    period_to_report,
    place_of,
    slot_is_free,
    value_before,
)
from xiaoer.slices.plans import public as plans

_DONE = kept("%(day)s 完成")
_PROGRESS = {
    "progressing": kept("正常推进：%(note)s"),
    "difficult": kept("存在困难：%(note)s"),
    "blocked": kept("受阻：%(note)s"),
    "completed": kept("已完成：%(note)s"),
}

STAGES = {
    "progressing": kept("正常推进"),
    "difficult": kept("存在困难"),
    "blocked": kept("受阻"),
    "completed": kept("已完成"),
}


@transaction.atomic
def value_submit(*, actor: Actor, command: ValueReport, now: datetime) -> Report:
    """Report the value of a target for an open month.

    Raises
    ------
    NotHere, NotAllowed
        If the target is not the actor's to see or to report.
    PeriodClosed
        If the month is not open.
    Invalid
        If the number, unit, place or evidence is not acceptable.
    AlreadyReported
        If there is one for the same place and month.
    """
    rules.require(actor, "indicators.report.submit")
    target = plans.target_get(actor=actor, uid=command.target_uid)
    measure = plans.measure_get(actor=actor, uid=target.measure_uid)
    period = period_to_report(actor=actor, period_id=command.period_id)
    place = place_of(
        actor=actor,
        measure=measure,
        per_county=target.per_county,
        organisation=command.organisation,
        region=command.region,
    )
    evidence = evidence_of(actor=actor, file_id=command.evidence_id, needed=True)
    report = _value_row(target=target, place=place, period=period, command=command, now=now)
    report.evidence, report.submitted_by_id = evidence, actor.id
    slot_is_free(slot=report.slot)
    _file(report, actor=actor, now=now)
    return report


def _value_row(
    *,
    target: plans.TargetRef,
    place: Place,
    period: ReportingPeriod,
    command: ValueReport,
    now: datetime,
) -> Report:
    asked = Asked(indicator=target.indicator, unit=target.unit, basis=target.basis)
    before = (
        value_before(
            target_uid=target.uid,
            organisation=place.organisation.pk,
            region=place.region,
            period=period,
        )
        if may_only_grow(asked)
        else None
    )
    checked = check_value(
        text=command.text, unit=command.unit, asked=asked, before=before, reason=command.reason
    )
    indicator = indicators_ensure(targets=[target], now=now)[target.uid]
    return Report(
        state=domain.REPORT.initial,
        kind=domain.VALUE,
        subject_uid=target.uid,
        measure_uid=target.measure_uid,
        measure_title=target.measure_title[:300],
        title=target.indicator[:300],
        slot=_slot(domain.VALUE, target.uid, place, period),
        indicator_id=indicator,
        definition=definition_on(indicator_id=indicator, day=period.span.last_day),
        organisation=place.organisation,
        region_id=place.region,
        period=period,
        basis=target.basis,
        value=checked.value,
        unit=target.unit,
        printed=checked.printed[:60],
        printed_unit=checked.unit[:24],
        note=command.note.strip(),
        reason=command.reason.strip()[:300],
        submitted_at=now,
    )


@transaction.atomic
def step_submit(*, actor: Actor, command: StepReport, now: datetime) -> Report:
    """Report that a deliverable or milestone was finished, with its evidence.

    Raises
    ------
    Invalid
        If it is said to have been finished in the future or without evidence.
    """
    rules.require(actor, "indicators.report.submit")
    measure = plans.measure_get(actor=actor, uid=command.measure_uid)
    step = next((m for m in measure.milestones if m.uid == command.milestone_uid), None)
    if step is None:
        raise NotHere()
    period = period_to_report(actor=actor, period_id=command.period_id)
    if command.happened_on > now.astimezone(CHINA).date():
        raise Invalid(_("完成日期不能在今天之后。"), field="happened_on")
    place = place_of(
        actor=actor,
        measure=measure,
        per_county=False,
        organisation=command.organisation,
        region=None,
    )
    evidence = evidence_of(actor=actor, file_id=command.evidence_id, needed=True)
    report = _work_row(kind=domain.MILESTONE, measure=measure, place=place, period=period)
    report.subject_uid, report.title = step.uid, step.title[:300]
    # a step is finished once, whatever the month
    report.slot = domain.slot(
        kind=domain.MILESTONE,
        subject=step.uid,
        organisation=place.organisation.pk,
        region=None,
        period=0,
    )
    report.happened_on, report.note = command.happened_on, command.note.strip()
    report.evidence, report.submitted_by_id, report.submitted_at = evidence, actor.id, now
    slot_is_free(slot=report.slot)
    _file(report, actor=actor, now=now)
    return report


@transaction.atomic
def progress_submit(*, actor: Actor, command: ProgressReport, now: datetime) -> Report:
    """Report in words how work goes; "completed" needs evidence.

    Raises
    ------
    Invalid
        If there are no words, the stage is unknown, or completion comes without evidence.
    """
    rules.require(actor, "indicators.report.submit")
    measure = plans.measure_get(actor=actor, uid=command.measure_uid)
    period = period_to_report(actor=actor, period_id=command.period_id)
    if command.stage not in STAGES:
        raise Invalid(_("请选择进展情况。"), field="stage")
    if not command.note.strip():
        raise Invalid(_("请写明本期做了什么、还差什么。"), field="note")
    place = place_of(
        actor=actor,
        measure=measure,
        per_county=False,
        organisation=command.organisation,
        region=None,
    )
    evidence = evidence_of(
        actor=actor, file_id=command.evidence_id, needed=command.stage == "completed"
    )
    report = _work_row(kind=domain.PROGRESS, measure=measure, place=place, period=period)
    report.subject_uid, report.title = measure.uid, measure.title[:300]
    report.slot = _slot(domain.PROGRESS, measure.uid, place, period)
    report.stage, report.note = command.stage, command.note.strip()
    report.evidence, report.submitted_by_id, report.submitted_at = evidence, actor.id, now
    slot_is_free(slot=report.slot)
    _file(report, actor=actor, now=now)
    return report


def _work_row(
    *, kind: str, measure: plans.MeasureRef, place: Place, period: ReportingPeriod
) -> Report:
    return Report(
        state=domain.REPORT.initial,
        kind=kind,
        measure_uid=measure.uid,
        measure_title=measure.title[:300],
        organisation=place.organisation,
        region_id=place.region,
        period=period,
        basis="",
    )


@transaction.atomic
def report_correct(*, actor: Actor, command: Correction, now: datetime) -> Report:
    """Ask to replace a verified value by another; the old one counts until the new one is verified.

    Raises
    ------
    NotFromHere
        If the report is not a verified value, or its month is locked.
    Invalid
        If there is no reason, no evidence, or nothing would change.
    """
    old = rules.load(Report, command.report_id, actor=actor, action="indicators.report.correct")
    if old.kind != domain.VALUE or old.state != "VERIFIED" or old.value is None:
        raise NotFromHere(_("只有已核实的数值可以更正；待核实的可以撤回重报。"))
    if old.period.state == "LOCKED":
        raise PeriodClosed(
            _("%(period)s已锁定，数据不再变动，请在下一期说明。")
            % {"period": retold(str(old.period))}
        )
    if not command.reason.strip():
        raise Invalid(_("请写明更正理由。"), field="reason")
    asked = Asked(indicator=old.title, unit=old.unit, basis=old.basis)
    checked = check_value(
        text=command.text, unit=command.unit, asked=asked, before=None, reason=command.reason
    )
    if checked.value == old.value:
        raise Invalid(_("更正值与原值相同，无需更正。"), field="value")
    if Report.objects.filter(slot=old.slot, state="SUBMITTED").exists():
        raise AlreadyReported(_("这个数已有一条更正待核实，请等核实后再提交。"))
    row = Report(
        state=domain.REPORT.initial,
        corrects=old,
        value=checked.value,
        printed=checked.printed[:60],
        printed_unit=checked.unit[:24],
        note=command.note.strip(),
        reason=command.reason.strip()[:300],
        evidence=evidence_of(actor=actor, file_id=command.evidence_id, needed=True),
        submitted_by_id=actor.id,
        submitted_at=now,
        **{name: getattr(old, name) for name in _SHARED},
    )
    _file(row, actor=actor, now=now)
    return row


_SHARED = (
    "kind",
    "subject_uid",
    "measure_uid",
    "measure_title",
    "title",
    "slot",
    "indicator_id",
    "definition_id",
    "organisation_id",
    "region_id",
    "period_id",
    "basis",
    "unit",
)


@transaction.atomic
def report_withdraw(*, actor: Actor, report_id: int, now: datetime) -> Report:
    """Take back a report that nobody has decided on."""
    row = rules.load(Report, report_id, actor=actor, action="indicators.report.withdraw")
    step = domain.REPORT.decide(name="withdraw", state=row.state)
    row.move(to=step.target)
    log.record("indicators.report.withdrawn", actor=actor, subject=row, now=now)
    duties.verify_settle(period_id=row.period_id, organisation_id=row.organisation_id, now=now)
    duties.due_settle(period=row.period, organisation_id=row.organisation_id, now=now)
    return row


def _slot(kind: str, subject: str, place: Place, period: ReportingPeriod) -> str:
    return domain.slot(
        kind=kind,
        subject=subject,
        organisation=place.organisation.pk,
        region=place.region,
        period=period.pk,
    )


def _file(report: Report, *, actor: Actor, now: datetime) -> None:
    """Write the row, its event and the work items; somebody who was quicker makes it a refusal."""
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyReported(
            _("“%(what)s”刚由本单位其他同志上报。请刷新查看，如有出入请先撤回。")
            % {"what": report.title}
        ) from error
    unit = report.organisation
    changes: dict[str, object] = {"unit": str(unit), "what": said(report)}
    code = "indicators.report.submitted"
    if report.corrects is not None:
        code, changes["old"] = "indicators.report.corrected", said(report.corrects)
    log.record(code, actor=actor, subject=report, changes=changes, reason=report.reason, now=now)
    duties.verify_open(period=report.period, organisation=unit, now=now)
    duties.returned_close(slot=report.slot, now=now)
    if report.kind == domain.VALUE and report.corrects is None:
        duties.due_settle(period=report.period, organisation_id=unit.pk, now=now)


def said(report: Report) -> str:
    """Return what a report says, in a few words."""
    if report.kind == domain.VALUE:
        return f"{plain(report.value or Decimal(0))}{report.unit}"
    if report.kind == domain.MILESTONE and report.happened_on is not None:
        return _DONE % {"day": report.happened_on.isoformat()}
    return _PROGRESS.get(report.stage, "%(note)s") % {"note": report.note[:60]}

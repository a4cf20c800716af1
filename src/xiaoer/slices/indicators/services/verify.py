"""Verify or return what was reported: only now does a value count, and only by another person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Refused, Stale
from xiaoer.platform.tasks.queue import enqueue
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.services import duties
from xiaoer.slices.indicators.services.reports import said


@transaction.atomic
def report_verify(*, actor: Actor, report_id: int, note: str = "", now: datetime) -> Report:
    """Let a report count from now on; a correction replaces the value it corrects.

    Raises
    ------
    NotAllowed
        If the actor reported it; somebody else of the office can.
    NotFromHere
        If it does not await verification.
    Stale
        If somebody decided first, or the value it corrects was itself replaced meanwhile.
    """
    row = rules.load(Report, report_id, actor=actor, action="indicators.report.verify")
    step = domain.REPORT.decide(name="verify", state=row.state)
    if row.corrects is not None:
        _replace(row.corrects, by=row, actor=actor, now=now)
    row.move(
        to=step.target,
        decided_by_id=actor.id,
        decided_at=now,
        decision_note=note.strip()[:300],
        verified_at=now,
    )
    log.record(
        "indicators.report.verified",
        actor=actor,
        subject=row,
        changes={"what": said(row), "note": note.strip()},
        now=now,
    )
    _settle(row, now=now)
    enqueue("indicators.measure.refresh", measure_uid=row.measure_uid)
    return row


def _replace(old: Report, *, by: Report, actor: Actor, now: datetime) -> None:
    if old.state != "VERIFIED":
        raise Stale("被更正的数已不再有效，请退回这条更正。")
    step = domain.REPORT.decide(name="replace", state=old.state)
    old.move(to=step.target, replaced_at=now)
    log.record(
        "indicators.report.replaced",
        actor=actor,
        subject=old,
        changes={"old": said(old), "what": said(by), "by": by.pk},
        now=now,
    )


@transaction.atomic
def report_return(*, actor: Actor, report_id: int, reason: str, now: datetime) -> Report:
    """Send a report back to the unit with a reason; it may report again while the month is open.

    Raises
    ------
    Invalid
        If there is no reason.
    """
    row = rules.load(Report, report_id, actor=actor, action="indicators.report.return")
    step = domain.REPORT.decide(name="return", state=row.state, facts={"reason": reason})
    row.move(
        to=step.target,
        decided_by_id=actor.id,
        decided_at=now,
        decision_note=reason.strip()[:300],
    )
    log.record(
        "indicators.report.returned", actor=actor, subject=row, reason=reason.strip(), now=now
    )
    duties.returned_open(report=row, now=now)
    duties.due_settle(period=row.period, organisation_id=row.organisation_id, now=now)
    _settle(row, now=now)
    return row


def _settle(row: Report, *, now: datetime) -> None:
    duties.verify_settle(period_id=row.period_id, organisation_id=row.organisation_id, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOutcome:
    """What became of several reports at once: which were verified, and why each other was not."""

    verified: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def reports_verify(
    *, actor: Actor, report_ids: Sequence[int], note: str = "", now: datetime
) -> BulkOutcome:
    """Verify several reports, each on its own: one that is refused does not stop the others."""
    rules.require(actor, "indicators.report.verify")
    done: list[int] = []
    refused: list[tuple[int, str]] = []
    for report_id in dict.fromkeys(report_ids):
        try:
            report_verify(actor=actor, report_id=report_id, note=note, now=now)
        except Refused as refusal:
            refused.append((report_id, refusal.message))
        else:
            done.append(report_id)
    return BulkOutcome(verified=tuple(done), refused=tuple(refused))

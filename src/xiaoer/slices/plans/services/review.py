"""Decide doubts, and undo a decision: one key each on the review page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Refused, Stale
from xiaoer.slices.plans.domain import DOUBT
from xiaoer.slices.plans.models import Doubt

MUST_CORRECT = frozenset({"owner.unresolved", "owner.none"})


class CannotAccept(Refused):
    """The doubt asks for a decision that accepting does not give."""

    code = "plans.doubt_needs_correction"


@transaction.atomic
def doubt_accept(*, actor: Actor, doubt_id: int, version: int, now: datetime) -> Doubt:
    """Accept what was extracted as it is.

    Raises
    ------
    CannotAccept
        If the doubt is about a unit that nobody has chosen yet.
    Stale
        If somebody decided it first.
    """
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    step = DOUBT.decide(name="accept", state=doubt.state)
    if doubt.code in MUST_CORRECT:
        raise CannotAccept("这处疑点要指定单位才能了结：按 c 选择单位，或按 r 说明理由后排除。")
    _decide(doubt, to=step.target, actor=actor, now=now)
    log.record("plans.doubt.accepted", actor=actor, subject=doubt, now=now)
    return doubt


@transaction.atomic
def doubt_reject(*, actor: Actor, doubt_id: int, version: int, reason: str, now: datetime) -> Doubt:
    """Dismiss a finding with a reason, which also silences it in later versions of the plan.

    Raises
    ------
    CannotAccept
        If the doubt blocks publication and can only be corrected.
    """
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    step = DOUBT.decide(name="reject", state=doubt.state, facts={"reason": reason})
    if doubt.code == "owner.none":
        raise CannotAccept("没有责任单位的举措不能入账：按 c 指定牵头单位，或删除这项举措。")
    _decide(doubt, to=step.target, actor=actor, now=now, reason=reason.strip())
    log.record("plans.doubt.rejected", actor=actor, subject=doubt, reason=reason.strip(), now=now)
    return doubt


@transaction.atomic
def doubt_reopen(*, actor: Actor, doubt_id: int, version: int, now: datetime) -> Doubt:
    """Undo a decision: the doubt is open again. A correction made with it stays and can be corrected anew."""
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    step = DOUBT.decide(name="reopen", state=doubt.state)
    doubt.move(to=step.target, reason="", decided_by_id=None, decided_at=None)
    log.record("plans.doubt.reopened", actor=actor, subject=doubt, now=now)
    return doubt


def doubts_corrected(*, actor: Actor, doubts: list[Doubt], now: datetime) -> None:
    """Mark open doubts as settled by a correction; called inside the correcting service."""
    for doubt in doubts:
        step = DOUBT.decide(name="correct", state=doubt.state)
        _decide(doubt, to=step.target, actor=actor, now=now)
        log.record("plans.doubt.corrected", actor=actor, subject=doubt, now=now)


def _load(*, actor: Actor, doubt_id: int, version: int) -> Doubt:
    doubt = rules.load(Doubt, doubt_id, actor=actor, action="plans.doubt.decide")
    if doubt.version != version:
        raise Stale()
    return doubt


def _decide(doubt: Doubt, *, to: str, actor: Actor, now: datetime, reason: str = "") -> None:
    doubt.move(to=to, reason=reason, decided_by_id=actor.id, decided_at=now)

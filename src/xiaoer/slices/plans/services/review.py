"""Decide doubts, and undo a decision: one key each on the review page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.errors import Refused, Stale
from xiaoer.slices.plans.domain import DOUBT
from xiaoer.slices.plans.models import Doubt, Plan
from xiaoer.slices.plans.services import doubts as settling
from xiaoer.slices.plans.services.correct import correction_undo

ABOUT_UNITS = frozenset({"owner.unresolved", "owner.none"})


class CannotAccept(Refused):
    """The doubt asks for a decision that accepting does not give."""

    code = "plans.doubt_needs_correction"


@transaction.atomic
def doubt_accept(*, actor: Actor, doubt_id: int, version: int, now: datetime) -> Doubt:
    """Accept what was extracted as it is.

    Raises
    ------
    CannotAccept
        If the doubt blocks publication: it asks for a correction, or for a reason to dismiss it.
    Stale
        If somebody decided it first.
    """
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    DOUBT.decide(name="accept", state=doubt.state)
    if doubt.severity == "block":
        if doubt.code in ABOUT_UNITS:
            raise CannotAccept("牵头单位还没有着落，不能直接接受：请指定单位，或新建为待确认单位。")
        raise CannotAccept("这一处会影响发布，不能直接接受：请更正，或按 r 写明理由后排除。")
    settling.decide(doubt, step="accept", actor=actor, now=now)
    log.record("plans.doubt.accepted", actor=actor, subject=doubt, now=now)
    return doubt


@transaction.atomic
def doubt_reject(*, actor: Actor, doubt_id: int, version: int, reason: str, now: datetime) -> Doubt:
    """Dismiss a finding with a reason, which also silences it in later versions of the plan.

    Raises
    ------
    CannotAccept
        If it is about a lead that stands for no unit: only a unit settles that.
    """
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    DOUBT.decide(name="reject", state=doubt.state, facts={"reason": reason})
    if doubt.severity == "block" and doubt.code in ABOUT_UNITS:
        raise CannotAccept(
            "没有牵头单位的举措不能入账：请指定单位；不是单位的，在举措页去掉；不是举措的，移出草稿。"
        )
    settling.decide(doubt, step="reject", actor=actor, now=now, reason=reason.strip())
    log.record("plans.doubt.rejected", actor=actor, subject=doubt, reason=reason.strip(), now=now)
    return doubt


@transaction.atomic
def doubt_reopen(*, actor: Actor, doubt_id: int, version: int, now: datetime) -> Doubt:
    """Undo a decision: the doubt is open again, and what a correction changed is as it was before."""
    doubt = _load(actor=actor, doubt_id=doubt_id, version=version)
    if doubt.correction_id is not None:
        correction_undo(actor=actor, correction_id=doubt.correction_id, now=now)
        doubt.refresh_from_db()
        return doubt
    settling.reopen(actor=actor, doubts=[doubt], now=now)
    return doubt


@transaction.atomic
def notes_accept(*, actor: Actor, plan_id: int, now: datetime) -> int:
    """Accept every open doubt that is a mere note; return how many. Each can be undone by itself."""
    plan = rules.load(Plan, plan_id, actor=actor, action="plans.plan.review")
    step = DOUBT.decide(name="accept", state="OPEN")
    notes = plan.doubts.filter(state="OPEN", severity="note")
    n = notes.update(
        state=step.target, version=F("version") + 1, decided_by_id=actor.id, decided_at=now
    )
    if n:
        log.record(
            "plans.plan.notes_accepted", actor=actor, subject=plan, changes={"n": n}, now=now
        )
    return n


def _load(*, actor: Actor, doubt_id: int, version: int) -> Doubt:
    doubt = rules.load(Doubt, doubt_id, actor=actor, action="plans.doubt.decide")
    if doubt.version != version:
        raise Stale()
    return doubt

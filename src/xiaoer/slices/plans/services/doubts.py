"""How doubts are settled and opened again; the services that people call lie above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.slices.plans.domain import DOUBT
from xiaoer.slices.plans.models import Correction, Doubt, Measure

Span = tuple[int, int]


def about(measure: Measure, *, fields: Sequence[str], span: Span | None = None) -> list[Doubt]:
    """Return the open doubts of a measure that speak of one of ``fields``, at ``span`` where it is given.

    A doubt whose places lie elsewhere in the measure stays open: it is about another value.
    """
    found = []
    for doubt in measure.doubts.filter(state="OPEN").order_by("position", "pk"):
        if not any(doubt.field.startswith(f) or doubt.code.startswith(f) for f in fields):
            continue
        here = [s for s in doubt.spans if s[0] < measure.end and measure.start < s[1]]
        if span and here and not any(s[0] < span[1] and span[0] < s[1] for s in here):
            continue
        found.append(doubt)
    return found


def decide(doubt: Doubt, *, step: str, actor: Actor, now: datetime, reason: str = "") -> None:
    """Move a doubt by one step, and say who decided it when."""
    to = DOUBT.decide(name=step, state=doubt.state, facts={"reason": reason}).target
    doubt.move(to=to, reason=reason, decided_by_id=actor.id, decided_at=now)


def settle(*, actor: Actor, doubts: Sequence[Doubt], correction: Correction, now: datetime) -> None:
    """Mark open doubts as settled by a correction."""
    for doubt in doubts:
        to = DOUBT.decide(name="correct", state=doubt.state).target
        doubt.move(
            to=to, correction_id=correction.pk, decided_by_id=actor.id, decided_at=now, reason=""
        )
        log.record("plans.doubt.corrected", actor=actor, subject=doubt, now=now)


def reopen(*, actor: Actor, doubts: Sequence[Doubt], now: datetime) -> None:
    """Open decided doubts again."""
    for doubt in doubts:
        to = DOUBT.decide(name="reopen", state=doubt.state).target
        doubt.move(to=to, reason="", correction_id=None, decided_by_id=None, decided_at=None)
        log.record("plans.doubt.reopened", actor=actor, subject=doubt, now=now)

"""What other slices may know and ask of indicators: frozen dataclasses by target and measure uid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from xiaoer.platform.access.actors import Actor
from xiaoer.slices.indicators.queries import values as _values
from xiaoer.slices.indicators.queries.standing import Judgement, TargetJudgement
from xiaoer.slices.indicators.queries.values import VerifiedValue
from xiaoer.slices.indicators.services import refresh as _refresh
from xiaoer.slices.indicators.services.refresh import Refreshed

__all__ = [
    "Judgement",
    "Refreshed",
    "TargetJudgement",
    "VerifiedValue",
    "refresh",
    "standing_at",
    "verified_values",
]


def verified_values(
    *, actor: Actor, target_uid: str, at: datetime | None = None
) -> list[VerifiedValue]:
    """Return the values that count for a target, by month and place.

    Parameters
    ----------
    at
        A moment of record: the values as they counted then. None means now.
    """
    return _values.verified_values(actor=actor, target_uid=target_uid, at=at)


def standing_at(
    *, actor: Actor, on: date, plan_id: int | None = None
) -> Iterator[tuple[str, Judgement]]:
    """Yield (measure uid, judgement) as of the end of a past day, from what was known then.

    Read-only. Measures, targets and dates are those in force today.
    """
    yield from _values.standing_at(actor=actor, on=on, plan_id=plan_id)


def refresh(*, actor: Actor, now: datetime, plan_id: int | None = None) -> Refreshed:
    """Judge every measure in force (of one plan) as of now and write what changed."""
    return _refresh.refresh(actor=actor, now=now, plan_id=plan_id)

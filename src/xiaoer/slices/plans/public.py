"""What other slices may know and ask of plans: references by ``uid``, never models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from xiaoer.platform.access.actors import Actor
from xiaoer.slices.plans.queries import refs as queries_refs
from xiaoer.slices.plans.refs import LightChange, MeasureRef, MilestoneRef, PlanRef, TargetRef
from xiaoer.slices.plans.services import light as services_light
from xiaoer.slices.plans.services.changes import LedgerChange, listen

__all__ = [
    "LedgerChange",
    "LightChange",
    "MeasureRef",
    "MilestoneRef",
    "PlanRef",
    "TargetRef",
    "assigned_targets",
    "lights_record",
    "listen",
    "measure_get",
    "measures_in_force",
    "plans_in_force",
    "target_get",
]


def measures_in_force(
    *, actor: Actor, plan_id: int | None = None, chunk: int = 500
) -> Iterator[MeasureRef]:
    """Yield the measures of published plans that the actor may see, by plan and position.

    Costs a constant number of queries per ``chunk``.
    """
    yield from queries_refs.measures_in_force(actor=actor, plan_id=plan_id, chunk=chunk)


def plans_in_force(*, actor: Actor) -> list[PlanRef]:
    """Return the published plans that the actor may see, newest first; one query."""
    return queries_refs.plans_in_force(actor=actor)


def measure_get(*, actor: Actor, uid: str) -> MeasureRef:
    """Return the measure in force with this identity; raise NotHere when there is none to be seen."""
    return queries_refs.measure_ref(actor=actor, uid=uid)


def target_get(*, actor: Actor, uid: str) -> TargetRef:
    """Return the target in force with this identity; raise NotHere when there is none to be seen."""
    return queries_refs.target_ref(actor=actor, uid=uid)


def assigned_targets(*, actor: Actor) -> list[TargetRef]:
    """Return the targets in force of the measures that the actor's units lead (lead or joint)."""
    return queries_refs.assigned_targets(actor=actor)


def lights_record(*, actor: Actor, changes: Sequence[LightChange], now: datetime) -> int:
    """Write computed lights onto the ledger, with an event for each that changed; return how many changed."""
    return services_light.lights_record(actor=actor, changes=changes, now=now)

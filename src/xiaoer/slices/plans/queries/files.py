"""Whose files are the slice's: sources of plans and evidence of requests for another date."""

from __future__ import annotations

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.slices.plans.models import DeadlineChange, Plan


def may_read_source(actor: Actor, file_id: int) -> bool:
    """Return whether the file is the source of a plan that the actor may see."""
    plans = rules.visible(
        Plan.objects.filter(source_id=file_id), actor=actor, action="plans.plan.view"
    )
    return plans.exists()


def may_read_evidence(actor: Actor, file_id: int) -> bool:
    """Return whether the file is evidence of a request for another date that the actor may see."""
    changes = DeadlineChange.objects.filter(evidence_id=file_id)
    return rules.visible(changes, actor=actor, action="plans.deadline_change.view").exists()

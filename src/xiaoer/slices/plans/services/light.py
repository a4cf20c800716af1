"""Write computed lights onto the ledger. The light is a projection: computed elsewhere, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.slices.plans.domain import LIGHTS
from xiaoer.slices.plans.models import Measure
from xiaoer.slices.plans.refs import LightChange
from xiaoer.slices.plans.services import bulk

BATCH = 500


def lights_record(*, actor: Actor, changes: Sequence[LightChange], now: datetime) -> int:
    """Write the lights in batches; record an event for each that changed; return how many changed."""
    changed = 0
    for first in range(0, len(changes), BATCH):
        changed += _record_batch(actor=actor, changes=changes[first : first + BATCH], now=now)
    return changed


@transaction.atomic
def _record_batch(*, actor: Actor, changes: Sequence[LightChange], now: datetime) -> int:
    by_id = {c.measure_id: c for c in changes}
    rows = rules.visible(
        Measure.objects.filter(pk__in=by_id), actor=actor, action="plans.measure.list"
    )
    touched, changed = [], 0
    for row in rows.only("pk", "uid", "title", "light", "light_since", "turns_red_on"):
        new = by_id[row.pk]
        if (row.light, row.light_since, row.turns_red_on) == (
            new.light,
            new.since,
            new.turns_red_on,
        ):
            continue
        if row.light != new.light:
            changed += 1
            log.record(
                "plans.light.changed",
                actor=actor,
                subject=row,
                changes={"old": LIGHTS[row.light], "new": LIGHTS[new.light], "why": new.why},
                rule_version=new.rule_version,
                now=now,
            )
        row.light, row.light_since, row.turns_red_on = new.light, new.since, new.turns_red_on
        touched.append(row)
    bulk.write(touched, fields=["light", "light_since", "turns_red_on"])
    return changed

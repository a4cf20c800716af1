"""Events to test with, recorded through the service."""

from __future__ import annotations

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM, Actor
from xiaoer.platform.audit.log import record
from xiaoer.platform.audit.models import Event
from xiaoer.platform.orgs.models import Region


def a_region(code: str = "990000") -> Region:
    return Region.objects.get_or_create(
        code=code, defaults={"name": f"区域{code}", "level": "city", "path": code}
    )[0]


def some_events(n: int, *, actor: Actor = SYSTEM) -> list[Event]:
    """Record ``n`` events, each with one personal value."""
    region = a_region()
    return [
        record(
            "accounts.session.refused",
            actor=actor,
            subject=region,
            changes={"ip": f"10.0.0.{i}"},
            now=clock.now(),
        )
        for i in range(n)
    ]

"""Put a city's own days in force."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log
from xiaoer.platform.audit.registry import EventType, register
from xiaoer.platform.calendars.city import CityDays, city_days, path
from xiaoer.platform.errors import Invalid
from xiaoer.platform.files.services import file_store

register(
    EventType(
        code="calendars.calendar.applied",
        sentence="{actor} 启用了本市日历 {subject}：{days} 天，完整安排的年份 {years}",
    )
)


@transaction.atomic
def calendar_apply(*, actor: Actor, data: bytes, name: str, now: datetime) -> CityDays:
    """Keep a city's file and count by it from now on. Promised dates never move later.

    Raises
    ------
    Invalid
        If no row of the file can be read; the first errors are named.
    """
    found = city_days(data)
    if not found.days and not found.years:
        first = "；".join(e.message_zh for e in found.errors[:3])
        raise Invalid(
            _("“%(name)s”里没有一行可用的日历。%(why)s") % {"name": name, "why": first},
            field="file",
        )
    kept = file_store(actor=actor, data=data, name=name, now=now)
    log.record(
        "calendars.calendar.applied",
        actor=actor,
        subject=kept,
        changes={"days": found.days, "years": list(found.years), "errors": len(found.errors)},
        now=now,
    )
    transaction.on_commit(partial(_put, data))
    return found


def _put(data: bytes) -> None:
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(place)

"""Personal values of events: shown on request with a reason, erased lawfully; both are events."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import require
from xiaoer.platform.audit.audit import ERASED, UNMASKED
from xiaoer.platform.audit.log import record
from xiaoer.platform.audit.models import PersonalValue
from xiaoer.platform.errors import Invalid, NotHere


@transaction.atomic
def unmask_personal(*, actor: Actor, event_id: int, key: str, reason: str, now: datetime) -> str:
    """Return one personal value of an event and record who looked at it and why.

    Raises
    ------
    NotHere
        If there is no such value, it was erased, or the actor is not the audit officer.
    Invalid
        If no reason is given.
    """
    require(actor, "audit.personal_value.unmask")
    value = _value(event_id, key, reason)
    record(UNMASKED, actor=actor, subject=value.event, changes={"key": key}, reason=reason, now=now)
    shown = json.loads(value.value)
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


@transaction.atomic
def erase_personal(*, actor: Actor, event_id: int, key: str, reason: str, now: datetime) -> None:
    """Erase one personal value of an event and record that it was done; the chain stays whole.

    Raises
    ------
    NotHere
        If there is no such value, it was erased already, or the actor is not the audit officer.
    Invalid
        If no reason is given.
    """
    require(actor, "audit.personal_value.erase")
    value = _value(event_id, key, reason)
    event = value.event
    value.delete()
    record(ERASED, actor=actor, subject=event, changes={"key": key}, reason=reason, now=now)


def _value(event_id: int, key: str, reason: str) -> PersonalValue:
    rows = PersonalValue.objects.select_for_update(of=("self",)).select_related("event")
    value = rows.filter(event_id=event_id, key=key).first()
    if value is None:
        raise NotHere()
    if not reason.strip():
        raise Invalid(_("请填写理由。"), field="reason")
    return value

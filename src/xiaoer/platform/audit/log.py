"""Record what happened and read it back as sentences."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import registry
from xiaoer.platform.audit.models import Event, PersonalValue
from xiaoer.platform.words import retold, word

SEALED_FIELDS = (
    "at", "code", "actor_kind", "actor_id", "actor_name", "acting_for", "org_id", "channel",
    "request_id", "subject_type", "subject_id", "subject_label", "changes", "reason", "basis",
    "rule_version", "nonce",
)  # fmt: skip
HIDDEN = "＊＊＊"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def record(
    code: str,
    *,
    actor: Actor,
    subject: Model,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    basis: str = "",
    rule_version: str = "",
) -> Event:
    """Append one event inside the caller's transaction.

    Parameters
    ----------
    changes
        ``{field: [old, new]}`` or ``{field: value}``; values must be JSON or have a ``str``.

    Raises
    ------
    KeyError
        If nobody declared ``code``.
    ValueError
        If the kind needs a reason and none is given.
    """
    kind = registry.get(code)
    if kind.needs_reason and not reason.strip():
        raise ValueError(f"event {code} needs a reason")
    shown: dict[str, Any] = {}
    personal: list[PersonalValue] = []
    for key, value in (changes or {}).items():
        if key not in kind.personal:
            shown[key] = value
            continue
        salt = secrets.token_hex(16)
        text = json.dumps(value, ensure_ascii=False, default=str)
        shown[key] = {"sha256": personal_digest(salt=salt, text=text)}
        personal.append(PersonalValue(key=key, value=text, salt=salt))
    event = Event(
        at=now,
        code=code,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name[:80],
        acting_for=actor.acting_for,
        org_id=actor.home,
        channel=actor.channel,
        request_id=actor.request_id,
        subject_type=subject._meta.label_lower,
        subject_id=str(getattr(subject, "audit_key", subject.pk)),
        subject_label=str(subject)[:200],
        changes=json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str),
        reason=reason,
        basis=basis,
        rule_version=rule_version,
        nonce=secrets.token_hex(8),
    )
    event.digest = digest(event)
    event.save(force_insert=True)
    for value in personal:
        value.event = event
    PersonalValue.objects.bulk_create(personal)
    return event


def personal_digest(*, salt: str, text: str) -> str:
    """Return the digest an event keeps in place of a personal value."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def digest(event: Event) -> str:
    """Return the digest of everything an event says."""
    return digest_of({name: getattr(event, name) for name in SEALED_FIELDS})


def digest_of(values: Mapping[str, Any]) -> str:
    """Return the digest of an event whose sealed fields are ``values``."""
    body = {**values, "at": (values["at"] - _EPOCH) // _MICROSECOND}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_hidden(value: object) -> bool:
    """Return whether a value in an event's changes stands for a personal one kept apart."""
    return isinstance(value, dict) and value.keys() == {"sha256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event as people read it."""

    id: int
    at: datetime
    sentence: str
    actor: str
    code: str
    reason: str


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence(event: Event) -> str:
    """Return the event as a finished sentence in the page's language; personal values are hidden.

    An event whose slice is not installed any more is told by its code.
    """
    values: dict[str, Any] = _Blank(json.loads(event.changes))
    for key, value in list(values.items()):
        if is_hidden(value):
            values[key] = HIDDEN
        elif isinstance(value, list) and len(value) == 2:
            values[key] = retold(value[1]) if isinstance(value[1], str) else value[1]
        elif value is None or value == "":
            values[key] = "—"
        elif isinstance(value, str):
            values[key] = retold(value)
    values.update(
        actor=retold(event.actor_name), subject=retold(event.subject_label), reason=event.reason
    )
    kind = registry.find(event.code)
    template = word(kind.sentence) if kind else "{actor} " + event.code + "：{subject}"
    return template.format_map(values)


def history(*, subject: Model, limit: int = 50) -> list[Line]:
    """Return the newest events of one thing, newest first, as sentences. The caller has checked access."""
    rows = Event.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=str(getattr(subject, "audit_key", subject.pk)),
    )
    shown = ("at", "code", "actor_name", "subject_label", "changes", "reason")
    rows = rows.only(*shown).order_by("-pk")[:limit]
    return [
        Line(
            id=e.pk, at=e.at, sentence=sentence(e), actor=e.actor_name, code=e.code, reason=e.reason
        )
        for e in rows
    ]

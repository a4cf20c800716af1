"""Read the audit trail in pages, newest first, at the same cost on page 1 and page 10,000."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import require
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit.log import HIDDEN, is_hidden, sentence
from xiaoer.platform.audit.models import Event, PersonalValue
from xiaoer.platform.errors import NotHere
from xiaoer.platform.words import retold

_MOST_ACTORS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to look for; empty fields ask nothing. ``until`` is exclusive."""

    actor: str = ""
    code: str = ""
    subject_type: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as the audit officer reads it; personal values are hidden."""

    id: int
    at: datetime
    code: str
    sentence: str
    actor: str
    channel: str
    subject_type: str
    subject_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A page of events; ``next_key`` begins the following one, empty on the last."""

    rows: tuple[Entry, ...]
    next_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of an event: old and new value as text; ``can_unmask`` where one is kept apart."""

    key: str
    old: str
    new: str
    can_unmask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything one event says; ``seal_no`` is empty before it is sealed."""

    entry: Entry
    reason: str
    basis: str
    rule_version: str
    request_id: str
    digest: str
    seal_no: int | None
    changes: tuple[Change, ...]


def event_list(*, actor: Actor, asked: Asked, after: str = "", limit: int = 50) -> Entries:
    """Return one page of events, newest first; ``after`` is the key the page before handed out."""
    require(actor, "audit.event.list")
    rows = _matching(asked)
    key = _read_key(after)
    if key is not None:
        at, pk = key
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
        # the plain bound lets the database walk an index from there
        rows = rows.filter(at__lte=at)
    found = list(rows.order_by("-at", "-pk")[: limit + 1])
    page = found[:limit]
    next_key = f"{page[-1].at.isoformat()}_{page[-1].pk}" if len(found) > limit else ""
    return Entries(rows=tuple(map(_entry, page)), next_key=next_key)


def event_get(*, actor: Actor, event_id: int) -> Detail:
    """Return one event with its changes, or raise :class:`NotHere`."""
    require(actor, "audit.event.list")
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise NotHere()
    kept = set(PersonalValue.objects.filter(event=event).values_list("key", flat=True))
    sealed = getattr(event, "sealed", None)
    return Detail(
        entry=_entry(event),
        reason=event.reason,
        basis=event.basis,
        rule_version=event.rule_version,
        request_id=event.request_id,
        digest=event.digest,
        seal_no=sealed.no if sealed else None,
        changes=tuple(
            _change(key, value, can_unmask=key in kept)
            for key, value in json.loads(event.changes).items()
        ),
    )


def _matching(asked: Asked) -> QuerySet[Event]:
    rows = Event.objects.all()
    if asked.actor:
        rows = rows.filter(actor_id__in=_people(asked.actor))
    if asked.code:
        rows = rows.filter(code=asked.code)
    # a kind of thing without its number would read the whole log
    if asked.subject_type and asked.subject_id:
        rows = rows.filter(subject_type=asked.subject_type, subject_id=asked.subject_id)
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__lt=asked.until)
    return rows


def _people(name: str) -> list[int]:
    """Return the accounts a name may mean; a list, so that the index on actors is used."""
    named = User.objects.filter(Q(display_name__contains=name) | Q(username__iexact=name))
    return list(named.order_by("pk").values_list("pk", flat=True)[:_MOST_ACTORS])


def _read_key(after: str) -> tuple[datetime, int] | None:
    at, _sep, pk = after.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(pk)) if moment.tzinfo else None
    except ValueError:
        return None


def _entry(event: Event) -> Entry:
    return Entry(
        id=event.pk,
        at=event.at,
        code=event.code,
        sentence=sentence(event),
        actor=retold(event.actor_name),
        channel=event.channel,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
    )


def _change(key: str, value: object, *, can_unmask: bool) -> Change:
    if is_hidden(value):
        return Change(key=key, old="", new=HIDDEN, can_unmask=can_unmask)
    if isinstance(value, list) and len(value) == 2:
        return Change(key=key, old=_text(value[0]), new=_text(value[1]))
    return Change(key=key, old="", new=_text(value))


def _text(value: object) -> str:
    if value is None or value == "":
        return "—"
    return retold(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

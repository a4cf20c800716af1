"""Seal committed events into a hash chain, verify it, erase personal values without breaking it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.audit import log, registry
from xiaoer.platform.audit.models import Event, PersonalValue, Seal, SealedEvent

GENESIS = "0" * 64
BATCH = 1000

registry.register(
    registry.EventType(
        code="audit.personal_value.erased",
        sentence="{actor} 依法删除了事件 {subject} 中的个人信息“{key}”：{reason}",
        needs_reason=True,
    )
)


def merkle_root(leaves: Sequence[str]) -> str:
    """Return the root over hex digests; an odd last leaf is carried up unpaired."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [
            hashlib.sha256(f"{a}{b}".encode()).hexdigest()
            for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0] if level else GENESIS


def link(*, previous: str, root: str, first_no: int, last_no: int) -> str:
    """Return the chain's next hash."""
    return hashlib.sha256(f"{previous}:{root}:{first_no}:{last_no}".encode()).hexdigest()


def seal(*, now: datetime) -> int:
    """Seal what has committed since the last seal; return how many events were sealed.

    One sealer runs at a time: on PostgreSQL under an advisory lock, on SQLite under its write lock.
    """
    total = 0
    while True:
        done = _seal_batch(now=now)
        total += done
        if done < BATCH:
            return total


@transaction.atomic
def _seal_batch(*, now: datetime) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7301)")
    last = Seal.objects.order_by("-pk").first()
    events = list(
        Event.objects.filter(sealed__isnull=True).order_by("pk").values_list("pk", "digest")[:BATCH]
    )
    if not events:
        return 0
    first_no = last.last_no + 1 if last else 1
    last_no = first_no + len(events) - 1
    previous = last.hash if last else GENESIS
    root = merkle_root([d for _, d in events])
    row = Seal.objects.create(
        first_no=first_no,
        last_no=last_no,
        root=root,
        previous=previous,
        hash=link(previous=previous, root=root, first_no=first_no, last_no=last_no),
        at=now,
    )
    SealedEvent.objects.bulk_create(
        SealedEvent(no=first_no + i, event_id=pk, seal=row) for i, (pk, _) in enumerate(events)
    )
    return len(events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What checking rows, roots and chain found; ``problems`` are finished sentences."""

    events: int
    seals: int
    unsealed: int
    head: str
    problems: tuple[str, ...] = field(default=())

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems


def verify() -> Verification:
    """Recompute every event's digest, every root and the chain; name what does not agree."""
    problems: list[str] = []
    previous, next_no, checked = GENESIS, 1, 0
    for row in Seal.objects.order_by("pk").iterator():
        sealed = list(SealedEvent.objects.filter(seal=row).order_by("no").select_related("event"))
        checked += len(sealed)
        for item in sealed:
            if log.digest(item.event) != item.event.digest:
                problems.append(
                    f"事件 {item.event_id}（封存号 {item.no}）的内容与其摘要不符，可能被改动。"
                )
        numbers = [item.no for item in sealed]
        if numbers != list(range(row.first_no, row.last_no + 1)) or row.first_no != next_no:
            problems.append(f"封存批次 {row.pk} 的编号不连续：应为 {row.first_no}–{row.last_no}。")
        if merkle_root([item.event.digest for item in sealed]) != row.root:
            problems.append(f"封存批次 {row.pk} 的默克尔根不符。")
        expected = link(
            previous=previous, root=row.root, first_no=row.first_no, last_no=row.last_no
        )
        if row.previous != previous or row.hash != expected:
            problems.append(f"封存批次 {row.pk} 与前一批次的链接断开。")
        previous, next_no = row.hash, row.last_no + 1
    tail = Event.objects.filter(sealed__isnull=True)
    for event in tail.order_by("pk").iterator():
        if log.digest(event) != event.digest:
            problems.append(f"未封存事件 {event.pk} 的内容与其摘要不符，可能被改动。")
    problems += _personal_problems()
    return Verification(
        events=checked + tail.count(),
        seals=Seal.objects.count(),
        unsealed=tail.count(),
        head=previous,
        problems=tuple(problems),
    )


def _personal_problems() -> list[str]:
    import json

    return [
        f"事件 {value.event_id} 的个人信息“{value.key}”与摘要不符。"
        for value in PersonalValue.objects.select_related("event").iterator()
        if json.loads(value.event.changes).get(value.key, {}).get("sha256")
        != log.personal_digest(salt=value.salt, text=value.value)
    ]


@transaction.atomic
def erase_personal(*, actor: Actor, event_id: int, key: str, reason: str, now: datetime) -> None:
    """Erase one personal value of an event and record that it was done; the chain stays whole."""
    event = Event.objects.get(pk=event_id)
    PersonalValue.objects.filter(event=event, key=key).delete()
    log.record(
        "audit.personal_value.erased",
        actor=actor,
        subject=event,
        changes={"key": key},
        reason=reason,
        now=now,
    )

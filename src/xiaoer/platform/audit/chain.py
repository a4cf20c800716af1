"""Seal committed events into a hash chain, in batches, without making any writer wait."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from xiaoer.platform.audit.models import Event, Seal, SealedEvent

GENESIS = "0" * 64
BATCH = 1000
# an event whose transaction commits after this many later ones were sealed waits for the daily sweep
WINDOW = 10_000
_LOCK = 7301


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

    One sealer runs at a time: on PostgreSQL under an advisory lock, on SQLite under its write
    lock; the database refuses a forked chain whatever happens. Looks at the newest events only,
    and at all of them on the first seal of a day, so that the cost does not grow with the log.
    """
    last = Seal.objects.order_by("-pk").first()
    is_sweep = last is None or last.at.date() != now.astimezone(last.at.tzinfo).date()
    after = None if is_sweep else _window_start()
    total = 0
    while True:
        done, after = _seal_batch(now=now, after=after)
        total += done
        if done < BATCH:
            return total


def unsealed() -> QuerySet[Event]:
    """Return every event that no seal covers yet, oldest first."""
    return Event.objects.filter(sealed__isnull=True).order_by("pk")


def _window_start() -> int:
    newest = SealedEvent.objects.aggregate(newest=Max("event_id"))["newest"] or 0
    return int(newest) - WINDOW


@transaction.atomic
def _seal_batch(*, now: datetime, after: int | None) -> tuple[int, int | None]:
    """Seal one batch of events beyond ``after``; return how many, and the last one's key."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    rows = unsealed() if after is None else unsealed().filter(pk__gt=after)
    events = list(rows.values_list("pk", "digest")[:BATCH])
    if not events:
        return 0, after
    last = Seal.objects.order_by("-pk").first()
    previous = last.hash if last else GENESIS
    first_no = last.last_no + 1 if last else 1
    last_no = first_no + len(events) - 1
    root = merkle_root([digest for _pk, digest in events])
    row = Seal.objects.create(
        first_no=first_no,
        last_no=last_no,
        root=root,
        previous=previous,
        hash=link(previous=previous, root=root, first_no=first_no, last_no=last_no),
        at=now,
    )
    SealedEvent.objects.bulk_create(
        SealedEvent(no=first_no + i, event_id=pk, seal=row) for i, (pk, _d) in enumerate(events)
    )
    return len(events), events[-1][0]

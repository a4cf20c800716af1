"""A long audit trail: valid digests, sealed in a valid chain, so that ``xiaoer audit verify`` passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import _rows

UNDER_TEST, BUSIEST = 50, 2000
COLUMNS = (
    "id", "at", "code", "actor_kind", "actor_id", "actor_name", "acting_for", "org_id", "channel",
    "request_id", "subject_type", "subject_id", "subject_label", "changes", "reason", "basis",
    "rule_version", "nonce", "digest",
)  # fmt: skip


def write(work: Any) -> None:
    """Write the events that are missing to the size wanted, and seal them."""
    from django.db.models import Max

    from xiaoer.platform.audit.chain import BATCH, GENESIS, link, merkle_root, seal
    from xiaoer.platform.audit.models import Event, Seal

    seal(now=work.now)
    first = (Event.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    missing = max(0, work.size.events - Event.objects.count())
    leaves: list[str] = []
    rows = _kept(_event_rows(work, first=first, count=missing), leaves)
    _rows.insert(table="audit_event", columns=COLUMNS, rows=rows)
    last = Seal.objects.order_by("-pk").first()
    key, number, previous = (last.pk + 1, last.last_no + 1, last.hash) if last else (1, 1, GENESIS)
    seals: list[tuple[Any, ...]] = []
    sealed: list[tuple[int, int, int]] = []
    for at in range(0, len(leaves), BATCH):
        part = leaves[at : at + BATCH]
        root, until = merkle_root(part), number + len(part) - 1
        chained = link(previous=previous, root=root, first_no=number, last_no=until)
        seals.append((key, number, until, root, previous, chained, work.now))
        sealed += [(number + i, first + at + i, key) for i in range(len(part))]
        key, number, previous = key + 1, until + 1, chained
    _rows.insert(
        table="audit_seal",
        columns=("id", "first_no", "last_no", "root", "previous", "hash", "at"),
        rows=seals,
    )
    _rows.insert(table="audit_sealedevent", columns=("no", "event_id", "seal_id"), rows=sealed)


def _kept(rows: Iterator[tuple[Any, ...]], leaves: list[str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        leaves.append(row[-1])
        yield row


def _subjects(work: Any, *, count: int) -> Iterator[tuple[str, str, str]]:
    """Yield what each event is about: 50 for the first measure, 2,000 for the second, the rest spread."""
    one, two, *others = work.measures
    left = count
    for row, times in ((one, min(UNDER_TEST, count)), (two, min(BUSIEST, count // 10))):
        for _ in range(times):
            left -= 1
            yield "plans.measure", row.uid, row.title
    reports = work.size.values
    for i in range(left):
        if i % 3:
            yield "indicators.report", str(i % reports + 1), "上报"
        else:
            row = others[(i // 3) % len(others)]
            yield "plans.measure", row.uid, row.title


def _event_rows(work: Any, *, first: int, count: int) -> Iterator[tuple[Any, ...]]:
    from xiaoer.platform.audit.log import SEALED_FIELDS, digest_of

    begin = work.now - timedelta(days=560)
    step = timedelta(days=559) / max(count, 1)
    for i, (kind, key, label) in enumerate(_subjects(work, count=count)):
        at = begin + step * i
        if kind == "plans.measure":
            code = "plans.light.changed"
            changes = {"old": "正常", "new": "预警", "why": "实际低于应达线"}
        else:
            code = ("indicators.report.submitted", "indicators.report.verified")[i % 2]
            changes = {"unit": "市财政局", "what": f"{i % 900}家"}
        values: dict[str, Any] = {
            "at": at, "code": code, "actor_kind": "user", "actor_id": work.office, "actor_name": "周敏",
            "acting_for": None, "org_id": work.units[i % len(work.units)].pk, "channel": "web",
            "request_id": f"{i:016x}", "subject_type": kind, "subject_id": key, "subject_label": label,
            "changes": json.dumps(changes, ensure_ascii=False, sort_keys=True), "reason": "", "basis": "",
            "rule_version": "", "nonce": f"{i:016x}",
        }  # fmt: skip
        yield (first + i, *(values[name] for name in SEALED_FIELDS), digest_of(values))

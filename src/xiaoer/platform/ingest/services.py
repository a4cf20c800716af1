"""Stage a file, validate it row by row, commit the good rows in batches, keep the bad ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from django.db import transaction

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import load, require
from xiaoer.platform.audit import log as audit
from xiaoer.platform.errors import Invalid, Refused
from xiaoer.platform.ingest import access, domain, importers
from xiaoer.platform.ingest.headings import LOOK_AT, Heading, find_heading
from xiaoer.platform.ingest.importers import Importer, Lookup, StagedRow
from xiaoer.platform.ingest.models import ImportBatch, ImportRow
from xiaoer.platform.ingest.reading import read_rows
from xiaoer.platform.words import kept

BATCH = 1000
_EMPTY = kept("“%(heads)s”没有填写。")


@transaction.atomic
def batch_stage(
    *, actor: Actor, importer: str, file_name: str, content: bytes, now: datetime
) -> ImportBatch:
    """Read a file into rows, each validated by itself; nothing is imported yet.

    Raises
    ------
    Invalid
        If the file is no table or lacks required headings; a bad row is no reason.
    """
    kind = importers.get(importer)
    require(actor, kind.action)
    rows = read_rows(name=file_name, content=content)
    head = list(islice(rows, LOOK_AT))
    heading = find_heading(rows=head, columns=kind.columns)
    batch = ImportBatch.objects.create(
        importer=kind.code, file_name=file_name[-200:], state=domain.LIFE.initial,
        sha256=hashlib.sha256(content).hexdigest(), headers=list(heading.texts),
        created_by_id=actor.id, created_at=now,
    )  # fmt: skip
    lookup = kind.lookup(actor=actor, now=now)
    parsed = (
        _parse(batch, kind, heading, lookup, number=number, cells=cells)
        for number, cells in chain(head, rows)
        if number > heading.number
    )
    while part := list(islice(parsed, BATCH)):
        ImportRow.objects.bulk_create(part)
        batch.n_rows += len(part)
        batch.n_bad += sum(bool(row.error) for row in part)
    if not batch.n_rows:
        raise Invalid("表头下面没有数据行。", field="file")
    batch.save(update_fields=["n_rows", "n_bad"])
    return batch


def batch_commit(*, actor: Actor, batch_id: int, now: datetime) -> ImportBatch:
    """Import every good row, at most 1,000 in a transaction.

    Called again after an interruption it goes on where it stopped; called once more when it is
    done, it is refused. One audit event is recorded, at the end.
    """
    batch = load(ImportBatch, batch_id, actor=actor, action=access.COMMIT)
    kind = importers.get(batch.importer)
    require(actor, kind.action)
    step = domain.LIFE.decide(name="commit", state=batch.state)
    if batch.state != step.target:
        batch.move(to=step.target)
    lookup = kind.lookup(actor=actor, now=now)
    for part in _waiting(batch):
        _commit_part(batch, kind, lookup, part)
    _finish(batch, kind, actor=actor, now=now)
    return batch


@transaction.atomic
def batch_void(*, actor: Actor, batch_id: int, now: datetime) -> ImportBatch:
    """Give up a staged import; its rows are kept."""
    batch = load(ImportBatch, batch_id, actor=actor, action=access.COMMIT)
    step = domain.LIFE.decide(name="void", state=batch.state)
    batch.move(to=step.target)
    audit.record("ingest.batch.voided", actor=actor, subject=batch, now=now)
    return batch


def _parse(
    batch: ImportBatch,
    kind: Importer,
    heading: Heading,
    lookup: Lookup,
    *,
    number: int,
    cells: Sequence[str],
) -> ImportRow:
    row = ImportRow(batch=batch, number=number, cells=list(cells))
    texts = {column.key: "" for column in kind.columns} | heading.row(cells)
    missing = [c.heading for c in kind.columns if c.is_required and not texts[c.key]]
    if missing:
        row.error = _EMPTY % {"heads": "、".join(missing)}
        return row
    try:
        row.values = dict(kind.parse_row(texts, lookup))
    except Refused as error:
        row.error = error.message
    return row


def _waiting(batch: ImportBatch) -> Iterator[list[ImportRow]]:
    rows = ImportRow.objects.filter(batch=batch, is_committed=False, error="").order_by("number")
    while part := list(rows[:BATCH]):
        yield part


@transaction.atomic
def _commit_part(
    batch: ImportBatch, kind: Importer, lookup: Lookup, part: Sequence[ImportRow]
) -> None:
    """Write one part and mark its rows in the same transaction, so that none is written twice."""
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    keys = [row.pk for row in part]
    waiting = ImportRow.objects.filter(pk__in=keys, is_committed=False, error="")
    rows = list(waiting.order_by("number"))
    bad = _try(kind, lookup, rows)
    good = [row.pk for row in rows if row.pk not in bad]
    ImportRow.objects.filter(pk__in=good).update(is_committed=True)
    for row in rows:
        if row.pk in bad:
            row.error = bad[row.pk]
    ImportRow.objects.bulk_update([row for row in rows if row.pk in bad], ["error"])
    ImportBatch.objects.filter(pk=locked.pk).update(
        n_committed=locked.n_committed + len(good), n_bad=locked.n_bad + len(bad)
    )


def _try(kind: Importer, lookup: Lookup, rows: Sequence[ImportRow]) -> dict[int, str]:
    """Commit the rows together; if that is refused, one by one. Return the errors by row."""
    staged = [StagedRow(number=row.number, values=row.values or {}) for row in rows]
    try:
        with transaction.atomic():
            kind.commit_rows(staged, lookup)
    except Refused as error:
        if len(rows) == 1:
            return {rows[0].pk: error.message}
        bad: dict[int, str] = {}
        for row in rows:
            bad |= _try(kind, lookup, [row])
        return bad
    return {}


@transaction.atomic
def _finish(batch: ImportBatch, kind: Importer, *, actor: Actor, now: datetime) -> None:
    batch.refresh_from_db()
    step = domain.LIFE.decide(name="finish", state=batch.state)
    batch.move(to=step.target, committed_at=now)
    audit.record(
        "ingest.batch.committed", actor=actor, subject=batch, now=now,
        changes={
            "importer": kind.label, "n_rows": batch.n_rows, "n_committed": batch.n_committed,
            "n_bad": batch.n_bad, "sha256": batch.sha256,
        },
    )  # fmt: skip

"""Preview an import, and give back its bad rows as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import load, visible
from xiaoer.platform.ingest import access, domain, importers
from xiaoer.platform.ingest.models import ImportBatch, ImportRow
from xiaoer.platform.words import retold, state_label, word

PREVIEW = 20
ERROR_HEADING = "错误"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a person looks at before committing: counts, first good rows, first bad rows."""

    batch_id: int
    label: str
    file_name: str
    state: str
    state_label: str
    headers: tuple[str, ...]
    n_rows: int
    n_bad: int
    n_committed: int
    good: tuple[tuple[int, tuple[str, ...]], ...]
    bad: tuple[tuple[int, tuple[str, ...], str], ...]


def batch_list(*, actor: Actor, importer: str = "") -> QuerySet[ImportBatch]:
    """Return the imports the actor may see, newest first."""
    rows = visible(ImportBatch.objects.all(), actor=actor, action=access.SEE)
    if importer:
        rows = rows.filter(importer=importer)
    return rows.select_related("created_by").order_by("-pk")


def batch_preview(*, actor: Actor, batch_id: int) -> Preview:
    """Return counts and the first rows of an import; three queries."""
    batch = load(ImportBatch, batch_id, actor=actor, action=access.SEE)
    rows = ImportRow.objects.filter(batch=batch).order_by("number")
    return Preview(
        batch_id=batch.pk,
        label=word(importers.get(batch.importer).label),
        file_name=batch.file_name,
        state=batch.state,
        state_label=state_label(domain.LIFE, batch.state),
        headers=tuple(batch.headers),
        n_rows=batch.n_rows,
        n_bad=batch.n_bad,
        n_committed=batch.n_committed,
        good=tuple((r.number, tuple(r.cells)) for r in rows.filter(error="")[:PREVIEW]),
        bad=tuple(
            (r.number, tuple(r.cells), retold(r.error)) for r in rows.exclude(error="")[:PREVIEW]
        ),
    )


def batch_errors_xlsx(*, actor: Actor, batch_id: int) -> bytes:
    """Return the bad rows as they were handed in, with the error in a last column, to mend and send again."""
    batch = load(ImportBatch, batch_id, actor=actor, action=access.SEE)
    bad = ImportRow.objects.filter(batch=batch).exclude(error="").order_by("number")
    width = len(batch.headers)
    padded = (
        [*row.cells[:width], *[""] * (width - len(row.cells)), row.error] for row in bad.iterator()
    )
    return _workbook([*batch.headers, ERROR_HEADING], padded)


def template_xlsx(*, importer: str) -> bytes:
    """Return an empty workbook with the headings of an importer and a row of examples."""
    columns = importers.get(importer).columns
    examples = [[c.example for c in columns]] if any(c.example for c in columns) else []
    return _workbook([c.heading for c in columns], iter(examples))


def _workbook(headers: Sequence[str], rows: Iterator[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def written(texts: Sequence[str]) -> list[WriteOnlyCell]:
        cells = []
        for text in texts:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"  # text even where it begins like a formula
            cells.append(cell)
        return cells

    sheet.append(written(headers))
    for row in rows:
        sheet.append(written(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

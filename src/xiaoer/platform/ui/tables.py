"""One definition of a table, several outputs: the page, the spreadsheet, plain records.

A slice builds a :class:`Table`; ``{% table t %}`` shows it and :func:`to_xlsx` exports the same
rows. This module formats nothing itself: see ``cells`` for the page and ``spreadsheet`` for xlsx.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise

from xiaoer.platform.ui.asks import Ask

Text = str | Promise
Kind = Literal[
    "text", "number", "pair", "percent", "fen", "date", "datetime", "deadline", "light",
    "spark", "chips", "figure",
]  # fmt: skip
Phone = Literal["title", "side", "line", "hide"]
_RIGHT: frozenset[str] = frozenset({"number", "pair", "percent", "fen", "figure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What stands in one column.

    Parameters
    ----------
    key
        Name of the cell in :class:`Row`.
    kind
        How raw values are shown and exported: ``pair`` is (now, expected), ``percent`` a ratio
        between 0 and 1, ``fen`` money in integer fen, ``light`` a light's code.
    unit
        Unit of every value of the column, shown in the head.
    source
        Where the figures come from, shown when the head is asked.
    sort
        Sort key; empty: this column cannot be sorted by.
    optional, off
        May be taken off by the reader; stays off until asked for.
    digits
        Decimals of numbers; None writes up to two and drops idle zeros.
    phone
        Place in the row of a narrow screen; None: the first column is the title, a light stands
        at the side, everything else is a line.
    """

    key: str
    label: Text
    kind: Kind = "text"
    unit: Text = ""
    source: Text = ""
    sort: str = ""
    optional: bool = False
    off: bool = False
    digits: int | None = None
    phone: Phone | None = None

    @property
    def is_right(self) -> bool:
        """Return whether values are set to the right, as figures are."""
        return self.kind in _RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value with a second line, a link or a light beside it; a bare value needs no cell."""

    value: Any  # what the column's kind says
    note: Text = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing: raw values (or cells) by column, the page it opens and its key for bulk work."""

    cells: Mapping[str, Any]  # what each column's kind says
    url: str = ""
    key: str = ""
    light: str = ""

    def cell(self, key: str) -> Cell:
        """Return the cell of a column; one that is missing is empty."""
        value = self.cells.get(key)
        return value if isinstance(value, Cell) else Cell(value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where a page lies: numbered with ``total``, or by keyset with ``next_key``/``first``."""

    total: int | None = None
    next_key: str = ""
    is_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list as a reader sees it, with its states.

    Parameters
    ----------
    name
        Short identifier, unique on its page, such as ``ledger``.
    caption
        What the table shows; heard by screen readers and written into the spreadsheet.
    ask
        What was asked for; makes the links. Without it nothing is sortable or paged.
    empty
        What to tell, and to do, where there is no row.
    error
        A finished sentence where the rows could not be had; shown instead of them.
    too_many
        How to narrow, shown above the rows where the list had to be cut.
    as_of, source
        When and where from; shown below and exported.
    exportable
        Offers the spreadsheet of exactly these rows (the view must answer ``ask.wants``).
    bulk_url, bulk
        Where ticked rows are posted (field ``pick``) and the buttons that do so, as (name, label).
    """

    name: str
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    ask: Ask | None = None
    paging: Paging | None = None
    empty: Text = ""
    error: Text = ""
    too_many: Text = ""
    as_of: datetime | None = None
    source: Text = ""
    exportable: bool = False
    bulk_url: str = ""
    bulk: tuple[tuple[str, Text], ...] = ()
    footer: Mapping[str, Any] = field(default_factory=dict)  # sums, by column

    @property
    def shown(self) -> tuple[Column, ...]:
        """Return the columns the reader sees: the fixed ones and the optional ones that are on."""
        chosen = self.ask.columns if self.ask else ()
        return tuple(
            c for c in self.columns
            if not (c.optional or c.off) or (c.key in chosen if chosen else not c.off)
        )  # fmt: skip

    @property
    def n(self) -> int:
        """Return how many things there are in all, as far as is known."""
        known = self.paging.total if self.paging else None
        return len(self.rows) if known is None else known


def extended(
    table: Table, *, column: Column, values: Mapping[str, object], before: str = ""
) -> Table:
    """Return the table with one more column, filled by row key; ``before`` names its neighbour."""
    at = next((i for i, c in enumerate(table.columns) if c.key == before), len(table.columns))
    rows = tuple(replace(r, cells={**r.cells, column.key: values.get(r.key)}) for r in table.rows)
    columns = (*table.columns[:at], column, *table.columns[at:])
    return replace(table, columns=columns, rows=rows)


def to_xlsx(table: Table) -> bytes:
    """Return the table as a workbook: the shown columns, the same rows, and how they came about."""
    from xiaoer.platform.ui.spreadsheet import workbook_of

    return workbook_of(table)

"""What can be imported: each kind of table is declared once, with its columns and two functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.platform.access.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: the key that ``parse_row`` sees, its heading, and other headings in use."""

    key: str
    heading: str
    is_required: bool = False
    other_headings: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedRow:
    """A good row: its number in the file and what ``parse_row`` made of it."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What reading and committing may use: when it happens, and what ``prepare`` loaded once."""

    actor: Actor
    now: datetime
    known: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """A kind of table.

    Parameters
    ----------
    action
        The action code that the actor must be allowed.
    parse_row
        Turns one row (column key to trimmed text) into JSON-ready values; raises ``Invalid``.
    commit_rows
        Writes up to 1,000 rows, all or none, without audit events; raises ``Refused``.
        A refused batch is tried again row by row, and the rows at fault are kept with the reason.
    prepare
        Loads once what the rows are looked up in; the result is ``Lookup.known``.
    """

    code: str
    label: str
    action: str
    columns: tuple[Column, ...]
    parse_row: Callable[[Mapping[str, str], Lookup], Mapping[str, Any]]
    commit_rows: Callable[[Sequence[StagedRow], Lookup], None]
    prepare: Callable[[Actor, datetime], Any] | None = None

    def lookup(self, *, actor: Actor, now: datetime) -> Lookup:
        """Return what rows are read with."""
        known = self.prepare(actor, now) if self.prepare is not None else None
        return Lookup(actor=actor, now=now, known=known)


_IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Declare a kind of table; the same code with other columns is a defect."""
    known = _IMPORTERS.get(importer.code)
    if known is not None and known.columns != importer.columns:
        raise ValueError(f"importer {importer.code} is declared twice")
    _IMPORTERS[importer.code] = importer


def get(code: str) -> Importer:
    """Return the declared importer; raise ``KeyError`` for one that nobody declared."""
    return _IMPORTERS[code]


def declared() -> dict[str, Importer]:
    """Return every importer by code."""
    return dict(_IMPORTERS)

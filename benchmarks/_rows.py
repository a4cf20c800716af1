"""Rows in bulk: the fastest way into SQLite and PostgreSQL, for benchmarks only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

BATCH = 20_000


def insert(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows of plain values (moments as aware datetimes); return how many."""
    count = 0
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        count += len(batch)
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _copy(table, columns, batch)
            else:
                _many(table, columns, batch)
    if connection.vendor == "postgresql":
        _advance(table, columns[0])
    return count


def _copy(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        inner = cursor.cursor
        with inner.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _many(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(_plain(rows))
        )


def _plain(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Write moments the way the backend keeps them."""
    known: dict[datetime, str] = {}
    for row in rows:
        out = []
        for value in row:
            if isinstance(value, datetime):
                if value not in known:
                    known[value] = str(value.astimezone(UTC).replace(tzinfo=None))
                value = known[value]
            out.append(value)
        yield tuple(out)


def _advance(table: str, key: str) -> None:
    """Let the next ordinary insert take a key after the last of these."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
        (sequence,) = cursor.fetchone()
        if sequence:
            cursor.execute(f"SELECT setval('{sequence}', (SELECT max({key}) FROM {table}))")


def statistics() -> None:
    """Let the database look at its tables, as autovacuum does on a server that has been up for a while."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")

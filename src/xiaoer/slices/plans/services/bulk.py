"""Write fields of many rows in one go.

``bulk_update`` builds one CASE per field and batch, which for thousands of rows costs more than
the writing; prepared statements sent together do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, router
from django.db.models import Field, Model


def write(rows: Iterable[Model], *, fields: Sequence[str]) -> None:
    """Write ``fields`` of ``rows`` of one model, whose primary keys exist; inside the caller's transaction."""
    listed = list(rows)
    if not listed:
        return
    kind = type(listed[0])
    connection = connections[router.db_for_write(kind)]
    columns = [_column(kind, name) for name in fields]
    quote = connection.ops.quote_name
    table, key, *names = (
        quote(str(name))
        for name in (kind._meta.db_table, kind._meta.pk.column, *(c.column for c in columns))
    )
    assignments = ", ".join(f"{name} = %s" for name in names)
    statement = f"UPDATE {table} SET {assignments} WHERE {key} = %s"
    values = [
        [c.get_db_prep_save(getattr(row, c.attname), connection=connection) for c in columns]
        + [row.pk]
        for row in listed
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _column(kind: type[Model], name: str) -> Field[Any, Any]:
    """Return the field that ``name`` (or its ``_id``) is stored in."""
    found = kind._meta.get_field(name)
    if not isinstance(found, Field):
        raise TypeError(f"{kind.__name__}.{name} is stored in no column")
    return found

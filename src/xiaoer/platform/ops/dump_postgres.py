"""Every table of a PostgreSQL database through COPY in one snapshot, and putting them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zipfile import ZipFile

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from xiaoer.platform.ops import archive, database

FOLDER = "database"
_CHUNK = 1024 * 1024
_COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    ORDER BY c.table_name, c.ordinal_position
"""


def write(writer: archive.Writer, *, at: datetime) -> dict[str, list[str]]:
    """Copy every table out of one snapshot; return the columns of each."""
    with transaction.atomic():
        raw = _raw()
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables: dict[str, list[str]] = {}
        for table, column in raw.execute(_COLUMNS).fetchall():
            tables.setdefault(table, []).append(column)
        for table, columns in tables.items():
            with (
                writer.member(f"{FOLDER}/{table}.copy", at=at) as target,
                raw.cursor().copy(_copy(table, columns, "TO STDOUT")) as source,
            ):
                for data in source:
                    target.write(data)
    return tables


def clear() -> None:
    """Remove everything from the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")


def read(source: ZipFile, manifest: archive.Manifest) -> None:
    """Bring an empty database to the archive's version, then copy every table in, all or nothing."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    wanted = set(manifest.migrations)
    whole_plan = executor.migration_plan(leaves, clean_start=True)
    plan = [(step, back) for step, back in whole_plan if (step.app_label, step.name) in wanted]
    executor.migrate(leaves, plan=plan)
    with transaction.atomic():
        raw = _raw()
        names = sql.SQL(", ").join(sql.Identifier(t) for t in manifest.tables)
        raw.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for table, columns in manifest.tables.items():
            with (
                source.open(f"{FOLDER}/{table}.copy") as stream,
                raw.cursor().copy(_copy(table, columns, "FROM STDIN")) as target,
            ):
                while data := stream.read(_CHUNK):
                    target.write(data)
        _reset_sequences(raw, manifest.tables)
    database.upgrade()


def _raw() -> Any:
    """Return psycopg's own connection; Django's types do not know it."""
    connection.ensure_connection()
    return connection.connection


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    listed = sql.SQL(", ").join(sql.Identifier(c) for c in columns)
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), listed)


def _reset_sequences(raw: Any, tables: dict[str, list[str]]) -> None:
    for table, columns in tables.items():
        if "id" not in columns:
            continue
        name = raw.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"']).fetchone()[0]
        if name is not None:
            top = sql.SQL("SELECT setval(%s, COALESCE((SELECT MAX(id) FROM {}), 0) + 1, false)")
            raw.execute(top.format(sql.Identifier(table)), [name])

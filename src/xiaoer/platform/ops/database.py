"""What state the database is in, and bringing it up to this version."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]


def is_sqlite() -> bool:
    """Return whether the database is a SQLite file."""
    return connection.vendor == "sqlite"


def sqlite_path() -> Path:
    """Return the file of the SQLite database."""
    return Path(str(connection.settings_dict["NAME"]))


def applied() -> list[Migration]:
    """Return the migrations that the database has, sorted; none for an empty database."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def pending() -> list[Migration]:
    """Return the migrations of this version that the database lacks, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(step.app_label, step.name) for step, _ in plan]


def unknown(migrations: list[Migration]) -> list[Migration]:
    """Return those of ``migrations`` that this version does not have."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    replaced = {old for step in known.values() for old in step.replaces}
    return [step for step in migrations if step not in known and step not in replaced]


def upgrade() -> int:
    """Apply what is pending; return how many migrations that were."""
    count = len(pending())
    if count:
        call_command("migrate", interactive=False, verbosity=0)
    return count


def statistics_refresh() -> None:
    """Let SQLite look at its tables, so that it picks the right index; PostgreSQL does so by itself.

    Reads a thousand rows of each index at most: milliseconds, whatever the size.
    """
    if not is_sqlite():
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")


def is_empty() -> bool:
    """Return whether nobody has used the database: no accounts and no events."""
    tables = set(connection.introspection.table_names())
    used = {"accounts_user", "audit_event"} & tables
    with connection.cursor() as cursor:
        for table in sorted(used):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                return False
    return True

"""Database triggers that make the audit tables append-only, per vendor."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN = ("audit_event", "audit_seal", "audit_sealedevent")
NO_UPDATE_ONLY = ("audit_personalvalue",)


def _jobs() -> list[tuple[str, str]]:
    jobs = [(table, verb) for table in FROZEN for verb in ("UPDATE", "DELETE")]
    return jobs + [(table, "UPDATE") for table in NO_UPDATE_ONLY]


def create_sql(vendor: str) -> list[str]:
    """Return the statements that forbid changes on ``vendor`` (sqlite or postgresql)."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
            for table, verb in _jobs()
        ]
    function = (
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$"
    )
    return [function] + [
        f"CREATE OR REPLACE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        for table, verb in _jobs()
    ]


def drop_sql(vendor: str) -> list[str]:
    """Return the statements that lift the ban: for reversing the migration and emptying test databases."""
    on = "" if vendor == "sqlite" else " ON {table}"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}" + on.format(table=table)
        for table, verb in _jobs()
    ]


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    """Execute ``statements`` one by one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

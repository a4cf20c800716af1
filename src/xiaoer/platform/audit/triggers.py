"""Database triggers that make the audit tables append-only, per vendor.

SQLite fires no delete trigger for ``INSERT OR REPLACE``, hence a guard on inserts of a known key;
PostgreSQL fires no row trigger for ``TRUNCATE``, hence one per statement (an empty table may be
truncated: there is nothing to lose).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN = {"audit_event": "id", "audit_seal": "id", "audit_sealedevent": "no"}
NO_UPDATE_ONLY = ("audit_personalvalue",)
_MESSAGE = "audit rows are append-only"


def _jobs() -> list[tuple[str, str]]:
    jobs = [(table, verb) for table in FROZEN for verb in ("UPDATE", "DELETE")]
    return jobs + [(table, "UPDATE") for table in NO_UPDATE_ONLY]


def create_sql(vendor: str) -> list[str]:
    """Return the statements that forbid changes on ``vendor`` (sqlite or postgresql)."""
    return _create_sqlite() if vendor == "sqlite" else _create_postgresql()


def _create_sqlite() -> list[str]:
    forbid = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} {forbid}"
        for table, verb in _jobs()
    ] + [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {forbid}"
        for table, key in FROZEN.items()
    ]


def _create_postgresql() -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$",
        "CREATE OR REPLACE FUNCTION audit_never_emptied() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ DECLARE filled boolean; BEGIN "
        "EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', TG_TABLE_NAME) INTO filled; "
        f"IF filled THEN RAISE EXCEPTION '{_MESSAGE}'; END IF; RETURN NULL; END $$",
        *[
            f"CREATE OR REPLACE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
            for table, verb in _jobs()
        ],
        *[
            f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_never_emptied()"
            for table in FROZEN
        ],
    ]


def drop_sql(vendor: str) -> list[str]:
    """Return the statements that lift the ban: to reverse the migration, to empty test databases."""
    last = "replace" if vendor == "sqlite" else "truncate"
    names = [(table, verb.lower()) for table, verb in _jobs()] + [(table, last) for table in FROZEN]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{verb}" + ("" if vendor == "sqlite" else f" ON {table}")
        for table, verb in names
    ]


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    """Execute ``statements`` one by one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

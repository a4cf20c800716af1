"""The database itself refuses to change or lose audit rows."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit import chain
from xiaoer.platform.audit.models import Event, Seal
from xiaoer.platform.audit.tests.builders import some_events

TABLES = ["audit_event", "audit_seal", "audit_sealedevent"]
KEYS = {"audit_event": "id", "audit_seal": "id", "audit_sealedevent": "no"}


def refused(sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.django_db
class TestAuditTable:
    @pytest.fixture(autouse=True)
    def _sealed_events(self) -> None:
        some_events(3)
        chain.seal(now=clock.now())

    @pytest.mark.parametrize("table", TABLES)
    def test_refuses_an_update(self, table: str) -> None:
        refused(f"UPDATE {table} SET {KEYS[table]} = {KEYS[table]}")

    @pytest.mark.parametrize("table", TABLES)
    def test_refuses_a_delete(self, table: str) -> None:
        refused(f"DELETE FROM {table}")

    def test_refuses_an_update_of_a_personal_value(self) -> None:
        refused("UPDATE audit_personalvalue SET value = '\"x\"'")

    @pytest.mark.parametrize("table", TABLES)
    def test_refuses_to_replace_or_empty(self, table: str) -> None:
        if connection.vendor == "sqlite":
            refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
        else:
            # in one transaction with the inserts, their deferred checks would be in the way
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            refused(f"TRUNCATE {table} CASCADE")

    def test_takes_new_rows(self) -> None:
        some_events(2)
        assert Event.objects.count() == 5
        assert chain.seal(now=clock.now()) == 2
        assert Seal.objects.count() == 2

    def test_refuses_the_orm_too(self) -> None:
        event = Event.objects.get(pk=Event.objects.order_by("pk").values("pk")[:1])
        event.reason = SYSTEM.name
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            event.save()


class TestConcurrentDb:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_hands_every_test_an_empty_log_that_still_refuses_changes(
        self, concurrent_db: None, turn: int
    ) -> None:
        assert Event.objects.count() == 0
        some_events(2)
        refused("DELETE FROM audit_event")

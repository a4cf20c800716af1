"""Recording: what is declared, what must be given, what is kept apart."""

from __future__ import annotations

import pytest
from django.db import transaction

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM, importer
from xiaoer.platform.audit import registry
from xiaoer.platform.audit.log import digest, record
from xiaoer.platform.audit.models import Event, PersonalValue
from xiaoer.platform.audit.tests.builders import a_region, some_events

pytestmark = pytest.mark.django_db


class TestRecord:
    def test_refuses_a_kind_nobody_declared(self) -> None:
        with pytest.raises(KeyError):
            record("nobody.declared.this", actor=SYSTEM, subject=a_region(), now=clock.now())
        assert not Event.objects.exists()

    def test_refuses_a_missing_reason(self) -> None:
        with pytest.raises(ValueError, match="needs a reason"):
            record(
                "accounts.account.disabled", actor=SYSTEM, subject=a_region(), now=clock.now(),
                reason=" ",
            )  # fmt: skip
        assert not Event.objects.exists()

    def test_keeps_personal_values_apart(self) -> None:
        (event,) = some_events(1)
        assert "10.0.0.0" not in event.changes
        assert PersonalValue.objects.get(event=event).value == '"10.0.0.0"'

    def test_leaves_nothing_when_the_transaction_fails(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            some_events(1)
            raise ZeroDivisionError
        assert not Event.objects.exists()

    def test_reads_back_to_the_same_digest(self) -> None:
        (event,) = some_events(1)
        assert digest(Event.objects.get(pk=event.pk)) == event.digest

    def test_takes_the_longest_names(self) -> None:
        (event,) = some_events(1, actor=importer(name="表" * 200))
        event.refresh_from_db()
        assert len(event.actor_name) == 80


class TestRegistry:
    def test_refuses_another_sentence_for_a_known_code(self) -> None:
        with pytest.raises(ValueError, match="declared twice"):
            registry.register(registry.EventType(code="files.file.stored", sentence="别的话"))

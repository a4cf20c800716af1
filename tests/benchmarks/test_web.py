"""The page benchmark's city: it can still be built, its audit chain holds, and pages ask as often as before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xiaoer.platform import clock
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit.verify import verify

pytestmark = [pytest.mark.django_db, pytest.mark.db_conformance]

PROGRAMS = Path(__file__).resolve().parents[2] / "benchmarks"
#: The most queries each page may take, whatever the size of the city; of them four know the reader.
MOST = {"ledger": 12, "measure": 20, "department": 20, "dashboard": 30, "home": 25}


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """Import the benchmark's modules as its program does."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(PROGRAMS))
    import _city
    import _pages

    yield {"city": _city, "pages": _pages}
    for name in set(sys.modules) - before:
        if name in {"_city", "_pages", "_rows", "_trail"}:
            del sys.modules[name]


def _client(name: str) -> Client:
    client = Client()
    user = User.objects.get(username=name)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestLargeCity:
    @pytest.mark.parametrize("measures", [20, 60])
    def test_answers_with_the_same_queries_at_any_size(
        self, programs: dict[str, Any], measures: int
    ) -> None:
        city, pages = programs["city"], programs["pages"]
        size = city.Size(measures=measures, values=measures * 10, events=measures * 20)
        city.build(size=size, say=lambda text: None)
        verified = verify()
        assert verified.is_whole
        assert verified.events == size.events
        asked = {}
        with clock.at(city.moment(city.TODAY)):
            for name in ("zhoumin", "reader05"):
                client = _client(name)
                client.get("/duties/")  # the first answer of a session notes when it began
                for page, paths in pages.addresses().items():
                    for path in (*paths[:3], paths[0]):
                        with CaptureQueriesContext(connection) as caught:
                            assert client.get(path).status_code == 200
                        asked[page] = max(asked.get(page, 0), len(caught))
        assert {page: n for page, n in asked.items() if n > MOST[page]} == {}

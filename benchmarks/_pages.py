"""Inside one home: make the city once, then count queries and CPU time of each page without a server.

Run by ``web.py`` in a process of its own, with the home and the database in its environment; prints
one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import _city

MARK = "bench.json"
PAGES = ("ledger", "measure", "department", "dashboard", "home")
MANY = 200
CLOSELY = 8
RENDERS = 24


def main() -> None:
    """Seed where needed, then print addresses, query counts and CPU times."""
    parser = argparse.ArgumentParser()
    for name in ("measures", "values", "events"):
        parser.add_argument(f"--{name}", type=int, required=True)
    asked = parser.parse_args()
    size = _city.Size(measures=asked.measures, values=asked.values, events=asked.events)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.config.settings.base")
    import django

    django.setup()
    _prepare(size)
    found = addresses()
    json.dump({"addresses": found, "pages": {p: _measured(found[p]) for p in PAGES}}, sys.stdout)


def _prepare(size: _city.Size) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from xiaoer.platform import clock

    mark = Path(settings.XIAOER_HOME) / MARK
    if not mark.exists():
        call_command("migrate", verbosity=0, interactive=False)
        _city.build(size=size, say=lambda text: print(f"    {text}", file=sys.stderr, flush=True))
        mark.write_text(json.dumps({"measures": size.measures}), encoding="utf-8")
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    clock.set_city_clock(home=Path(settings.XIAOER_HOME), moment=_city.moment(_city.TODAY))


def addresses() -> dict[str, list[str]]:
    """Return the addresses that stand for each page: many, so that nothing is asked for again at once.

    The first measure has fifty events, the second two thousand and a target for each county.
    """
    from urllib.parse import urlencode

    from xiaoer.slices.plans.models import Assignment, Measure

    rows = list(Measure.objects.order_by("position").values_list("uid", "theme"))
    n = len(rows)
    measures = [rows[i][0] for i in (0, 1, *range(2, n, max(1, n // MANY)))]
    themes = list(dict.fromkeys(theme for _uid, theme in rows))[:10]
    leads = Assignment.objects.filter(role="lead").order_by("organisation_id")
    units = list(leads.values_list("organisation_id", flat=True).distinct())
    asked: list[dict[str, str]] = [
        {},
        {"page": str(max(1, n // 100))},
        {"light": "BEHIND"},
        {"q": "第12"},
    ]
    asked += [{"due": "30", "sort": "due"}, {"sort": "-due"}, {"light": "AT_RISK", "sort": "light"}]
    asked += [{"theme": theme, "sort": "-due"} for theme in themes]
    asked += [{"department": str(unit)} for unit in units[:: max(1, len(units) // 10)]]
    return {
        "ledger": [f"/ledger/?{urlencode(pairs)}" for pairs in asked],
        "measure": [f"/ledger/{uid}/" for uid in measures],
        "department": [f"/departments/{pk}/" for pk in units],
        "dashboard": [f"/dashboard/?{urlencode({'theme': t} if t else {})}" for t in ("", *themes)],
        "home": ["/"],
    }


def _measured(paths: list[str]) -> dict[str, Any]:
    """Return the most queries any address takes, the mean CPU time and the mean sizes."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    clients = [_client(name) for name in ("zhoumin", "reader05")]
    queries, plain, packed = [], [], []
    for client in clients:
        client.get(paths[0], HTTP_HOST="127.0.0.1")
        for path in paths[:CLOSELY]:
            for _ in ("first", "again"):
                with CaptureQueriesContext(connection) as caught:
                    answer = client.get(path, HTTP_HOST="127.0.0.1")
                queries.append(len(caught))
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")
            plain.append(len(answer.content))
            packed.append(
                len(client.get(path, HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip").content)
            )
    reset_queries()
    return {
        "queries": max(queries),
        "cpu_ms": _cpu(clients, paths),
        "bytes": sum(plain) // len(plain),
        "gzip": sum(packed) // len(packed),
    }


def _cpu(clients: list[Any], paths: list[str]) -> float:
    """Return the CPU time of this process per request, in milliseconds: the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        count = 0
        begin = time.process_time()
        for i in range(RENDERS):
            for client in clients:
                client.get(
                    paths[i % len(paths)], HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip"
                )
                count += 1
        best = min(best, (time.process_time() - begin) / count * 1000)
    return round(best, 2)


def _client(name: str) -> Any:
    from django.test import Client

    from xiaoer.platform.accounts.models import User

    client = Client(raise_request_exception=True)
    client.force_login(
        User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


if __name__ == "__main__":
    main()

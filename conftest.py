"""What all tests share: choosing those that use the database, and counting skipped journeys."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "concurrent_db",
    "django_db_reset_sequences",
    "live_server",
}

_skipped_journeys: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-db", action="store_true", help="run only the tests that use the database"
    )


def uses_database(item: pytest.Item) -> bool:
    """Return whether a test reads or writes the test database."""
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-db"):
        return
    others = [item for item in items if not uses_database(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if uses_database(item)]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and "journey" in report.keywords and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped_journeys[reason] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason, count in _skipped_journeys.items():
        terminalreporter.write_line(f"{count} browser journeys skipped: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    is_controller = not hasattr(session.config, "workerinput")
    if is_controller and _skipped_journeys and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def concurrent_db(transactional_db: None) -> Iterator[None]:
    """Give a test real transactions, and empty the database afterwards despite the audit triggers."""
    from django.core.management import call_command
    from django.db import connection

    from xiaoer.platform.audit import triggers

    yield
    triggers.run(connection, triggers.drop_sql(connection.vendor))
    try:
        call_command("flush", verbosity=0, interactive=False)
    finally:
        triggers.run(connection, triggers.create_sql(connection.vendor))

"""Two people pressing the same button at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from xiaoer.platform.errors import Refused
from xiaoer.slices.indicators.domain.commands import ValueReport
from xiaoer.slices.indicators.models import Report
from xiaoer.slices.indicators.services import reports, verify
from xiaoer.slices.indicators.tests.builders import (
    a_city,
    a_file,
    a_measure,
    a_period,
    a_person,
    a_report,
    a_target,
    moment,
)

NOW = moment(2026, 6, 5)


def at_once(*calls):
    """Run the calls together; return how many went through and the refusals of the others."""
    start = Barrier(len(calls))

    def run(call):
        try:
            start.wait(timeout=10)
            call()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        outcomes = list(pool.map(run, calls))
    return outcomes.count(None), [o for o in outcomes if o is not None]


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="two threads cannot write the suite's in-memory SQLite; PostgreSQL runs this",
)
@pytest.mark.usefixtures("concurrent_db")
class TestAtOnce:
    def test_only_one_of_two_clerks_reports(self):
        city = a_city()
        target = a_target(a_measure(city))
        period = a_period()
        second = a_person(role="handler", unit=city.bureau)

        def submit(actor, file_id):
            command = ValueReport(
                target_uid=target.uid, period_id=period.pk, text="50", evidence_id=file_id
            )
            return lambda: reports.value_submit(actor=actor, command=command, now=NOW)

        done, refused = at_once(
            submit(city.handler, a_file(city.handler).pk), submit(second, a_file(second).pk)
        )
        assert (done, [r.code for r in refused]) == (1, ["already_reported"])
        assert Report.objects.count() == 1

    def test_only_one_of_two_checkers_verifies(self):
        city = a_city()
        row = a_report(city, a_target(a_measure(city)))

        def check(actor):
            return lambda: verify.report_verify(actor=actor, report_id=row.pk, now=NOW)

        done, refused = at_once(check(city.checker), check(city.clerk))
        assert done == 1
        assert refused[0].code in {"stale", "not_from_here"}

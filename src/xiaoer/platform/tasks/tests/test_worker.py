from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from xiaoer.platform import clock
from xiaoer.platform.audit.models import Seal
from xiaoer.platform.errors import Invalid
from xiaoer.platform.tasks import due, enqueue, jobs, lease, registry, task
from xiaoer.platform.tasks.models import JobRun, TaskRun
from xiaoer.platform.tasks.worker import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_own_registrations() -> Iterator[None]:
    """Forget what a test registers."""
    tasks, due_jobs = dict(registry._TASKS), dict(registry._JOBS)
    yield
    registry._TASKS.clear()
    registry._TASKS.update(tasks)
    registry._JOBS.clear()
    registry._JOBS.update(due_jobs)


class Log(list[tuple[int, datetime]]):
    """What a body was called with."""


@pytest.fixture
def log() -> Log:
    calls = Log()

    @task("trial.note", attempts=3)
    def note(*, now: datetime, number: int) -> None:
        calls.append((number, now))
        if number < 0:
            raise RuntimeError("坏了")
        if number == 0:
            raise Invalid("不收零")

    return calls


def statuses() -> list[str]:
    return [row.status for row in DBTaskResult.objects.order_by("enqueued_at")]


def skip_the_wait() -> None:
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


class TestEnqueue:
    def test_runs_the_body_with_its_ids_and_the_citys_clock(self, log: Log) -> None:
        moment = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)
        enqueue("trial.note", number=7)
        with clock.at(moment):
            assert Worker().run_all() == 1
        assert log == [(7, moment)]
        assert statuses() == [TaskResultStatus.SUCCESSFUL]

    def test_leaves_nothing_behind_when_the_transaction_fails(self, log: Log) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue("trial.note", number=7)
            raise RuntimeError
        assert Worker().run_all() == 0

    def test_refuses_a_name_nobody_registered(self) -> None:
        with pytest.raises(KeyError):
            enqueue("trial.unheard_of", number=1)


class TestRetry:
    def test_waits_longer_each_time_and_ends_after_the_last_attempt(self, log: Log) -> None:
        enqueue("trial.note", number=-1)
        waits = []
        for _ in range(3):
            before = timezone.now()
            assert Worker().run_all() == 1
            row = DBTaskResult.objects.get()
            waits.append((row.run_after - before).total_seconds())
            if row.status == TaskResultStatus.READY:
                assert Worker().run_all() == 0
            skip_the_wait()
        assert 10 <= waits[0] < 15 <= waits[1] < 25
        assert statuses() == [TaskResultStatus.FAILED]
        assert "坏了" in TaskRun.objects.get().error

    def test_does_not_repeat_a_refusal(self, log: Log) -> None:
        enqueue("trial.note", number=0)
        Worker().run_all()
        assert statuses() == [TaskResultStatus.FAILED]
        assert len(log) == 1

    def test_goes_on_with_the_next_task_after_a_failure(self, log: Log) -> None:
        enqueue("trial.note", number=-1)
        enqueue("trial.note", number=5)
        Worker().run_all()
        assert [number for number, _ in log] == [-1, 5]


class TestReap:
    def test_returns_a_task_whose_lease_ran_out_and_ignores_the_late_worker(self, log: Log) -> None:
        enqueue("trial.note", number=3)
        at = timezone.now()
        held = lease.claim(worker="elsewhere/1/aa", at=at)
        assert held is not None
        assert lease.reap(at=at + lease.LEASE / 2) == 0
        assert lease.reap(at=at + lease.LEASE) == 1
        assert not lease.finish(held, at=at + lease.LEASE)
        skip_the_wait()
        assert Worker().run_all() == 1
        assert statuses() == [TaskResultStatus.SUCCESSFUL]
        assert TaskRun.objects.get().attempts == 2

    def test_keeps_a_renewed_lease(self, log: Log) -> None:
        enqueue("trial.note", number=3)
        at = timezone.now()
        held = lease.claim(worker="elsewhere/1/aa", at=at)
        assert held is not None
        assert lease.renew(held, at=at + lease.LEASE / 2)
        assert lease.reap(at=at + lease.LEASE) == 0

    def test_fails_a_task_that_kills_every_worker(self, log: Log) -> None:
        enqueue("trial.note", number=3)
        for _ in range(3):
            at = timezone.now()
            assert lease.claim(worker="elsewhere/1/aa", at=at) is not None
            lease.reap(at=at + lease.LEASE)
            skip_the_wait()
        assert statuses() == [TaskResultStatus.FAILED]


class TestRunDue:
    def test_runs_a_job_once_in_its_period(self) -> None:
        ran = []

        @due("trial.count", every=timedelta(minutes=5), label="计数")
        def count(*, now: datetime) -> None:
            ran.append(now)

        at = timezone.now()
        for minutes in (0, 1, 4, 5, 6):
            jobs.run_due(at=at + timedelta(minutes=minutes), worker="w")
        assert len(ran) == 2

    def test_reports_a_failing_job_and_runs_the_others(self) -> None:
        @due("a.broken", every=timedelta(minutes=5), label="坏的")
        def broken(*, now: datetime) -> None:
            raise RuntimeError("坏了")

        outcomes = {o.name: o for o in jobs.run_due(at=timezone.now(), worker="w")}
        assert "坏了" in outcomes["a.broken"].error
        assert outcomes["audit.seal"].error == ""
        assert JobRun.objects.get(name="a.broken").error

    def test_leaves_a_job_to_the_worker_that_runs_it(self) -> None:
        at = timezone.now()
        JobRun.objects.create(name="audit.seal", lease_until=at + timedelta(minutes=1))
        assert "audit.seal" not in {o.name for o in jobs.run_due(at=at, worker="w")}

    def test_seals_audit_events(self) -> None:
        from xiaoer.platform.access.actors import SYSTEM
        from xiaoer.platform.orgs.services import NewOrganisation, organisation_create

        organisation_create(actor=SYSTEM, new=NewOrganisation(name="某局"), now=clock.now())
        jobs.run_due(at=timezone.now(), worker="w")
        assert Seal.objects.count() == 1


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite 只有一个写者；在 PostgreSQL 上运行"
)
class TestSeveralWorkers:
    def test_run_each_task_once(self, log: Log, concurrent_db: None) -> None:
        for number in range(1, 61):
            enqueue("trial.note", number=number)

        def work() -> None:
            try:
                Worker().run_all()
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(number for number, _ in log) == list(range(1, 61))
        assert set(statuses()) == {TaskResultStatus.SUCCESSFUL}

"""The worker: run queued tasks and due jobs until told to stop. An edge: it reads the real clock.

Leases, waits and periods go by the machine's clock; bodies are given the city's.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from xiaoer.platform import clock
from xiaoer.platform.errors import Refused
from xiaoer.platform.tasks import jobs, lease, registry

logger = logging.getLogger("xiaoer.tasks")

IDLE_SECONDS = 1.0
RENEW_SECONDS = 20.0
TEND_SECONDS = 10.0


class Worker:
    """Runs tasks one after the other; :meth:`stop` ends it after the current one."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self.name = lease.worker_name(salt=secrets.token_hex(4))
        self._idle = idle_seconds
        self._stopped = threading.Event()
        self._tended_at: datetime | None = None

    def stop(self) -> None:
        """Ask the worker to end after the current task."""
        self._stopped.set()

    def run(self, *, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Work until :meth:`stop` is called or ``is_wanted`` says no."""
        while not self._stopped.is_set() and is_wanted():
            close_old_connections()
            try:
                self._tend()
                busy = self.run_one()
            except OperationalError:
                logger.warning("后台任务暂时无法读写数据库，稍后再试", exc_info=True)
                connection.close()
                busy = False
            if not busy:
                self._stopped.wait(self._idle)

    def run_all(self) -> int:
        """Run everything that is ready now; return how many tasks were run."""
        lease.reap(at=timezone.now())
        done = 0
        while self.run_one():
            done += 1
        return done

    def run_one(self) -> bool:
        """Run the next ready task; return whether there was one."""
        held = lease.claim(worker=self.name, at=timezone.now())
        if held is None:
            return False
        try:
            with self._renewing(held):
                registry.task_type(held.name).body(now=clock.now(), **held.ids)
        except Exception as error:  # noqa: BLE001 - whatever a body raises is recorded and retried
            self._report(held, error)
        else:
            lease.finish(held, at=timezone.now())
        return True

    def _report(self, held: lease.Claim, error: Exception) -> None:
        again = lease.give_up(
            held,
            at=timezone.now(),
            error=error,
            trace=traceback.format_exc(),
            final=isinstance(error, Refused),
        )
        outcome = "稍后重试" if again else "不再重试"
        logger.error("任务 %s 第 %d 次失败，%s", held.name, held.attempt, outcome, exc_info=error)

    def _tend(self) -> None:
        at = timezone.now()
        if self._tended_at is None or (at - self._tended_at).total_seconds() >= TEND_SECONDS:
            self._tended_at = at
            lease.reap(at=at)
            jobs.run_due(at=at, worker=self.name)

    @contextmanager
    def _renewing(self, held: lease.Claim) -> Iterator[None]:
        done = threading.Event()

        def renew() -> None:
            while not done.wait(RENEW_SECONDS):
                try:
                    lease.renew(held, at=timezone.now())
                except OperationalError:
                    logger.info("续租任务 %s 时数据库正忙", held.name)
            connection.close()

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def run_until_stopped(worker: Worker, *, is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Run ``worker`` in this process; SIGTERM and Ctrl+C end it after the current task."""

    def stop(number: int, frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run(is_wanted=is_wanted)

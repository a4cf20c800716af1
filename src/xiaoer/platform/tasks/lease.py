"""Claim, hold and give up queued tasks, so that a worker killed at any moment loses nothing.

A worker holds a lease that it renews while the body runs. A task whose lease ran out, or whose
worker on this machine is gone, goes back to the queue until its attempts are used up. What a
worker writes after it lost the lease is ignored.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from xiaoer.platform.tasks import registry
from xiaoer.platform.tasks.models import TaskRun

# django-tasks-db types a result by its arguments, which the queue does not know.
_Results = QuerySet[DBTaskResult[Any, Any]]

LEASE = timedelta(seconds=90)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A task this worker may run now."""

    task_id: UUID
    name: str
    ids: dict[str, int | str]
    attempt: int
    worker: str


def worker_name(*, salt: str) -> str:
    """Return a name that tells the machine and the process: ``host/pid/salt``."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{salt}"


def claim(*, worker: str, at: datetime) -> Claim | None:
    """Take the next ready task, or return None; looking alone takes no lock."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY).filter(
        Q(run_after=get_date_max()) | Q(run_after__lte=at)
    )
    return _claim(ready, worker=worker, at=at) if ready.exists() else None


@transaction.atomic
def _claim(ready: _Results, *, worker: str, at: datetime) -> Claim | None:
    row = _locked(ready).order_by("-priority", "run_after", "enqueued_at", "pk").first()
    if row is None:
        return None
    arguments = row.args_kwargs["kwargs"]
    name, ids = arguments.get("name", row.task_path), arguments.get("ids", {})
    run, _ = TaskRun.objects.get_or_create(task_id=row.pk, defaults={"name": name})
    run.attempts, run.worker, run.lease_until = run.attempts + 1, worker, at + LEASE
    run.save(update_fields=["attempts", "worker", "lease_until"])
    DBTaskResult.objects.filter(pk=row.pk).update(
        status=TaskResultStatus.RUNNING, started_at=at, worker_ids=[*row.worker_ids, worker[:64]]
    )
    return Claim(task_id=row.pk, name=name, ids=ids, attempt=run.attempts, worker=worker)


def renew(held: Claim, *, at: datetime) -> bool:
    """Hold the task a while longer; False if another worker has it."""
    return bool(_mine(held).update(lease_until=at + LEASE))


@transaction.atomic
def finish(held: Claim, *, at: datetime) -> bool:
    """Mark the task done; False if the lease was lost, and then nothing is written."""
    if not _mine(held).update(lease_until=None, error=""):
        return False
    DBTaskResult.objects.filter(pk=held.task_id).update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=at, exception_class_path="", traceback=""
    )
    return True


@transaction.atomic
def give_up(held: Claim, *, at: datetime, error: BaseException, trace: str, final: bool) -> bool:
    """Queue the task again after a wait, or mark it failed when ``final`` or out of attempts.

    Returns whether another attempt will be made.
    """
    if not _mine(held).update(lease_until=None, error=f"{type(error).__name__}: {error}"[:2000]):
        return False
    return _again_or_failed(
        held.task_id, name=held.name, attempts=held.attempt, at=at, final=final,
        kind=f"{type(error).__module__}.{type(error).__qualname__}", trace=trace,
    )  # fmt: skip


def reap(*, at: datetime) -> int:
    """Queue again what dead workers left behind; return how many tasks were taken from them."""
    taken = 0
    for run in TaskRun.objects.filter(lease_until__isnull=False).order_by("pk"):
        if run.lease_until is not None and run.lease_until > at and not _is_gone(run.worker):
            continue
        taken += _take_from(run, at=at)
    return taken


@transaction.atomic
def _take_from(run: TaskRun, *, at: datetime) -> bool:
    held = TaskRun.objects.filter(pk=run.pk, worker=run.worker, lease_until=run.lease_until)
    reason = f"执行进程（{run.worker}）中断"
    if not held.update(lease_until=None, error=reason):
        return False
    _again_or_failed(
        run.pk, name=run.name, attempts=run.attempts, at=at, final=False,
        kind="xiaoer.platform.tasks.WorkerGone", trace=reason,
    )  # fmt: skip
    return True


def _again_or_failed(
    task_id: UUID, *, name: str, attempts: int, at: datetime, final: bool, kind: str, trace: str
) -> bool:
    known = registry.task_types().get(name)
    row = DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.RUNNING)
    if final or known is None or attempts >= known.attempts:
        row.update(
            status=TaskResultStatus.FAILED,
            finished_at=at,
            exception_class_path=kind,
            traceback=trace,
        )
        return False
    wait = min(known.wait * 2 ** (attempts - 1), LONGEST_WAIT)
    row.update(status=TaskResultStatus.READY, run_after=at + wait, traceback=trace)
    return True


def _mine(held: Claim) -> QuerySet[TaskRun]:
    return TaskRun.objects.filter(
        task_id=held.task_id,
        worker=held.worker,
        attempts=held.attempt,
        lease_until__isnull=False,
    )


def _locked(rows: _Results) -> _Results:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True)
    return rows


def _is_gone(worker: str) -> bool:
    """Return whether ``worker`` ran on this machine and its process is no more."""
    host, pid, *_ = [*worker.split("/"), "", ""]
    if os.name != "posix" or host != socket.gethostname()[:60] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

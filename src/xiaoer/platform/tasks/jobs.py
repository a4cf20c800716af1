"""Run the periodic jobs that are due, each at most once in its period whatever calls this."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from xiaoer.platform import clock
from xiaoer.platform.tasks import registry
from xiaoer.platform.tasks.models import JobRun

logger = logging.getLogger("xiaoer.tasks")

LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """What became of one due job; ``error`` empty means that it went well."""

    name: str
    label: str
    result: str
    error: str = ""


def run_due(*, at: datetime, worker: str, force: bool = False) -> list[JobOutcome]:
    """Run every job whose time has come (all of them when ``force``) and say what became of it.

    ``at`` is the machine's clock; the bodies are given the city's.
    """
    outcomes = []
    for job in registry.due_jobs():
        JobRun.objects.get_or_create(name=job.name)
        rows = JobRun.objects.filter(name=job.name)
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        come = Q() if force else Q(next_at__isnull=True) | Q(next_at__lte=at)
        if rows.filter(free, come).update(worker=worker, lease_until=at + LEASE, started_at=at):
            outcomes.append(_run(job, at=at, worker=worker))
    return outcomes


def _run(job: registry.DueJob, *, at: datetime, worker: str) -> JobOutcome:
    error, result = "", ""
    try:
        said = job.body(now=clock.now())
        result = "" if said is None else str(said)
    except Exception as problem:  # noqa: BLE001 - one failing job must not stop the others
        logger.error("定时任务 %s 失败", job.name, exc_info=problem)
        error = f"{type(problem).__name__}: {problem}"[:2000]
    JobRun.objects.filter(name=job.name, worker=worker).update(
        lease_until=None, next_at=at + job.every, finished_at=at, error=error
    )
    return JobOutcome(name=job.name, label=job.label, result=result, error=error)

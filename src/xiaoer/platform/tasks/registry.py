"""The named bodies of background work, and the jobs that run by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """A kind of background work: its body is called with ``now`` and the enqueued ids.

    ``attempts`` counts the first one; the wait before another doubles from ``wait``.
    """

    name: str
    body: Callable[..., object]
    attempts: int = 5
    wait: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJob:
    """A job that runs by itself, at most once in ``every``; its body is called with ``now``."""

    name: str
    label: str
    every: timedelta
    body: Callable[..., object]


_TASKS: dict[str, TaskType] = {}
_JOBS: dict[str, DueJob] = {}


def task(
    name: str, *, attempts: int = 5, wait: timedelta = timedelta(seconds=10)
) -> Callable[[F], F]:
    """Register the decorated function as the body of ``name`` (``slice.verb``).

    The body takes keyword arguments only: ``now`` and whatever ids are enqueued.
    """

    def register(body: F) -> F:
        _refuse_twice(_TASKS.get(name), body, name)
        _TASKS[name] = TaskType(name=name, body=body, attempts=attempts, wait=wait)
        return body

    return register


def due(name: str, *, every: timedelta, label: str) -> Callable[[F], F]:
    """Register the decorated function as a job that runs once in ``every``."""

    def register(body: F) -> F:
        _refuse_twice(_JOBS.get(name), body, name)
        _JOBS[name] = DueJob(name=name, label=label, every=every, body=body)
        return body

    return register


def task_type(name: str) -> TaskType:
    """Return the registered kind; raise ``KeyError`` for one that nobody registered."""
    return _TASKS[name]


def task_types() -> dict[str, TaskType]:
    """Return every registered kind by name."""
    return dict(_TASKS)


def due_jobs() -> tuple[DueJob, ...]:
    """Return every job in the order of its name."""
    return tuple(_JOBS[name] for name in sorted(_JOBS))


def _refuse_twice(known: TaskType | DueJob | None, body: Callable[..., object], name: str) -> None:
    if known is not None and known.body.__qualname__ != body.__qualname__:
        raise ValueError(f"background work {name} is registered twice")

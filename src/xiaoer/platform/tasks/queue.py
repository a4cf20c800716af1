"""Put named work on the queue; through django-tasks, so that another backend may carry it."""

from __future__ import annotations

from django_tasks import task as django_task

from xiaoer.platform import clock
from xiaoer.platform.tasks import registry

Id = int | str


@django_task()
def perform(name: str, ids: dict[str, Id]) -> None:
    """Run one named body: the edge where background work reads the clock."""
    registry.task_type(name).body(now=clock.now(), **ids)


def enqueue(name: str, **ids: Id) -> None:
    """Queue ``name`` inside the caller's transaction: gone on rollback, kept on commit.

    Parameters
    ----------
    name
        A registered name, such as ``plans.compile``.
    ids
        Keys of the rows concerned; the body reads everything else itself.

    Raises
    ------
    KeyError
        If nobody registered ``name``.
    """
    registry.task_type(name)
    perform.enqueue(name=name, ids=ids)

"""Background work: name it, enqueue it inside the transaction, run it at least once.

A slice's ``tasks.py`` registers bodies with :func:`task` and periodic jobs with :func:`due`;
its services call :func:`enqueue`. Bodies are idempotent: after a crash they run again.
"""

from __future__ import annotations

from xiaoer.platform.tasks.queue import enqueue
from xiaoer.platform.tasks.registry import due, task

__all__ = ["due", "enqueue", "task"]

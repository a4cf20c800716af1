"""Leases on running tasks, and when each periodic job ran."""

from __future__ import annotations

from django.db import models


class TaskRun(models.Model):
    """The attempts at one queued task; ``lease_until`` null means that nobody works on it."""

    task_id = models.UUIDField(primary_key=True)
    name = models.CharField("任务", max_length=80)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField("最近的错误", blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["lease_until"], name="task_lease")]


class JobRun(models.Model):
    """The last run of a periodic job."""

    name = models.CharField(max_length=80, unique=True)
    next_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

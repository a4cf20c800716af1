"""Guarded state changes, and every open duty projected into one worklist."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from xiaoer.platform.errors import Stale


class Stateful(models.Model):
    """A row with a life: its state and version change together, only through :meth:`move`."""

    state = models.CharField("状态", max_length=20)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        abstract = True

    def move(self, *, to: str, **fields: Any) -> None:
        """Write ``to`` (and ``fields``) if nobody changed the row since it was read.

        Raises
        ------
        Stale
            If somebody did.
        """
        rows = type(self)._default_manager.filter(
            pk=self.pk, state=self.state, version=self.version
        )
        if rows.update(state=to, version=self.version + 1, **fields) == 0:
            raise Stale()
        self.state, self.version = to, self.version + 1
        for name, value in fields.items():
            setattr(self, name, value)

    def amend(self, **fields: Any) -> None:
        """Write ``fields`` under the same guard, leaving the state as it is."""
        self.move(to=self.state, **fields)


class WorkItem(models.Model):
    """An open duty: whose turn it is, until when, and why it is theirs."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField("事项", max_length=200)
    why = models.CharField("为何由我办", max_length=200)
    url = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        "orgs.Organisation", models.CASCADE, null=True, related_name="work_items"
    )
    role = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="work_items"
    )
    due_date = models.DateField("截止", null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_date", "pk"]
        indexes = [
            models.Index(
                fields=["organisation", "closed_at", "due_date", "id"], name="work_of_unit"
            ),
            models.Index(fields=["closed_at", "due_date", "id"], name="work_open_by_date"),
        ]

"""Which person holds which role, over which unit, from when until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RoleGrant(models.Model):
    """A role granted to a person over a unit and those below it; over everything when ``organisation`` is null."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=40)
    organisation = models.ForeignKey(
        "orgs.Organisation", models.CASCADE, null=True, blank=True, related_name="grants"
    )
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_until = models.DateField("失效日期", null=True, blank=True)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="delegated_grants",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"], name="role_granted_once"
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(organisation__isnull=True),
                name="role_granted_once_everywhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"

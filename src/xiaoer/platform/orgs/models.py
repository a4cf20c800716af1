"""Regions, units, posts and who holds them: dated, because a programme outlives its units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Dated(models.Model):
    """Valid from ``valid_from`` (null: always) until ``valid_until`` (exclusive, null: still)."""

    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_until = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        abstract = True


class Region(models.Model):
    """A place in the administrative tree; ``path`` lists the codes from the root, slash-separated."""

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=12)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=120, db_index=True)

    class Meta:
        ordering = ["code"]
        verbose_name = "区域"

    def __str__(self) -> str:
        return self.name


class Organisation(Dated):
    """A unit that can own work. A proposed one was named in a document and awaits confirmation."""

    class Kind(models.TextChoices):
        DEPARTMENT = "DEPARTMENT", "部门"
        COUNTY = "COUNTY", "县（市、区）"
        ZONE = "ZONE", "开发区"
        PARTY = "PARTY", "党委部门"
        PUBLIC = "PUBLIC", "事业单位"
        COMPANY = "COMPANY", "国有企业"
        GROUP_OFFICE = "GROUP_OFFICE", "议事协调机构办公室"
        OTHER = "OTHER", "其他"

    name = models.CharField("名称", max_length=120, unique=True)
    short_name = models.CharField("简称", max_length=60)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices, default=Kind.DEPARTMENT)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="organisations")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=200, db_index=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    is_office = models.BooleanField("营商办", default=False)
    is_proposed = models.BooleanField("待确认", default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "机构"

    def __str__(self) -> str:
        return self.short_name or self.name


class OrganisationAlias(Dated):
    """Another name of a unit: a short form, a former name after a rename, a habit of drafters."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField("别名", max_length=120, db_index=True)
    kind = models.CharField("类别", max_length=12, default="alias")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="alias_once_per_unit")
        ]


class OrganisationGroup(models.Model):
    """A name that stands for several units, such as 各县（市、区）; its members are dated."""

    name = models.CharField("名称", max_length=60, unique=True)
    other_names = models.JSONField("其他写法", default=list, blank=True)
    members: models.ManyToManyField[Organisation, GroupMembership] = models.ManyToManyField(
        Organisation, through="GroupMembership"
    )

    def __str__(self) -> str:
        return self.name


class GroupMembership(Dated):
    """A unit belongs to a group during a time."""

    group = models.ForeignKey(OrganisationGroup, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")

    class Meta:
        ordering = ["pk"]


class Post(models.Model):
    """A seat in a unit, such as 局长 or 经办人."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="posts")
    title = models.CharField("职务", max_length=60)
    is_head = models.BooleanField("主要负责人", default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.title}"


class Holding(Dated):
    """A person holds a post during a time, or acts in it for the absent holder."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="holdings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="holdings")
    is_acting = models.BooleanField("代理", default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="holding_ends_after_it_begins",
            )
        ]

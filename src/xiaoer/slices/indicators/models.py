"""Indicators, periods and reports. Reports are append-only in content: what changes is who decided when.

Rows of ``plans`` are known by uid and id, never by foreign key.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.platform.words import kept
from xiaoer.platform.workflow.models import Stateful
from xiaoer.slices.indicators import domain

_DEFINITION = kept("%(indicator)s口径第 %(n)s 版")
_PERIOD = kept("%(month)s上报期")


class Indicator(models.Model):
    """Something the city measures, under one name and unit, whatever plans speak of it."""

    key = models.CharField(max_length=240, unique=True)
    name = models.CharField("指标", max_length=200)
    unit = models.CharField("单位", max_length=24, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = "指标"

    def __str__(self) -> str:
        return self.name


class DefinitionVersion(models.Model):
    """The 口径 of an indicator from a day on; an old one is never edited away."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="definitions")
    number = models.PositiveIntegerField("版本")
    text = models.TextField("口径")
    source = models.CharField("依据", max_length=300, blank=True)
    reason = models.CharField("修订理由", max_length=300, blank=True)
    valid_from = models.DateField("生效日期")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["indicator", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="definition_version_once"),
            models.UniqueConstraint(
                fields=["indicator", "valid_from"], name="definition_one_a_day"
            ),
        ]

    def __str__(self) -> str:
        return _DEFINITION % {"indicator": self.indicator, "n": self.number}


class TargetBinding(models.Model):
    """A target of a plan is measured by an indicator, from one moment of record until another."""

    target_uid = models.CharField(max_length=12)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="bindings")
    how = models.CharField(max_length=8, default="name")
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_uid"], condition=Q(ended_at__isnull=True), name="target_bound_once"
            )
        ]
        indexes = [models.Index(fields=["indicator", "target_uid"], name="binding_of_indicator")]


class ReportingPeriod(Stateful):
    """A month in which values are reported; locked, its figures no longer change."""

    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    index = models.PositiveIntegerField(unique=True)
    due_date = models.DateField("上报截止日")
    due_how = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-index"]
        verbose_name = "上报期"
        constraints = [
            models.UniqueConstraint(fields=["year", "month"], name="one_period_a_month"),
            models.CheckConstraint(
                condition=Q(month__gte=1) & Q(month__lte=12), name="period_month_exists"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(domain.PERIOD.states)), name="period_state_known"
            ),
        ]

    def __str__(self) -> str:
        return _PERIOD % {"month": self.span}

    @property
    def span(self) -> domain.Month:
        """The month as a value."""
        return domain.Month(year=self.year, month=self.month)


class Report(Stateful):
    """What a unit says happened in a month: a value, a finished step or a note, with its evidence.

    ``value`` is in ``unit`` (the target's); ``printed`` and ``printed_unit`` keep what was typed.
    It counts from ``verified_at`` until ``replaced_at``: replays filter on these.
    """

    kind = models.CharField("种类", max_length=10)
    subject_uid = models.CharField("对象", max_length=12)
    measure_uid = models.CharField(max_length=12)
    measure_title = models.CharField(max_length=300)
    title = models.CharField("事项", max_length=300)
    slot = models.CharField(max_length=80)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="reports")
    definition = models.ForeignKey(DefinitionVersion, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reports")
    basis = models.CharField("口径", max_length=10, default="cumulative")
    value = models.DecimalField("数值", max_digits=20, decimal_places=4, null=True)
    unit = models.CharField("单位", max_length=24, blank=True)
    printed = models.CharField("填报原文", max_length=60, blank=True)
    printed_unit = models.CharField(max_length=24, blank=True)
    happened_on = models.DateField("完成日期", null=True)
    stage = models.CharField("进展", max_length=12, blank=True)
    note = models.TextField("说明", blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    evidence = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField("核实意见", max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "上报"
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state="SUBMITTED"), name="one_report_awaits"
            ),
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state="VERIFIED") & ~Q(kind=domain.PROGRESS),
                name="one_report_counts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(domain.REPORT.states)), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(domain.KINDS)), name="report_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=domain.VALUE) | Q(value__isnull=False),
                name="a_value_has_a_number",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_uid", "verified_at"], name="report_of_subject"),
            models.Index(fields=["measure_uid", "id"], name="report_of_measure"),
            models.Index(fields=["state", "period", "organisation"], name="report_queue"),
            models.Index(fields=["period", "organisation", "subject_uid"], name="report_of_unit"),
            models.Index(fields=["indicator", "period"], name="report_of_indicator"),
            models.Index(fields=["verified_at"], name="report_verified_since"),
            models.Index(fields=["period", "state"], name="report_of_period"),
            models.Index(fields=["organisation", "state"], name="report_of_unit_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.period.span}）"


class MeasureStanding(models.Model):
    """Where a measure stands: a projection of plan, verified reports and the rule, never typed."""

    measure_id = models.BigIntegerField(unique=True)
    uid = models.CharField(max_length=12, db_index=True)
    plan_id = models.BigIntegerField()
    position = models.IntegerField(default=0)
    number = models.CharField(max_length=20, blank=True)
    title = models.CharField("举措", max_length=300)
    theme = models.CharField("主题", max_length=300, blank=True)
    lead_names = models.CharField("牵头单位", max_length=300, blank=True)
    is_long_term = models.BooleanField(default=False)
    nearest_due = models.DateField("最近期限", null=True)
    light = models.CharField("状态灯", max_length=12, default="NOT_STARTED")
    light_since = models.DateField(null=True)
    turns_red_on = models.DateField("预计转红", null=True)
    will_miss = models.BooleanField("按目前进度不能如期完成", default=False)
    why = models.CharField("依据", max_length=500, blank=True)
    worst_target = models.CharField(max_length=12, blank=True)
    last_reported = models.DateField(null=True)
    rule_version = models.CharField(max_length=80, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["plan_id", "position", "pk"]
        verbose_name = "举措现状"
        indexes = [
            models.Index(fields=["light", "will_miss"], name="standing_by_light"),
            models.Index(fields=["turns_red_on", "id"], name="standing_turning"),
            models.Index(fields=["plan_id", "theme", "light"], name="standing_by_theme"),
        ]

    def __str__(self) -> str:
        return self.title


class UnitStanding(models.Model):
    """A unit's part in a measure, with the light repeated so that departments are counted in one scan."""

    measure = models.ForeignKey(MeasureStanding, models.CASCADE, related_name="units")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    is_lead = models.BooleanField(default=True)
    plan_id = models.BigIntegerField()
    theme = models.CharField(max_length=300, blank=True)
    light = models.CharField(max_length=12)
    will_miss = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "organisation"], name="unit_stands_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "light", "is_lead", "plan_id", "theme"],
                name="standing_by_unit",
            )
        ]


class TargetStanding(models.Model):
    """Where a target stands against its line, and where it will land at the present pace."""

    measure = models.ForeignKey(MeasureStanding, models.CASCADE, related_name="targets")
    target_uid = models.CharField(max_length=12, unique=True)
    position = models.IntegerField(default=0)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, related_name="standings")
    text = models.CharField("目标", max_length=300)
    indicator_name = models.CharField("指标", max_length=200)
    comparator = models.CharField(max_length=12)
    value = models.DecimalField("目标值", max_digits=20, decimal_places=4)
    value_max = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    unit = models.CharField("单位", max_length=24, blank=True)
    due_date = models.DateField("期限", null=True)
    per_county = models.BooleanField(default=False)
    basis = models.CharField(max_length=10, default="cumulative")
    shape = models.CharField(max_length=8, default="linear")
    baseline = models.CharField(max_length=60, blank=True)
    baseline_value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    period = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, default="target")
    published_on = models.DateField()
    light = models.CharField("状态灯", max_length=12, default="NOT_STARTED")
    actual = models.DecimalField("现值", max_digits=20, decimal_places=4, null=True)
    actual_month = models.PositiveIntegerField(null=True)
    actual_region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    expected = models.DecimalField("应达", max_digits=20, decimal_places=4, null=True)
    forecast = models.DecimalField("预计落点", max_digits=20, decimal_places=4, null=True)
    forecast_low = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    forecast_high = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    landing = models.SmallIntegerField("预计落点占目标（%）", null=True)
    turns_red_on = models.DateField(null=True)
    why = models.CharField(max_length=500, blank=True)
    n_values = models.PositiveIntegerField(default=0)
    spark = models.JSONField(default=list)
    report_ids = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "position", "pk"]
        verbose_name = "目标现状"
        indexes = [
            models.Index(fields=["landing", "light"], name="target_by_landing"),
            models.Index(fields=["indicator"], name="target_of_indicator"),
        ]

    def __str__(self) -> str:
        return self.text


class LightRecord(models.Model):
    """The light of a measure from a day on; appended when it changes, never edited."""

    measure_uid = models.CharField(max_length=12)
    measure_id = models.BigIntegerField()
    plan_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    light_before = models.CharField(max_length=12, blank=True)
    light = models.CharField(max_length=12)
    since = models.DateField()
    why = models.CharField(max_length=500, blank=True)
    rule_version = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["measure_uid", "recorded_at"], name="light_of_measure"),
            models.Index(fields=["recorded_at"], name="light_moves"),
        ]


class Stamp(models.Model):
    """One row: a random token, new whenever a projection changes."""

    token = models.CharField(max_length=32)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Refresh(models.Model):
    """One complete computation of all lights: the as-of of every page that shows them."""

    as_of = models.DateTimeField()
    measures = models.PositiveIntegerField(default=0)
    targets = models.PositiveIntegerField(default=0)
    values_read = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    rule_version = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-pk"]

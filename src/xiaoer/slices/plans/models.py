"""Plans and what they compile into. Rows of one version; ``uid`` is the identity that versions share."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.platform.words import either, kept, retold, state_label
from xiaoer.platform.workflow.models import Stateful
from xiaoer.slices.plans import domain

_COUNTERSIGN = kept("%(unit)s对《%(plan)s》的会签")
_DEADLINE_CHANGE = kept("%(measure)s的延期申请")

YEAR_SOURCES = {
    "stated by the user": _("上传时填写"),
    "document title": _("文件标题"),
    "document date": _("成文日期"),
    "document number": _("文号"),
    "same sentence": _("同一句话"),
    "the only year in the text": _("正文中唯一的年份"),
}


def new_uid() -> str:
    """Return a fresh stable identity."""
    return uuid.uuid4().hex[:12]


class PlanSeries(models.Model):
    """A programme through its versions; ``parent`` is the plan it is nested under, ``organisation`` set for a unit's sub-plan."""

    name = models.CharField("名称", max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, null=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Plan(Stateful):
    """One version of a plan: the text as published and where it stands in its life."""

    series = models.ForeignKey(PlanSeries, models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField("版本号", default=1)
    title = models.CharField("标题", max_length=300)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    kind = models.CharField("文种", max_length=24, default="plan")
    issue_date = models.DateField("成文日期", null=True)
    year = models.IntegerField("年度", null=True)
    text = models.TextField("正文")
    layout = models.JSONField("版面", default=dict)
    source = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next"
    )
    change_note = models.TextField("修订说明", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "方案"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                condition=~Q(state="DISCARDED"),
                name="plan_version_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(domain.PLAN.states)), name="plan_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A heading of the plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    level = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20, blank=True)
    heading = models.CharField(max_length=300)
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        ordering = ["plan", "start", "pk"]


class Measure(Stateful):
    """A measure a supervision office tracks. ``light*`` and ``nearest_due`` are projections kept by services."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures")
    section = models.ForeignKey(Section, models.SET_NULL, null=True, related_name="measures")
    uid = models.CharField("标识", max_length=12, default=new_uid, db_index=True)
    position = models.IntegerField("序号")
    number = models.CharField("编号", max_length=20, blank=True)
    title = models.CharField("标题", max_length=300)
    kind = models.CharField("类型", max_length=12, default="action")
    split_from = models.CharField("拆分自", max_length=12, blank=True)
    theme = models.CharField("主题", max_length=300, blank=True)
    text = models.TextField("正文")
    start = models.IntegerField()
    end = models.IntegerField()
    platforms = models.JSONField(default=list)
    confidence = models.FloatField(default=1.0)
    is_long_term = models.BooleanField("长期任务", default=False)
    lead_names = models.CharField("牵头单位", max_length=300, blank=True)
    nearest_due = models.DateField("最近期限", null=True)
    light = models.CharField("状态灯", max_length=12, default="NOT_STARTED")
    light_since = models.DateField(null=True)
    turns_red_on = models.DateField(null=True)
    search_text = models.TextField(blank=True)

    class Meta:
        ordering = ["plan", "position", "pk"]
        verbose_name = "举措"
        constraints = [
            models.UniqueConstraint(fields=["plan", "uid"], name="measure_once_per_version"),
            models.CheckConstraint(
                condition=Q(light__in=list(domain.LIGHTS)), name="measure_light_known"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "light", "nearest_due"], name="measure_by_light"),
            models.Index(fields=["plan", "theme", "light"], name="measure_by_theme"),
            models.Index(fields=["plan", "nearest_due", "id"], name="measure_by_due"),
            models.Index(fields=["plan", "position", "id"], name="measure_by_position"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_key(self) -> str:
        """The identity its events are filed under, shared by all versions."""
        return self.uid


class Owner(models.Model):
    """A unit as the plan prints it, and how the name was resolved.

    ``alt`` are other spellings the text allows, ``organisations`` the ids the name stands for: from
    them alone the assignments of a measure under review are derived.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="owners")
    position = models.IntegerField(default=0)
    name = models.CharField("名称", max_length=120)
    alt = models.JSONField(default=list, blank=True)
    role = models.CharField("职责", max_length=8)
    organisations = models.JSONField(default=list, blank=True)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    is_inherited = models.BooleanField(default=False)
    confidence = models.FloatField(default=1.0)
    resolved_how = models.CharField(max_length=12, default="none")
    resolved_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["measure", "position", "pk"]


class Assignment(Stateful):
    """A measure is a unit's duty; it is issued on publication and signed for by the unit."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="assignments")
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="assignments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField("职责", max_length=8)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["measure", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "organisation"], name="assigned_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(domain.ASSIGNMENT.states)), name="assignment_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "role", "measure"], name="assignment_of_unit")
        ]


class Deadline(models.Model):
    """A date of a measure: as printed, as resolved, and as first promised."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="deadlines")
    uid = models.CharField(max_length=12, default=new_uid, db_index=True)
    text = models.CharField("原文", max_length=120)
    printed = models.CharField("原文日期", max_length=10, blank=True)
    kind = models.CharField("性质", max_length=8)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    due_date = models.DateField("期限", null=True)
    original_due_date = models.DateField("原期限", null=True)
    is_provisional = models.BooleanField("暂定", default=False)
    is_inherited = models.BooleanField(default=False)
    year_source = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(default=1.0)

    class Meta:
        ordering = ["measure", "due_date", "pk"]

    @property
    def year_source_word(self) -> str:
        """Say where the year of a date printed without one came from."""
        return str(YEAR_SOURCES.get(self.year_source) or retold(self.year_source))


class Target(models.Model):
    """A number the plan binds a measure to. ``shape`` is its expected line, ``basis`` how values are reported."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="targets")
    uid = models.CharField(max_length=12, default=new_uid, db_index=True)
    position = models.IntegerField(default=0)
    text = models.CharField("原文", max_length=300)
    indicator = models.CharField("指标", max_length=200)
    comparator = models.CharField("比较", max_length=12)
    value = models.DecimalField("目标值", max_digits=20, decimal_places=4)
    value_max = models.DecimalField("上限", max_digits=20, decimal_places=4, null=True)
    unit = models.CharField("单位", max_length=24, blank=True)
    baseline = models.CharField("基期", max_length=60, blank=True)
    baseline_value = models.DecimalField("基期值", max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField("分母", max_digits=20, decimal_places=4, null=True)
    period = models.CharField("期间", max_length=40, blank=True)
    kind = models.CharField("性质", max_length=10, default="target")
    due_date = models.DateField("达成期限", null=True)
    per_county = models.BooleanField("各县分别达到", default=False)
    basis = models.CharField("上报口径", max_length=10, default="cumulative")
    shape = models.CharField("应达线", max_length=8, default="linear")
    shape_reason = models.CharField(max_length=200, blank=True)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    confidence = models.FloatField(default=1.0)

    class Meta:
        ordering = ["measure", "position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_key(self) -> str:
        """The identity its events are filed under, shared by all versions."""
        return self.uid


class Milestone(models.Model):
    """A deliverable or step of a measure without a number, with its date."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="milestones")
    uid = models.CharField(max_length=12, default=new_uid, db_index=True)
    position = models.IntegerField(default=0)
    title = models.CharField("成果或节点", max_length=200)
    due_date = models.DateField("期限", null=True)
    is_deliverable = models.BooleanField("交付成果", default=True)

    class Meta:
        ordering = ["measure", "due_date", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class Correction(models.Model):
    """One thing changed by hand in a plan under review; ``before`` is what undoing it restores, null where it cannot."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="corrections")
    measure_uid = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=300, blank=True)
    what = models.CharField("更正", max_length=300)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "-pk"]

    def __str__(self) -> str:
        return self.what


class Doubt(Stateful):
    """Something in the compilation a person must look at; ``correction`` is what settled it, if one did."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="doubts")
    measure = models.ForeignKey(Measure, models.SET_NULL, null=True, related_name="doubts")
    position = models.IntegerField(default=0)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=6, default="check")
    field = models.CharField(max_length=60, blank=True)
    message_zh = models.TextField()
    message_en = models.TextField()
    spans = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    correction = models.ForeignKey(Correction, models.SET_NULL, null=True, related_name="doubts")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(domain.DOUBT.states)), name="doubt_state_known"
            )
        ]
        indexes = [models.Index(fields=["plan", "state", "position"], name="doubt_open")]

    @property
    def message(self) -> str:
        """Return the sentence in the page's language."""
        return either(self.message_zh, self.message_en)

    def __str__(self) -> str:
        return self.message_zh


class Countersign(Stateful):
    """A unit's answer to a plan that assigns it work."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="countersigns")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due_date = models.DateField()
    comment = models.TextField("意见", blank=True)
    reply = models.TextField("营商办答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], name="countersigned_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(domain.COUNTERSIGN.states)),
                name="countersign_state_known",
            ),
        ]

    def __str__(self) -> str:
        return _COUNTERSIGN % {"unit": self.organisation, "plan": self.plan}


class DeadlineChange(Stateful):
    """A request to move a deadline, decided by somebody else; the original date stays on the deadline."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="changes")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="deadline_changes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    old_date = models.DateField(null=True)
    new_date = models.DateField()
    reason = models.TextField("理由")
    evidence = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(domain.DEADLINE_CHANGE.states)),
                name="deadline_change_state_known",
            ),
            models.UniqueConstraint(
                fields=["deadline"],
                condition=Q(state="REQUESTED"),
                name="deadline_change_one_open",
            ),
        ]

    def __str__(self) -> str:
        return _DEADLINE_CHANGE % {"measure": self.measure}

    def get_state_label(self) -> str:
        """Return the state in Chinese."""
        return state_label(domain.DEADLINE_CHANGE, self.state)


class TargetLink(models.Model):
    """The same indicator in two plans: the old bar beside the new one, and the definition in force."""

    old = models.ForeignKey(Target, models.CASCADE, related_name="later")
    new = models.ForeignKey(Target, models.CASCADE, related_name="earlier")
    relation = models.CharField(max_length=10, default="successive")
    change = models.CharField(max_length=12, default="same")
    score = models.FloatField(default=1.0)
    note = models.CharField(max_length=300, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="targets_linked_once")]

"""Forms of the slice: they validate and hand over plain values; what happens then is a service's."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiaoer.platform.orgs.models import Organisation
from xiaoer.slices.plans.services.fields import TargetEdit

COMPARATORS = (
    ("ge", _("≥ 不低于")),
    ("gt", _("> 超过")),
    ("eq", _("= 达到")),
    ("le", _("≤ 不超过")),
    ("lt", _("< 低于")),
    ("within", _("≤ 在……以内")),
    ("approx", _("≈ 左右")),
    ("increase_ge", _("↑ 增长不低于")),
    ("decrease_ge", _("↓ 降低不低于")),
)
KINDS = (
    ("action", _("举措")),
    ("goal", _("目标")),
    ("guarantee", _("保障")),
    ("summary", _("概述")),
)
ROLES = (("lead", _("牵头")), ("joint", _("共同负责")), ("support", _("配合")))
SHAPES = (("linear", _("匀速推进")), ("step", _("一次完成")), ("flat", _("始终保持")))
BASES = (("cumulative", _("累计值")), ("month", _("当月值")))
DEADLINE_KINDS = (("by", _("某日之前")), ("during", _("期间内")), ("ongoing", _("长期推进")))


class UploadForm(forms.Form):
    """A document to compile; the year only where the text does not say it."""

    file = forms.FileField(
        label=_("方案文件"),
        help_text=_(
            "可上传 .docx、.pdf（有文字层）、.html、.txt；.doc、.wps、.ofd 需要本机装有 LibreOffice。不要上传涉密文件。"
        ),
    )
    year = forms.IntegerField(
        label=_("方案年度"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("正文没有写年份时才需要填。填了以后，“6月底前”就按这一年算。"),
    )

    parent = forms.TypedChoiceField(
        label=_("上级方案（分方案才选）"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("部门或县区的分方案要对应上级方案：目标逐条核对，期限缺省时沿用上级的。"),
    )
    organisation = forms.CharField(required=False)

    def __init__(
        self, *args: object, parents: Sequence[tuple[int, str]] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"] = OrganisationField(
            label=_("方案属于哪个单位（部门分方案才填）"), required=False,
            help_text=_("填了以后，没有写明责任单位的举措由这个单位牵头。"),
        )  # fmt: skip
        if parents:
            self.fields["parent"].choices = [("", "—"), *parents]  # type: ignore[attr-defined]
        else:
            del self.fields["parent"], self.fields["organisation"]


class SpanForm(forms.Form):
    """A passage that was passed over, by its first and last words."""

    begins = forms.CharField(
        label=_("这一段的开头"), max_length=200,
        help_text=_("从原文复制开头的十几个字；在左边选中一段文字会自动填好。"),
    )  # fmt: skip
    ends = forms.CharField(
        label=_("这一段的结尾"), required=False, max_length=200,
        help_text=_("从原文复制结尾的几个字；不填就到这一行末尾。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("类型"), choices=KINDS[:3])


class ShapeForm(forms.Form):
    """How a target in force is expected to be reached."""

    shape = forms.ChoiceField(label=_("应达线"), choices=SHAPES)
    baseline_value = forms.DecimalField(
        label=_("基期值"), required=False, max_digits=20, decimal_places=4
    )
    reason = forms.CharField(
        label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会写在目标旁边，也进入经过。"),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """A reason, where one is needed."""

    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class MeasureForm(forms.Form):
    """Words of a measure."""

    title = forms.CharField(label=_("标题"), max_length=300)
    kind = forms.ChoiceField(label=_("类型"), choices=KINDS)
    theme = forms.CharField(label=_("主题"), required=False, max_length=300)
    is_long_term = forms.BooleanField(label=_("长期任务（按周期报告评判）"), required=False)


class OrganisationField(forms.CharField):
    """A unit typed or picked by its name; the value is its id."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.widget.attrs.update({"list": "organisations", "autocomplete": "off"})

    def clean(self, value: object) -> int | None:  # type: ignore[override]
        name = str(super().clean(value) or "").strip()
        if not name:
            return None
        alike = list(
            Organisation.objects.filter(Q(name=name) | Q(short_name=name), valid_until=None)[:3]
        )
        exact = [unit for unit in alike if unit.name == name] or alike
        if len(exact) > 1:
            raise forms.ValidationError(
                _("有几个单位都叫“%(name)s”，请写全称。"), params={"name": name}
            )
        found = exact[0] if exact else None
        if found is None:
            raise forms.ValidationError(
                _("名录里没有“%(name)s”。请从列表选择，或勾选新建为待确认单位。"),
                params={"name": name},
            )
        return found.pk


class OwnerForm(forms.Form):
    """A unit that answers for a measure."""

    organisation = OrganisationField(label=_("单位"))
    role = forms.ChoiceField(label=_("职责"), choices=ROLES, required=False)
    remember = forms.BooleanField(required=False, widget=forms.HiddenInput)


class DeadlineForm(forms.Form):
    """A date of a measure."""

    kind = forms.ChoiceField(label=_("性质"), choices=DEADLINE_KINDS)
    due_date = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("日历上没有这一天，请核对年月日，例如 2026-06-30。")},
    )  # fmt: skip


class TargetForm(forms.Form):
    """A number and how it is judged."""

    indicator = forms.CharField(label=_("指标"), max_length=200)
    comparator = forms.ChoiceField(label=_("比较"), choices=COMPARATORS)
    value = forms.DecimalField(label=_("目标值"), max_digits=20, decimal_places=4)
    value_max = forms.DecimalField(
        label=_("上限（区间）"), required=False, max_digits=20, decimal_places=4
    )
    unit = forms.CharField(label=_("单位"), required=False, max_length=24)
    baseline_value = forms.DecimalField(
        label=_("基期值"), required=False, max_digits=20, decimal_places=4
    )
    denominator = forms.DecimalField(
        label=_("分母"), required=False, max_digits=20, decimal_places=4,
        help_text=_("比率目标分解到下级时用来加权，例如全年办件量。"),
    )  # fmt: skip
    due_date = forms.DateField(
        label=_("达成期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("日历上没有这一天，请核对年月日，例如 2026-06-30。")},
    )  # fmt: skip
    per_county = forms.BooleanField(label=_("各县（市、区）分别达到"), required=False)
    basis = forms.ChoiceField(label=_("上报口径"), choices=BASES)
    shape = forms.ChoiceField(label=_("应达线"), choices=SHAPES)
    shape_reason = forms.CharField(label=_("改动应达线的理由"), required=False, max_length=200)

    def edit(self) -> TargetEdit:
        """Return the values as the service takes them."""
        return TargetEdit(**self.cleaned_data)


class MilestoneForm(forms.Form):
    """A deliverable or a step."""

    title = forms.CharField(label=_("成果或节点"), max_length=200)
    due_date = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("日历上没有这一天，请核对年月日，例如 2026-06-30。")},
    )  # fmt: skip
    is_deliverable = forms.BooleanField(label=_("交付成果"), required=False, initial=True)


class DeadlineChangeForm(forms.Form):
    """A wish for another date."""

    new_date = forms.DateField(
        label=_("申请调整到"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("日历上没有这一天，请核对年月日，例如 2026-06-30。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    evidence = forms.FileField(label=_("佐证材料（可不附）"), required=False)

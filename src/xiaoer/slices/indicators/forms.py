"""Forms of the slice: they check shape, services decide."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

STAGES = (
    ("progressing", _("正常推进")),
    ("difficult", _("存在困难")),
    ("blocked", _("受阻")),
    ("completed", _("已完成")),
)


class DayInput(forms.DateInput):
    """A date picked from the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CorrectionForm(forms.Form):
    """A new value in place of a verified one."""

    text = forms.CharField(label=_("更正后的数"), max_length=60)
    reason = forms.CharField(
        label=_("更正理由"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    evidence = forms.FileField(label=_("佐证材料"), required=False)
    evidence_id = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StepForm(forms.Form):
    """A deliverable or milestone that was finished."""

    milestone = forms.ChoiceField(label=_("完成了哪一项"))
    happened_on = forms.DateField(label=_("完成日期"), widget=DayInput())
    note = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    evidence = forms.FileField(label=_("佐证材料"), required=False)
    evidence_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, steps: tuple[tuple[str, str], ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["milestone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = steps


class ProgressForm(forms.Form):
    """How work without a number goes."""

    stage = forms.ChoiceField(label=_("进展情况"), choices=STAGES)
    note = forms.CharField(
        label=_("本期做了什么，还差什么"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    evidence = forms.FileField(label=_("佐证材料"), required=False)
    evidence_id = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PeriodForm(forms.Form):
    """A month to open for reporting."""

    month = forms.RegexField(
        r"^\d{4}-\d{2}$",
        label=_("月份"),
        widget=forms.TextInput({"type": "month"}),
        error_messages={"invalid": _("请按 2026-05 的写法填写月份。")},
    )

    def span(self) -> tuple[int, int]:
        """Return the year and month."""
        year, month = self.cleaned_data["month"].split("-")
        return int(year), int(month)


class DefinitionForm(forms.Form):
    """A version of what an indicator means."""

    text = forms.CharField(label=_("口径"), widget=forms.Textarea({"rows": 4}))
    source = forms.CharField(label=_("依据"), required=False, max_length=300)
    valid_from = forms.DateField(label=_("生效日期"), widget=DayInput())
    reason = forms.CharField(label=_("修订理由"), required=False, max_length=300)

    def valid(self) -> date:
        """Return the first day of the version."""
        value = self.cleaned_data["valid_from"]
        assert isinstance(value, date)
        return value


class SheetForm(forms.Form):
    """A filled sheet of values."""

    file = forms.FileField(label=_("填好的表"), help_text=_(".xlsx 或 .csv，表头与模板一致"))


class BindForm(forms.Form):
    """Which indicator a target is measured by."""

    indicator = forms.IntegerField(label=_("指标编号"))
    reason = forms.CharField(label=_("理由"), max_length=300)

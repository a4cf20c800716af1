"""What officers and people type about accounts; the rules are in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaoer.platform.access.rules import ROLES
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.words import word


class AccountForm(forms.Form):
    """A new account."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("登录用，建议用姓名拼音；字母、数字和 @ . + - _。"),
    )
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)


class GrantForm(forms.Form):
    """A role to grant."""

    role = forms.ChoiceField(label=_("角色"))
    organisation = forms.ModelChoiceField(
        label=_("单位"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("全市"),
        help_text=_("权限及于该单位和它的下级。责任单位的角色必须选单位。"),
    )
    valid_from = forms.DateField(
        label=_("生效日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label=_("失效日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("当天起不再有效；不填为长期。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(code, word(label)) for code, label in ROLES.items()]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.order_by("path", "pk")  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """A token to make."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("例如：大数据局取数。"))
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=366, initial=90)

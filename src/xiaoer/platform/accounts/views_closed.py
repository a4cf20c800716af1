"""Pages of the log-in library that this system keeps shut: an officer does these things."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xiaoer.platform.accounts.refusals import LogInRefused


def ask_an_officer(request: HttpRequest) -> HttpResponse:
    """Refuse sign-up, e-mail addresses and resets by e-mail, and say who does it."""
    raise LogInRefused(_("账号由本单位的系统管理员开设，忘记密码也请联系系统管理员重置。"))

"""What somebody is told whose account is locked after too many failed log-ins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xiaoer.platform.accounts.refusals import LockedOut
from xiaoer.platform.ui.refusals import answer


def account_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the name under which axes counts failures.

    Log-in does not tell capitals from small letters, so counting must not either: otherwise every
    way of writing a name would have five attempts of its own.
    """
    named = (credentials or {}).get("username")
    if named is None and request is not None:
        named = request.POST.get("login", "")
    return str(named or "").strip().lower()


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """Return the page of a locked account; called by axes in place of the log-in form."""
    pause: timedelta = settings.AXES_COOLOFF_TIME
    refused = LockedOut(
        _(
            "密码连续输错 %(count)s 次，账号已锁定 %(minutes)s 分钟。"
            "请稍后再试，或联系本单位的系统管理员解除锁定、重置密码。"
        )
        % {"count": settings.AXES_FAILURE_LIMIT, "minutes": int(pause.total_seconds() // 60)}
    )
    return answer(request, refused)

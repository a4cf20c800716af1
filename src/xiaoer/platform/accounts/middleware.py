"""The session policy: idle time, longest time, and no work before an overdue password is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import ANONYMOUS
from xiaoer.platform.access.views import actor_of_request, moment_of_request
from xiaoer.platform.accounts.models import User
from xiaoer.platform.accounts.passwords import is_change_due
from xiaoer.platform.errors import NotAllowed
from xiaoer.platform.ui.refusals import answer

OPENED, SEEN = "xiaoer_opened", "xiaoer_seen"
STILL_OPEN = frozenset(
    {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "set_language",
        "healthz",
    }
)
_NOTED_EVERY = timedelta(minutes=1)


class SessionPolicyMiddleware:
    """End sessions that idled or lasted too long, and hold back those with an overdue password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if actor_of_request(request).kind == "user":
            now = moment_of_request(request)
            if _is_over(request, now=now):
                _end(request)
            else:
                _note(request, now=now)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead whoever must change their password to the page where they can."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, User) or not is_change_due(user, now=moment_of_request(request)):
            return None
        if match is not None and match.url_name in STILL_OPEN:
            return None
        told = _("请先设置自己的新密码，再继续使用。")
        if request.path.startswith("/api/"):
            return answer(request, NotAllowed(told, code="password_change_due"))
        messages.warning(request, told)
        page = redirect("account_change_password")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": page["Location"]})
        return page


def _is_over(request: HttpRequest, *, now: datetime) -> bool:
    opened, seen = _moment(request, OPENED), _moment(request, SEEN)
    too_long = opened is not None and now - opened >= timedelta(hours=settings.XIAOER_SESSION_HOURS)
    idle = timedelta(minutes=settings.XIAOER_SESSION_MINUTES)
    return too_long or (seen is not None and now - seen >= idle)


def _moment(request: HttpRequest, key: str) -> datetime | None:
    written = request.session.get(key)
    return None if written is None else datetime.fromisoformat(written)


def _note(request: HttpRequest, *, now: datetime) -> None:
    seen = _moment(request, SEEN)
    if OPENED not in request.session:
        request.session[OPENED] = now.isoformat()
    # a clock moved back by the demonstration must not freeze the last moment seen
    if seen is None or abs(now - seen) >= _NOTED_EVERY:
        request.session[SEEN] = now.isoformat()


def _end(request: HttpRequest) -> None:
    logout(request)
    request.actor = ANONYMOUS.via("web", request_id=request.request_id)  # type: ignore[attr-defined]
    messages.info(request, _("长时间未操作或登录已满时限，为安全起见已退出，请重新登录。"))

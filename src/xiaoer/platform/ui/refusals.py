"""How a refusal is told: problem+json to a program, a notice to htmx, a page to a person.

Whoever is not logged in is led to the log-in page instead, and back afterwards.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from xiaoer.platform.access.actors import ANONYMOUS
from xiaoer.platform.errors import Invalid, NotAllowed, NotHere, Refused, Stale

PROBLEM = "application/problem+json"


def headline(refused: Refused) -> str:
    """Return the few words over a refusal."""
    if isinstance(refused, NotHere):
        return _("没有找到")
    if isinstance(refused, NotAllowed):
        return _("不能这样做")
    if isinstance(refused, Stale):
        return _("已被他人更新")
    if isinstance(refused, Invalid):
        return _("填写的内容需要修改")
    return _("现在不能办理")


def problem(request: HttpRequest, refused: Refused) -> JsonResponse:
    """Return the refusal as RFC 9457 problem details."""
    body = {
        "type": f"urn:xiaoer:problem:{refused.code}",
        "title": headline(refused),
        "status": refused.http_status,
        "detail": refused.message,
        "code": refused.code,
        "field": refused.field,
        "data": refused.data,
        "request_id": getattr(request, "request_id", ""),
    }
    return JsonResponse(body, status=refused.http_status, content_type=PROBLEM)


def _back(request: HttpRequest) -> str:
    """Return the page the person came from, on this site, or the home page."""
    came_from = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


def _to_login(request: HttpRequest) -> HttpResponse:
    here = request.get_full_path() if request.method == "GET" else _back(request)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        query = urlencode({"next": _back(request)})
        response["HX-Redirect"] = f"{reverse(settings.LOGIN_URL)}?{query}"
        return response
    return redirect_to_login(here, login_url=reverse(settings.LOGIN_URL))


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the response that tells this reader the refusal."""
    if request.path.startswith("/api/"):
        return problem(request, refused)
    actor = getattr(request, "actor", ANONYMOUS)
    if actor.kind == "anonymous" and isinstance(refused, (NotHere, NotAllowed)):
        return _to_login(request)
    context = {
        "refused": refused,
        "told": refused.message,
        "headline": headline(refused),
        "back": _back(request),
    }
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        inner = render_to_string("ui/parts/refusal_notice.html", context, request)
        response = HttpResponse(inner, status=refused.http_status)
        response["HX-Retarget"] = "#x-notices"
        response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "ui/refusal.html", context, status=refused.http_status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page of a defect: says so, with the request id to quote. Asks the database nothing."""
    request_id = getattr(request, "request_id", "")
    if request.path.startswith("/api/"):
        body = {
            "type": "urn:xiaoer:problem:defect",
            "title": _("系统出错"),
            "status": 500,
            "code": "defect",
            "request_id": request_id,
        }
        return JsonResponse(body, status=500, content_type=PROBLEM)
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request_id}))

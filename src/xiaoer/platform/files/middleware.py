"""Refuse a request that is too large before its body is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from xiaoer.platform.files.services import too_large
from xiaoer.platform.ui.refusals import answer

# the other fields of the form and the multipart boundaries
_AROUND = 2 * 1024 * 1024


class UploadGuardMiddleware:
    """Judge a request by the length it declares; it stands before whatever reads the body.

    A request without a declared length has no body for Django, so there is no way around.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _declared(request) <= int(settings.XIAOER_UPLOAD_LIMIT_MB) * 1024 * 1024 + _AROUND:
            return self.get_response(request)
        response = answer(request, too_large(_("上传的内容")))
        response["Connection"] = "close"
        return response


def _declared(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0

"""Turn refusals that reach the edge into pages or problem+json."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xiaoer.platform.errors import Refused


class RefusalMiddleware:
    """Answer a :class:`Refused` raised in a view with its status and message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return HttpResponse(exception.message, status=exception.http_status)
        return None

"""Turn refusals that reach the edge into pages, fragments or problem+json."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.refusals import answer


class RefusalMiddleware:
    """Answer a :class:`Refused` raised in a view the way its reader can use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; every other exception is a defect and goes its way."""
        return answer(request, exception) if isinstance(exception, Refused) else None

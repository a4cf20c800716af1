"""Attach the actor, the moment and a request id to each request: the edge where the clock is read."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xiaoer.platform import clock
from xiaoer.platform.access.actors import ANONYMOUS, Actor, for_known


class ActorMiddleware:
    """Set ``request.actor``, ``request.now`` and ``request.request_id``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        request.now = clock.now()  # type: ignore[attr-defined]
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor behind a session, or the anonymous one."""
    request_id = request.request_id  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return ANONYMOUS.via("web", request_id=request_id)
    on = request.now.date()  # type: ignore[attr-defined]
    return for_known(request.user, on=on).via("web", request_id=request_id)

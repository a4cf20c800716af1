"""The declaration every page carries: which action it is, checked before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponseBase

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import require

DECLARATION = "xiaoer_action"


class View(Protocol):
    """A view function: the request first, then what the URL names."""

    def __call__(self, request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def actor_of_request(request: HttpRequest) -> Actor:
    """Return the actor that the middleware attached."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def moment_of_request(request: HttpRequest) -> datetime:
    """Return the moment of the request, read from the clock by the middleware."""
    return cast(datetime, request.now)  # type: ignore[attr-defined]


def page(*, action: str) -> Callable[[View], View]:
    """Declare the action a page is and let nobody in who may not do it at all.

    Who may not is told that the page does not exist (the edge leads whoever is not logged in to
    the log-in page instead). Rules about objects stay in services and queries.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(actor_of_request(request), action)
            return view(request, *args, **kwargs)

        setattr(checked, DECLARATION, action)
        return checked

    return declare


def action_of(view: object) -> str | None:
    """Return the action a view was declared with, None when it was not."""
    found = getattr(view, DECLARATION, None)
    return found if isinstance(found, str) else None

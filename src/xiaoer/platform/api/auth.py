"""Who calls the API: a bearer token or the browser's session, and which action the operation is.

An operation declares its action by its ``auth``::

    @router.get("/plans", auth=needs("plans.plan.list"))
"""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.rules import allowed, require
from xiaoer.platform.accounts.tokens import token_actor
from xiaoer.platform.errors import NotAllowed


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of an API request; its channel is ``api``."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def _enter(request: HttpRequest, actor: Actor, action: str | None) -> Actor:
    if action is not None:
        require(actor, action)
    entered = actor.via("api", request_id=request.request_id)  # type: ignore[attr-defined]
    request.actor = entered  # type: ignore[attr-defined]
    return entered


class TokenAuth(HttpBearer):
    """A token made by its owner, sent as ``Authorization: Bearer …``."""

    def __init__(self, *, action: str | None = None) -> None:
        super().__init__()
        self.action = action

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = token_actor(token=token, now=request.now)  # type: ignore[attr-defined]
        if actor is None:
            raise AuthenticationError()
        return _enter(request, actor, self.action)


class SessionAuth(APIKeyCookie):
    """The session of somebody logged in; a request that changes anything carries the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, *, action: str | None = None) -> None:
        super().__init__(csrf=True)
        self.action = action

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = actor_of(request)
        if actor.kind != "user":
            return None
        if check_csrf(request):
            raise NotAllowed(
                _("用浏览器会话调用接口时，请求必须带上 X-CSRFToken。"), code="csrf_failed"
            )
        return _enter(request, actor, self.action)


class NobodyAuth(AuthBase):
    """Nobody known: only for operations whose action is open to the public."""

    openapi_type = "apiKey"

    def __init__(self, *, action: str) -> None:
        self.action = action

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = actor_of(request)
        if not allowed(actor, self.action):
            return None
        return _enter(request, actor, self.action)


def needs(action: str) -> list[AuthBase]:
    """Return the authentication of an operation that is ``action``: token first, then session.

    Who may not do the action at all is told that the operation does not exist; rules about
    objects stay in services and queries.
    """
    return [TokenAuth(action=action), SessionAuth(action=action), NobodyAuth(action=action)]


def action_of_auth(callbacks: object) -> str | None:
    """Return the action that an operation's authentication declares, None when it declares none."""
    if not isinstance(callbacks, list | tuple):
        return None
    found = {getattr(callback, "action", None) for callback in callbacks}
    return found.pop() if len(found) == 1 else None

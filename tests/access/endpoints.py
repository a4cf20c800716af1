"""Every way into the system, read from the URLconf: pages by URL, the API by operation."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from xiaoer.platform.access.views import action_of
from xiaoer.platform.api.auth import action_of_auth

# whoever these let in is decided elsewhere, or they show nothing to protect
OPEN_MODULES = (
    "allauth.",  # log-in, second factor and single sign-on have policies of their own
    "django.views.i18n",  # switches the language
    "django.views.generic.base",  # redirects only
    "ninja.",  # answers 404 at the API's root
    "xiaoer.platform.api.health",  # says whether the process lives
    "xiaoer.platform.accounts.views_closed",  # refuses everybody
)
OPEN_NAMES = ("home", "api:api-root")  # the home page has panels, each with its own action


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One page or API operation; ``action`` is None where its author declared none."""

    route: str
    name: str
    method: str
    is_api: bool
    action: str | None
    parameters: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return f"{self.method} /{self.route}"

    def url(self, given: dict[str, object] | None = None) -> str:
        """Return the address; what is not given names a thing that does not exist."""
        from django.urls import reverse

        values = {name: _absent(kind) for name, kind in self.parameters}
        return reverse(self.name, kwargs={**values, **(given or {})})


def _absent(converter: str) -> object:
    return {
        "IntConverter": 987654321,
        "UUIDConverter": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
    }.get(converter, "absent")


def endpoints() -> list[Endpoint]:
    """Return every endpoint that has to declare an action, each once."""
    found: dict[tuple[str, str], Endpoint] = {}
    for endpoint in _walk(get_resolver(), "", "", {}):
        found.setdefault((endpoint.route, endpoint.method), endpoint)
    return list(found.values())


def _walk(
    resolver: URLResolver, prefix: str, namespace: str, given: dict[str, str]
) -> Iterator[Endpoint]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        converters = getattr(pattern.pattern, "converters", {})
        named = {**given, **{k: type(c).__name__ for k, c in converters.items()}}
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace or "")))
            yield from _walk(pattern, route, inner, named)
        elif not _is_open(pattern, namespace):
            yield from _of(pattern, route, namespace, named)


def _is_open(pattern: URLPattern, namespace: str) -> bool:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    module = getattr(view, "__module__", "") or ""
    named = ":".join(filter(None, (namespace, pattern.name or "")))
    path_view = _path_view(pattern)
    declared = action_of(pattern.callback)
    if declared is not None or path_view is not None:
        return False
    return module.startswith(OPEN_MODULES) or named in OPEN_NAMES


def _path_view(pattern: URLPattern) -> PathView | None:
    if not inspect.isfunction(pattern.callback):
        return None
    found = inspect.getclosurevars(pattern.callback).nonlocals.get("self")
    return found if isinstance(found, PathView) else None


def _of(
    pattern: URLPattern, route: str, namespace: str, named: dict[str, str]
) -> Iterator[Endpoint]:
    name = ":".join(filter(None, (namespace, pattern.name or "")))
    parameters = tuple(named.items())
    path_view = _path_view(pattern)
    if path_view is None:
        yield Endpoint(
            route=route, name=name, method="GET", is_api=False,
            action=action_of(pattern.callback), parameters=parameters,
        )  # fmt: skip
        return
    for operation in path_view.operations:
        for method in operation.methods:
            yield Endpoint(
                route=route, name=name, method=method, is_api=True,
                action=action_of_auth(operation.auth_callbacks), parameters=parameters,
            )  # fmt: skip

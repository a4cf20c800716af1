"""What every page's template may use."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from xiaoer.platform.access.actors import ANONYMOUS
from xiaoer.platform.ui.registry import data_as_of, nav_urls


@cache
def product_version() -> str:
    """Return the installed version."""
    try:
        return version("xiaoer")
    except PackageNotFoundError:
        return "0"


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    actor = getattr(request, "actor", ANONYMOUS)
    entries = nav_urls(actor)
    here = [
        url
        for _, url in entries
        if request.path == url or (url != "/" and request.path.startswith(url))
    ]
    current = max(here, key=len, default="")
    return [{"label": e.label, "url": url, "is_current": url == current} for e, url in entries]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return the actor, the moment, the navigation and what the foot of the page says."""
    now = getattr(request, "now", None)
    return {
        "actor": getattr(request, "actor", ANONYMOUS),
        "now": now,
        "city": settings.XIAOER_CITY,
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "product_version": product_version(),
        "data_as_of": SimpleLazyObject(lambda: data_as_of(now) if now else None),
        "request_id": getattr(request, "request_id", ""),
    }

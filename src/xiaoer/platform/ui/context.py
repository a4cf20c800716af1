"""What every page's template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return the actor and the moment of the request."""
    return {"actor": getattr(request, "actor", None), "now": getattr(request, "now", None)}

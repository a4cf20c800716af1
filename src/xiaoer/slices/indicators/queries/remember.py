"""Keep what was counted and drawn for as long as the projections stay as they are.

Every change of the projections writes a new random token (:class:`Stamp`); the token is part of
every key, so nothing is ever shown that is older than the projections themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache
from django.utils.translation import get_language

from xiaoer.slices.indicators.models import Stamp

T = TypeVar("T")
DAY_SECONDS = 24 * 60 * 60


def stamp() -> str:
    """Return the token of the projections as they are, empty before anything was computed."""
    return Stamp.objects.values_list("token", flat=True).first() or ""


def remembered(name: str, *parts: object, make: Callable[[], T]) -> T:
    """Return what ``make`` returns for these parts, the projections and the reader's language.

    ``parts`` must have a ``repr`` that tells them apart; the result must be picklable.
    """
    token = stamp()
    if not token:
        return make()
    text = repr((name, token, get_language(), parts))
    key = f"indicators:{hashlib.sha256(text.encode()).hexdigest()}"
    known = cache.get(key)
    if known is None:
        known = (make(),)
        cache.set(key, known, DAY_SECONDS)
    return cast("tuple[T]", known)[0]

"""Pages of long lists: a limit and an offset in, the items and their number out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

T = TypeVar("T")


class Paging(Schema):
    """Which part of a list is asked for; use as ``paging: Query[Paging]``."""

    limit: int = Field(50, ge=1, le=500, description="最多返回几条")
    offset: int = Field(0, ge=0, le=1_000_000, description="从第几条之后开始")


class Listed(Schema, Generic[T]):
    """A part of a list; declare as ``response=Listed[PlanOut]``."""

    items: list[T]
    count: int
    limit: int
    offset: int


def listed(rows: QuerySet[Any, Any] | Sequence[Any], *, paging: Paging) -> dict[str, Any]:
    """Return the asked part of ``rows`` (ordered, already limited to what the actor sees)."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return {
        "items": list(rows[paging.offset : paging.offset + paging.limit]),
        "count": count,
        "limit": paging.limit,
        "offset": paging.offset,
    }

"""What a list was asked for: search, filters, sort, page and columns, all of it in the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.http import QueryDict

Wanted = Literal["html", "xlsx"]
SIZES = (25, 50, 100, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a list; ``params`` keeps every pair of the URL so that links can be built.

    ``sort`` is a sort key without its sign, ``after`` the key of a keyset page, ``columns`` the
    chosen columns (empty: the usual ones).
    """

    params: tuple[tuple[str, str], ...] = ()
    q: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = 50
    after: str = ""
    columns: tuple[str, ...] = ()
    wants: Wanted = "html"

    def value(self, key: str) -> str:
        """Return the first value of a filter, empty when it is not set."""
        return next((v for k, v in self.params if k == key and v), "")

    def values(self, key: str) -> tuple[str, ...]:
        """Return all values of a filter."""
        return tuple(v for k, v in self.params if k == key and v)

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.page - 1) * self.size

    def url(self, change: Mapping[str, str | Sequence[str] | None]) -> str:
        """Return the query of the same list with some parameters changed; None takes one out."""
        pairs = [(k, v) for k, v in self.params if k not in change]
        for key, value in change.items():
            if value is None:
                continue
            pairs += [(key, value)] if isinstance(value, str) else [(key, v) for v in value]
        return f"?{urlencode(pairs)}"

    def without(self, key: str, value: str) -> str:
        """Return the query with one value of one filter taken out, on the first page."""
        left = [v for v in self.values(key) if v != value]
        return self.url({key: left or None, "page": None, "after": None, "format": None})


def _whole(text: str | None, *, least: int, most: int, default: int) -> int:
    try:
        return min(max(int(text or default), least), most)
    except ValueError:
        return default


def read_ask(
    params: QueryDict,
    *,
    sorts: Sequence[str] = (),
    sort: str = "",
    size: int = 50,
) -> Ask:
    """Read a list's request from a URL; what makes no sense falls back to the usual.

    Parameters
    ----------
    params
        ``request.GET``.
    sorts
        The sort keys that the list offers.
    sort
        The usual order: a sort key, with a leading ``-`` for descending.
    size
        The usual number of rows of a page.
    """
    wanted = params.get("sort") or sort
    if wanted.lstrip("-") not in sorts:
        wanted = sort
    return Ask(
        params=tuple((k, v) for k, vs in params.lists() for v in vs if v),
        q=(params.get("q") or "").strip()[:200],
        sort=wanted.lstrip("-"),
        descending=wanted.startswith("-"),
        page=_whole(params.get("page"), least=1, most=100_000, default=1),
        size=_whole(params.get("size"), least=1, most=SIZES[-1], default=size),
        after=(params.get("after") or "")[:200],
        columns=tuple(params.getlist("cols")),
        wants="xlsx" if params.get("format") == "xlsx" else "html",
    )

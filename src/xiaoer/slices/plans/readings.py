"""From what the compiler quotes to what a ledger needs: an indicator's own name, a target's own date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_DATE_HEAD = re.compile(
    r"^(?:20\d{2}年)?(?:\d{1,2}月(?:\d{1,2}日)?|[上下]半年|[一二三四]季度|年)底?末?(?:之?前|内)?[，,]?"
)
_PARTS = re.compile(r"[、和与及]|以及")
_CLAUSE = re.compile(r"[，,。；;：:\n]")


def indicator_names(*, phrases: Sequence[str]) -> list[str]:
    """Return each target's own indicator name.

    A phrase that names several indicators for as many numbers (甲率、乙率分别达到…) is dealt out;
    where it cannot be, the names are numbered so that their histories stay apart. A date before
    the name is the target's deadline, not part of it.
    """
    names = [_DATE_HEAD.sub("", p) or p for p in phrases]
    first = 0
    while first < len(names):
        last = first
        while last + 1 < len(names) and names[last + 1] == names[first]:
            last += 1
        if last > first:
            names[first : last + 1] = _dealt(names[first], last - first + 1)
        first = last + 1
    return names


def _dealt(phrase: str, count: int) -> list[str]:
    parts = [p for p in _PARTS.split(phrase) if p]
    if len(parts) == count and len({p[-1] for p in parts}) == 1:
        return parts
    return [f"{phrase}（{i}）" for i in range(1, count + 1)]


def own_date(
    *, text: str, target: tuple[int, int], dates: Sequence[tuple[tuple[int, int], date]]
) -> date | None:
    """Return the date printed in the same clause as a target, None where the clause has none.

    Parameters
    ----------
    text
        The measure's text; all spans count its characters.
    dates
        Spans of dated deadlines with the day each means.
    """
    breaks = [m.end() for m in _CLAUSE.finditer(text, 0, target[0])]
    clause = breaks[-1] if breaks else 0
    inside = [day for (start, end), day in dates if start >= clause and end <= target[1]]
    return inside[-1] if inside else None

"""How the slice writes bars, months and lights on pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from xiaoer.platform.ui.formats import month as words
from xiaoer.platform.ui.formats import number
from xiaoer.slices.indicators import domain

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "within": "≤", "approx": "≈"}


def bar_words(
    *, comparator: str, value: Decimal, value_max: Decimal | None = None, unit: str
) -> str:
    """Return a target's bar in short: sign, number and unit together."""
    shown = number(value) if value_max is None else f"{number(value)}–{number(value_max)}"
    if comparator == "increase_ge":
        return _("增长 ≥ %(value)s") % {"value": f"{shown} {unit}".strip()}
    if comparator == "decrease_ge":
        return _("降低 ≥ %(value)s") % {"value": f"{shown} {unit}".strip()}
    return f"{SIGNS.get(comparator, '=')} {shown} {unit}".strip()


def month_words(index: int | None) -> str:
    """Return a month by its index in words, a dash for none."""
    if index is None:
        return "—"
    month = domain.month_at(index)
    return words(month.year, month.month)


def held_words(since: date | None, *, today: date) -> str:
    """Return how long a light has held: 第 2 月."""
    if since is None:
        return ""
    months = (today.year - since.year) * 12 + today.month - since.month + 1
    return _("第 %(n)s 月") % {"n": months} if months > 1 else ""

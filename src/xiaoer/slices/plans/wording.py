"""How targets and duties are written on pages: "≥ 300 家", "牵头"."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from xiaoer.platform.ui.formats import number

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "within": "≤", "approx": "≈"}


def target_words(*, comparator: str, value: Decimal, value_max: Decimal | None, unit: str) -> str:
    """Return the bar of a target in short: sign, number and unit together."""
    shown = number(value) if value_max is None else f"{number(value)}–{number(value_max)}"
    if comparator == "increase_ge":
        return _("增长 ≥ %(value)s") % {"value": f"{shown} {unit}".strip()}
    if comparator == "decrease_ge":
        return _("降低 ≥ %(value)s") % {"value": f"{shown} {unit}".strip()}
    return f"{SIGNS.get(comparator, '=')} {shown} {unit}".strip()


def role_word(role: str) -> str:
    """Return the Chinese word of a duty."""
    return {"lead": _("牵头"), "joint": _("共同负责"), "support": _("配合")}.get(role, role)

"""What the units of the demonstration city report month by month: deterministic, some well, some late."""

from __future__ import annotations

import hashlib
from decimal import Decimal

PACES = ("good",) * 9 + ("slow", "late")
FINAL = {"good": Decimal("1.06"), "slow": Decimal("0.88"), "late": Decimal("0.66")}
RATES = {"good": Decimal("1.02"), "slow": Decimal("0.985"), "late": Decimal("0.94")}
LIMITS = frozenset({"le", "lt", "within"})
WHOLE_UNITS = frozenset("家户个项名场条次人类套亩件")


def pace_of(uid_text: str) -> str:
    """Return how well a target goes, the same for the same words."""
    digest = hashlib.sha256(uid_text.encode()).digest()
    return PACES[digest[0] % len(PACES)]


def value_for(
    *, words: str, comparator: str, target: Decimal, unit: str, shape: str, month: int, months: int
) -> Decimal:
    """Return the value reported for the ``month``-th of ``months`` (from 1) of the plan's year.

    Counts grow towards the target, rates hover near it, limits stay below or above it.
    """
    pace = pace_of(words)
    share = Decimal(month) / Decimal(months)
    wobble = Decimal(
        int(hashlib.sha256(f"{words}{month}".encode()).hexdigest()[:2], 16) - 128
    ) / Decimal(12800)
    if comparator in LIMITS:
        level = {"good": Decimal("0.88"), "slow": Decimal("0.97"), "late": Decimal("1.2")}[pace]
        value = target * (level + wobble)
    elif unit.startswith("%") or comparator in ("increase_ge", "decrease_ge"):
        start = Decimal("0.9") if unit.startswith("%") and target >= 50 else Decimal("0.5")
        value = target * (start + (RATES[pace] - start) * min(Decimal(1), share * 2) + wobble / 10)
        if unit.startswith("%"):
            value = min(value, Decimal(100))
    elif shape == "step":
        value = target if pace == "good" and month >= months // 2 else Decimal(0)
    else:
        value = target * FINAL[pace] * share + target * wobble / 20
    return round_for(value=max(value, Decimal(0)), unit=unit, target=target)


def round_for(*, value: Decimal, unit: str, target: Decimal) -> Decimal:
    """Round to what such a figure is reported in: whole counts, one decimal for the rest."""
    counted = (
        unit[:1] in WHOLE_UNITS
        and target == target.to_integral_value()
        and not unit.startswith("个百")
    )
    return value.quantize(Decimal(1)) if counted else value.quantize(Decimal("0.1"))

"""The bar a target sets and the line it is expected to follow.

Values are exact decimals. Where a division does not end, twelve significant digits are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from xiaoer.engines.supervision._model import (
    Accumulation,
    Comparator,
    LightRule,
    Reads,
    Shape,
    Target,
)

#: Enough digits for any official figure, few enough to read.
EXACT = Context(prec=28)
_SHOWN = Context(prec=12)
_FALLING = (Comparator.LE, Comparator.LT, Comparator.WITHIN)
_ONE, _ZERO, _HUNDRED = Decimal(1), Decimal(0), Decimal(100)


def shown(value: Decimal) -> Decimal:
    """Round to twelve significant digits, dropping trailing noise of a division."""
    return _SHOWN.plus(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A target as a plain bar: a level, the side that is good, and where the way to it begins."""

    bar: Decimal
    rising: bool
    strict: bool
    origin: Decimal
    origin_assumed: bool

    def met(self, value: Decimal) -> bool:
        """Say whether a value is on the good side of the bar."""
        if value == self.bar:
            return not self.strict
        return (value > self.bar) == self.rising

    def shortfall(self, *, expected: Decimal, actual: Decimal) -> Decimal:
        """Return how far ``actual`` is on the bad side of ``expected``, never negative."""
        short = expected - actual if self.rising else actual - expected
        return max(short, _ZERO)


def default_shape(
    *,
    comparator: Comparator,
    value: Decimal,
    baseline: Decimal | None = None,
    unit: str = "",
    every: bool = False,
) -> Shape:
    """Return the form of the expected line where nobody has chosen one.

    Flat for limits and for "every month"; a step for one thing to be delivered; linear otherwise.
    A limit with a worse baseline (压缩至 from a known value) is a way to go, so linear.
    """
    if every:
        return Shape.FLAT
    if comparator in _FALLING:
        return Shape.LINEAR if baseline is not None and baseline > value else Shape.FLAT
    one_thing = value == 1 and comparator in (Comparator.EQ, Comparator.GE) and "%" not in unit
    return Shape.STEP if one_thing else Shape.LINEAR


def shape_of(target: Target) -> Shape:
    """Return the target's chosen or default shape."""
    return target.shape or default_shape(
        comparator=target.comparator,
        value=target.value,
        baseline=target.baseline,
        unit=target.unit,
        every=target.every,
    )


def goal_of(*, target: Target, rule: LightRule, county: str | None = None) -> Goal:
    """Return the bar of a target, for one county where it holds for each.

    ``eq`` is met at or beyond its value on the side away from the baseline, as plans mean it
    (新增900套). ``approx`` is met within the rule's tolerance, and beyond it on the good side.
    """
    value = target.county_values.get(county, target.value) if county else target.value
    base = target.baseline
    rising, strict, bar = True, False, value
    if target.comparator in _FALLING:
        rising, strict = False, target.comparator is Comparator.LT
        bar = value if target.value_max is None else target.value_max
    elif target.comparator is Comparator.GT:
        strict = True
    elif target.comparator in (Comparator.EQ, Comparator.APPROX):
        rising = base is None or base <= value
    if target.comparator is Comparator.APPROX:
        slack = abs(value) * rule.approx_tolerance
        bar = value - slack if rising else value + slack
    if target.comparator in (Comparator.INCREASE_GE, Comparator.DECREASE_GE):
        if target.reads is Reads.CHANGE:
            base = _ZERO
        else:
            rising = target.comparator is Comparator.INCREASE_GE
            bar = _changed(base or _ZERO, value, target.unit, rising=rising)
    return Goal(
        bar=bar,
        rising=rising,
        strict=strict,
        origin=_ZERO if base is None else base,
        origin_assumed=base is None,
    )


def _changed(base: Decimal, value: Decimal, unit: str, *, rising: bool) -> Decimal:
    sign = _ONE if rising else -_ONE
    if unit in ("%", "％"):
        return shown(EXACT.multiply(base, _ONE + sign * value / _HUNDRED))
    if unit == "倍":
        return base * (_ONE + sign * value)
    if unit == "番":
        return shown(EXACT.multiply(base, EXACT.power(Decimal(2), sign * value)))
    return base + sign * value


def corners(*, target: Target, goal: Goal) -> tuple[tuple[date, Decimal], ...]:
    """Return the corners of the expected line, for drawing and for reading a day's value off.

    Empty where a line needs a deadline and there is none. A step has two corners on its day.
    """
    shape = shape_of(target)
    if shape is Shape.CUSTOM:
        return target.line
    first = line_start(target)
    if shape is Shape.FLAT:
        return ((first, goal.bar), (max(first, target.deadline or first), goal.bar))
    if target.deadline is None:
        return ()
    if shape is Shape.STEP or target.deadline <= first:
        return (
            (min(first, target.deadline), goal.origin),
            (target.deadline, goal.origin),
            (target.deadline, goal.bar),
        )
    return ((first, goal.origin), (target.deadline, goal.bar))


def expected_on(*, target: Target, goal: Goal, day: date) -> Decimal | None:
    """Return the expected value on a day: level before the first corner and after the last.

    Examples
    --------
    >>> from xiaoer.engines.supervision import Comparator, Target
    >>> target = Target(key="t", comparator=Comparator.GE, value=Decimal(100),
    ...                 start=date(2026, 1, 1), deadline=date(2026, 1, 11))
    >>> goal = Goal(bar=Decimal(100), rising=True, strict=False, origin=Decimal(0),
    ...             origin_assumed=True)
    >>> expected_on(target=target, goal=goal, day=date(2026, 1, 4))
    Decimal('30')
    """
    line = corners(target=target, goal=goal)
    if not line:
        return None
    if day < line[0][0]:
        return line[0][1]
    value = line[-1][1]
    for (left, low), (right, high) in zip(line, line[1:], strict=False):
        if left <= day < right:
            done, whole = Decimal((day - left).days), Decimal((right - left).days)
            rise = EXACT.divide(EXACT.multiply(high - low, done), whole)
            return shown(low + rise)
    return value


def line_start(target: Target) -> date:
    """Return the day the line begins: publication, or later where values count from later."""
    begins = counting_start(target)
    return max(target.start, begins) if begins else target.start


def counting_start(target: Target) -> date | None:
    """Return the day from which values count; None where all do."""
    if target.counts_from is not None:
        return target.counts_from
    if target.accumulation is Accumulation.MONTHLY_SUM:
        return date((target.deadline or target.start).year, 1, 1)
    return None


def counting_end(target: Target) -> date | None:
    """Return the last day whose values count: a sum of its year ends with the deadline's year."""
    if target.accumulation is Accumulation.MONTHLY_SUM and target.counts_from is None:
        return date((target.deadline or target.start).year, 12, 31)
    return None

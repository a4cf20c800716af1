"""Where a target lands at its deadline: least squares over its last values, with an interval.

Plain statistics with exact decimals; silent under three values. The interval is that of a new
observation (prediction interval), not of the line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import cache

from xiaoer.engines.supervision._model import Accumulation, LightRule, Target
from xiaoer.engines.supervision._results import Certainty, Forecast
from xiaoer.engines.supervision.expected import EXACT, Goal, shown

_TOLERANCE = 1e-12
_ZERO = Decimal(0)


def forecast(
    *,
    target: Target,
    goal: Goal,
    points: Sequence[tuple[date, Decimal]],
    rule: LightRule,
    county: str | None = None,
) -> Forecast | None:
    """Return the forecast of a target at its deadline.

    Parameters
    ----------
    target, goal
        The target and its bar.
    points
        Verified values in order of time, one a day, summed where the target sums.
    rule
        Says how many of the latest values are used and the level of the interval.
    county
        Copied into the result.

    Returns
    -------
    Forecast or None
        None without a deadline, with too few values, or when a value of the deadline is there.
        Bounds of the target clip it, and a total that has never fallen is not forecast to fall.
    """
    used = list(points)[-rule.forecast_points :]
    if target.deadline is None or len(used) < rule.forecast_min_points:
        return None
    if used[-1][0] >= target.deadline:
        return None
    with localcontext(EXACT):
        value, margin, slope = _fit(used, target.deadline, rule.forecast_level)
    low, mid, high = (
        shown(_clipped(target, used, number)) for number in (value - margin, value, value + margin)
    )
    met = {goal.met(low), goal.met(high)}
    certainty = Certainty.OPEN if len(met) > 1 else Certainty.MEETS
    return Forecast(
        on=target.deadline,
        value=mid,
        low=low,
        high=high,
        meets=goal.met(mid),
        certainty=Certainty.MISSES if met == {False} else certainty,
        level=rule.forecast_level,
        n_points=len(used),
        first=used[0][0],
        last=used[-1][0],
        per_day=shown(slope),
        county=county,
    )


def _fit(
    points: Sequence[tuple[date, Decimal]], on: date, level: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """Return the line's value on a day, half the width of the interval there, and the slope."""
    n = len(points)
    origin = points[0][0]
    xs = [Decimal((day - origin).days) for day, _ in points]
    ys = [value for _, value in points]
    x_mean, y_mean = sum(xs, _ZERO) / n, sum(ys, _ZERO) / n
    spread = sum(((x - x_mean) ** 2 for x in xs), _ZERO)
    together = sum(((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)), Decimal(0))
    slope = together / spread
    squares = sum(
        ((y - y_mean - slope * (x - x_mean)) ** 2 for x, y in zip(xs, ys, strict=True)),
        _ZERO,
    )
    ahead = Decimal((on - origin).days) - x_mean
    deviation = (squares / (n - 2)).sqrt()
    widening = (1 + Decimal(1) / n + ahead**2 / spread).sqrt()
    quantile = Decimal(repr(student_quantile(level=float(level), freedom=n - 2)))
    return y_mean + slope * ahead, quantile * deviation * widening, slope


def _clipped(target: Target, used: Sequence[tuple[date, Decimal]], number: Decimal) -> Decimal:
    values = [value for _, value in used]
    never_fell = all(a <= b for a, b in zip(values, values[1:], strict=False))
    if target.accumulation is not Accumulation.LEVEL and never_fell:
        number = max(number, values[-1])
    if target.lower is not None:
        number = max(number, target.lower)
    if target.upper is not None:
        number = min(number, target.upper)
    return number


@cache
def student_quantile(*, level: float, freedom: int) -> float:
    """Return t such that Student's distribution holds ``level`` of its mass within ±t.

    Examples
    --------
    >>> round(student_quantile(level=0.80, freedom=4), 3)
    1.533
    """
    low, high = 0.0, 1.0
    while _mass_within(high, freedom) < level:
        high *= 2
    while high - low > _TOLERANCE * high:
        middle = (low + high) / 2
        if _mass_within(middle, freedom) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _mass_within(t: float, freedom: int) -> float:
    """Return P(-t < T < t) by the finite series for whole degrees of freedom.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    if freedom == 1:
        return 2 * angle / math.pi
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = term
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * cosine * cosine
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total

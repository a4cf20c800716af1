"""Forecasts against hand calculation, a published table of t, and invariants of least squares."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from supervision_builders import CALENDAR, RULE, a_rule, a_target, some_values

from xiaoer.engines.supervision import (
    Accumulation,
    Certainty,
    Target,
    forecast,
    goal_of,
    student_quantile,
    target_light,
)

START, END = date(2026, 1, 1), date(2026, 1, 11)
POINTS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=300),
        st.decimals(min_value=0, max_value=1000, places=2),
    ),
    min_size=3,
    max_size=10,
    unique_by=lambda point: point[0],
)


def a_level(**fields: object) -> Target:
    return a_target(
        **{
            "comparator": "ge",
            "value": 100,
            "start": START,
            "deadline": END,
            "accumulation": "level",
            **fields,
        }
    )


def foresee(target: Target, points, rule=RULE):
    series = sorted((START + timedelta(days=x), Decimal(str(y))) for x, y in points)
    goal = goal_of(target=target, rule=rule)
    return forecast(target=target, goal=goal, points=series, rule=rule)


class TestStudentQuantile:
    @pytest.mark.parametrize(
        ("level", "freedom", "table"),
        [
            (0.80, 1, 3.078),
            (0.80, 2, 1.886),
            (0.80, 3, 1.638),
            (0.80, 4, 1.533),
            (0.95, 1, 12.706),
            (0.95, 2, 4.303),
            (0.95, 3, 3.182),
            (0.95, 4, 2.776),
            (0.95, 5, 2.571),
            (0.95, 10, 2.228),
            (0.99, 4, 4.604),
            (0.99, 7, 3.499),
        ],
    )
    def test_agrees_with_the_printed_table(self, level, freedom, table):
        assert round(student_quantile(level=level, freedom=freedom), 3) == table


class TestForecast:
    def test_agrees_with_a_calculation_by_hand(self):
        # Points (0,1) (1,3) (2,2) (3,6): means 1.5 and 3, Sxx 5, Sxy 7, slope 1.4, intercept 0.9,
        # squared residuals 0.01+0.49+2.89+0.81 = 4.2, s = sqrt(4.2/2). At day 10: 14.9; the
        # half-width is 1.8856 * 1.44914 * sqrt(1 + 1/4 + 8.5**2/5) = 10.827.
        seen = foresee(a_level(), [(0, 1), (1, 3), (2, 2), (3, 6)])
        assert seen is not None
        assert (seen.value, seen.per_day, seen.n_points) == (Decimal("14.9"), Decimal("1.4"), 4)
        assert float(seen.high - seen.value) == pytest.approx(10.827, abs=0.001)
        assert seen.on == END

    def test_is_exact_on_a_straight_line(self):
        seen = foresee(a_level(), [(0, 10), (2, 20), (5, 35)])
        assert (seen.low, seen.value, seen.high) == (60, 60, 60)
        assert seen.certainty is Certainty.MISSES and not seen.meets

    @pytest.mark.parametrize("n", [0, 1, 2])
    def test_is_silent_under_three_values(self, n):
        assert foresee(a_level(), [(k, k) for k in range(n)]) is None

    def test_is_silent_without_a_deadline_and_once_its_value_is_in(self):
        points = [(0, 1), (1, 2), (2, 3)]
        assert foresee(a_level(deadline=None), points) is None
        assert foresee(a_level(), [*points, (10, 9)]) is None

    def test_uses_the_last_six_values(self):
        early = [(0, 500), (1, 400)]
        late = [(2 + k, 10 * k) for k in range(6)]
        assert foresee(a_level(), [*early, *late]) == foresee(a_level(), late)

    def test_takes_how_many_from_the_rule(self):
        points = [(k, k * k) for k in range(8)]
        assert foresee(a_level(), points, a_rule(forecast_points=4)).n_points == 4

    def test_widens_with_the_level(self):
        points = [(0, 1), (1, 3), (2, 2), (3, 6)]
        narrow, wide = (
            foresee(a_level(), points, a_rule(forecast_level=Decimal(p))) for p in ("0.5", "0.95")
        )
        assert wide.high - wide.low > narrow.high - narrow.low

    def test_stays_inside_the_bounds_of_a_rate(self):
        seen = foresee(a_level(lower=0, upper=100), [(0, 80), (3, 92), (6, 97)])
        assert seen.high <= 100 and seen.low >= 0

    def test_does_not_foresee_the_fall_of_a_total(self):
        points = [(0, 0), (1, 50), (2, 51)]
        total = foresee(a_level(accumulation="cumulative"), points)
        level = foresee(a_level(), points)
        assert total.low == 51
        assert level.low < 51

    def test_can_be_sure_of_meeting(self):
        assert foresee(a_level(value=50), [(0, 10), (2, 20), (5, 35)]).certainty is Certainty.MEETS

    def test_sums_monthly_amounts_before_it_looks_ahead(self):
        target = a_target(
            comparator="ge",
            value=120,
            start=START,
            deadline=date(2026, 12, 31),
            accumulation=Accumulation.MONTHLY_SUM,
        )
        values = some_values({date(2026, 1, 31): 10, date(2026, 3, 2): 10, date(2026, 4, 1): 10})
        light = target_light(
            target=target, observations=values, today=date(2026, 4, 5), calendar=CALENDAR, rule=RULE
        )
        assert light.forecast is not None
        assert light.forecast.per_day == Decimal("0.333333333333")

    @given(points=POINTS, k=st.sampled_from(["10", "0.01", "10000", "7"]))
    @settings(max_examples=100, deadline=None)
    def test_scales_with_the_unit(self, points, k):
        factor = Decimal(k)
        target = a_level(deadline=START + timedelta(days=365))
        here = foresee(target, points)
        bigger = replace(target, value=target.value * factor)
        there = foresee(bigger, [(x, y * factor) for x, y in points])
        for name in ("value", "low", "high", "per_day"):
            wanted = float(getattr(here, name) * factor)
            assert float(getattr(there, name)) == pytest.approx(wanted, rel=1e-9, abs=1e-6)

    @given(points=POINTS, shift=st.integers(min_value=-500, max_value=500))
    @settings(max_examples=80, deadline=None)
    def test_shifts_with_the_origin(self, points, shift):
        target = a_level(deadline=START + timedelta(days=365))
        here = foresee(target, points)
        there = foresee(target, [(x, y + shift) for x, y in points])
        for name in ("value", "low", "high"):
            wanted = float(getattr(here, name)) + shift
            assert math.isclose(float(getattr(there, name)), wanted, abs_tol=1e-5)

    @given(points=POINTS)
    @settings(max_examples=80, deadline=None)
    def test_holds_its_value_between_low_and_high(self, points):
        seen = foresee(a_level(deadline=START + timedelta(days=365)), points)
        assert seen.low <= seen.value <= seen.high
        assert seen.meets or seen.certainty is not Certainty.MEETS

    @given(points=POINTS)
    @settings(max_examples=60, deadline=None)
    def test_agrees_with_floating_point_least_squares(self, points):
        last = sorted(points)[-6:]
        assume(len({x for x, _ in last}) >= 3)
        xs, ys = [float(x) for x, _ in last], [float(y) for _, y in last]
        n, x_mean, y_mean = len(xs), sum(xs) / len(xs), sum(ys) / len(ys)
        spread = sum((x - x_mean) ** 2 for x in xs)
        slope = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
        squares = sum((y - y_mean - slope * (x - x_mean)) ** 2 for x, y in zip(xs, ys, strict=True))
        half = (
            student_quantile(level=0.8, freedom=n - 2)
            * math.sqrt(squares / (n - 2))
            * math.sqrt(1 + 1 / n + (365 - x_mean) ** 2 / spread)
        )
        seen = foresee(a_level(deadline=START + timedelta(days=365)), points)
        value = y_mean + slope * (365 - x_mean)
        assert float(seen.value) == pytest.approx(value, rel=1e-6, abs=1e-6)
        assert float(seen.high) == pytest.approx(value + half, rel=1e-6, abs=1e-5)

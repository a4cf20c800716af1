"""Units, numbers and checks, without a database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xiaoer.platform.errors import Invalid
from xiaoer.slices.indicators.domain import Month
from xiaoer.slices.indicators.domain.units import convert, parse_value
from xiaoer.slices.indicators.domain.values import Asked, check_value


class TestConvert:
    @pytest.mark.parametrize(
        ("value", "source", "target", "expected"),
        [
            ("12500", "人", "万人", "1.25"),
            ("3.5", "万人", "人", "35000"),
            ("1.2", "亿元", "万元", "12000"),
            ("98", "％", "%", "98"),
            ("2", "小时", "分钟", "120"),
            ("3", "个工作日", "工作日", "3"),
        ],
    )
    def test_rewrites_multiples_of_one_thing(self, value, source, target, expected):
        assert convert(Decimal(value), source=source, target=target) == Decimal(expected)

    @pytest.mark.parametrize(
        ("source", "target"), [("人", "家"), ("%", "个百分点"), ("天", "工作日"), ("元", "美元")]
    )
    def test_refuses_what_measures_something_else(self, source, target):
        with pytest.raises(Invalid) as refusal:
            convert(Decimal(1), source=source, target=target)
        assert refusal.value.code == "wrong_unit"


class TestParseValue:
    @pytest.mark.parametrize(
        ("text", "unit", "number", "typed"),
        [
            ("35,000", "人", "35000", "人"),
            ("３.５万人", "人", "3.5", "万人"),
            ("98%", "%", "98", "%"),
            ("3.5万", "人", "35000", "人"),
            ("3.5万", "万人", "3.5", "万人"),
            ("−2", "%", None, None),
        ],
    )
    def test_understands_what_clerks_type(self, text, unit, number, typed):
        if number is None:
            with pytest.raises(Invalid):
                parse_value(text, target_unit=unit)
            return
        assert parse_value(text, target_unit=unit) == (Decimal(number), typed)


class TestCheckValue:
    def test_lets_growth_be_negative_and_above_a_hundred(self):
        asked = Asked(indicator="进出口额增长率", unit="%", basis="cumulative")
        for text in ("-3.2", "180"):
            checked = check_value(text=text, unit="", asked=asked, before=None, reason="")
            assert checked.value == Decimal(text)

    def test_lets_a_stock_fall_without_a_reason(self):
        asked = Asked(indicator="拖欠账款余额", unit="万元", basis="cumulative")
        checked = check_value(text="10", unit="", asked=asked, before=Decimal(20), reason="")
        assert checked.value == 10


class TestMonth:
    def test_knows_its_neighbours_and_ends(self):
        december = Month(year=2026, month=12)
        assert december.next == Month(year=2027, month=1)
        assert december.last_day.isoformat() == "2026-12-31"
        assert Month(year=2028, month=2).last_day.day == 29

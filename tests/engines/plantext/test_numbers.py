"""Numbers of official Chinese: digits, numerals, ranges, shares and the units behind them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.plantext._numbers import arabic_value, find_quantities, hanzi_value

DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """Write a number below a hundred million in Chinese numerals (the test's own speller)."""

    def below_myriad(value: int) -> str:
        words, gap = "", False
        for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = value // place % 10
            if digit:
                words += ("零" if gap and words else "") + DIGITS[digit] + name
                gap = False
            else:
                gap = True
        return words

    high, low = divmod(number, 10_000)
    if not high:
        return below_myriad(low)
    joint = "零" if low and low < 1000 else ""
    return below_myriad(high) + "万" + joint + below_myriad(low)


def read(text: str) -> list[tuple[object, object, str]]:
    return [(q.value, q.value_max, q.unit) for q in find_quantities(text)]


class TestHanziValue:
    @settings(deadline=None)
    @given(st.integers(min_value=1, max_value=99_999_999))
    def test_reads_back_what_was_spelled(self, number: int) -> None:
        assert hanzi_value(spell(number)) == number

    @pytest.mark.parametrize(
        ("word", "worth"),
        [
            ("十", 10),
            ("十二", 12),
            ("两万", 20_000),
            ("三千五百", 3500),
            ("一百零五", 105),
            ("二〇二五", 2025),
            ("一亿二千万", 120_000_000),
            ("千亿", 100_000_000_000),
        ],
    )
    def test_reads_the_forms_of_plans(self, word: str, worth: int) -> None:
        assert hanzi_value(word) == worth

    @pytest.mark.parametrize("word", ["", "十百", "三四百五五", "甲"])
    def test_refuses_what_is_no_numeral(self, word: str) -> None:
        assert hanzi_value(word) is None


class TestArabicValue:
    @settings(deadline=None)
    @given(st.integers(min_value=0, max_value=10**9))
    def test_drops_thousand_separators(self, number: int) -> None:
        assert arabic_value(f"{number:,}") == number


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3.5万人", (3.5, None, "万人")),
            ("3,500家", (3500, None, "家")),
            ("1-2家", (1, 2, "家")),
            ("3至5个工作日", (3, 5, "个工作日")),
            ("10%-15%", (10, 15, "%")),
            ("百分之九十五", (95, None, "%")),
            ("九成以上", (90, None, "%")),
            ("三分之一", (0.3333, None, "")),
            ("1/3", (0.3333, None, "")),
            ("翻一番", (1, None, "番")),
            ("翻两番", (2, None, "番")),
            ("8000万立方", (8000, None, "万立方")),
            ("405万吨标准煤", (405, None, "万吨标准煤")),
            ("5个百分点", (5, None, "个百分点")),
            ("120家次", (120, None, "家次")),
            ("10亿千瓦", (10, None, "亿千瓦")),
            ("15亿以上", (15, None, "亿")),
            ("3万余人", (3, None, "万人")),
            ("100万元/项", (100, None, "万元/项")),
            ("30微克/立方米", (30, None, "微克/立方米")),
            ("三千五百家", (3500, None, "家")),
            ("6个人工智能基地", (6, None, "个")),
        ],
    )
    def test_reads_value_and_unit(self, text: str, expected: tuple[object, object, str]) -> None:
        assert read(text) == [expected]

    @pytest.mark.parametrize(
        "text", ["12345热线", "5G网络", "投资在线3.0", "4方面", "2025/6/30", "5G"]
    )
    def test_leaves_numbers_without_a_unit(self, text: str) -> None:
        assert read(text) == []

    @settings(deadline=None)
    @given(st.text(alphabet="一二三百千万亿0123456789.,%个家万元/-至~分之成番 ", max_size=60))
    def test_reports_places_in_order_and_inside_the_text(self, text: str) -> None:
        end = 0
        for quantity in find_quantities(text):
            assert end <= quantity.start < quantity.number_end <= quantity.end <= len(text)
            end = quantity.end

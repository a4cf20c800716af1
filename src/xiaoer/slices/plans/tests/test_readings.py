"""Names and dates of targets."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoer.slices.plans.readings import indicator_names, own_date


class TestIndicatorNames:
    @pytest.mark.parametrize(
        ("phrases", "names"),
        [
            (["开标率、评标率", "开标率、评标率"], ["开标率", "评标率"]),
            (["甲率、乙率和丙率"] * 3, ["甲率", "乙率", "丙率"]),
            (["种植、收获机械化率"] * 2, ["种植、收获机械化率（1）", "种植、收获机械化率（2）"]),
            (["3月底前选聘观察员", "监测点"], ["选聘观察员", "监测点"]),
            (["办结率", "满意率", "办结率"], ["办结率", "满意率", "办结率"]),
            (["年底前"], ["年底前"]),
        ],
    )
    def test_gives_each_number_its_own_name(self, phrases: list[str], names: list[str]) -> None:
        assert indicator_names(phrases=phrases) == names


class TestOwnDate:
    TEXT = "选聘。3月底前选聘观察员120名，设立监测点60个，全年走访500次。"

    def span(self, words: str) -> tuple[int, int]:
        start = self.TEXT.index(words)
        return start, start + len(words)

    def test_takes_the_date_of_the_same_clause_only(self) -> None:
        dates = [(self.span("3月底前"), date(2026, 3, 31)), (self.span("全年"), date(2026, 12, 31))]
        assert own_date(text=self.TEXT, target=self.span("选聘观察员120名"), dates=dates) == date(
            2026, 3, 31
        )
        assert own_date(text=self.TEXT, target=self.span("监测点60个"), dates=dates) is None
        assert own_date(text=self.TEXT, target=self.span("走访500次"), dates=dates) == date(
            2026, 12, 31
        )

"""Platforms: quoted names of systems, told from quoted slogans."""

from __future__ import annotations

import pytest

from xiaoer.engines.plantext._fields import find_platforms


def read(text: str) -> tuple[str, ...]:
    return find_platforms(text, span=(0, len(text)))


class TestPlatformNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("优化“数字营商”应用。", "数字营商"),
            ("建设“城市算”算力监测调度平台。", "城市算"),
            ("拓展国际贸易“单一窗口”功能。", "单一窗口"),
            ("推进“商品码”质量追溯系统使用。", "商品码"),
            ('完善"政企直通"小程序。', "政企直通"),
        ],
    )
    def test_stand_beside_the_word_for_a_system(self, text: str, name: str) -> None:
        assert read(text) == (name,)

    def test_are_given_once_in_printed_order(self) -> None:
        text = "完善“甲通办”与“乙在线”的业务数据对接，升级“甲通办”平台。"
        assert read(text) == ("甲通办", "乙在线")

    @pytest.mark.parametrize(
        "text",
        [
            "深化“放管服”改革，优化“一站式”服务。",
            "建设专业化“一站式”产业服务平台。",
            "推广“监督+服务”模式，开展“回头看”活动。",
            "落实算力“窗口指导”要求。",
        ],
    )
    def test_are_no_slogans(self, text: str) -> None:
        assert read(text) == ()

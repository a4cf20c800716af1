from __future__ import annotations

import json
from datetime import date

from xiaoer.platform.ui.charts import (
    Dot,
    Landing,
    Point,
    UnitLights,
    landing_chart,
    lights_chart,
    progress_chart,
)
from xiaoer.platform.ui.spreadsheet import records_of


def a_progress_chart(unit: str = "工作日"):
    return progress_chart(
        name="p", summary="用时下降。", unit=unit, target=1, comparator="≤",
        actual=[Point(on=date(2026, 9, 1), value=1.5), Point(on=date(2026, 10, 1), value=1.4, note="待核实")],
        expected=[Point(on=date(2026, 9, 1), value=1.4), Point(on=date(2026, 12, 1), value=1)],
        landing=Landing(on=date(2026, 12, 1), value=1.2, low=1.1, high=1.3),
    )  # fmt: skip


class TestProgressChart:
    def test_has_the_same_numbers_in_its_table(self) -> None:
        rows = records_of(a_progress_chart().table)
        assert [(r["on"], r["actual"], r["expected"]) for r in rows] == [
            (date(2026, 9, 1), 1.5, 1.4),
            (date(2026, 10, 1), 1.4, None),
            (date(2026, 12, 1), None, 1),
        ]
        assert "1.2 工作日" in rows[2]["note"]

    def test_is_plain_json(self) -> None:
        assert json.loads(json.dumps(a_progress_chart().options)) == a_progress_chart().options

    def test_draws_the_uncertainty_between_low_and_high(self) -> None:
        low, height = (
            s["data"][1][1]
            for s in a_progress_chart().options["series"]
            if s.get("stack") == "band"
        )
        assert (low, round(height, 6)) == (1.1, 0.2)

    def test_shows_ratios_as_percentages(self) -> None:
        target = a_progress_chart("%").options["series"][-1]["markLine"]
        assert target["data"] == [{"yAxis": 100.0}]
        assert target["label"]["formatter"] == "目标 ≤ 100%"

    def test_draws_nothing_where_nothing_was_reported(self) -> None:
        chart = progress_chart(name="p", summary="尚无上报。", actual=[])
        assert chart.table.rows == () and chart.options["series"][0]["data"] == []


class TestLightsChart:
    def test_counts_the_same_in_bars_and_table(self) -> None:
        units = [
            UnitLights(label="市财政局", counts={"BEHIND": 2, "ON_TRACK": 5}),
            UnitLights(label="市税务局", counts={"ON_TRACK": 1}),
        ]
        chart = lights_chart(name="u", summary="财政局滞后 2 项。", units=units)
        assert [s["name"] for s in chart.options["series"]] == ["● 正常", "■ 滞后"]
        assert [d["value"] for d in chart.options["series"][1]["data"]] == [2, 0]
        assert records_of(chart.table)[0]["BEHIND"] == 2


class TestLandingChart:
    def test_gives_every_target_its_own_dot(self) -> None:
        dots = [Dot(label=f"目标 {i}", ratio=0.9, light="AT_RISK") for i in range(5)] + [
            Dot(label="远", ratio=9, light="ON_TRACK")
        ]
        chart = landing_chart(name="l", summary="5 个达不到。", dots=dots)
        places = [tuple(d["value"]) for d in chart.options["series"][0]["data"]]
        assert len(set(places)) == 6
        assert chart.options["title"][0]["text"] == "达不到 5"

    def test_survives_having_none(self) -> None:
        assert (
            landing_chart(name="l", summary="没有目标。", dots=[]).options["series"][0]["data"]
            == []
        )

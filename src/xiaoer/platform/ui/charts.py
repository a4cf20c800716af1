"""Charts as data: ECharts options built from figures, each with the table behind it.

Options are plain JSON: no functions, text ready in the page's language. Direct labels stand where a
legend would; shapes, dashes and labels carry what colour carries, so that a grey print reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xiaoer.platform.ui.formats import Numeric, is_english, number
from xiaoer.platform.ui.lights import LIGHTS, LightLook, light_of
from xiaoer.platform.ui.tables import Column, Row, Table

Options = dict[str, Any]  # ECharts options are free-form JSON
INK, SOFT, HAIR, BLUE, BAND = "#1b2330", "#5b6675", "#eef1f4", "#1d4ed8", "#c9ced6"
_FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
_STACK = ("STRUCK_OFF", "ON_TRACK", "NOT_STARTED", "AT_RISK", "BEHIND")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: what it says in a sentence, its options and the table of the same numbers."""

    name: str
    summary: str | Promise
    options: Options
    table: Table
    height: Literal["s", "m", "l"] = "m"

    @property
    def json_id(self) -> str:
        """Return the id of the element that holds the options."""
        return f"chart-{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value on a day; ``note`` is told beside it, such as 上报，待核实."""

    on: date
    value: Numeric
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where the present pace leads: the value on the target's day with its interval."""

    on: date
    value: Numeric
    low: Numeric
    high: Numeric


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLights:
    """How many measures of a unit stand at which light, by the light's code."""

    label: str
    counts: Mapping[str, int]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Where one target will land, as a share of the target: 1 and above meets it."""

    label: str
    ratio: float
    light: str
    url: str = ""


def base_options() -> Options:
    """Return what every chart shares."""
    return {
        "textStyle": {"fontFamily": _FONT, "color": SOFT, "fontSize": 12},
        "tooltip": {"renderMode": "richText", "confine": True, "textStyle": {"color": INK}},
        "grid": {"left": 8, "right": 16, "top": 28, "bottom": 8, "containLabel": True},
    }


def _scaled(value: Numeric, unit: str) -> float:
    return round(float(value) * (100 if unit == "%" else 1), 6)


def _told(value: Numeric, unit: str) -> str:
    if unit == "%":
        return f"{number(_scaled(value, unit))}%"
    return f"{number(value)} {unit}".strip()


def _datum(point: Point, unit: str, word: str) -> Options:
    told = f"{point.on:%Y-%m-%d}\n{word} {_told(point.value, unit)}"
    told += f"\n{point.note}" if point.note else ""
    return {
        "value": [f"{point.on:%Y-%m-%d}", _scaled(point.value, unit)],
        "tooltip": {"formatter": told},
    }


def _actual(points: Sequence[Point], unit: str) -> Options:
    word = _("实际")
    data = [_datum(p, unit, word) for p in points]
    if data:
        data[-1]["label"] = {
            "show": True, "position": "top", "color": INK, "fontWeight": 600,
            "formatter": f"{word} {_told(points[-1].value, unit)}",
        }  # fmt: skip
    return {
        "type": "line", "name": word, "data": data, "symbol": "circle", "symbolSize": 6, "z": 4,
        "lineStyle": {"color": INK, "width": 2.5}, "itemStyle": {"color": INK},
    }  # fmt: skip


def _expected(points: Sequence[Point], unit: str, shift: int) -> Options:
    word = _("应达线")
    return {
        "type": "line", "name": word, "data": [_datum(p, unit, word) for p in points],
        "symbol": "none", "lineStyle": {"color": "#6b7686", "type": "dashed", "width": 1.5},
        "endLabel": {"show": True, "formatter": word, "color": SOFT, "offset": [0, shift]},
    }  # fmt: skip


def _band(start: Point, landing: Landing, unit: str) -> list[Options]:
    ends = [f"{start.on:%Y-%m-%d}", f"{landing.on:%Y-%m-%d}"]
    at, low, high = (_scaled(v, unit) for v in (start.value, landing.low, landing.high))
    quiet = {
        "type": "line",
        "stack": "band",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "stackStrategy": "all",
    }
    return [
        {**quiet, "data": [[ends[0], at], [ends[1], low]]},
        {**quiet, "data": [[ends[0], 0], [ends[1], high - low]], "areaStyle": {"color": BAND, "opacity": 0.55}},
    ]  # fmt: skip


def _forecast(start: Point, landing: Landing, unit: str, shift: int) -> Options:
    word = _("预计")
    told = f"{word} {_told(landing.value, unit)}"
    interval = f"{_told(landing.low, unit)} – {_told(landing.high, unit)}"
    end = _datum(Point(on=landing.on, value=landing.value, note=interval), unit, word)
    return {
        "type": "line", "name": word, "symbol": "circle", "symbolSize": 4, "z": 3,
        "data": [_datum(start, unit, _("实际")), end], "itemStyle": {"color": INK},
        "lineStyle": {"color": INK, "type": "dotted", "width": 2},
        "endLabel": {"show": True, "formatter": told, "color": INK, "offset": [0, shift]},
    }  # fmt: skip


def _shifts(
    expected: Sequence[Point], landing: Landing | None, span: float, unit: str
) -> tuple[int, int]:
    """Keep the two labels at the right edge from lying on each other."""
    if not expected or landing is None:
        return 0, 0
    gap = _scaled(landing.value, unit) - _scaled(expected[-1].value, unit)
    if abs(gap) > 0.1 * span:
        return 0, 0
    return (9, -9) if gap >= 0 else (-9, 9)


def _progress_table(
    name: str,
    summary: str,
    unit: str,
    actual: Sequence[Point],
    expected: Sequence[Point],
    landing: Landing | None,
) -> Table:
    by_day: dict[date, dict[str, Any]] = {}
    for point in expected:
        by_day.setdefault(point.on, {})["expected"] = point.value
    for point in actual:
        by_day.setdefault(point.on, {}).update(actual=point.value, note=point.note)
    if landing is not None:
        interval = f"{_('预计')} {_told(landing.value, unit)}（{_told(landing.low, unit)} – {_told(landing.high, unit)}）"
        by_day.setdefault(landing.on, {})["note"] = interval
    kind: Literal["percent", "number"] = "percent" if unit == "%" else "number"
    shown = "" if unit == "%" else unit
    return Table(
        name=f"chart-{name}-rows", caption=summary,
        columns=(
            Column(key="on", label=_("日期"), kind="date"),
            Column(key="actual", label=_("实际"), kind=kind, unit=shown),
            Column(key="expected", label=_("应达"), kind=kind, unit=shown),
            Column(key="note", label=_("说明")),
        ),
        rows=tuple(Row(cells={"on": on, **cells}) for on, cells in sorted(by_day.items())),
    )  # fmt: skip


def progress_chart(
    *,
    name: str,
    summary: str,
    actual: Sequence[Point],
    expected: Sequence[Point] = (),
    landing: Landing | None = None,
    target: Numeric | None = None,
    comparator: str = "",
    unit: str = "",
) -> Chart:
    """Draw progress: what was reached, the expected line, where the pace leads, the target.

    Parameters
    ----------
    name
        Short identifier, unique on the page.
    summary
        What the chart says, in one sentence; read out in its place.
    comparator
        The sign of the target, such as ≥ or ≤.
    unit
        Unit of all values; ``%`` takes ratios between 0 and 1.
    """
    values = [_scaled(p.value, unit) for p in (*actual, *expected)]
    values += [_scaled(target, unit)] if target is not None else []
    values += [_scaled(v, unit) for v in (landing.low, landing.high)] if landing else []
    shift = _shifts(expected, landing, (max(values) - min(values)) if values else 1.0, unit)
    series = [_expected(expected, unit, shift[0])] if expected else []
    if landing and actual:
        series += [
            *_band(actual[-1], landing, unit),
            _forecast(actual[-1], landing, unit, shift[1]),
        ]
    series.append(_actual(actual, unit))
    if target is not None:
        series[-1]["markLine"] = {
            "symbol": "none", "silent": True, "data": [{"yAxis": _scaled(target, unit)}],
            "lineStyle": {"color": BLUE, "type": "solid", "width": 1.5},
            "label": {"position": "insideStartTop", "color": BLUE,
                      "formatter": f"{_('目标')} {comparator} {_told(target, unit)}"},
        }  # fmt: skip
    options = base_options()
    options["grid"]["right"] = 92
    options["xAxis"] = {
        "type": "time", "axisLabel": {"hideOverlap": True, "formatter": _time_labels()},
        "splitLine": {"show": False},
    }  # fmt: skip
    options["yAxis"] = {
        "type": "value", "scale": True, "splitLine": {"lineStyle": {"color": HAIR}},
        "axisLabel": {"formatter": "{value}%" if unit == "%" else "{value}"},
        "name": "" if unit == "%" else unit, "nameTextStyle": {"align": "left"},
    }  # fmt: skip
    options["series"] = series
    options["xPhone"] = {"grid": {"right": 74}}
    return Chart(
        name=name, summary=summary, options=options,
        table=_progress_table(name, summary, unit, actual, expected, landing),
    )  # fmt: skip


def _time_labels() -> Options:
    if is_english():
        return {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"}
    return {"year": "{yyyy}年", "month": "{M}月", "day": "{M}-{d}"}


def _light_series(look: LightLook, units: Sequence[UnitLights]) -> Options:
    def datum(unit: UnitLights) -> Options:
        n = unit.counts.get(str(look.code), 0)
        told = f"{unit.label}\n{look.shape} {look.word} {n}"
        label = {"show": n > 0, "formatter": f"{look.shape}{n}"}
        return {"value": n, "href": unit.url, "label": label, "tooltip": {"formatter": told}}

    return {
        "type": "bar", "stack": "lights", "name": f"{look.shape} {look.word}", "barMaxWidth": 20,
        "data": [datum(u) for u in units],
        "itemStyle": {"color": look.fill, "borderColor": "#5b6675", "borderWidth": 0.5},
        "label": {"color": look.on_fill, "fontSize": 11}, "labelLayout": {"hideOverlap": True},
    }  # fmt: skip


def lights_chart(*, name: str, summary: str, units: Sequence[UnitLights], noun: str = "") -> Chart:
    """Stack the lights of each unit's measures; every piece wears its shape and its number."""
    options = base_options()
    options["grid"]["top"] = 34
    options["legend"] = {
        "top": 0,
        "left": 0,
        "selectedMode": False,
        "itemWidth": 14,
        "itemHeight": 10,
        "textStyle": {"color": INK},
    }
    options["xAxis"] = {
        "type": "value",
        "minInterval": 1,
        "splitLine": {"lineStyle": {"color": HAIR}},
    }
    options["yAxis"] = {
        "type": "category", "inverse": True, "data": [u.label for u in units],
        "axisTick": {"show": False}, "axisLine": {"show": False},
        "axisLabel": {"color": INK, "width": 110, "overflow": "truncate"},
    }  # fmt: skip
    used = [c for c in _STACK if any(u.counts.get(c) for u in units)]
    options["series"] = [_light_series(LIGHTS[code], units) for code in used]
    options["xPhone"] = {
        "yAxis": {"axisLabel": {"width": 84}},
        "legend": {"itemWidth": 10, "itemGap": 6, "textStyle": {"fontSize": 11}},
    }
    columns = [Column(key="label", label=_("单位"))]
    columns += [
        Column(
            key=str(look.code),
            label=f"{look.shape} {look.word}",
            kind="number",
            unit=noun,
            phone="line",
        )
        for look in LIGHTS.values()
    ]
    rows = tuple(
        Row(cells={"label": u.label, **{c: u.counts.get(c, 0) for c in LIGHTS}}, url=u.url)
        for u in units
    )
    height: Literal["s", "m", "l"] = "s" if len(units) <= 4 else "m" if len(units) <= 10 else "l"
    table = Table(name=f"chart-{name}-rows", caption=summary, columns=tuple(columns), rows=rows)
    return Chart(name=name, summary=summary, options=options, table=table, height=height)


def _stacked_dots(dots: Sequence[Dot], low: float, high: float, step: float) -> list[Options]:
    height: dict[float, int] = {}
    data = []
    for dot in sorted(dots, key=lambda d: (d.ratio, d.label)):
        at = round(round(min(max(dot.ratio * 100, low), high) / step) * step, 6)
        height[at] = height.get(at, 0) + 1
        look = light_of(dot.light)
        data.append({
            "value": [at, height[at]], "href": dot.url, "symbol": look.symbol,
            "itemStyle": {"color": look.fill, "borderColor": "#3c4653", "borderWidth": 1},
            "tooltip": {"formatter": f"{dot.label}\n{look.shape} {look.word} · {number(dot.ratio * 100, digits=1)}%"},
        })  # fmt: skip
    return data


def landing_chart(*, name: str, summary: str, dots: Sequence[Dot]) -> Chart:
    """Draw where each target will land as a share of the target, one dot each, piled where they meet."""
    low, high = 40.0, 160.0
    seen = [min(max(d.ratio * 100, low), high) for d in dots] or [100.0]
    left, right = min(90.0, min(seen)) // 10 * 10, max(110.0, -(-max(seen) // 10) * 10)
    step = max(1.0, (right - left) / 45)
    data = _stacked_dots(dots, low, high, step)
    tallest = max((d["value"][1] for d in data), default=1)
    short = sum(1 for d in dots if d.ratio < 1)
    options = base_options()
    options["grid"].update(left=16, right=20, top=44)
    options["xAxis"] = {
        "type": "value", "min": left, "max": right, "axisLabel": {"formatter": "{value}%", "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": HAIR}}, "axisLine": {"show": True},
    }  # fmt: skip
    options["yAxis"] = {"show": False, "min": 0, "max": max(tallest + 1, 8)}
    mark = {"symbol": "none", "silent": True, "lineStyle": {"color": INK, "type": "solid"},
            "label": {"formatter": _("目标"), "color": INK, "fontWeight": 600}, "data": [{"xAxis": 100}]}  # fmt: skip
    told = {"color": INK, "fontSize": 12}
    options["title"] = [
        {"text": _("达不到 %(n)s") % {"n": short}, "left": 16, "top": 0, "textStyle": told},
        {
            "text": _("达到 %(n)s") % {"n": len(dots) - short},
            "right": 20,
            "top": 0,
            "textStyle": told,
        },
    ]
    options["series"] = [
        {"type": "scatter", "symbolSize": 9, "data": data, "markLine": mark, "cursor": "pointer"}
    ]
    rows = tuple(
        Row(cells={"label": d.label, "ratio": d.ratio, "light": d.light}, url=d.url)
        for d in sorted(dots, key=lambda d: (d.ratio, d.label))
    )
    table = Table(
        name=f"chart-{name}-rows", caption=summary, rows=rows,
        columns=(
            Column(key="label", label=_("目标")),
            Column(key="ratio", label=_("预计达到目标的"), kind="percent"),
            Column(key="light", label=_("状态"), kind="light"),
        ),
    )  # fmt: skip
    return Chart(name=name, summary=summary, options=options, table=table)

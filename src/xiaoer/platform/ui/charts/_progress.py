"""Progress: what was reached, what was due, where the pace leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from xiaoer.platform.ui.charts._base import (
    BAND,
    BLUE,
    HAIR,
    INK,
    SOFT,
    Chart,
    Options,
    base_options,
    width_of,
)  # fmt: skip
from xiaoer.platform.ui.formats import Numeric, is_english, number
from xiaoer.platform.ui.tables import Column, Row, Table


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


def _scaled(value: Numeric, unit: str) -> float:
    return round(float(value) * (100 if unit == "%" else 1), 6)


def _told(value: Numeric, unit: str) -> str:
    if unit == "%":
        return f"{number(_scaled(value, unit))}%"
    return f"{number(value)} {unit}".strip()


def _short(value: Numeric, unit: str) -> str:
    """Write a value for a label; its unit stands at the axis."""
    return _told(value, "%" if unit == "%" else "")


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
    falls = len(points) > 1 and points[-1].value < points[-2].value
    if data:
        data[-1]["label"] = {
            "show": True, "position": "bottom" if falls else "top", "align": "right", "color": INK, "fontWeight": 600,
            "formatter": f"{word} {_short(points[-1].value, unit)}",
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
    told = f"{word} {_short(landing.value, unit)}"
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
        interval = _("%(forecast)s（%(low)s – %(high)s）") % {
            "forecast": f"{_('预计')} {_told(landing.value, unit)}",
            "low": _told(landing.low, unit),
            "high": _told(landing.high, unit),
        }
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


def _target(target: Numeric, comparator: str, unit: str, first: Sequence[Point]) -> Options:
    """Draw the target's line; a hidden point on the first day keeps it within the axis."""
    at = _scaled(target, unit)
    told = f"{_('目标')} {comparator} {_short(target, unit)}"
    return {
        "type": "line", "data": [[f"{p.on:%Y-%m-%d}", at] for p in first[:1]],
        "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}, "z": 2,
        "markLine": {
            "symbol": "none", "silent": True, "data": [{"yAxis": at}],
            "lineStyle": {"color": BLUE, "type": "solid", "width": 1.5},
            "label": {"position": "insideMiddleTop", "color": BLUE, "formatter": told},
        },
    }  # fmt: skip


def _axes(options: Options, unit: str) -> None:
    options["xAxis"] = {
        "type": "time", "axisLabel": {"hideOverlap": True, "formatter": _time_labels()},
        "splitLine": {"show": False},
    }  # fmt: skip
    options["yAxis"] = {
        "type": "value", "scale": True, "splitLine": {"lineStyle": {"color": HAIR}},
        "axisLabel": {"formatter": "{value}%" if unit == "%" else "{value}"},
        "name": "" if unit == "%" else unit, "nameTextStyle": {"align": "left"},
    }  # fmt: skip


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
        series.append(_target(target, comparator, unit, actual or expected))
    options = base_options()
    ends = [_("应达线")] + ([f"{_('预计')} {_short(landing.value, unit)}"] if landing else [])
    options["grid"]["right"] = 18 + max(width_of(text) for text in ends)
    _axes(options, unit)
    options["series"] = series
    return Chart(
        name=name, summary=summary, options=options,
        table=_progress_table(name, summary, unit, actual, expected, landing),
    )  # fmt: skip


def _time_labels() -> Options:
    if is_english():
        return {"year": "{yyyy}", "month": "{MMM}", "day": "{d} {MMM}"}
    return {"year": "{yyyy}年", "month": "{M}月", "day": "{M}-{d}"}

"""Lights of units, and where targets will land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from xiaoer.platform.ui.charts._base import HAIR, INK, Chart, Options, base_options
from xiaoer.platform.ui.formats import is_english, number
from xiaoer.platform.ui.lights import LIGHTS, LightLook, light_of
from xiaoer.platform.ui.tables import Column, Row, Table

_HATCH = {
    "color": "rgba(255,255,255,0.35)",
    "dashArrayX": [1, 0],
    "dashArrayY": [2, 4],
    "rotation": -0.785,
}
_STACK = ("STRUCK_OFF", "ON_TRACK", "NOT_STARTED", "AT_RISK", "BEHIND")


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


def _light_series(look: LightLook, units: Sequence[UnitLights], widest: int) -> Options:
    decal = _HATCH if look.code == LIGHTS["BEHIND"].code else {"symbol": "none"}

    def datum(unit: UnitLights) -> Options:
        n = unit.counts.get(str(look.code), 0)
        told = f"{unit.label}\n{look.shape} {look.word} {n}"
        is_wide = n * 200 / widest >= 24
        label = {"show": n > 0, "formatter": f"{look.shape}{n}" if is_wide else str(n)}
        return {"value": n, "href": unit.url, "label": label, "tooltip": {"formatter": told}}

    return {
        "type": "bar", "stack": "lights", "name": f"{look.shape} {look.word}", "barMaxWidth": 20,
        "data": [datum(u) for u in units],
        "itemStyle": {"color": look.fill, "borderColor": "#5b6675", "borderWidth": 0.5, "decal": decal},
        "label": {"color": look.on_fill, "fontSize": 11},
    }  # fmt: skip


def _lights_table(name: str, summary: str, noun: str, units: Sequence[UnitLights]) -> Table:
    columns = [Column(key="label", label=_("单位"))]
    columns += [
        Column(key=code, label=f"{look.shape} {look.word}", kind="number", unit=noun, phone="line")
        for code, look in LIGHTS.items()
    ]
    rows = tuple(
        Row(cells={"label": u.label, **{c: u.counts.get(c, 0) for c in LIGHTS}}, url=u.url)
        for u in units
    )
    return Table(name=f"chart-{name}-rows", caption=summary, columns=tuple(columns), rows=rows)


def lights_chart(*, name: str, summary: str, units: Sequence[UnitLights], noun: str = "") -> Chart:
    """Stack the lights of each unit's measures; every piece wears its shape and its number."""
    widest = max((sum(u.counts.values()) for u in units), default=1) or 1
    options = base_options()
    options["grid"]["top"] = 50 if is_english() else 34
    options["legend"] = {
        "top": 0, "left": 0, "selectedMode": False, "itemWidth": 12, "itemGap": 8, "itemHeight": 10,
        "textStyle": {"color": INK},
    }  # fmt: skip
    options["aria"] = {"enabled": True, "label": {"enabled": False}, "decal": {"show": True}}
    options["xAxis"] = {
        "type": "value", "minInterval": 1, "max": widest, "splitLine": {"lineStyle": {"color": HAIR}},
        "axisLabel": {"hideOverlap": True, "showMaxLabel": widest <= 5},
    }  # fmt: skip
    options["yAxis"] = {
        "type": "category", "inverse": True, "data": [u.label for u in units],
        "axisTick": {"show": False}, "axisLine": {"show": False},
        "axisLabel": {"color": INK, "width": 110, "overflow": "truncate"},
    }  # fmt: skip
    used = [c for c in _STACK if any(u.counts.get(c) for u in units)]
    options["series"] = [_light_series(LIGHTS[code], units, widest) for code in used]
    options["xPhone"] = {
        "yAxis": {"axisLabel": {"width": 84}},
        "legend": {"itemWidth": 10, "itemGap": 6, "textStyle": {"fontSize": 11}},
    }
    height: Literal["s", "m", "l"] = "s" if len(units) <= 4 else "m" if len(units) <= 10 else "l"
    table = _lights_table(name, summary, noun, units)
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


def _landing_table(name: str, summary: str, dots: Sequence[Dot]) -> Table:
    rows = tuple(
        Row(cells={"label": d.label, "ratio": d.ratio, "light": d.light}, url=d.url)
        for d in sorted(dots, key=lambda d: (d.ratio, d.label))
    )
    columns = (
        Column(key="label", label=_("目标")),
        Column(key="ratio", label=_("预计达到目标的"), kind="percent"),
        Column(key="light", label=_("状态"), kind="light"),
    )
    return Table(name=f"chart-{name}-rows", caption=summary, rows=rows, columns=columns)


def _sides(n_short: int, n_met: int) -> list[Options]:
    """Say on either side of the target how many dots lie there."""
    told = {"top": 0, "textStyle": {"color": INK, "fontSize": 12}}
    return [
        {"text": _("达不到 %(n)s") % {"n": n_short}, "left": 16, **told},
        {"text": _("达到 %(n)s") % {"n": n_met}, "right": 20, **told},
    ]


def landing_chart(*, name: str, summary: str, dots: Sequence[Dot]) -> Chart:
    """Draw where each target will land as a share of the target, one dot each, piled where they meet.

    What lies below 40 % or above 160 % is piled at that edge.
    """
    low, high = 40.0, 160.0
    seen = [min(max(d.ratio * 100, low), high) for d in dots] or [100.0]
    left, right = min(90.0, min(seen)) // 10 * 10, max(110.0, -(-max(seen) // 10) * 10)
    step = next((s for s in (1.0, 2.0, 2.5, 5.0) if s >= (right - left) / 28), 5.0)
    data = _stacked_dots(dots, low, high, step)
    tallest = max((d["value"][1] for d in data), default=1)
    n_short = sum(1 for d in dots if d.ratio < 1)
    options = base_options()
    options["grid"].update(left=16, right=20, top=44)
    options["xAxis"] = {
        "type": "value", "min": left, "max": right, "axisLine": {"show": True},
        "axisLabel": {"formatter": "{value}%", "hideOverlap": True}, "splitLine": {"lineStyle": {"color": HAIR}},
    }  # fmt: skip
    top = max(tallest + 0.5, 8.5 if tallest <= 8 else 17)
    options["yAxis"] = {"show": False, "min": 0, "max": top}
    mark = {
        "symbol": "none", "silent": True, "lineStyle": {"color": INK, "type": "solid"}, "data": [{"xAxis": 100}],
        "label": {"formatter": _("目标"), "color": INK, "fontWeight": 600},
    }  # fmt: skip
    options["title"] = _sides(n_short, len(dots) - n_short)
    dotted = {
        "type": "scatter",
        "symbolSize": 11,
        "data": data,
        "markLine": mark,
        "cursor": "pointer",
    }
    options["series"] = [dotted]
    height: Literal["s", "m"] = "s" if tallest <= 8 else "m"
    table = _landing_table(name, summary, dots)
    return Chart(name=name, summary=summary, options=options, table=table, height=height)

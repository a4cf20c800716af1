"""What every chart is and shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

from xiaoer.platform.ui.tables import Table

Options = dict[str, Any]  # ECharts options are free-form JSON
INK, SOFT, HAIR, BLUE, BAND = "#1b2330", "#5b6675", "#eef1f4", "#1d4ed8", "#c9ced6"
_FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'


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


def base_options() -> Options:
    """Return what every chart shares."""
    return {
        "textStyle": {"fontFamily": _FONT, "color": SOFT, "fontSize": 12},
        "tooltip": {"renderMode": "richText", "confine": True, "textStyle": {"color": INK}},
        "grid": {"left": 8, "right": 16, "top": 28, "bottom": 8, "containLabel": True},
    }


def width_of(text: str) -> int:
    """Return about how many pixels a label takes at 12 px."""
    return sum(12 if ord(c) > 0x2E7F else 7 for c in text)

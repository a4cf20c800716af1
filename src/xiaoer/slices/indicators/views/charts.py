"""Charts of the slice that the design system does not have: steps of landing, counties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from xiaoer.platform.ui.charts import Chart, base_options
from xiaoer.platform.ui.tables import Column, Row, Table
from xiaoer.slices.indicators.queries.board import BIN

_SHORT, _MET = "#d98c7f", "#a9cdb5"


def landing_bins_chart(*, name: str, summary: str, bins: Sequence[tuple[int, int]]) -> Chart:
    """Draw how many targets land where, in steps of ten percent of their bar, when they are many."""
    known = dict(bins)
    low, high = min(min(known), 5), max(max(known), 12)
    steps = range(low, high + 1)
    labels = [f"{step * BIN}%" for step in steps]
    options = base_options()
    options["xAxis"] = {
        "type": "category",
        "data": labels,
        "axisTick": {"show": False},
        "axisLabel": {"hideOverlap": True},
    }
    options["yAxis"] = {"type": "value", "minInterval": 1, "splitLine": {"show": False}}
    options["series"] = [
        {
            "type": "bar",
            "barCategoryGap": "12%",
            "data": [_bar(step, known.get(step, 0)) for step in steps],
            "label": {"show": True, "position": "top", "fontSize": 11},
        }
    ]
    table = _bins_table(name, summary, known=known, steps=steps)
    return Chart(name=name, summary=summary, options=options, table=table, height="s")


def _bins_table(name: str, summary: str, *, known: Mapping[int, int], steps: range) -> Table:
    return Table(
        name=f"chart-{name}-rows",
        caption=summary,
        columns=(
            Column(key="step", label=_("预计达到目标的")),
            Column(key="n", label=_("目标数"), kind="number", unit=_("个")),
            Column(key="met", label=_("到期")),
        ),
        rows=tuple(
            Row(
                cells={
                    "step": f"{s * BIN}%–{(s + 1) * BIN}%",
                    "n": known.get(s, 0),
                    "met": _("达到") if s * BIN >= 100 else _("达不到"),
                }
            )
            for s in steps
        ),
    )


def _bar(step: int, n: int) -> dict[str, object]:
    met = step * BIN >= 100
    word = _("达到") if met else _("达不到")
    return {
        "value": n,
        "label": {"show": n > 0},
        "itemStyle": {
            "color": _MET if met else _SHORT,
            "borderColor": "#5b6675",
            "borderWidth": 0.5,
        },
        "tooltip": {
            "formatter": _("%(low)s–%(high)s（%(word)s）\n%(n)s 个目标")
            % {"low": f"{step * BIN}%", "high": f"{(step + 1) * BIN}%", "word": word, "n": n}
        },
    }

"""Charts as data: ECharts options built from figures, each with the table behind it.

Options are plain JSON: no functions, text ready in the page's language. Direct labels stand where a
legend would; shapes, dashes and labels carry what colour carries, so that a grey print reads.
"""

from xiaoer.platform.ui.charts._base import Chart, base_options
from xiaoer.platform.ui.charts._lights import Dot, UnitLights, landing_chart, lights_chart
from xiaoer.platform.ui.charts._progress import Landing, Point, progress_chart

__all__ = [
    "Chart",
    "Dot",
    "Landing",
    "Point",
    "UnitLights",
    "base_options",
    "landing_chart",
    "lights_chart",
    "progress_chart",
]

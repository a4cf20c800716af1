"""Lights, expected lines, forecasts and outlook of targets and measures.

Pure: verified values, the dated rule, the working calendar and today all come in as arguments.
``docs/reference/lights.md`` says what each light means, with worked figures.
"""

from xiaoer.engines.supervision._model import (
    Accumulation,
    Cadence,
    Comparator,
    Light,
    LightRule,
    Measure,
    Milestone,
    Observation,
    Reads,
    Report,
    ReportState,
    Shape,
    StrikeOff,
    Target,
    TargetRecord,
)
from xiaoer.engines.supervision._reporting import Owed, owed, period_end
from xiaoer.engines.supervision._results import (
    Certainty,
    Forecast,
    MeasureLight,
    MilestoneLight,
    Reason,
    TargetLight,
    Turn,
)
from xiaoer.engines.supervision._series import Series, series_of
from xiaoer.engines.supervision.expected import (
    Goal,
    corners,
    default_shape,
    expected_on,
    goal_of,
    shape_of,
)
from xiaoer.engines.supervision.forecast import forecast, student_quantile
from xiaoer.engines.supervision.lights import target_light
from xiaoer.engines.supervision.measures import WORK, measure_light
from xiaoer.engines.supervision.messages import REASON_TEXTS, message
from xiaoer.engines.supervision.outlook import held_since, turns_red_on

__all__ = [
    "REASON_TEXTS",
    "WORK",
    "Accumulation",
    "Cadence",
    "Certainty",
    "Comparator",
    "Forecast",
    "Goal",
    "Light",
    "LightRule",
    "Measure",
    "MeasureLight",
    "Milestone",
    "MilestoneLight",
    "Observation",
    "Owed",
    "Reads",
    "Reason",
    "Report",
    "ReportState",
    "Series",
    "Shape",
    "StrikeOff",
    "Target",
    "TargetLight",
    "TargetRecord",
    "Turn",
    "corners",
    "default_shape",
    "expected_on",
    "forecast",
    "goal_of",
    "held_since",
    "measure_light",
    "message",
    "owed",
    "period_end",
    "series_of",
    "shape_of",
    "student_quantile",
    "target_light",
    "turns_red_on",
]

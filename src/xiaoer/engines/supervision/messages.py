"""Sentences for the codes of reasons, in Chinese and English; pages fill in the data.

Placeholders are the keys of ``Reason.data``. Numbers and dates are put in plainly; a page that
wants 万 or 亿 formats the data itself before filling.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from xiaoer.engines.supervision._results import Datum, Reason

#: (Chinese, English) for each code that a reason can carry.
REASON_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "starts_later": ("{on} 起算", "Begins on {on}"),
        "no_verified_value": (
            "尚无已核实的数值，未到报送期限",
            "No verified value yet; none is due",
        ),
        "value_unverified": (
            "有新报数值待核实，未计入",
            "A newer value waits for verification and does not count",
        ),
        "conflicting_values": (
            "{on} 有两个不同的已核实数值，按较差者计",
            "Two verified values for {on} differ; the worse one is taken",
        ),
        "met": ("已达到 {bar}（{on} 为 {value}）", "Has reached {bar} ({value} on {on})"),
        "met_late": (
            "期限后于 {on} 达到 {bar}（{value}）",
            "Reached {bar} after the deadline, on {on} ({value})",
        ),
        "on_line": (
            "{on} 为 {value}，不低于预期（{expected_on} 应达 {expected}）或在容差之内",
            "{value} on {on}, on the expected line ({expected} by {expected_on}) or close to it",
        ),
        "verified_value": ("{on} 已核实 {value}", "{value} verified as of {on}"),
        "below_line": (
            "{on} 为 {value}，{expected_on} 应达 {expected}，落后全程的 {ratio}",
            "{value} on {on}; {expected} was expected by {expected_on}: short by {ratio} of the way",
        ),
        "limit_missed": (
            "{on} 为 {value}，未守住 {bar}",
            "{value} on {on} does not keep to {bar}",
        ),
        "reports_missed": (
            "自 {since} 起缺报 {n} 期",
            "Reports missing since the period ending {since}: {n}",
        ),
        "forecast_misses": (
            "按近期进度，{on} 预计为 {value}（{low} 至 {high}），达不到 {bar}",
            "At the present pace {value} on {on} ({low} to {high}), short of {bar}",
        ),
        "due_soon": (
            "距 {on} 还有 {days} 个工作日，尚未达到",
            "{days} working days left until {on}, not reached yet",
        ),
        "final_value_awaited": (
            "{on} 到期，期末数值可报至 {until}",
            "Fell due on {on}; the final value may come until {until}",
        ),
        "overdue": (
            "{on} 到期未达到 {bar}（{value}），已逾期 {days} 个工作日",
            "Fell due on {on} short of {bar} ({value}); {days} working days overdue",
        ),
        "overdue_no_value": (
            "{on} 到期，始终没有已核实的数值，已逾期 {days} 个工作日",
            "Fell due on {on} without any verified value; {days} working days overdue",
        ),
        "worst_county": (
            "{of} 个地方中 {n} 个为此状态：{counties}",
            "{n} of {of} places are in this state: {counties}",
        ),
        "struck_off": (
            "{on} 销号，依据：{evidence}",
            "Struck off on {on} on the evidence {evidence}",
        ),
        "all_targets_struck_off": (
            "各项目标均已销号，待整项销号",
            "All targets are struck off; the measure itself awaits it",
        ),
        "targets_waiting": (
            "{of} 项目标中 {n} 项尚无已核实的数值",
            "{n} of {of} targets have no verified value yet",
        ),
        "milestone_done": ("“{name}”已于 {on} 完成", "“{name}” was done on {on}"),
        "milestone_done_late": (
            "“{name}”应于 {due} 完成，实际 {on}",
            "“{name}” was due on {due} and done on {on}",
        ),
        "milestone_overdue": (
            "“{name}”应于 {due} 完成，已逾期 {days} 个工作日",
            "“{name}” was due on {due}; {days} working days overdue",
        ),
        "milestone_due_soon": (
            "“{name}”距 {due} 还有 {days} 个工作日",
            "“{name}” is due on {due}, in {days} working days",
        ),
        "milestone_later": ("“{name}”{due} 到期", "“{name}” is due on {due}"),
        "completed_awaiting_strike_off": (
            "{on} 报告已完成并经核实，待销号",
            "Verified as completed on {on}; awaits strike-off",
        ),
        "overdue_not_struck_off": (
            "{on} 到期未销号，已逾期 {days} 个工作日",
            "Fell due on {on} and is not struck off; {days} working days overdue",
        ),
        "reported_blocked": ("{on} 报告受阻", "Reported as blocked on {on}"),
        "reported_difficult": ("{on} 报告有困难", "Reported as difficult on {on}"),
        "verified_progress": ("{on} 的进展报告已核实", "Progress of {on} is verified"),
        "no_verified_report": ("尚无已核实的进展报告", "No verified report yet"),
    }
)


def message(reason: Reason, *, language: Literal["zh", "en"] = "zh") -> str:
    """Return the sentence of a reason.

    Examples
    --------
    >>> from xiaoer.engines.supervision import Light, Reason
    >>> message(Reason(code="reports_missed", light=Light.AT_RISK,
    ...                data={"n": 1, "since": date(2026, 6, 30)}))
    '自 2026-06-30 起缺报 1 期'
    """
    zh, en = REASON_TEXTS[reason.code]
    data = {key: _plain(key, value) for key, value in reason.data.items()}
    return (zh if language == "zh" else en).format(**data)


def _plain(key: str, value: Datum) -> str:
    if isinstance(value, Decimal) and key == "ratio":
        return f"{value:.1%}"
    if isinstance(value, Decimal):
        return f"{_readable(value).normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _readable(value: Decimal) -> Decimal:
    """Round a computed number to what a sentence can carry: one decimal from 100 on, else two.

    A number that was entered with fewer decimals keeps them.
    """
    places = Decimal("0.1") if abs(value) >= 100 else Decimal("0.01")
    exponent = value.as_tuple().exponent
    short = isinstance(exponent, int) and exponent >= -2
    return value if short else value.quantize(places)

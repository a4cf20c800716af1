"""Whether a reported value can be what it says: checks before anybody looks at it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xiaoer.platform.errors import Invalid
from xiaoer.slices.indicators.domain.units import convert, parse_value, sense

_GROWTH = (
    "增长",
    "增速",
    "增幅",
    "净增",
    "增减",
    "下降",
    "降低",
    "降幅",
    "提高",
    "提升",
    "涨幅",
    "变化",
    "变动",
    "同比",
    "环比",
    "利润率",
    "回报",
    "顺差",
    "逆差",
)
_BOUNDED = ("率", "占比", "比例", "比重", "覆盖", "满意度", "程度", "比率")
_UNBOUNDED = (
    "完成率",
    "增长率",
    "周转率",
    "负债率",
    "投保率",
    "利用率",
    "达产率",
    "回报率",
    "利润率",
)
#: Digits kept after the point; the column holds as many.
PLACES = Decimal("0.0001")
_LIMIT = Decimal(10) ** 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a target asks for: how its values must look. ``basis`` is ``cumulative`` or ``month``."""

    indicator: str
    unit: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A value fit to be submitted: in the target's unit, and as it was typed."""

    value: Decimal
    printed: str
    unit: str


def check_value(
    *, text: str, unit: str, asked: Asked, before: Decimal | None, reason: str
) -> Checked:
    """Return the value in the target's unit, or refuse it with a sentence the clerk can act on.

    Parameters
    ----------
    before
        The value counting for the month before in the same year, in the target's unit; None when
        there is none or the target is a monthly one.
    reason
        Why a cumulative value fell, blank when it did not.

    Raises
    ------
    Invalid
        With ``field`` ``value``, ``unit`` or ``reason``.
    """
    number, typed = parse_value(text, target_unit=unit.strip() or asked.unit)
    value = convert(number, source=typed, target=asked.unit).quantize(PLACES)
    if abs(value) >= _LIMIT:
        raise Invalid("数值过大，请核对单位。", field="value", code="too_large")
    _check_sign(value, asked=asked)
    _check_whole(value, asked=asked)
    _check_ratio(value, asked=asked)
    if may_only_grow(asked) and before is not None and value < before and not reason.strip():
        raise Invalid(
            "累计值由 %(before)s%(unit)s 降为 %(value)s%(unit)s。"
            "累计值一般只增不减；如确有核减，请写明理由。",
            values={"before": plain(before), "value": plain(value), "unit": asked.unit},
            field="reason",
            code="cumulative_fell",
        )
    return Checked(value=value, printed=text.strip(), unit=typed)


def may_only_grow(asked: Asked) -> bool:
    """Return whether values of this target are sums since the start of the year."""
    return (
        asked.basis == "cumulative"
        and sense(asked.unit).is_additive
        and not _speaks_of(
            asked.indicator, _GROWTH + ("余额", "存量", "在营", "现有", "成本", "费用")
        )
    )


def highest(asked: Asked) -> Decimal | None:
    """Return the value that cannot be exceeded (100 for a rate in percent), None where there is none."""
    base = sense(asked.unit).base
    if base not in {"%", "‰"} or _speaks_of(asked.indicator, _GROWTH + _UNBOUNDED):
        return None
    if not _speaks_of(asked.indicator, _BOUNDED):
        return None
    return Decimal(100) if base == "%" else Decimal(1000)


def plain(value: Decimal) -> str:
    """Return a number without needless zeros and with thousands separated."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _check_sign(value: Decimal, *, asked: Asked) -> None:
    if value < 0 and not _speaks_of(asked.indicator, _GROWTH):
        raise Invalid(
            "“%(indicator)s”不能为负（填报 %(value)s%(unit)s）。请核对后重填。",
            values={"indicator": asked.indicator, "value": plain(value), "unit": asked.unit},
            field="value",
            code="negative",
        )


def _check_whole(value: Decimal, *, asked: Asked) -> None:
    meaning = sense(asked.unit)
    if meaning.kind != "count" or not meaning.base:
        return
    base = value * meaning.factor
    if base != base.to_integral_value():
        raise Invalid(
            "“%(base)s”只能是整数，填报值折合 %(value)s%(base)s。请核对后重填。",
            values={"base": meaning.base, "value": plain(base)},
            field="value",
            code="not_whole",
        )


def _check_ratio(value: Decimal, *, asked: Asked) -> None:
    top = highest(asked)
    if top is not None and value > top:
        raise Invalid(
            "“%(indicator)s”不可能超过 %(top)s%(unit)s（填报 %(value)s%(unit)s）。"
            "请核对分子分母；如按倍数统计，请联系营商办调整口径。",
            values={
                "indicator": asked.indicator,
                "top": plain(top),
                "value": plain(value),
                "unit": asked.unit,
            },
            field="value",
            code="impossible_ratio",
        )


def _speaks_of(indicator: str, words: tuple[str, ...]) -> bool:
    return any(word in indicator for word in words)

"""Units as they are printed in plans and typed by clerks: which convert into which, and how.

A unit is a base noun (人, 家, 元, %) with an optional multiple (万, 亿). Units of the same base
convert; nothing else does, because 家 and 户 are counted differently even where they look alike.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from xiaoer.platform.errors import Invalid

_MULTIPLES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "十亿": 1_000_000_000,
    "百亿": 10_000_000_000,
    "千亿": 100_000_000_000,
    "万亿": 1_000_000_000_000,
}
#: Spellings of the same thing: (base, factor into the base).
_SPELLINGS = {
    "％": ("%", 1),
    "%": ("%", 1),
    "百分比": ("%", 1),
    "‰": ("‰", 1),
    "个百分点": ("百分点", 1),
    "百分点": ("百分点", 1),
    "人民币": ("元", 1),
    "元人民币": ("元", 1),
    "天": ("日", 1),
    "自然日": ("日", 1),
    "个自然日": ("日", 1),
    "个工作日": ("工作日", 1),
    "小时": ("分钟", 60),
    "个小时": ("分钟", 60),
    "分钟": ("分钟", 1),
    "人次": ("人次", 1),
    "公里": ("米", 1000),
    "千米": ("米", 1000),
    "平方公里": ("平方米", 1_000_000),
    "平方千米": ("平方米", 1_000_000),
    "公顷": ("平方米", 10_000),
    "立方米": ("立方米", 1),
    "公斤": ("千克", 1),
    "吨": ("千克", 1000),
    "千瓦时": ("千瓦时", 1),
    "度": ("千瓦时", 1),
    "千瓦": ("千瓦", 1),
    "兆瓦": ("千瓦", 1000),
    "千克": ("千克", 1),
    "千伏安": ("千伏安", 1),
    "百分点数": ("百分点", 1),
    "个月": ("月", 1),
    "月": ("月", 1),
}
_RATIOS = frozenset({"%", "‰", "百分点"})
_TIMES = frozenset({"日", "工作日", "分钟", "月", "年", "周"})
_AMOUNTS = frozenset(
    {
        "元",
        "美元",
        "亩",
        "标箱",
        "立方",
        "平方",
        "米",
        "平方米",
        "立方米",
        "千克",
        "千瓦时",
        "千瓦",
        "千伏安",
    }
)
#: Classifiers of things that come whole; after 个 anything does. A unit that is none of these and
#: in no table (ms, 强, PFlops) is a level: it may have decimals and is never summed.
_COUNTED = re.compile(
    r"(?:[家户个项名场条次人类套件座所批篇支台辆门期届份宗起例村镇乡县区对只头棵艘架枚张部册本栋幢间处位款种单笔班组队站点]|个.+|[家户人台辆班件项场架单].)?"
)
_NUMBER = re.compile(r"^(?P<number>[+-]?\d[\d,]*(?:\.\d+)?|[+-]?\.\d+)\s*(?P<unit>\D*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSense:
    """What a unit measures: its base noun and how many of it one unit is."""

    base: str
    factor: Decimal

    @property
    def kind(self) -> str:
        """``ratio``, ``time``, ``amount`` (divisible), ``count`` (whole things) or ``level`` (any other)."""
        if self.base in _RATIOS:
            return "ratio"
        if self.base in _TIMES:
            return "time"
        if self.base in _AMOUNTS:
            return "amount"
        return "count" if _COUNTED.fullmatch(self.base) else "level"

    @property
    def is_additive(self) -> bool:
        """Whether values of several places may be summed and only grow within a year."""
        return self.kind in {"count", "amount"}


def sense(unit: str) -> UnitSense:
    """Return what ``unit`` measures; an empty unit is a bare count."""
    text = unicodedata.normalize("NFKC", unit).strip().replace(" ", "")
    if text in _SPELLINGS:
        base, factor = _SPELLINGS[text]
        return UnitSense(base=base, factor=Decimal(factor))
    for multiple in sorted(_MULTIPLES, key=len, reverse=True):
        if multiple and text.startswith(multiple):
            rest = text.removeprefix(multiple)
            base, factor = _SPELLINGS.get(rest, (rest, 1))
            return UnitSense(base=base, factor=Decimal(factor) * _MULTIPLES[multiple])
    return UnitSense(base=text, factor=Decimal(1))


def is_convertible(*, source: str, target: str) -> bool:
    """Return whether a value in ``source`` can be written in ``target``."""
    return sense(source).base == sense(target).base


def convert(value: Decimal, *, source: str, target: str) -> Decimal:
    """Return ``value`` given in ``source`` as a number of ``target``.

    Raises
    ------
    Invalid
        If the two measure different things; ``field`` is ``unit``.
    """
    here, there = sense(source), sense(target)
    if here.base != there.base:
        raise wrong_unit(source=source, target=target)
    if here.factor == there.factor:
        return value
    return value * here.factor / there.factor


def wrong_unit(*, source: str, target: str) -> Invalid:
    """Return the refusal of a unit that does not fit."""
    base = sense(target).base
    told: dict[str, object] = {"target": target, "source": source, "base": base}
    if {sense(source).base, base} == {"日", "工作日"}:
        return Invalid(
            "目标按“%(target)s”计，填报的是“%(source)s”：工作日与自然日不能直接换算，"
            "请按“%(target)s”重新统计后填报。",
            values=told, field="unit", code="wrong_unit",
        )  # fmt: skip
    if not target:
        return Invalid(
            "目标是没有单位的数，填报的是“%(source)s”，两者不能换算；请只填数。"
            "如目标单位有误，请联系营商办更正。",
            values=told, field="unit", code="wrong_unit",
        )  # fmt: skip
    if sense(target).kind in {"count", "amount"} and base and base in target:
        return Invalid(
            "目标按“%(target)s”计，填报的是“%(source)s”，两者不能换算；"
            "请按“%(target)s”填报（可用“%(base)s”“万%(base)s”等倍数单位）。"
            "如目标单位有误，请联系营商办更正。",
            values=told, field="unit", code="wrong_unit",
        )  # fmt: skip
    return Invalid(
        "目标按“%(target)s”计，填报的是“%(source)s”，两者不能换算；请按“%(target)s”填报。"
        "如目标单位有误，请联系营商办更正。",
        values=told, field="unit", code="wrong_unit",
    )  # fmt: skip


def parse_value(text: str, *, target_unit: str) -> tuple[Decimal, str]:
    """Return the number a clerk typed and its unit; the target's unit where none was typed.

    ``3.5万人``, ``35,000``, ``９８％`` and ``1.2 亿元`` are understood.

    Raises
    ------
    Invalid
        If there is no number in it, or more than one; ``field`` is ``value``.
    """
    clean = unicodedata.normalize("NFKC", text).strip().replace("，", ",")
    found = _NUMBER.match(clean)
    if found is None:
        raise Invalid(
            "“%(text)s”不是一个数。请只填一个数，需要时带单位，例如“3.5万%(base)s”。",
            values={"text": text.strip() or "—", "base": sense(target_unit).base},
            field="value",
            code="not_a_number",
        )
    try:
        number = Decimal(found["number"].replace(",", ""))
    except InvalidOperation as error:
        raise Invalid(
            "“%(text)s”不是一个数。", values={"text": text}, field="value", code="not_a_number"
        ) from error
    unit = found["unit"].strip()
    if unit in _MULTIPLES and unit:
        return number * _MULTIPLES[unit] / sense(target_unit).factor, target_unit
    return number, unit or target_unit

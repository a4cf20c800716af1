"""The numbers of official Chinese: what is printed, what it is worth, and the unit behind it.

Reads a squeezed view (:mod:`._view`). It says where numbers with units stand and never whether
one of them is a target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ._units import UNIT_AFTER

Number = int | float
Form = Literal["digits", "hanzi", "share"]

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_PLACE = {"十": 10, "百": 100, "千": 1000}

_ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,6})?"
_HAN = r"[零〇一二两三四五六七八九十百千万亿]"
# The lower bound of a range may repeat the unit: 10%-15%, 3个至5个.
_RANGE = (
    rf"(?:(?:[%个家项倍亿万]|个工作日|万元|亿元){{0,2}}(?:-{{1,2}}|~|至|到)(?P<high>{_ARABIC}))?"
)
_NUMBER = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?P<digits>{_ARABIC})(?![\d/]){_RANGE}"
    rf"|(?P<share>(?P<parts>{_HAN}{{1,4}}|\d{{1,3}})分之"
    rf"(?P<of>{_HAN}{{1,6}}(?:点{_HAN}{{1,4}})?|\d{{1,3}}(?:\.\d{{1,4}})?))"
    rf"|(?P<slash>(?<![\d./])\d{{1,2}}/\d{{1,3}})(?![\d/.])"
    rf"|(?P<fold>翻(?P<times>[一两二三四])?番)"
    rf"|(?P<tenths>[一二三四五六七八九])成(?=以上|左右|以内|以下|[，。；、）,]|$)"
    rf"|(?<![\d.第每几数余多之])(?P<hanzi>[一二两三四五六七八九十]{_HAN}{{0,8}})"
    rf"|(?<=[破超过到达])(?P<round>[百千]万?亿|[百千]万)(?=元|美元|吨|户|人|家)"
)
_HAN_RANGE = re.compile(rf"(?:-|~|至|到)(?P<high>{_HAN}{{1,5}}|\d{{1,6}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A printed number and its unit; ``start``..``end`` covers both in the view.

    ``number_end`` is where the number stops and the unit begins.
    """

    start: int
    number_end: int
    end: int
    value: Number
    value_max: Number | None
    unit: str
    form: Form


def hanzi_value(word: str) -> int | None:
    """Return the worth of a Chinese numeral, None where the word is no well-formed numeral.

    >>> hanzi_value("三千五百"), hanzi_value("两万"), hanzi_value("一百零五"), hanzi_value("二〇二五")
    (3500, 20000, 105, 2025)
    """
    if not word:
        return None
    if len(word) > 1 and all(char in _DIGIT for char in word):
        return int("".join(str(_DIGIT[char]) for char in word))
    for char, scale in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = word.rpartition(char)
        if found:
            many = hanzi_value(head) if head else 1
            rest = hanzi_value(tail) if tail else 0
            return None if many is None or rest is None else many * scale + rest
    return _below_myriad(word)


def _below_myriad(word: str) -> int | None:
    total = digit = 0
    last_place = 10**4
    for char in word:
        if char in _PLACE:
            place = _PLACE[char]
            if place >= last_place:
                return None
            total, digit, last_place = total + (digit or 1) * place, 0, place
        elif char in _DIGIT and digit == 0:
            digit = _DIGIT[char]
        else:
            return None
    return total + digit


def arabic_value(word: str) -> Number:
    """Return the worth of a number in digits, without its thousand separators.

    >>> arabic_value("3,500"), arabic_value("4.50")
    (3500, 4.5)
    """
    plain = word.replace(",", "")
    if "." in plain:
        number = float(plain)
        return int(number) if number.is_integer() else number
    return int(plain)


def find_quantities(text: str) -> Iterator[Quantity]:
    """Yield the numbers of a squeezed text that have a unit, in printed order."""
    at = 0
    while (match := _NUMBER.search(text, at)) is not None:
        quantity = _quantity(text, match)
        at = match.end() if quantity is None else quantity.end
        if quantity is not None:
            yield quantity


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    if match["share"]:
        return _share(match)
    if match["fold"]:
        times = _DIGIT[match["times"]] if match["times"] else 1
        return _whole(match, value=times, unit="番", form="hanzi")
    if match["tenths"]:
        return _whole(match, value=_DIGIT[match["tenths"]] * 10, unit="%", form="hanzi")
    if match["slash"]:
        above, below = (int(x) for x in match["slash"].split("/"))
        if not 0 < above < below:
            return None
        return _whole(match, value=round(above / below, 4), unit="", form="share")
    word = match["hanzi"] or match["round"]
    return _hanzi(text, match, word=word) if word else _digits(text, match)


def _digits(text: str, match: re.Match[str]) -> Quantity | None:
    low = arabic_value(match["digits"])
    high = arabic_value(match["high"]) if match["high"] else None
    number_end = match.end()
    if high is not None and high <= low:
        high, number_end = None, match.end("digits")
    unit = UNIT_AFTER.match(text, number_end)
    if unit is None:
        return None
    return Quantity(
        start=match.start(),
        number_end=unit.start("unit"),
        end=unit.end("unit"),
        value=low,
        value_max=high,
        unit=_clean(unit["unit"]),
        form="digits",
    )


def _hanzi(text: str, match: re.Match[str], *, word: str) -> Quantity | None:
    low = hanzi_value(word)
    if low is None or low < 1:
        return None
    number_end, high = match.end(), None
    more = _HAN_RANGE.match(text, number_end)
    if more is not None:
        top = _small(more["high"])
        if top is not None and top > low:
            number_end, high = more.end(), top
    unit = UNIT_AFTER.match(text, number_end)
    if unit is None:
        return None
    return Quantity(
        start=match.start(),
        number_end=unit.start("unit"),
        end=unit.end("unit"),
        value=low,
        value_max=high,
        unit=_clean(unit["unit"]),
        form="hanzi",
    )


def _share(match: re.Match[str]) -> Quantity | None:
    parts = _small(match["parts"])
    whole, _, rest = match["of"].partition("点")
    share = _small(whole)
    if not parts or share is None:
        return None
    worth: float = share
    if rest:
        worth += float("0." + "".join(str(_DIGIT.get(c, 0)) for c in rest))
    if parts == 100:
        value = int(worth) if float(worth).is_integer() else worth
        return _whole(match, value=value, unit="%", form="hanzi")
    if not 0 < worth < parts:
        return None
    return _whole(match, value=round(worth / parts, 4), unit="", form="share")


def _clean(unit: str) -> str:
    """Drop the 多 or 余 of 3万余人."""
    return unit.replace("多", "").replace("余", "")


def _small(word: str) -> Number | None:
    return arabic_value(word) if word[0].isdigit() else hanzi_value(word)


def _whole(match: re.Match[str], *, value: Number, unit: str, form: Form) -> Quantity:
    return Quantity(
        start=match.start(),
        number_end=match.end(),
        end=match.end(),
        value=value,
        value_max=None,
        unit=unit,
        form=form,
    )

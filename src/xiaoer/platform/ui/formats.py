"""Numbers, money and dates as people read them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from xiaoer.platform.clock import CHINA
from xiaoer.platform.words import MONTHS_EN
from xiaoer.platform.words import is_english as is_english

Numeric = int | float | Decimal
DASH = "—"
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_STEPS_ZH = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_STEPS_EN = ((Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k"))


def number(value: Numeric | None, *, digits: int | None = None) -> str:
    """Write a number with separators; without ``digits``, up to two decimals and no idle zeros."""
    if value is None:
        return DASH
    exact = Decimal(str(value))
    places = Decimal(1).scaleb(-(2 if digits is None else digits))
    text = f"{exact.quantize(places, rounding=ROUND_HALF_UP):,}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def percent(ratio: Numeric | None, *, digits: int = 1) -> str:
    """Write a ratio between 0 and 1 as a percentage."""
    if ratio is None:
        return DASH
    return f"{number(Decimal(str(ratio)) * 100, digits=digits)}%"


def reading(value: Numeric | None) -> str:
    """Write a large number for reading text: 1,284万, 3.2亿; in English 12.84m."""
    if value is None:
        return DASH
    exact = Decimal(str(value))
    for step, word in _STEPS_EN if is_english() else _STEPS_ZH:
        if abs(exact) >= step:
            return f"{number(exact / step)}{word}"
    return number(exact)


def yuan(fen: int | None) -> str:
    """Write integer fen as yuan with two decimals."""
    return DASH if fen is None else number(Decimal(fen) / 100, digits=2)


def local(moment: datetime) -> datetime:
    """Return the moment in China time; a naive one is taken to be China time already."""
    return moment.astimezone(CHINA) if moment.tzinfo else moment


def day(value: date | None, *, year: int | None = None, with_weekday: bool = False) -> str:
    """Write a date in words; its year is left out where it equals ``year``."""
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = local(value).date()
    if is_english():
        text = f"{value.day} {MONTHS_EN[value.month - 1]}"
        text += "" if value.year == year else f" {value.year}"
        return f"{_WEEKDAYS_EN[value.weekday()]} {text}" if with_weekday else text
    text = f"{value.month}月{value.day}日"
    text = text if value.year == year else f"{value.year}年{text}"
    return f"{text}（周{_WEEKDAYS_ZH[value.weekday()]}）" if with_weekday else text


def month(year: int, number: int) -> str:
    """Write a month in words."""
    return f"{MONTHS_EN[number - 1]} {year}" if is_english() else f"{year}年{number}月"


def moment(value: datetime | None, *, year: int | None = None) -> str:
    """Write a date and a time of day."""
    if value is None:
        return DASH
    here = local(value)
    return f"{day(here.date(), year=year)} {here:%H:%M}"

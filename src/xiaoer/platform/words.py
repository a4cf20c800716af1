"""The page's language for what is written in Chinese further down.

Domain modules, registries and the database speak Chinese. Where their words reach a reader they
pass through here: labels through the catalogue, refusals with their values, and sentences that
were stored finished by recognising the template they were made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from xiaoer.platform.errors import Refused, Term, in_chinese
from xiaoer.platform.lifecycle import Lifecycle

_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLACE = re.compile(r"%\((\w+)\)([sd])|\{(\w+)\}")
_CLAUSES = "；"
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH_AFTER = re.compile(r"(.+)（(\d{4}年\d{1,2}月)）")
_PHRASES: dict[str, str] = {}


def is_english() -> bool:
    """Return whether the page is being written in English."""
    return (get_language() or "").startswith("en")


def either(zh: str, en: str) -> str:
    """Return the sentence of the page's language, of two an engine offers."""
    return en if en and is_english() else zh


def word(text: str) -> str:
    """Return a label of the system's own in the page's language; other text as it is."""
    return _(text) if text else ""


def listed(items: Iterable[object]) -> str:
    """Join names as the page's language does."""
    return (", " if is_english() else "、").join(map(str, items))


def state_label(life: Lifecycle, state: str) -> str:
    """Return the label of a stored state."""
    return word(life.states.get(state, state))


def told(refused: Refused) -> str:
    """Return a refusal's finished sentence in the page's language."""
    if not is_english():
        return in_chinese(refused)
    if refused.message_en:
        return refused.message_en
    template = word(refused.template)
    if refused.values is None:
        return template
    return template % {key: _shown(value) for key, value in refused.values.items()}


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return listed(map(_shown, value))
    return word(value) if isinstance(value, Term) else value


def kept(template: str) -> str:
    """Declare a Chinese template whose finished sentences are stored; return it for filling.

    Examples
    --------
    >>> SIGN = kept("签收 %(count)s 项任务：%(plan)s")
    >>> SIGN % {"count": 3, "plan": "2026 提升方案"}
    '签收 3 项任务：2026 提升方案'
    """
    learn({template: ""})
    return template


def learn(phrases: Mapping[str, str]) -> None:
    """Remember Chinese templates with their English; an empty one is looked up in the catalogue."""
    _PHRASES.update(phrases)
    _patterns.cache_clear()
    _recognised.cache_clear()


def retold(text: str) -> str:
    """Return a stored Chinese sentence in the page's language.

    A sentence nobody declared is data and stays as it is.
    """
    if not text or not is_english() or not _HAN.search(text):
        return text
    return _recognised(text)


def in_english(text: str) -> str:
    """Return a stored Chinese sentence in English, whatever the page's language."""
    with override("en"):
        return retold(text)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """Return every phrase as a pattern, the most telling (most fixed characters) first."""
    found = []
    for zh, en in _PHRASES.items():
        fixed, pattern, at, seen = 0, "", 0, set[str]()
        for place in _PLACE.finditer(zh):
            literal = zh[at : place.start()].replace("%%", "%")
            name = place.group(1) or place.group(3)
            what = r"\d+" if place.group(2) == "d" else ".*?"
            pattern += re.escape(literal)
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{what})"
            fixed, at = fixed + len(literal), place.end()
            seen.add(name)
        literal = zh[at:].replace("%%", "%")
        found.append(
            (fixed + len(literal), re.compile(pattern + re.escape(literal), re.DOTALL), zh, en)
        )
    found.sort(key=lambda item: -item[0])
    return tuple((pattern, zh, en) for _n, pattern, zh, en in found)


@lru_cache(maxsize=4096)
def _recognised(text: str) -> str:
    known = word(text)
    if known != text:
        return known
    if day := _DAY.fullmatch(text):
        year, month, number = day.groups()
        return f"{number or ''} {MONTHS_EN[(int(month) - 1) % 12]} {year}".strip()
    parts = text.split(_CLAUSES)
    if len(parts) > 1:
        told = [retold(part) for part in parts]
        return text if told == parts else "; ".join(told)
    for pattern, zh, en in _patterns():
        match = pattern.fullmatch(text)
        if match and (en or word(zh) != zh):
            return _filled(en or word(zh), {k: retold(v) for k, v in match.groupdict().items()})
    if dated := _MONTH_AFTER.fullmatch(text):
        return f"{retold(dated.group(1))} ({retold(dated.group(2))})"
    return text


def _filled(template: str, values: Mapping[str, str]) -> str:
    filled = _PLACE.sub(lambda m: values.get(m.group(1) or m.group(3), ""), template)
    return filled.replace("%%", "%")

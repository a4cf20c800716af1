"""Normalise the names of units as drafters write them; pure text, no database."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans(
    {"〔": "(", "〕": ")", "［": "(", "］": ")", "[": "(", "]": ")", "【": "(", "】": ")"}
)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_OUTER_INNER = re.compile(r"^(?P<outer>[^()]+)\((?P<inner>[^()]+)\)(?P<rest>[^()]*)$")
_GROUP_MARKS = re.compile(r"[()、,及和与\s]")
_GOVERNMENT = re.compile(r"(党委政府|党委|人民政府|政府)$")
_ORGAN = re.compile(r"(委员会|办公室|服务中心|管理局|中心|委|局|办|厅|部|处)$")
_TAIL = re.compile(r"(等(有关|相关)?(部门|单位)?|等)$")


def tidy(text: str) -> str:
    """Return a name as it is stored: trimmed, without inner line breaks or runs of spaces."""
    return " ".join(text.split())


def normal(text: str) -> str:
    """Return ``text`` with one width, one kind of bracket, no spaces and no trailing 等部门."""
    text = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    text = _SPACE.sub("", text).strip("、,;。.:")
    return _TAIL.sub("", text) or text


def split_bracket(text: str) -> tuple[str, str] | None:
    """Return what stands outside and inside the one bracket of a normalised name, if it has one.

    >>> split_bracket("市国资委(衢控集团)")
    ('市国资委', '衢控集团')
    """
    found = _OUTER_INNER.match(text)
    return (found["outer"] + found["rest"], found["inner"]) if found else None


def group_key(text: str) -> str:
    """Return the key of a group's name: without brackets, enumeration marks and 人民政府.

    >>> group_key("各县（市、区）人民政府") == group_key("各县市区")
    True
    """
    bare = _GROUP_MARKS.sub("", normal(text))
    return _GOVERNMENT.sub("", bare) or bare


def government_key(text: str) -> str:
    """Return the name without 人民政府 or 政府, empty when it has no such ending."""
    bare = _GOVERNMENT.sub("", text)
    return bare if bare and bare != text else ""


def government_spellings(text: str) -> tuple[str, ...]:
    """Return how else a people's government may be written: without, or with the short ending.

    >>> government_spellings("常山县人民政府")
    ('常山县', '常山县政府', '常山县人民政府')
    """
    place = government_key(text)
    if not place and text in ("人民政府", "政府"):
        return ("政府", "人民政府")
    return (place, f"{place}政府", f"{place}人民政府") if place else ()


def region_prefixes(region: str) -> tuple[str, ...]:
    """Return what drafters put before a unit of ``region``, longest first.

    >>> region_prefixes("清江市")
    ('清江市', '清江', '市')
    """
    suffix = next(
        (
            s
            for s in ("自治区", "自治州", "自治县", "省", "市", "州", "盟", "县", "区", "旗")
            if region.endswith(s)
        ),
        "",
    )
    stem = region[: len(region) - len(suffix)]
    short = suffix if len(suffix) == 1 else suffix[-1]
    parts = [region, stem, suffix, short] if suffix else [region]
    return tuple(sorted({p for p in parts if p}, key=len, reverse=True))


def without_prefix(text: str, *, prefixes: tuple[str, ...]) -> str:
    """Return ``text`` without the first of ``prefixes`` that it starts with; at least two characters stay."""
    for prefix in prefixes:
        if text.startswith(prefix) and len(text) - len(prefix) >= 2:
            return text[len(prefix) :]
    return text


def stem(text: str) -> str:
    """Return what a unit deals with: its name without 局, 委员会 and the like.

    >>> stem("发展和改革委员会")
    '发展和改革'
    """
    bare = _ORGAN.sub("", text)
    return bare if len(bare) >= 2 else text


def is_shortened(short: str, full: str) -> bool:
    """Return whether ``short`` can be read as a short form of ``full``: its characters in order.

    >>> is_shortened("发改委", "发展和改革委员会")
    True
    """
    if len(short) < 2 or len(short) >= len(full) or short[0] != full[0]:
        return False
    rest = iter(full)
    return all(char in rest for char in short)

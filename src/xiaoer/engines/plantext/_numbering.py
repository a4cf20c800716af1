"""The numbering systems of official documents: 一、 （一） 1. （1） ① 第一章 一是.

``marker_at`` reads the number that opens a text, ``inline_markers`` finds the numbers that open an
item in the middle of a line. Ranks order the systems as GB/T 9704 does; a document that leaves out
a system simply has fewer levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}

_CN = "一二三四五六七八九十百"
_HAN = "\u4e00-\u9fff“‘《"
_MARKER = re.compile(
    rf"(?P<chapter>第[{_CN}]{{1,4}}(?:章|部分|编|篇)[、：.]?)"
    rf"|(?P<part>第[{_CN}]{{1,4}}节[、：.]?)"
    rf"|(?P<dun>[{_CN}]{{1,4}}[、.](?![{_CN}]{{1,3}}[、.]))"
    rf"|(?P<paren>（[{_CN}]{{1,4}}）[、.]?|[㈠-㈩])"
    rf"|(?P<box>专栏[{_CN}\d]{{1,3}}[：、.]?)"
    rf"|(?P<multi>\d{{1,2}}\.\d{{1,2}}(?:\.\d{{1,2}})?[.、]?(?=[{_HAN}])(?!万|亿|千|百|个|家|元|倍|吨|米|公里|小时|平方|户|名|以))"
    rf"|(?P<dot>(?:\d{{1,4}}\.|\d{{1,3}}、)(?=[{_HAN}A-Za-z（]|20\d\d年)|[⒈-⒛])"
    rf"|(?P<num>（\d{{1,3}}）[、.]?(?=[{_HAN}A-Za-z])|\d{{1,2}}）(?=[{_HAN}])|[⑴-⒇])"
    rf"|(?P<circle>[①-⑳㉑-㉟❶-❿])"
    rf"|(?P<task>(?:任务|行动|举措|措施|工程|专项行动|事项)(?:[{_CN}]{{1,3}}|\d{{1,2}})[：、.])"
    rf"|(?P<shi>[{_CN}]{{1,3}}(?:是|要)|首先|其次|再次|最后)"
    rf"|(?P<di>第[{_CN}]{{1,2}}[，、])"
)
RANK = {
    "chapter": 0, "part": 1, "dun": 2, "paren": 3, "task": 3, "box": 3, "dot": 4, "multi": 5,
    "num": 6, "circle": 7, "shi": 8, "di": 8,
}  # fmt: skip
_ORDINAL = {"首先": 1, "其次": 2, "再次": 3, "最后": 9}
_INLINE = re.compile(
    rf"[{_CN}]{{1,4}}[、.]|（[{_CN}]{{1,4}}）|\d{{1,4}}[.、](?=[{_HAN}])|（\d{{1,3}}）(?=[{_HAN}])|[①-⑳]|[⒈-⒛]"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """A printed number: its system, its value and where it stands in the dense text."""

    style: str
    value: int
    start: int
    end: int

    @property
    def rank(self) -> int:
        """Return the place of its system among the systems, the highest first."""
        return RANK[self.style]


def chinese_number(text: str) -> int:
    """Return the value of a Chinese numeral below one thousand, 0 where there is none."""
    total = 0
    digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return total + digit


def _value(style: str, text: str) -> int:
    if text in _ORDINAL:
        return _ORDINAL[text]
    first = ord(text[0])
    for low, high in ((0x2460, 0x2473), (0x2474, 0x2487), (0x2488, 0x249B), (0x3220, 0x3229)):
        if low <= first <= high:
            return first - low + 1
    if 0x3251 <= first <= 0x325F:
        return first - 0x3251 + 21
    if 0x2776 <= first <= 0x277F:
        return first - 0x2776 + 1
    digits = re.findall(r"\d+", text)
    if digits:
        return int(digits[-1])
    return chinese_number(text)


def marker_at(text: str, position: int, end: int) -> Marker | None:
    """Return the number that opens ``text[position:end]``, or None."""
    match = _MARKER.match(text, position, end)
    if match is None or match.lastgroup is None:
        return None
    style = match.lastgroup
    if style == "shi" and not _is_enumeration(text, match.end(), end):
        return None
    return Marker(style, _value(style, match.group()), match.start(), match.end())


def _is_enumeration(text: str, position: int, end: int) -> bool:
    """一要 and 最后 open an item only before more text; 一是一 and the like do not."""
    return position < end and text[position] not in "，。；一二三四五六七八九十"


def inline_markers(text: str, start: int, end: int) -> Iterator[Marker]:
    """Yield, in order, what could be the number of an item in the middle of a dense range."""
    for match in _INLINE.finditer(text, start, end):
        marker = marker_at(text, match.start(), end)
        if marker is not None and marker.end == match.end():
            yield marker

"""A span of a document with its white space squeezed out, and the way back to the document.

Printed plans break lines inside words, put spaces inside numbers and page marks inside sentences.
The rules of language match the squeezed text, in simplified characters; every hit is reported by
its place in the document, every name and unit as it is printed.
A tab, a blank between two numbers that are not one, and a line that begins a field stay as one
boundary character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ._model import Span
from ._normalise import SIMPLER

EDGE = "\t"

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_WIDE_KEPT = {ord(c): c for c in "，。；：！？（）"}
_ODD = {
    "％": "%",
    "—": "-",
    "–": "-",
    "－": "-",
    "―": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "～": "~",
    "〜": "~",
    "∼": "~",
    "(": "（",
    ")": "）",
    "〔": "（",
    "〕": "）",
    ":": "：",
    ";": "；",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "•": "·",
}
_TABLE = SIMPLER | _WIDE | _WIDE_KEPT | {ord(k): v for k, v in _ODD.items()}

_PAGE_MARK = (
    r"\s*\n[^\S\n]*(?:[-—–－―][^\S\n]*\d{1,4}[^\S\n]*[-—–－―]|第[^\S\n]*\d{1,4}[^\S\n]*页[^\n]{0,16})"
    r"[^\S\n]*(?=\n|\Z)"
)
_FIELD_AHEAD = r"(?=(?:牵头|责任|主责|配合|参与|参加|落实|协同|完成|实施)(?:单位|部门|领导|时限|时间|期限)[：:])"
_GAP = re.compile(rf"(?P<mark>{_PAGE_MARK})|(?P<field>\s*\n[^\S\n]*{_FIELD_AHEAD})|(?P<blank>\s+)")
# A comma that parts no thousands is the comma of a sentence.
_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")
_SCALE_TAIL = re.compile(r"\d{3}(?!\d)")
_YEAR_AHEAD = re.compile(r"(?:19|20)\d\d\s*(?:年|[./-]\s*\d)")


@dataclass(frozen=True, slots=True)
class View:
    """Squeezed text with the document offset of each of its characters.

    ``text`` is in simplified characters and Chinese marks, ``raw`` in those of the document.
    """

    text: str
    offsets: Sequence[int]
    raw: str

    def span(self, start: int, end: int) -> Span:
        """Return the document span of ``text[start:end]``, which must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def words(self, phrase: str, near: int) -> str:
        """Return a phrase of ``text`` as printed, the one that starts last before ``near``."""
        start = self.text.rfind(phrase, 0, near)
        if start < 0:
            start = self.text.find(phrase)
        return self.printed(start, start + len(phrase)) if start >= 0 else phrase

    def printed(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` in the characters of the document."""
        pairs = zip(self.text[start:end], self.raw[start:end], strict=True)
        return "".join(old if SIMPLER.get(ord(old)) == new else new for new, old in pairs)


def squeeze(text: str, *, span: Span) -> View:
    """Return the squeezed view of ``text[span[0]:span[1]]``."""
    begin, end = span
    chars: list[str] = []
    offsets: list[int] = []
    at = begin
    for gap in _GAP.finditer(text, begin, end):
        if gap.start() > at:
            chars.append(text[at : gap.start()])
            offsets.extend(range(at, gap.start()))
        if _divides(text, gap, end):
            chars.append(EDGE)
            offsets.append(gap.start())
        at = gap.end()
    if end > at:
        chars.append(text[at:end])
        offsets.extend(range(at, end))
    raw = "".join(chars)
    return View(_pair_quotes(_COMMA.sub("，", raw.translate(_TABLE))), offsets, raw)


def _divides(text: str, gap: re.Match[str], end: int) -> bool:
    """Tell a cell or field edge from a blank that a typesetter put inside a sentence."""
    if gap.lastgroup == "mark":
        return False
    if gap.lastgroup == "field" or "\t" in gap.group():
        return True
    before, after = text[gap.start() - 1 : gap.start()], text[gap.end() : gap.end() + 1]
    if not (before.isdigit() and after.isdigit()):
        return False
    if _YEAR_AHEAD.match(text, gap.end(), end):
        return True
    joins_thousands = _SCALE_TAIL.match(text, gap.end(), end) is not None
    return len(gap.group()) > 2 and "\n" not in gap.group() and not joins_thousands


def _pair_quotes(text: str) -> str:
    """Turn straight double quotes into opening and closing ones, so that one rule reads both."""
    if '"' not in text:
        return text
    parts = text.split('"')
    return "".join(
        part + ("" if i == len(parts) - 1 else "“" if i % 2 == 0 else "”")
        for i, part in enumerate(parts)
    )

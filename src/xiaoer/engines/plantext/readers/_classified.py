"""Recognise a classification mark at the head of a paper, and only there.

GB/T 9704-2012 puts the mark in the first lines, at the left margin, under the copy number.
A text that merely speaks of secrets (保守商业秘密, 涉及国家秘密的除外) is not marked.
"""

from __future__ import annotations

import re

_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
_TERM = r"(?:[\d一二三四五六七八九十〇]+\s*(?:年|个月|天)|长期|启用前|解密前|启封前)"
_STARRED = re.compile(rf"^\W{{0,3}}(?:\d{{1,8}}\s+)?({_LEVEL}\s*[★☆⭐*＊]\s*{_TERM}?)")
_LABELLED = re.compile(rf"^\W{{0,3}}密\s*级\s*(?:和保密期限)?\s*[:：|\t ]\s*[|]?\s*({_LEVEL})")
_ALONE = re.compile(rf"^\s*({_LEVEL}(?:\s*[★☆·]?\s*{_TERM})?)\s*$")
_HEAD_LINES = 15
_HEAD_CHARACTERS = 1_500


def classification(text: str) -> tuple[str, int] | None:
    """Return (mark as printed, line number) if the head of ``text`` carries one, else None."""
    seen = 0
    for number, line in enumerate(text[:_HEAD_CHARACTERS].splitlines(), start=1):
        if not line.strip():
            continue
        seen += 1
        if seen > _HEAD_LINES:
            return None
        for pattern in (_STARRED, _LABELLED, _ALONE):
            found = pattern.match(line)
            if found:
                return re.sub(r"\s+", "", found[1]), number
    return None

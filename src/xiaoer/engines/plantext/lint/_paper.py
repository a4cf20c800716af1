"""What the checks look at: the plan, its text without accidental line breaks, and the way back."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xiaoer.engines.plantext._model import Doubt, Measure, Plan, Span
from xiaoer.engines.plantext._normalise import normalise

from ._catalogue import CATALOGUE

_GAP = re.compile(r"\s+")
_SENTENCE_END = "。；：！？）:;"
_NUMBERED = re.compile(
    r"(?:第?[一二三四五六七八九十百]{1,4}[、是章节条.]|（[一二三四五六七八九十\d]{1,4}）|\d{1,3}[.、]|[①-⑳]|附件)"
)
_QUOTE = 60
_INNER = str.maketrans("“”", "‘’")
_QUOTED = frozenset(("quote", "indicator", "sign"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One plan under examination.

    ``body`` is the normalised text without white space, except a line feed where a paragraph
    ends; ``at`` gives the offset in the document of each of its characters.
    """

    plan: Plan
    text: str
    body: str
    at: array[int]
    starts: tuple[int, ...]
    ordered: tuple[Measure, ...]

    @classmethod
    def of(cls, plan: Plan, text: str) -> Paper:
        """Prepare a plan for the checks."""
        body, at = _squeeze(text, plan)
        ordered = tuple(sorted(plan.measures, key=lambda measure: measure.span))
        return cls(
            plan=plan,
            text=text,
            body=body,
            at=at,
            starts=tuple(measure.span[0] for measure in ordered),
            ordered=ordered,
        )

    def span(self, start: int, end: int) -> Span:
        """Return the span in the document of ``body[start:end]``."""
        return self.at[start], self.at[end - 1] + 1

    def measure_at(self, offset: int) -> Measure | None:
        """Return the measure that holds an offset of the document."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0:
            return None
        measure = self.ordered[index]
        return measure if offset < measure.span[1] else None

    def slice(self, span: Span) -> str:
        """Return the printed text of a span, white space removed, shortened."""
        return quoted(self.text[span[0] : span[1]])

    def label(self, measure: Measure | None) -> str:
        """Return how a message names a measure: its number and title, or its first words."""
        if measure is None:
            return "全文"
        words = measure.title or self.text[measure.span[0] : measure.span[1]]
        words = _GAP.sub("", words)
        number = _GAP.sub("", measure.number or "")
        words = words.removeprefix(number)
        short = words if len(words) <= 16 else words[:15] + "…"
        return f"“{inner_quotes(number + short)}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding before it has a fingerprint; ``key`` is what makes it the same next time.

    ``severity`` overrides that of the catalogue.
    """

    code: str
    key: str
    spans: tuple[Span, ...]
    measure: Measure | None = None
    concerns: str | None = None
    severity: Literal["block", "check", "note"] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def fingerprint(self, *, taken: Container[str]) -> str:
        """Return twelve hexadecimal digits that do not depend on offsets."""
        key = _GAP.sub("", normalise(self.key))
        ordinal = 0
        while True:
            source = f"{self.code}|{key}|{ordinal}"
            mark = hashlib.sha256(source.encode()).hexdigest()[:12]
            if mark not in taken:
                return mark
            ordinal += 1

    def doubt(self, *, fingerprint: str) -> Doubt:
        """Return the finished doubt with its sentences."""
        entry = CATALOGUE[self.code]
        shown = {
            name: inner_quotes(value) if name in _QUOTED and isinstance(value, str) else value
            for name, value in self.data.items()
        }
        return Doubt(
            code=self.code,
            message_zh=entry.zh.format(**shown),
            message_en=entry.en.format(**shown),
            spans=self.spans,
            measure=self.measure.id if self.measure else None,
            field=self.concerns,
            severity=self.severity or entry.severity,
            data={**self.data, "fingerprint": fingerprint},
        )


def inner_quotes(text: str) -> str:
    """Return ``text`` with its quotation marks made fit to stand inside others."""
    return text.translate(_INNER)


def quoted(text: str) -> str:
    """Return ``text`` on one line, shortened in the middle of a message."""
    short = _GAP.sub("", text)
    return short if len(short) <= _QUOTE else short[: _QUOTE - 1] + "…"


def _squeeze(text: str, plan: Plan) -> tuple[str, array[int]]:
    """Drop white space and what the compiler set aside (second copies, page marks, junk)."""
    norm = normalise(text)
    aside = sorted([*plan.doc.duplicate_spans, *plan.doc.noise_spans])
    parts: list[str] = []
    at = array("q")
    position = 0
    for start, end in [*aside, (len(norm), len(norm))]:
        if start > position:
            _append(norm, position, start, parts, at)
        position = max(position, end)
    return "".join(parts), at


def _append(norm: str, start: int, end: int, parts: list[str], at: array[int]) -> None:
    position = start
    for gap in _GAP.finditer(norm, start, end):
        if gap.start() > position:
            parts.append(norm[position : gap.start()])
            at.extend(range(position, gap.start()))
        if _is_paragraph_end(norm, gap, end):
            parts.append("\n")
            at.append(gap.start())
        position = gap.end()
    if position < end:
        parts.append(norm[position:end])
        at.extend(range(position, end))


def _is_paragraph_end(norm: str, gap: re.Match[str], end: int) -> bool:
    """Tell a paragraph's end from a line that was broken inside a sentence."""
    blank = gap.group()
    if "\t" in blank:
        return True
    if "\n" not in blank and "\r" not in blank:
        return False
    before = norm[gap.start() - 1] if gap.start() else ""
    return before in _SENTENCE_END or bool(_NUMBERED.match(norm, gap.end(), end))

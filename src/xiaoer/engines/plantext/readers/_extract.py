"""What a reader returns and how it refuses; no format is known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Span = tuple[int, int]
BlockKind = Literal["paragraph", "heading", "row", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps that keep one upload from taking the machine down; deployments may lower them.

    Parameters
    ----------
    max_bytes
        Size of the file as uploaded.
    max_unpacked_bytes, max_ratio, max_entries
        Total size, compression ratio and number of parts of a zip container. The ratio is
        judged only above one mebibyte, because small repetitive parts compress very well.
    max_characters
        Length of the extracted text.
    max_pages
        Pages of a PDF.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_unpacked_bytes: int = 256 * 1024 * 1024
    max_ratio: int = 150
    max_entries: int = 5_000
    max_characters: int = 8_000_000
    max_pages: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the document as printed: a paragraph, heading, table row or page.

    ``cells`` are the spans of a row's cells; ``level`` is the outline level of a heading.
    Page blocks overlap the others.
    """

    kind: BlockKind
    span: Span
    page: int | None = None
    level: int | None = None
    cells: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWarning:
    """Something a reader left out or had to guess; the text is usable all the same."""

    code: str
    message_zh: str
    message_en: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The text of a document. All spans count characters of ``text``; ``pages`` is None if unknown."""

    text: str
    media_type: str
    name: str
    blocks: tuple[Block, ...] = ()
    pages: int | None = None
    encoding: str | None = None
    warnings: tuple[ReadWarning, ...] = ()


class Unreadable(Exception):
    """A file that cannot or may not be read: what, where, why and what to do next.

    Attributes
    ----------
    code : str
        Stable code, documented in docs/reference/lint-codes.md.
    message_zh, message_en : str
        Finished sentences for the person who uploaded the file.
    data : Mapping
        The figures in the message, for programs.
    """

    def __init__(
        self,
        *,
        code: str,
        message_zh: str,
        message_en: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message_zh)
        self.code = code
        self.message_zh = message_zh
        self.message_en = message_en
        self.data: Mapping[str, Any] = dict(data or {})


class TextBuilder:
    """Collect paragraphs and rows and keep count of where each one lands."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    @property
    def length(self) -> int:
        """Return the number of characters written so far."""
        return self._length

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def paragraph(self, text: str, *, page: int | None = None, level: int | None = None) -> None:
        """Add one paragraph and its line feed; blank paragraphs keep their line only."""
        start = self._length
        self._write(text + "\n")
        if text.strip():
            kind: BlockKind = "paragraph" if level is None else "heading"
            self.blocks.append(
                Block(kind=kind, span=(start, start + len(text)), page=page, level=level)
            )

    def row(self, cells: Sequence[str], *, page: int | None = None) -> None:
        """Add one table row, its cells separated by tabs."""
        start = self._length
        spans: list[Span] = []
        at = start
        for cell in cells:
            spans.append((at, at + len(cell)))
            at += len(cell) + 1
        line = "\t".join(cells)
        self._write(line + "\n")
        if line.strip():
            self.blocks.append(
                Block(kind="row", span=(start, start + len(line)), page=page, cells=tuple(spans))
            )

    def page(self, *, start: int, number: int) -> None:
        """Mark what was written since ``start`` as one page."""
        self.blocks.append(Block(kind="page", span=(start, self._length), page=number))

    def raw(self, text: str) -> None:
        """Add text that belongs to no block."""
        self._write(text)

    def text(self) -> str:
        """Return everything written."""
        return "".join(self._parts)

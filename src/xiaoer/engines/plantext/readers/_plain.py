"""Plain text: the text is the file, character by character; blocks are its lines."""

from __future__ import annotations

import re

from ._extract import Block, Extract, ReadWarning, Span
from ._refusals import not_a_document

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LINE = re.compile(r"[^\r\n]+")


def plain_extract(
    text: str, *, encoding: str, name: str, warnings: tuple[ReadWarning, ...] = ()
) -> Extract:
    """Return the extract of text that is already decoded."""
    odd = len(_CONTROL.findall(text[:100_000]))
    if odd > max(2, len(text[:100_000]) // 200):
        raise not_a_document(name, "内容是二进制数据，不是文字", "its content is binary, not text")
    return Extract(
        text=text,
        media_type="text/plain",
        name=name,
        blocks=line_blocks(text),
        encoding=encoding,
        warnings=warnings,
    )


def line_blocks(text: str) -> tuple[Block, ...]:
    """Return one block for each line that is not blank; lines with tabs are table rows."""
    blocks: list[Block] = []
    for found in _LINE.finditer(text):
        line = found[0]
        if not line.strip():
            continue
        start, end = found.span()
        if line.strip().count("\t") >= 1:
            blocks.append(Block(kind="row", span=(start, end), cells=_cells(line, start)))
        else:
            blocks.append(Block(kind="paragraph", span=(start, end)))
    return tuple(blocks)


def _cells(line: str, start: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = start
    for cell in line.split("\t"):
        spans.append((at, at + len(cell)))
        at += len(cell) + 1
    return tuple(spans)

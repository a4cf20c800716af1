"""Refuse papers that carry a classification mark, whatever page they are handed in on."""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from xiaoer.engines.plantext.readers import Unreadable, read
from xiaoer.platform.files.kinds import Kind, text_of
from xiaoer.platform.words import either

_HEAD = 4_000
_READ_WHOLE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/ofd",
)


def classified_refusal(*, data: bytes, kind: Kind, name: str) -> str:
    """Return the sentence that refuses a classified paper, empty when no mark is found.

    Looks at the head of texts, web pages, Word and OFD documents and at the first page of a PDF.
    A paper that cannot be read is no refusal here: the reader that needs its text will say so.
    """
    head = data if kind.media_type in (*_READ_WHOLE, "text/html") else _head(data, kind).encode()
    if not head.strip():
        return ""
    try:
        read(head, name=name)
    except Unreadable as refused:
        return (
            either(refused.message_zh, refused.message_en) if refused.code == "classified" else ""
        )
    return ""


def _head(data: bytes, kind: Kind) -> str:
    if kind.is_text:
        return (text_of(data) or "")[:_HEAD]
    if kind.media_type != "application/pdf":
        return ""
    try:
        pages = PdfReader(io.BytesIO(data)).pages
        return pages[0].extract_text()[:_HEAD] if len(pages) else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""

"""Bytes of many kinds of files, made here so that no sample file is needed."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from openpyxl import Workbook
from pypdf import PdfWriter

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def a_zip(**parts: bytes) -> bytes:
    """Return a zip; ``__`` in a name stands for a slash, ``_dot_`` for a point."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


def a_docx(*lines: str) -> bytes:
    made, document = io.BytesIO(), Document()
    for line in lines or ("一、目标", "年底前办结率达到 95%。"):
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


def an_xlsx() -> bytes:
    made, book = io.BytesIO(), Workbook()
    assert book.active is not None
    book.active.append(["单位", "数值"])
    book.save(made)
    return made.getvalue()


def a_pdf() -> bytes:
    made, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def an_ole(stream: str) -> bytes:
    return OLE + b"\x00" * 504 + stream.encode("utf-16-le") + b"\x00" * 100

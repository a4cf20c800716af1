"""Decide what a file is by its content and hand it to the reader of that kind."""

from __future__ import annotations

import re

from ._classified import classification
from ._container import Container
from ._decode import decode
from ._docx import read_docx
from ._extract import Extract, Limits
from ._html import read_html
from ._ofd import read_ofd
from ._pdf import read_pdf
from ._plain import plain_extract
from ._refusals import not_a_document, printed_size, refusal

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|table|p|span|article)\b", re.IGNORECASE
)
_MHTML = re.compile(r"^(?:MIME-Version|Content-Type)\s*:\s", re.IGNORECASE | re.MULTILINE)
_FLAT_WORD = re.compile(r"<(?:pkg:package|w:wordDocument|w:document)\b")


def read(data: bytes, *, name: str, limits: Limits | None = None) -> Extract:
    """Return the text of a document and where its paragraphs, rows and pages stand.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        What to call it in messages; its extension is not consulted.
    limits
        Caps on size; the defaults fit a city's plans.

    Returns
    -------
    Extract
        All spans count characters of its ``text``.

    Raises
    ------
    Unreadable
        With one of the codes in ``REFUSAL_CODES``.

    Examples
    --------
    >>> read("一、目标\\n".encode("gb18030"), name="方案.txt").text
    '一、目标\\n'
    """
    limits = limits or Limits()
    if not data.strip(b" \t\r\n\x00"):
        raise refusal("empty_file", name=name)
    if len(data) > limits.max_bytes:
        raise refusal(
            "too_large",
            name=name,
            size=printed_size(len(data)),
            limit=printed_size(limits.max_bytes),
        )
    extract = _by_kind(data, name, limits)
    _check_text(extract, limits)
    return extract


def _by_kind(data: bytes, name: str, limits: Limits) -> Extract:
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, name=name, limits=limits)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_container(data, name, limits)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refusal("encrypted", name=name)
        raise refusal("needs_converter", name=name, format=".doc/.wps")
    if data.lstrip()[:5] == b"{\\rtf":
        raise refusal("needs_converter", name=name, format=".rtf")
    _refuse_foreign(data, name)
    return _read_text(data, name)


def _refuse_foreign(data: bytes, name: str) -> None:
    if data.startswith(_PICTURES) and b"\x00" in data[:2048]:
        raise not_a_document(
            name, "是图片", "it is a picture",
            "请向起草单位索取电子稿，或 OCR 后人工校对再上传。",
            "Ask the drafting unit for the text, or run OCR and proof-read it.",
        )  # fmt: skip
    if data.startswith(_ARCHIVES):
        raise not_a_document(
            name,
            "是压缩包",
            "it is an archive",
            "请解压后逐个上传。",
            "Unpack it and upload the files.",
        )
    if data.startswith(_PROGRAMS) and b"\x00" in data[:2048]:
        raise not_a_document(name, "是可执行程序", "it is a program")


def _read_container(data: bytes, name: str, limits: Limits) -> Extract:
    container = Container(data, name=name, limits=limits)
    if "word/document.xml" in container.names:
        return read_docx(container, name=name)
    if "OFD.xml" in container.names:
        return read_ofd(container, name=name)
    if any(part.startswith("xl/") for part in container.names):
        raise not_a_document(
            name, "是电子表格", "it is a spreadsheet",
            "台账类表格请用“导入”功能，或把任务表复制到 .docx。",
            "Use the import page for ledgers, or paste the task table into a .docx.",
        )  # fmt: skip
    if any(part.startswith("ppt/") for part in container.names):
        raise not_a_document(name, "是演示文稿", "it is a slide deck")
    if "mimetype" in container.names and container.part("mimetype").startswith(
        b"application/vnd.oasis.opendocument.text"
    ):
        raise refusal("needs_converter", name=name, format=".odt")
    raise not_a_document(
        name,
        "是压缩包",
        "it is an archive",
        "请解压后逐个上传。",
        "Unpack it and upload the files.",
    )


def _read_text(data: bytes, name: str) -> Extract:
    head = data[:4096].decode("latin-1")
    if _FLAT_WORD.search(head):
        raise refusal("needs_converter", name=name, format="Word XML")
    if head.lstrip().startswith(("MIME-Version", "From:")) and _MHTML.search(head):
        raise refusal("needs_converter", name=name, format="MHTML")
    if _HTML.search(head.replace("\x00", "")[:2048]) and head.replace("\x00", "").lstrip(
        "\xef\xbb\xbf\xff\xfe \t\r\n"
    ).startswith("<"):
        return read_html(data, name=name)
    text, encoding, warnings = decode(data, name=name)
    return plain_extract(text, encoding=encoding, name=name, warnings=warnings)


def _check_text(extract: Extract, limits: Limits) -> None:
    if not extract.text.strip():
        raise refusal("empty_file", name=extract.name)
    mark = classification(extract.text)
    if mark:
        raise refusal("classified", name=extract.name, mark=mark[0], line=mark[1])
    if len(extract.text) > limits.max_characters:
        raise refusal(
            "too_large",
            name=extract.name,
            size=f"{len(extract.text):,} 字",
            limit=f"{limits.max_characters:,} 字",
        )

"""PDF files with a text layer, in reading order; page marks stay in the text as printed."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTComponent, LTPage, LTTextContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from ._extract import Extract, Limits, ReadWarning, TextBuilder
from ._pdf_tables import Table, find_tables
from ._refusals import not_a_document, refusal, warning

# What damaged files were seen to raise inside the parser, besides its own exceptions.
_DAMAGE = (
    PDFException, PSException, ValueError, KeyError, TypeError, IndexError, AttributeError,
    AssertionError, RecursionError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
_NO_MAP = re.compile(r"\(cid:\d+\)")


def read_pdf(data: bytes, *, name: str, limits: Limits) -> Extract:
    """Return the text layer of a PDF; each page ends with a line feed and is a block."""
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise refusal("encrypted", name=name) from error
    except _DAMAGE as error:
        raise _damaged(name) from error
    out, header = TextBuilder(), Header()
    empty: list[int] = []
    pages = 0
    try:
        for pages, page in enumerate(_pages(document), start=1):
            if pages > limits.max_pages:
                raise refusal(
                    "too_large",
                    name=name,
                    size=f"多于 {limits.max_pages} 页",
                    limit=f"{limits.max_pages} 页",
                )
            if not _write_page(page, pages, out, header):
                empty.append(pages)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise refusal("encrypted", name=name) from error
    except _DAMAGE as error:
        raise _damaged(name) from error
    if not pages:
        raise _damaged(name)
    return Extract(
        text=_checked(out.text(), pages, name),
        media_type="application/pdf",
        name=name,
        blocks=tuple(out.blocks),
        pages=pages,
        warnings=_warnings(empty),
    )


def _damaged(name: str) -> Exception:
    return not_a_document(
        name,
        "PDF 结构已损坏",
        "the PDF is damaged",
        "请重新导出或重新下载。",
        "Export or download it again.",
    )


def _pages(document: PDFDocument) -> Iterator[LTPage]:
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams())
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        yield device.get_result()


def _write_page(page: LTPage, number: int, out: TextBuilder, header: Header) -> bool:
    """Write the text boxes and ruled tables of one page; return whether it had any text."""
    start = out.length
    blocks_before = len(out.blocks)
    tables = find_tables(page)
    header.next_page()
    for box in page:
        if not isinstance(box, LTTextContainer):
            continue
        while tables and box.y1 <= tables[0].frame[3] and not tables[0].holds(box):
            _write_table(tables.pop(0), number, out, header)
        lines = _lines(box, tables)
        for line in lines:
            out.paragraph(line, page=number)
        if lines:
            out.raw("\n")
    for table in tables:
        _write_table(table, number, out, header)
    has_text = len(out.blocks) > blocks_before
    out.page(start=start, number=number)
    out.raw("\n")
    return has_text


def _lines(box: LTTextContainer[LTComponent], tables: list[Table]) -> list[str]:
    """Return the lines of a text box that stand outside every table."""
    if not tables:
        text = box.get_text().replace("\x00", "").replace("\f", "\n")
        return text.removesuffix("\n").split("\n")
    kept = []
    for line in box:
        if isinstance(line, LTTextLine) and not any(table.holds(line) for table in tables):
            kept.append(line.get_text().replace("\x00", "").strip("\n\f"))
    return kept


class Header:
    """Remember the head of a table, which is printed again on every page that it runs over."""

    def __init__(self) -> None:
        self._last: tuple[str, ...] | None = None
        self._here: tuple[str, ...] | None = None

    def next_page(self) -> None:
        """Turn the page."""
        self._last, self._here = self._here, None

    def repeats(self, row: tuple[str, ...]) -> bool:
        """Return whether a first row is the one of the page before; remember it."""
        self._here = row
        return row == self._last


def _write_table(table: Table, number: int, out: TextBuilder, header: Header) -> None:
    for index, row in enumerate(table.rows):
        if index == 0 and header.repeats(row):
            continue
        if sum(map(bool, row)) == 1 and not row[-1] and len(row) > 2:
            out.paragraph("".join(row), page=number)
        else:
            out.row(row, page=number)


def _checked(text: str, pages: int, name: str) -> str:
    letters = re.sub(r"\s", "", text)
    unmapped = len(_NO_MAP.findall(text))
    if unmapped * 7 > len(letters) * 0.3 and unmapped > 20:
        raise refusal("wrong_encoding", name=name, reason=f"PDF 字体缺少文字映射，{unmapped} 处")
    printed = re.sub(r"[\W\d_]", "", letters)
    if len(printed) < 4 * pages or len(printed) < 8:
        raise refusal("scanned_pdf", name=name, pages=pages)
    return text


def _warnings(empty: list[int]) -> tuple[ReadWarning, ...]:
    if not empty:
        return ()
    return (warning("pages_without_text", pages="、".join(str(number) for number in empty)),)

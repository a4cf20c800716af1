"""PDF files with a text layer, in reading order; page marks stay in the text as printed."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTPage, LTTextContainer
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from ._extract import Extract, Limits, ReadWarning, TextBuilder
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
    out = TextBuilder()
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
            if not _write_page(page, pages, out):
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


def _write_page(page: LTPage, number: int, out: TextBuilder) -> bool:
    """Write the text boxes of one page; return whether it had any text."""
    start = out.length
    for box in page:
        if isinstance(box, LTTextContainer):
            text = box.get_text().replace("\x00", "").replace("\f", "\n")
            for line in text.split("\n")[:-1] if text.endswith("\n") else text.split("\n"):
                out.paragraph(line, page=number)
            out.raw("\n")
    has_text = any(
        block.page == number and block.kind == "paragraph" for block in out.blocks[-400:]
    )
    out.page(start=start, number=number)
    out.raw("\n")
    return has_text


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

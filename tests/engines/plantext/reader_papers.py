"""Documents of every format, made in the test from bytes."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from xiaoer.engines.plantext.readers import REFUSAL_CODES, Extract, Limits, Unreadable, read

TEXT = "清江市优化营商环境行动方案\n一、工作目标\n到2026年底，新增经营主体3.5万户。\n（一）精简材料。压缩至2个工作日。（市政务办牵头）\n"


def refused(data: bytes, *, limits: Limits | None = None, name: str = "方案") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(data, name=name, limits=limits)
    error = caught.value
    assert error.code in REFUSAL_CODES
    assert name in error.message_zh
    assert name in error.message_en
    assert "{" not in error.message_zh + error.message_en
    return error


def slices(extract: Extract, kind: str) -> list[str]:
    return [extract.text[b.span[0] : b.span[1]] for b in extract.blocks if b.kind == kind]


def docx_bytes(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered_docx() -> bytes:
    """一、 / （一） / 1. from automatic numbering, a table with merged cells, a footer."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for index, (fmt, text) in enumerate(
            [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
        )
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )

    def item(text: str, level: int) -> None:
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
            )
        )

    document.sections[0].footer.paragraphs[0].text = "页脚不入正文"
    document.add_paragraph("清江市行动方案", style="Title")
    item("总体目标", 0)
    item("主要任务", 0)
    item("政务环境", 1)
    item("精简材料。压缩至2个工作日。", 2)
    item("2026年底前完成改造。", 2)
    item("法治环境", 1)
    item("规范执法。", 2)
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows,
        [("序号", "任务", "责任单位"), ("1", "建设5个中心", "市政务办"), ("2", "新增8家", "")],
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    document.add_paragraph("抄送：各区")
    return docx_bytes(document)


def pdf_bytes(pages: list[list[str]], *, text: bool = True, drawn: str = "") -> bytes:
    """A minimal PDF whose lines are set in a CJK font with the UniGB-UCS2-H map."""
    objects: list[bytes] = []

    def add(body: str | bytes) -> int:
        objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(objects)

    kids = []
    font = add(
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        "/DescendantFonts [2 0 R] >>"
    )
    add(
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
        "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 "
        "/FontBBox [0 -120 1000 880] /Ascent 880 /Descent -120 /ItalicAngle 0 /CapHeight 880 /StemV 93 >> >>"
    )
    first_page = 3
    parent = first_page + 2 * len(pages)
    for lines in pages:
        stream = "q 10 0 0 10 0 0 cm Q\n"
        if text:
            stream = (
                "BT /F1 12 Tf 14 TL 60 760 Td\n"
                + "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
                + "ET"
            )
        body = (stream + drawn).encode("latin-1")
        content = add(b"<< /Length %d >>\nstream\n" % len(body) + body + b"\nendstream")
        kids.append(
            add(
                f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 595 842] "
                f"/Resources << /Font << /F1 {font} 0 R >> >> /Contents {content} 0 R >>"
            )
        )
    refs = " ".join(f"{kid} 0 R" for kid in kids)
    add(f"<< /Type /Pages /Kids [{refs}] /Count {len(kids)} >>")
    root = add(f"<< /Type /Catalog /Pages {parent} 0 R >>")
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, root, xref,
    )  # fmt: skip
    return bytes(out)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()

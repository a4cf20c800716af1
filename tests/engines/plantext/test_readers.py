"""The readers, on real bytes of every kind that an office may hold."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reader_papers import TEXT, docx_bytes, numbered_docx, pdf_bytes, refused, slices, zipped

from xiaoer.demo.plan_generator import PlanOptions, generate
from xiaoer.engines.plantext import compile_text
from xiaoer.engines.plantext.readers import Extract, Limits, read


class TestPlainText:
    @pytest.mark.parametrize(
        "data, encoding",
        [
            (TEXT.encode("utf-8"), "utf-8"),
            (b"\xef\xbb\xbf" + TEXT.encode("utf-8"), "utf-8"),
            (TEXT.encode("gb18030"), "gb18030"),
            (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
            (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
            (TEXT.encode("utf-16-le"), "utf-16-le"),
            (TEXT.encode("utf-16-be"), "utf-16-be"),
        ],
    )
    def test_is_decoded_whatever_its_encoding(self, data, encoding):
        extract = read(data, name="方案.txt")
        assert extract.text == TEXT
        assert extract.encoding == encoding
        assert slices(extract, "paragraph") == TEXT.split("\n")[:-1]

    def test_in_big5_is_not_taken_for_gb18030(self):
        text = "關於進一步優化營商環境的行動方案\n一、工作目標\n到2026年底，新增市場主體三萬戶。\n"
        assert read(text.encode("big5"), name="方案.txt").text == text

    def test_keeps_its_line_ends_because_offsets_count_them(self):
        text = "一、目标\r\n二、任务\r\n"
        extract = read(text.encode(), name="方案.txt")
        assert extract.text == text
        assert slices(extract, "paragraph") == ["一、目标", "二、任务"]

    def test_is_told_by_content_and_not_by_extension(self):
        assert read(TEXT.encode(), name="方案.docx").media_type == "text/plain"

    def test_with_tabs_gives_rows_and_cells(self):
        extract = read("序号\t任务\t单位\n1\t建中心\t市政务办\n".encode(), name="表.txt")
        row = [b for b in extract.blocks if b.kind == "row"][1]
        assert [extract.text[a:b] for a, b in row.cells] == ["1", "建中心", "市政务办"]

    def test_warns_of_a_few_broken_bytes_and_names_the_line(self):
        data = (TEXT * 40).encode()
        extract = read(data[:-2], name="方案.txt")
        assert [w.code for w in extract.warnings] == ["replaced_characters"]
        assert extract.warnings[0].data["line"] == 160


class TestDocx:
    @pytest.fixture
    def extract(self) -> Extract:
        return read(numbered_docx(), name="方案.docx")

    def test_prints_the_automatic_numbers(self, extract):
        assert extract.text.split("\n")[:8] == [
            "清江市行动方案",
            "一、总体目标",
            "二、主要任务",
            "（一）政务环境",
            "1.精简材料。压缩至2个工作日。",
            "2. 2026年底前完成改造。",
            "（二）法治环境",
            "1.规范执法。",
        ]

    def test_writes_tables_in_document_order_and_repeats_merged_cells(self, extract):
        assert slices(extract, "row") == [
            "序号\t任务\t责任单位",
            "1\t建设5个中心\t市政务办",
            "2\t新增8家\t市政务办",
        ]
        assert extract.text.rstrip("\n").endswith("抄送：各区")

    def test_leaves_out_the_footer(self, extract):
        assert "页脚" not in extract.text

    def test_reads_tracked_changes_as_accepted(self):
        document = docx.Document()
        paragraph = document.add_paragraph("压缩至")
        for tag, text_tag, text in (("del", "delText", "3"), ("ins", "t", "2")):
            paragraph._p.append(
                parse_xml(
                    f'<w:{tag} {nsdecls("w")} w:id="1" w:author="a"><w:r><w:{text_tag}>{text}'
                    f"</w:{text_tag}></w:r></w:{tag}>"
                )
            )
        paragraph.add_run("个工作日")
        extract = read(docx_bytes(document), name="方案.docx")
        assert extract.text == "压缩至2个工作日\n"
        assert [w.code for w in extract.warnings] == ["revisions_accepted"]

    def test_drops_the_table_of_contents_with_a_warning(self):
        document = docx.Document()
        style = document.styles.add_style("toc 1", 1)
        document.add_paragraph("一、目标\t1", style=style)
        document.add_paragraph("一、目标")
        extract = read(docx_bytes(document), name="方案.docx")
        assert extract.text == "一、目标\n"
        assert [(w.code, w.data["count"]) for w in extract.warnings] == [("contents_dropped", 1)]

    def test_restarts_a_list_where_the_document_says_so(self):
        document = docx.Document()
        numbering = document.part.numbering_part.element
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="85"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                '<w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
            ),
        )
        for num_id, restart in (
            (85, ""),
            (86, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
        ):
            numbering.append(
                parse_xml(
                    f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="85"/>{restart}</w:num>'
                )
            )
        for num_id, text in ((85, "甲"), (85, "乙"), (86, "丙"), (86, "丁")):
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(
                parse_xml(
                    f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{num_id}"/></w:numPr>'
                )
            )
        assert read(docx_bytes(document), name="x").text.split() == ["①甲", "②乙", "①丙", "②丁"]

    def test_marks_headings_with_their_level(self):
        document = docx.Document()
        document.add_heading("主要任务", level=2)
        block = read(docx_bytes(document), name="x").blocks[0]
        assert (block.kind, block.level) == ("heading", 2)

    def test_keeps_the_text_of_a_text_box_once(self):
        document = docx.Document()
        paragraph = document.add_paragraph("正文")
        box = "<w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent>"
        paragraph._p.append(
            parse_xml(
                f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
                f'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps">{box}'
                f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
                "</mc:AlternateContent></w:r>"
            )
        )
        extract = read(docx_bytes(document), name="x")
        assert extract.text == "正文\n框内文字\n"
        assert [w.code for w in extract.warnings] == ["text_box_moved"]


class TestHtml:
    PAGE = (
        '<html><head><meta charset="gb2312"><title>t</title><style>p{}</style></head><body>'
        "<nav><a>首页</a></nav><h1>行动方案</h1><script>var a=1</script>"
        "<p>一、工作\n   目标</p><div>第一行<br>第二行<div style='display: none'>看不见</div></div>"
        "<table><tr><th>序号</th><th>任务</th><th>单位</th></tr>"
        "<tr><td rowspan=2>1</td><td><p>建中心</p></td><td>市政务办</td></tr>"
        "<tr><td>办实事</td><td>市发改委</td></tr></table>尾注</body></html>"
    )

    def test_gives_lines_and_rows_without_scripts_and_navigation(self):
        extract = read(self.PAGE.encode("gb18030"), name="a.html")
        assert extract.text.split("\n")[:-1] == [
            "行动方案", "一、工作目标", "第一行", "第二行", "序号\t任务\t单位",
            "1\t建中心\t市政务办", "1\t办实事\t市发改委", "尾注",
        ]  # fmt: skip
        assert extract.encoding == "gb18030"

    def test_that_lies_about_its_charset_is_still_read(self):
        page = self.PAGE.replace("gb2312", "utf-8").encode("gb18030")
        assert "一、工作目标" in read(page, name="a.html").text

    def test_treats_a_layout_table_as_paragraphs(self):
        page = (
            "<html><body><table><tr><td>左栏</td><td><table><tr><td>甲</td><td>乙</td></tr></table>"
            "<p>正文一。</p><p>正文二。</p></td></tr></table></body></html>"
        )
        assert read(page.encode(), name="a").text.split("\n")[:-1] == [
            "左栏",
            "甲\t乙",
            "正文一。",
            "正文二。",
        ]

    def test_survives_deeply_nested_elements(self):
        page = "<html><body>" + "<div>" * 1_500 + "深处" + "</div>" * 1_500 + "</body></html>"
        assert "深处" in read(page.encode(), name="a").text

    def test_keeps_spans_true(self):
        extract = read(self.PAGE.encode("gb18030"), name="a.html")
        assert slices(extract, "heading") == ["行动方案"]
        assert "尾注" in slices(extract, "paragraph")


class TestPdf:
    def test_gives_text_with_pages_and_marks(self):
        extract = read(
            pdf_bytes(
                [["清江市行动方案", "一、工作目标", "— 1 —"], ["二、主要任务与措施", "— 2 —"]]
            ),
            name="a.pdf",
        )
        assert [line for line in extract.text.split("\n") if line] == [
            "清江市行动方案", "一、工作目标", "— 1 —", "二、主要任务与措施", "— 2 —",
        ]  # fmt: skip
        assert extract.pages == 2
        assert "\f" not in extract.text
        pages = slices(extract, "page")
        assert "工作目标" in pages[0]
        assert "主要任务" in pages[1]

    def test_gives_a_ruled_table_as_rows_and_repeats_merged_cells(self):
        # Three columns and three rows; the first column of the last two rows is one cell.
        rules = [(60, y, 460, y) for y in (700, 660, 580)] + [(160, 620, 460, 620)]
        rules += [(x, 580, x, 700) for x in (60, 160, 360, 460)]
        words = {
            (65, 676): "重点任务", (165, 676): "具体举措", (365, 676): "责任单位",
            (65, 620): "精简材料", (165, 644): "推行告知承诺制，减少", (165, 626): "证明材料", (365, 636): "市司法局",
            (165, 596): "压减办理环节", (365, 596): "市政务办", (60, 740): "任务分工表", (60, 540): "注：按职责分工",
        }  # fmt: skip
        drawn = "".join(f"\n{a} {b} m {c} {d} l S" for a, b, c, d in rules)
        for (x, y), word in words.items():
            drawn += f"\nBT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{word.encode('utf-16-be').hex()}> Tj ET"
        extract = read(pdf_bytes([[]], drawn=drawn), name="a.pdf")
        assert slices(extract, "row") == [
            "重点任务\t具体举措\t责任单位",
            "精简材料\t推行告知承诺制，减少证明材料\t市司法局",
            "精简材料\t压减办理环节\t市政务办",
        ]
        assert slices(extract, "paragraph") == ["任务分工表", "注：按职责分工"]

    def test_prints_the_head_of_a_table_once_over_pages(self):
        drawn = "".join(f"\n60 {y} m 460 {y} l S" for y in (700, 660, 620))
        drawn += "".join(f"\n{x} 620 m {x} 700 l S" for x in (60, 160, 460))
        for x, y, word in (
            (65, 676, "重点任务"),
            (165, 676, "责任单位"),
            (65, 636, "精简材料"),
            (165, 636, "市政务服务局"),
        ):
            drawn += f"\nBT /F1 12 Tf 1 0 0 1 {x} {y} Tm <{word.encode('utf-16-be').hex()}> Tj ET"
        extract = read(pdf_bytes([[], []], drawn=drawn), name="a.pdf")
        assert [row.split("\t")[0] for row in slices(extract, "row")] == [
            "重点任务",
            "精简材料",
            "精简材料",
        ]

    def test_without_text_is_refused_with_advice(self):
        error = refused(pdf_bytes([[], [], []], text=False))
        assert error.code == "scanned_pdf"
        assert error.data["pages"] == 3
        assert "OCR" in error.message_zh

    def test_warns_of_single_pages_without_text(self):
        extract = read(pdf_bytes([["清江市优化营商环境行动方案正文内容"], []]), name="a")
        assert [(w.code, w.data["pages"]) for w in extract.warnings] == [
            ("pages_without_text", "2")
        ]

    def test_with_a_password_is_refused(self):
        pypdf = pytest.importorskip("pypdf")
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_bytes([["机关内部文字内容若干"]])))
        writer.encrypt("secret", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        assert refused(out.getvalue()).code == "encrypted"

    def test_cut_in_half_is_refused_as_damaged(self):
        data = pdf_bytes([["清江市行动方案"]])
        error = refused(data[: len(data) // 3])
        assert error.code == "not_a_document"
        assert "损坏" in error.message_zh


class TestOfd:
    def test_simple_pages_are_read_line_by_line(self):
        def run(x: float, y: float, text: str) -> str:
            return f'<o:TextObject Boundary="{x} {y} 50 5"><o:TextCode X="0" Y="4">{text}</o:TextCode></o:TextObject>'

        ns = 'xmlns:o="http://www.ofdspec.org/2016"'
        page = f"<o:Page {ns}><o:Content>{run(40, 20, '政务环境')}{run(20, 20, '一、')}{run(20, 30, '精简材料提速增效')}</o:Content></o:Page>"
        data = zipped(
            **{
                "OFD.xml": f"<o:OFD {ns}><o:DocBody><o:DocRoot>Doc_0/Document.xml</o:DocRoot></o:DocBody></o:OFD>".encode(),
                "Doc_0/Document.xml": f'<o:Document {ns}><o:Pages><o:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></o:Pages></o:Document>'.encode(),
                "Doc_0/Pages/Page_0/Content.xml": page.encode(),
            }
        )
        extract = read(data, name="a.ofd")
        assert extract.text.split() == ["一、政务环境", "精简材料提速增效"]
        assert extract.pages == 1

    def test_without_text_codes_asks_for_a_converter(self):
        data = zipped(**{"OFD.xml": b"<OFD/>"})
        assert refused(data).code == "needs_converter"


class TestRefusals:
    @pytest.mark.parametrize("data", [b"", b"  \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
    def test_name_an_empty_file(self, data):
        assert refused(data).code == "empty_file"

    def test_name_an_empty_docx(self):
        assert refused(docx_bytes(docx.Document())).code == "empty_file"

    def test_state_size_and_limit_of_a_large_upload(self):
        error = refused(TEXT.encode(), limits=Limits(max_bytes=100))
        assert error.code == "too_large"
        assert "上限 0.1 KB" in error.message_zh

    def test_stop_a_zip_bomb_before_unpacking(self):
        data = zipped(**{"word/document.xml": b"<a>" + b" " * 40_000_000 + b"</a>"})
        assert len(data) < 200_000
        assert refused(data).code == "zip_bomb"

    def test_stop_a_container_with_too_many_parts(self):
        data = zipped(**{f"word/{n}.xml": b"x" for n in range(50)})
        assert refused(data, limits=Limits(max_entries=20)).code == "zip_bomb"

    def test_stop_entity_expansion(self):
        bomb = (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
        )
        assert refused(zipped(**{"word/document.xml": bomb})).code == "zip_bomb"

    def test_name_an_encrypted_office_file(self):
        data = (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
        )
        assert refused(data).code == "encrypted"

    def test_name_an_encrypted_zip(self):
        data = bytearray(zipped(**{"word/document.xml": b"<a/>"}))
        central = data.index(b"PK\x01\x02")
        struct.pack_into("<H", data, central + 8, 1)
        assert refused(bytes(data)).code == "encrypted"

    @pytest.mark.parametrize(
        "data",
        [
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
            b"{\\rtf1\\ansi abc}",
            b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n",
            b'<?xml version="1.0"?><pkg:package xmlns:pkg="x"></pkg:package>',
        ],
    )
    def test_send_old_formats_to_the_converter(self, data):
        assert refused(data).code == "needs_converter"

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"7z\xbc\xaf\x27\x1c",
            b"PK\x03\x04 and then nothing",
            bytes(range(1, 32)) * 40,
        ],
    )
    def test_name_what_is_no_document(self, data):
        assert refused(data).code == "not_a_document"

    def test_tell_a_spreadsheet_where_it_belongs(self):
        error = refused(zipped(**{"xl/workbook.xml": b"<a/>"}))
        assert error.code == "not_a_document"
        assert "导入" in error.message_zh

    @pytest.mark.parametrize(
        "data",
        [
            TEXT.encode("utf-8").decode("latin-1").encode("utf-8"),
            ("锟斤拷" * 200).encode(),
            bytes([0xC3, 0x28, 0x81, 0xFF, 0xFE, 0xA0]) * 60,
        ],
    )
    def test_name_a_wrong_encoding(self, data):
        assert refused(data).code == "wrong_encoding"

    @pytest.mark.parametrize(
        "head",
        [
            "秘密★1年\n", "000012\n机密★3年\n特急\n", "绝 密 ★ 长期\n", "密级：秘密\n", "机密\n", "密 级: | 机密 |\n",
        ],
    )  # fmt: skip
    def test_turn_away_classified_papers(self, head):
        error = refused((head + TEXT).encode())
        assert error.code == "classified"
        assert error.data["mark"][:2] in ("秘密", "机密", "绝密")

    @pytest.mark.parametrize(
        "line",
        [
            "加强商业秘密保护，涉及国家秘密的除外。\n",
            "凡标有“秘密★1年”的文件不得上传。\n",
            "密级：公开\n",
            "机密文件管理制度汇编\n",
        ],
    )
    def test_let_papers_pass_that_only_speak_of_secrets(self, line):
        assert read((line + TEXT).encode(), name="方案").text.startswith(line)

    def test_find_the_mark_in_a_docx_header(self):
        document = docx.Document()
        document.sections[0].header.paragraphs[0].text = "秘密★1年"
        document.add_paragraph("正文")
        assert refused(docx_bytes(document)).code == "classified"


class TestDevelopmentDocuments:
    def test_read_exactly_as_stored(self):
        folder = Path(__file__).resolve().parents[3].parent / "shared/gold/dev"
        files = sorted(folder.glob("*.txt"))
        if not files:
            pytest.skip("../shared/gold/dev is not on this machine")
        for file in files:
            data = file.read_bytes()
            assert read(data, name=file.name).text == data.decode("utf-8")


def set_in_lines(paragraph: str, width: float = 38.0) -> list[str]:
    """Break a paragraph as a typesetter does; digits and marks of ASCII take half the room."""
    lines, used = [""], 0.0
    for character in paragraph:
        used += 0.5 if character.isascii() else 1.0
        if used > width:
            lines.append("")
            used = 0.0
        lines[-1] += character
    return lines


class TestOnePlanInEveryFormat:
    """The same plan, whatever it was saved as, compiles to the same measures."""

    @staticmethod
    def squeezed(text: str) -> list[tuple[str, list[str], list[tuple[float, str]]]]:
        return [
            (
                "".join(text[measure.span[0] : measure.span[1]].split()),
                [owner.name for owner in measure.owners],
                [(target.value, target.unit) for target in measure.targets],
            )
            for measure in compile_text(text).measures
        ]

    @pytest.fixture(params=["classic", "bracketed", "arabic"])
    def plan(self, request) -> str:
        options = PlanOptions(layout=request.param, sections=3, items=4)
        return generate(seed=11, options=options).text

    def test_holds_for_docx_with_typed_numbers(self, plan):
        document = docx.Document()
        for line in plan.split("\n"):
            document.add_paragraph(line)
        text = read(docx_bytes(document), name="a").text
        assert self.squeezed(text) == self.squeezed(plan)

    def test_holds_for_html(self, plan):
        page = "".join(f"<p>&emsp;&emsp;{line}</p>\n" for line in plan.split("\n"))
        page = f"<html><body><nav>首页</nav><h1></h1>{page}<script>x</script></body></html>"
        text = read(page.encode("gb18030"), name="a").text
        assert self.squeezed(text) == self.squeezed(plan)

    def test_holds_for_pdf(self, plan):
        lines = [line for paragraph in plan.split("\n") for line in set_in_lines(paragraph)]
        pages = [
            [*lines[start : start + 30], f"— {number} —"]
            for number, start in enumerate(range(0, len(lines), 30), start=1)
        ]
        text = read(pdf_bytes(pages), name="a").text
        found, expected = self.squeezed(text), self.squeezed(plan)
        assert [row[1:] for row in found] == [row[1:] for row in expected]

    def test_holds_for_a_table_in_docx_and_html(self):
        plan = generate(seed=4, options=PlanOptions(layout="table", sections=3, items=3)).text
        rows = [line.split("\t") for line in plan.strip().split("\n")]
        document = docx.Document()
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(line.cells, cells, strict=True):
                cell.text = words
        page = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
        page = f"<html><body><table>{page}</table></body></html>"
        for data in (docx_bytes(document), page.encode()):
            assert self.squeezed(read(data, name="a").text) == self.squeezed(plan)

"""What a file is, by its bytes."""

from __future__ import annotations

import pytest

from xiaoer.platform.files.kinds import kind_of
from xiaoer.platform.files.tests.builders import a_docx, a_pdf, a_zip, an_ole, an_xlsx

OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"


class TestKindOf:
    @pytest.mark.parametrize(
        ("data", "name", "media_type"),
        [
            (a_pdf(), "方案.txt", "application/pdf"),
            (a_docx(), "方案.pdf", f"{OFFICE}wordprocessingml.document"),
            (an_xlsx(), "台账.xlsx", f"{OFFICE}spreadsheetml.sheet"),
            (an_ole("WordDocument"), "方案.wps", "application/msword"),
            (an_ole("Workbook"), "台账.et", "application/vnd.ms-excel"),
            (a_zip(OFD_dot_xml=b"<x/>"), "公文.ofd", "application/ofd"),
            (
                a_zip(mimetype=b"application/vnd.oasis.opendocument.text"),
                "a.odt",
                "application/vnd.oasis.opendocument.text",
            ),
            (a_zip(photo_dot_png=PNG), "佐证.zip", "application/zip"),
            (PNG, "照片", "image/png"),
            (b"\xff\xd8\xff\xe0" + b"\x00" * 9, "a.jpg", "image/jpeg"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
            ("一、目标\n".encode("gb18030"), "方案.txt", "text/plain"),
            ("一、目标\n".encode(), "方案", "text/plain"),
            ("目标".encode("utf-16"), "方案.txt", "text/plain"),
            ("单位,值\n甲,1\n".encode("utf-8-sig"), "值.CSV", "text/csv"),
            (b"<!doctype html><p>x", "方案.txt", "text/html"),
            (b'{"a": 1}', "a.json", "application/json"),
            (b"BMI is a word", "a.txt", "text/plain"),
            (b"MZ is a licence plate", "a.txt", "text/plain"),
        ],
    )
    def test_goes_by_the_content(self, data: bytes, name: str, media_type: str) -> None:
        kind = kind_of(data=data, name=name)
        assert (kind.media_type, kind.refusal) == (media_type, "")

    @pytest.mark.parametrize(
        ("data", "name", "why"),
        [
            (b"MZ\x90\x00\x03\x00" + b"\x00" * 64, "方案.docx", "Windows 程序"),
            (b"\x7fELF\x02\x01", "a.pdf", "Linux 程序"),
            (b"#!/bin/sh\nrm -rf /", "说明.txt", "脚本"),
            (b"PK", "run.exe", "exe 是程序或脚本"),
            ("一".encode(), "宏.vbs ", "vbs 是程序或脚本"),
            (a_zip(word__vbaProject_dot_bin=b"x"), "方案.docx", "含有宏"),
            (an_ole("WordDocument") + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "含有宏"),
            (a_zip(a__b_dot_exe=b"MZ"), "佐证.zip", "压缩包内有程序或脚本（a/b.exe）"),
            (b"PK\x03\x04broken", "a.docx", "压缩结构已损坏"),
            (an_ole("EncryptedPackage"), "a.docx", "设有打开密码"),
            (an_ole("Nothing"), "a.msi2", "不是可识别的 Office 文档"),
            (b"<svg xmlns='x'><script>1</script></svg>", "图.svg", "SVG"),
            (bytes(range(256)) * 4, "a.bin", "不是可识别的文件类型"),
        ],
    )
    def test_refuses_programs_and_the_unknown_whatever_their_name(
        self, data: bytes, name: str, why: str
    ) -> None:
        assert why in kind_of(data=data, name=name).refusal

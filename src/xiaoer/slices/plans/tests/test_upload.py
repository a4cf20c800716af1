"""Taking in documents: what becomes of a good one, and what each bad one is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from xiaoer.platform.errors import Invalid, NotHere, Refused
from xiaoer.platform.files import convert
from xiaoer.platform.files.models import StoredFile
from xiaoer.slices.plans.models import Plan, PlanSeries
from xiaoer.slices.plans.services.upload import plan_upload
from xiaoer.slices.plans.tests.builders import (
    HEAD,
    ITEMS,
    LATER,
    NOW,
    City,
    a_city,
    a_draft,
    a_plan,
    codes_since,
    mark,
    measure_of,
    plan_text,
)

pytestmark = pytest.mark.django_db
NOVEL = "第一章 雨夜\n" + "那天夜里下着雨，他一个人走在街上，想起了许多年前的事情。\n" * 200


@pytest.fixture
def city() -> City:
    return a_city()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b"0" * 300_000_000)
    return made.getvalue()


def scan() -> bytes:
    from pypdf import PdfWriter

    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(made)
    return made.getvalue()


def locked() -> bytes:
    from pypdf import PdfWriter

    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.encrypt("密码")
    writer.write(made)
    return made.getvalue()


BAD = {
    "empty": (b"", "a.txt", "空"),
    "scan": (scan, "a.pdf", "文字层"),
    "encrypted": (locked, "a.pdf", "密码"),
    "zip bomb": (bomb, "a.docx", "膨胀"),
    "novel": (NOVEL.encode(), "小说.txt", "没有找到可以督办的举措"),
    "classified": (f"机密★10年\n{HEAD}{ITEMS[0]}".encode(), "a.txt", "密级"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "a.txt", "不是可编译的文稿"),
    "damaged text": (b"\xff\xfe\xfd" + bytes(range(128, 256)) * 40, "a.txt", "解码"),
}


class TestPlanUpload:
    def test_lays_out_a_plan_for_review_with_one_event(self, city: City) -> None:
        before = mark()
        plan = a_draft(city)
        assert (plan.state, plan.number, plan.measures.count()) == ("IN_REVIEW", 1, 3)
        assert codes_since(before) == ["files.file.stored", "plans.plan.uploaded"]

    def test_resolves_owners_and_assigns_nothing_yet(self, city: City) -> None:
        row = measure_of(a_draft(city), "开办企业")
        duties = dict(row.assignments.values_list("organisation__name", "role"))
        assert duties == {"市市场监管局": "lead", "市税务局": "support"}
        assert set(row.assignments.values_list("state", flat=True)) == {"DRAFT"}

    def test_proposes_a_deliverable_where_there_is_no_number(self, city: City) -> None:
        row = measure_of(a_draft(city), "政企沟通")
        assert [m.title for m in row.milestones.all()] == [f"完成：{row.title}"]

    def test_reads_text_in_gb18030(self, city: City) -> None:
        data = plan_text().decode().encode("gb18030")
        plan = plan_upload(actor=city.clerk, data=data, name="方案.txt", now=NOW)
        assert "开办企业" in plan.text

    @pytest.mark.parametrize("case", BAD)
    def test_tells_each_bad_file_why_and_keeps_nothing(self, city: City, case: str) -> None:
        made, name, said = BAD[case]
        data = made() if callable(made) else made
        before = mark()
        with pytest.raises(Invalid) as refused:
            plan_upload(actor=city.clerk, data=data, name=name, now=NOW)
        assert said in refused.value.message
        assert refused.value.field == "file"
        assert (Plan.objects.count(), PlanSeries.objects.count(), mark()) == (0, 0, before)
        assert not StoredFile.objects.exists()

    def test_tells_the_bad_files_apart(self, city: City) -> None:
        told = set()
        for made, name, _said in BAD.values():
            with pytest.raises(Invalid) as refused:
                plan_upload(
                    actor=city.clerk, data=made() if callable(made) else made, name=name, now=NOW
                )
            told.add(refused.value.message)
        assert len(told) == len(BAD)

    def test_refuses_the_file_that_is_already_in_review(self, city: City) -> None:
        plan_upload(actor=city.clerk, data=plan_text(), name="a.txt", now=NOW)
        with pytest.raises(Refused, match="同一份文件已在校核"):
            plan_upload(actor=city.clerk, data=plan_text(), name="b.txt", now=NOW)

    def test_is_absent_for_other_units(self, city: City) -> None:
        with pytest.raises(NotHere):
            plan_upload(actor=city.tax_handler, data=plan_text(), name="a.txt", now=NOW)

    def test_refuses_a_second_amendment_while_one_is_in_review(self, city: City) -> None:
        one = a_plan(city)
        a_draft(city, *ITEMS[:2], previous=one, now=LATER)
        with pytest.raises(Refused, match="已有一份修订稿"):
            a_draft(city, *ITEMS[1:], previous=one, now=LATER)

    def test_refuses_to_amend_what_is_not_in_force(self, city: City) -> None:
        with pytest.raises(Refused, match="已发布"):
            a_draft(city, *ITEMS[1:], previous=a_draft(city))

    def test_gives_the_number_of_a_discarded_amendment_out_again(self, city: City) -> None:
        one = a_plan(city)
        a_plan(city, *ITEMS[:2], previous=one, state="DISCARDED", now=LATER)
        assert a_draft(city, *ITEMS[1:], previous=one, now=LATER).number == 2

    def test_costs_no_more_queries_for_more_measures(
        self, city: City, django_assert_max_num_queries: object
    ) -> None:
        many = [
            f"{n}.推进第{n}类事项改革。2026年底前新增服务企业{n}00家以上。（牵头单位：市税务局）"
            for n in range(1, 121)
        ]
        with django_assert_max_num_queries(75):  # type: ignore[operator]
            plan = a_draft(city, *many)
        assert plan.measures.count() == 120


class TestConverting:
    def test_advises_where_there_is_no_office_program(self, city: City) -> None:
        if convert.is_available():
            pytest.skip("这台机器装有 LibreOffice")
        old = b"{\\rtf1 " + b"plan" * 40 + b"}"
        with pytest.raises(Invalid, match="LibreOffice"):
            plan_upload(actor=city.clerk, data=old, name="方案.rtf", now=NOW)

    def test_reads_what_the_program_makes(
        self, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        docx = tmp_path / "made.docx"
        docx.write_bytes(a_docx())
        office = tmp_path / "soffice"
        office.write_text(
            f'#!/bin/sh\nfor last; do :; done\nd=$(dirname "$last")\nmkdir -p "$d/out"\ncp {docx} "$d/out/in.docx"\n'
        )
        office.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        convert.program.cache_clear()
        try:
            old = b"{\\rtf1 " + b"plan" * 40 + b"}"
            plan = plan_upload(actor=city.clerk, data=old, name="方案.rtf", now=NOW)
        finally:
            convert.program.cache_clear()
        assert plan.measures.filter(title__contains="开办企业").exists()
        assert plan.source.name == "方案.rtf"

    def test_stops_a_program_that_hangs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office = tmp_path / "soffice"
        office.write_text("#!/bin/sh\nsleep 30\n")
        office.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        convert.program.cache_clear()
        try:
            with pytest.raises(convert.NotConverted, match="已停止"):
                convert.to_docx(data=b"x", name="a.doc", seconds=1)
        finally:
            convert.program.cache_clear()


def a_docx() -> bytes:
    from docx import Document

    made, document = io.BytesIO(), Document()
    for line in plan_text().decode().splitlines():
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()

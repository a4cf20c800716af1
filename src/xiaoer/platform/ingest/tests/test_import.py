from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from xiaoer.platform import clock
from xiaoer.platform.access.actors import ANONYMOUS, SYSTEM
from xiaoer.platform.audit.models import Event
from xiaoer.platform.errors import Invalid, NotFromHere, NotHere
from xiaoer.platform.ingest import importers, queries, services
from xiaoer.platform.ingest.importers import Column, Importer, Lookup, StagedRow
from xiaoer.platform.ingest.models import ImportBatch, ImportRow
from xiaoer.platform.orgs.models import Organisation, OrganisationAlias

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 9, tzinfo=clock.CHINA)
ORGS = "orgs.organisation"
TABLE = """机构名录（2025年）,,,
机构名称,简称,类别,上级机构,别名
清江市财政局,市财政局,部门,,财政局；市财政
清江市财政局,市财政局,部门,,
,没有名称,,,
清江市国库中心,国库中心,衙门,清江市财政局,
清江市数据局,市数据局,,不存在的局,
清江市信息中心,市信息中心,事业单位,清江市财政局,
"""


def csv_bytes(text: str = TABLE, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def stage(content: bytes, *, name: str = "机构.csv", importer: str = ORGS) -> ImportBatch:
    return services.batch_stage(
        actor=SYSTEM, importer=importer, file_name=name, content=content, now=NOW
    )


def commit(batch: ImportBatch) -> ImportBatch:
    return services.batch_commit(actor=SYSTEM, batch_id=batch.pk, now=NOW)


class TestBatchStage:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_reads_what_offices_save(self, encoding: str) -> None:
        batch = stage(csv_bytes(encoding=encoding))
        assert (batch.n_rows, batch.n_bad) == (6, 4)
        assert not Organisation.objects.exists()

    def test_reads_a_workbook_with_dates_and_numbers_as_text(self) -> None:
        content = xlsx_bytes([["机构名称", "简称"], [20250303, date(2025, 3, 3)], [1.5, True]])
        rows = ImportRow.objects.filter(batch=stage(content)).order_by("number")
        assert [row.cells for row in rows] == [["20250303", "2025-03-03"], ["1.5", "是"]]

    def test_names_each_rows_fault_at_the_rows_number_in_the_file(self) -> None:
        preview = queries.batch_preview(actor=SYSTEM, batch_id=stage(csv_bytes()).pk)
        errors = {number: error for number, _, error in preview.bad}
        assert set(errors) == {4, 5, 6, 7}
        assert "已有" in errors[4]
        assert "机构名称" in errors[5]
        assert "衙门" in errors[6]
        assert "不存在的局" in errors[7]

    @pytest.mark.parametrize(
        ("content", "advice"),
        [
            (b"", "空的"),
            ("甲,乙\n1,2\n".encode(), "没有找到表头"),
            ("简称,类别\n市财政局,部门\n".encode(), "缺少：机构名称"),
            ("机构名称,简称\n".encode(), "没有数据行"),
            (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "另存为 .xlsx"),
            (b"PK\x03\x04 damaged", "已损坏"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff", "无法识别|不是表格"),
        ],
    )
    def test_refuses_what_is_no_such_table_with_advice(self, content: bytes, advice: str) -> None:
        with pytest.raises(Invalid, match=advice):
            stage(content)
        assert not ImportBatch.objects.exists()

    def test_is_absent_for_who_may_not_import(self) -> None:
        with pytest.raises(NotHere):
            services.batch_stage(
                actor=ANONYMOUS, importer=ORGS, file_name="x.csv", content=csv_bytes(), now=NOW
            )


class TestBatchCommit:
    def test_imports_the_good_rows_and_records_one_event(self) -> None:
        batch = commit(stage(csv_bytes()))
        assert (batch.state, batch.n_committed, batch.n_bad) == ("DONE", 2, 4)
        centre = Organisation.objects.get(name="清江市信息中心")
        assert centre.parent == Organisation.objects.get(name="清江市财政局")
        assert set(OrganisationAlias.objects.values_list("name", flat=True)) == {"财政局", "市财政"}
        assert [e.code for e in Event.objects.all()] == ["ingest.batch.committed"]

    def test_refuses_a_second_time(self) -> None:
        batch = commit(stage(csv_bytes()))
        with pytest.raises(NotFromHere):
            commit(batch)

    def test_refuses_a_voided_import(self) -> None:
        batch = stage(csv_bytes())
        services.batch_void(actor=SYSTEM, batch_id=batch.pk, now=NOW)
        with pytest.raises(NotFromHere):
            commit(batch)


class TestErrorsWorkbook:
    def test_gives_the_bad_rows_back_with_the_error_to_be_mended_and_sent_again(self) -> None:
        batch = stage(csv_bytes())
        content = queries.batch_errors_xlsx(actor=SYSTEM, batch_id=batch.pk)
        rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        assert rows[0][-1] == "错误"
        assert len(rows) == 5
        assert stage(content, name="改.xlsx").n_rows == 4

    def test_writes_a_formula_as_text(self) -> None:
        batch = stage("机构名称,类别\n=1+1,衙门\n".encode())
        content = queries.batch_errors_xlsx(actor=SYSTEM, batch_id=batch.pk)
        cell = load_workbook(io.BytesIO(content)).active["A2"]
        assert (cell.value, cell.data_type) == ("=1+1", "s")

    def test_offers_a_template_that_can_be_imported(self) -> None:
        assert stage(queries.template_xlsx(importer=ORGS), name="模板.xlsx").n_bad == 0


class Interrupted(BaseException):
    """Stands for a kill in the middle of a commit."""


@pytest.fixture
def interrupting() -> Iterator[list[int]]:
    """An importer that is cut off once after its first thousand rows."""
    seen: list[int] = []

    def parse(row: Any, lookup: Lookup) -> dict[str, str]:
        return dict(row)

    def write(rows: Sequence[StagedRow], lookup: Lookup) -> None:
        if len(rows) > 1 and any(r.values["n"] == "7" for r in rows):
            raise Invalid("整批被拒")
        if rows[0].values["n"] == "7":
            raise Invalid("七号不行")
        if len(seen) == 1000 and "cut" not in flags:
            flags.add("cut")
            raise Interrupted
        seen.extend(int(r.values["n"]) for r in rows)

    flags: set[str] = set()
    known = dict(importers._IMPORTERS)
    column = Column(key="n", heading="序号", is_required=True)
    importers.register(
        Importer(
            code="trial.number",
            label="试验",
            action="orgs.organisation.manage",
            columns=(column,),
            parse_row=parse,
            commit_rows=write,
        )  # fmt: skip
    )
    yield seen
    importers._IMPORTERS.clear()
    importers._IMPORTERS.update(known)


class TestInterruptedCommit:
    def test_goes_on_where_it_stopped_and_writes_no_row_twice(
        self, interrupting: list[int]
    ) -> None:
        numbers = range(100, 2600)
        text = "序号\n" + "\n".join(str(n) for n in numbers)
        batch = stage(text.encode(), importer="trial.number")
        with pytest.raises(Interrupted):
            commit(batch)
        assert ImportRow.objects.filter(batch=batch, is_committed=True).count() == 1000
        done = commit(batch)
        assert interrupting == list(numbers)
        assert (done.state, done.n_committed) == ("DONE", 2500)
        assert Event.objects.count() == 1

    def test_keeps_only_the_row_at_fault_out(self, interrupting: list[int]) -> None:
        batch = commit(stage("序号\n5\n6\n7\n8\n".encode(), importer="trial.number"))
        assert interrupting == [5, 6, 8]
        assert (batch.n_committed, batch.n_bad) == (3, 1)
        assert ImportRow.objects.exclude(error="").get().error == "七号不行"

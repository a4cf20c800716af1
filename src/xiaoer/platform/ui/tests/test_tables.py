from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from openpyxl import load_workbook

from xiaoer.platform.access.actors import ANONYMOUS
from xiaoer.platform.ui.asks import read_ask
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.spreadsheet import records_of
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table, extended, to_xlsx

COLUMNS = (
    Column(key="title", label="举措", sort="number"),
    Column(key="value", label="现值 / 应达", kind="pair"),
    Column(key="rate", label="兑现率", kind="percent"),
    Column(key="paid", label="已付", kind="fen", unit="元"),
    Column(key="due", label="截止", kind="deadline", sort="due"),
    Column(key="light", label="状态", kind="light"),
    Column(key="theme", label="主题", optional=True, off=True),
)
ROWS = (
    Row(key="1", url="/m/1/", cells={
        "title": "惠企政策<b>", "value": (93.6, 100), "rate": 0.936, "paid": 123456,
        "due": date(2026, 11, 27), "light": "AT_RISK", "theme": "政策",
    }),
    Row(key="2", cells={"title": Cell(value="=cmd|' /C calc'!A0", note="附注"), "light": "BEHIND"}),
)  # fmt: skip


def a_table(query: str = "", **more: object) -> Table:
    ask = read_ask(QueryDict(query), sorts=("number", "due"), sort="due", size=25)
    given = {"rows": ROWS, "paging": Paging(total=80), **more}
    return Table(name="ledger", caption="举措台账", columns=COLUMNS, ask=ask, **given)  # type: ignore[arg-type]


def html_of(table: Table) -> str:
    request = RequestFactory().get("/")
    request.actor = ANONYMOUS  # type: ignore[attr-defined]
    return str(engines["django"].from_string("{% table t %}").render({"t": table}, request))


def rows_of(html: str) -> list[list[str]]:
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.S)
    assert body is not None
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body.group(1), re.S)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.S) for row in rows]
    return [[unescape(re.sub(r"<[^>]+>", "", c)).strip() for c in row] for row in cells]


def sheet_of(table: Table) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(to_xlsx(table)))["数据"].iter_rows(values_only=True))


class TestTable:
    def test_shows_and_exports_the_same_rows_in_the_same_order(self) -> None:
        shown, exported = rows_of(html_of(a_table())), sheet_of(a_table())[1:]
        assert [row[0] for row in shown] == ["惠企政策<b>", "=cmd|' /C calc'!A0附注"]
        assert [row[0] for row in exported] == ["惠企政策<b>", "=cmd|' /C calc'!A0"]
        assert shown[0][1:] == ["93.6 / 100", "93.6%", "1,234.56", "2026年11月27日", "▲预警"]
        assert exported[0][1:] == (93.6, 100, 0.936, 1234.56, datetime(2026, 11, 27), "预警")

    def test_escapes_what_people_typed(self) -> None:
        assert "<b>" not in re.sub(r"</?b>", "", html_of(a_table()).replace("&lt;b&gt;", ""))
        assert "惠企政策&lt;b&gt;" in html_of(a_table())

    def test_writes_text_that_looks_like_a_formula_as_text(self) -> None:
        cell = load_workbook(BytesIO(to_xlsx(a_table())))["数据"]["A3"]
        assert (cell.data_type, cell.quotePrefix) == ("s", True)

    @pytest.mark.parametrize("text", ["+1", "-1", "@SUM(A1)", "\t=1", "坏\x07字"])
    def test_exports_any_text(self, text: str) -> None:
        table = a_table(rows=(Row(cells={"title": text}),))
        assert sheet_of(table)[1][0] == text.replace("\x07", "")

    def test_gives_the_same_rows_as_records(self) -> None:
        first = records_of(a_table())[0]
        assert first == {
            "title": "惠企政策<b>", "value": [93.6, 100], "rate": 0.936, "paid": Decimal("1234.56"),
            "due": date(2026, 11, 27), "light": "预警",
        }  # fmt: skip

    def test_shows_a_column_that_is_off_only_when_asked(self) -> None:
        assert "theme" not in [c.key for c in a_table().shown]
        assert "theme" in [c.key for c in a_table("cols=title&cols=theme").shown]

    def test_links_the_sort_the_other_way_round(self) -> None:
        assert 'aria-sort="ascending"><a href="?q=%E4%BF%A1&amp;sort=-due"' in html_of(
            a_table("q=信")
        )

    def test_pages_keep_the_filters(self) -> None:
        html = html_of(a_table("light=BEHIND&page=2"))
        assert '<a href="?light=BEHIND&amp;page=4">4</a>' in html
        assert '<a href="?light=BEHIND&amp;page=2" aria-current="page">2</a>' in html

    def test_says_what_to_do_when_empty(self) -> None:
        html = html_of(a_table(rows=(), empty="先上传一份方案。"))
        assert "先上传一份方案。" in html and "<table" not in html

    def test_says_what_went_wrong_in_place_of_rows(self) -> None:
        html = html_of(a_table(error="快照正在更新。"))
        assert 'role="alert">快照正在更新。' in html and "<table" not in html

    def test_takes_a_column_from_another_slice(self) -> None:
        column = Column(key="n", label="件数", kind="number")
        table = extended(a_table(), column=column, values={"1": 7}, before="due")
        assert [row[4] for row in rows_of(html_of(table))] == ["7", "—"]

    def test_tells_in_the_workbook_how_it_came_about(self) -> None:
        table = a_table(
            "light=BEHIND", as_of=datetime(2026, 11, 20, 10, tzinfo=UTC), source="2026 提升方案"
        )
        about = list(load_workbook(BytesIO(to_xlsx(table)))["说明"].iter_rows(values_only=True))
        assert about[2:] == [
            ("截至", datetime(2026, 11, 20, 18)),
            ("来源", "2026 提升方案"),
            ("筛选", "light = BEHIND"),
        ]


class TestReadAsk:
    @pytest.mark.parametrize("query", ["page=-3", "page=x", "size=999999", "sort=drop", "sort=-pk"])
    def test_falls_back_to_the_usual_for_nonsense(self, query: str) -> None:
        ask = read_ask(QueryDict(query), sorts=("due",), sort="-due")
        assert (ask.page, ask.sort, ask.descending) == (1, "due", True)
        assert ask.size <= 200

    def test_keeps_every_value_of_a_filter(self) -> None:
        ask = read_ask(QueryDict("light=BEHIND&light=AT_RISK&page=3"))
        assert ask.values("light") == ("BEHIND", "AT_RISK")
        assert ask.without("light", "BEHIND") == "?light=AT_RISK"


class TestFilterBar:
    def test_offers_each_set_value_as_a_chip_that_takes_it_off(self) -> None:
        ask = read_ask(QueryDict("q=信用&light=BEHIND&sort=due&page=2"), sorts=("due",))
        lights = Filter(key="light", label="状态", choices=(Choice(value="BEHIND", label="滞后"),))
        bar = FilterBar(ask=ask, filters=(lights,))
        assert [c.text for c in bar.chips] == ["“信用”", "状态：滞后"]
        assert bar.chips[1].url == "?q=%E4%BF%A1%E7%94%A8&sort=due"
        assert bar.clear_url == "?sort=due"

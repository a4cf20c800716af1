"""The gallery: every component with invented data, where developers run the system (debug only)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiaoer.engines.calendar import (
    CalendarTable,
    Period,
    Unit,
    WorkingCalendar,
    YearTable,
    due,
    remaining,
)
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Invalid, NotAllowed, NotHere, Refused, Stale
from xiaoer.platform.ui import charts
from xiaoer.platform.ui.asks import read_ask
from xiaoer.platform.ui.deadlines import Deadline, deadline_view
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.pages import Button, Crumb, LifeEvent, Page, Tab, Tone, sentence
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=CHINA)
_MEASURES = (
    ("11 惠企政策“免申即享”按时兑现", "市财政局", (93.6, 100), 5, "AT_RISK", "", (80, 84, 85, 90, 93.6)),
    ("24 网上中介超市入驻机构", "市行政审批局", (268, 292), 6, "AT_RISK", "", (120, 180, 210, 250, 268)),
    ("37 信用修复初审", "市发改委", (1.4, 1.0), 6, "BEHIND", "第 2 月", (2.0, 1.9, 1.6, 1.5, 1.4)),
    ("15 跨部门综合监管“一业一查”", "市市场监管局", (27, 29), 29, "ON_TRACK", "", (8, 15, 19, 25, 27)),
    ("8 政府拖欠账款清零", "市经信局", (12840000, 4100000), 29, "BEHIND", "第 1 月", (30, 25, 19, 15, 12.8)),
    ("41 水电气网联合报装", "市住建局", None, 29, "NOT_STARTED", "", ()),
    ("18 企业开办一日办结", "市行政审批局", (0.9, 1.0), -3, "STRUCK_OFF", "", (2.5, 1.9, 1.2, 0.9, 0.9)),
)  # fmt: skip
_COLUMNS = (
    Column(key="title", label="举措", sort="number"),
    Column(key="lead", label="牵头单位", sort="lead"),
    Column(key="value", label="现值 / 应达", kind="pair", source="指标定义 v2"),
    Column(key="trend", label="走势", kind="spark"),
    Column(key="due", label="截止", kind="deadline", sort="due"),
    Column(key="light", label="状态", kind="light"),
    Column(key="theme", label="主题", kind="chips", optional=True, off=True),
)


def _calendar() -> WorkingCalendar:
    return WorkingCalendar(CalendarTable(years={2026: YearTable(year=2026, off={}, make_up={})}))


def _deadline(n: int) -> Deadline:
    calendar = _calendar()
    if n < 0:
        past = TODAY + timedelta(days=n)
        left = remaining(calendar=calendar, due=past, today=TODAY)
        return deadline_view(past, remaining=left, today=TODAY)
    counted = due(calendar=calendar, start=TODAY, period=Period(n=n, unit=Unit.WORKING_DAY))
    left = remaining(calendar=calendar, due=counted.date, today=TODAY)
    return deadline_view(counted, remaining=left, printed="11月底前", basis="工作日历 2026")


def _table(request: HttpRequest) -> Table:
    ask = read_ask(request.GET, sorts=("number", "lead", "due"), sort="due")
    rows = tuple(
        Row(
            key=title.split()[0],
            url=f"/_ui/?open={title.split()[0]}",
            cells={
                "title": title, "lead": lead, "value": value, "trend": trend, "due": _deadline(n),
                "light": Cell(value=light, note=note), "theme": ("政务服务", "免申即享"),
            },
        )
        for title, lead, value, n, light, note, trend in _MEASURES
    )  # fmt: skip
    return Table(
        name="ledger", caption="举措台账", columns=_COLUMNS, rows=rows, ask=ask,
        paging=Paging(total=361), exportable=True, as_of=NOW, source="2026 提升方案",
        too_many="条件下有 361 项，只列出前 50 项；请加一个条件。",
        bulk_url="/_ui/", bulk=(("remind", "提醒牵头单位"),),
    )  # fmt: skip


class _Form(forms.Form):
    value = forms.DecimalField(label="本期完成值", help_text="填累计数，不含上年结转。")
    kind = forms.ChoiceField(label="口径", choices=[("c", "累计"), ("m", "当月")])
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    proof = forms.FileField(
        label="佐证材料", required=False, help_text="PDF、图片或表格，不超过 50 MB。"
    )
    sure = forms.BooleanField(label="我已核对原始记录")


def _figure() -> FigureView:
    return FigureView(
        value=0.936, unit="%", label="按时兑现率", as_of=NOW, formula="按时兑现笔数 ÷ 应兑现笔数", numerator=1206,
        denominator=1288, n_records=1288, records_url="/_ui/", version="定义 v2", interval=(0.921, 0.948),
        source="财政支付系统", source_url="/_ui/", history=(0.8, 0.84, 0.85, 0.9, 0.936),
    )  # fmt: skip


def _charts() -> dict[str, charts.Chart]:
    def month(m: int, day: int = 1) -> date:
        return date(2026, m, day)

    values = (2.0, 1.9, 1.7, 1.6, 1.6, 1.5, 1.5, 1.45, 1.4)
    progress = charts.progress_chart(
        name="progress", summary="初审用时从 2.0 降到 1.4 个工作日，高于应达的 1.05，预计 11月30日 为 1.3。",
        actual=[charts.Point(on=month(3 + i), value=v) for i, v in enumerate(values)],
        expected=[charts.Point(on=month(3), value=2.0), charts.Point(on=month(11, 30), value=1.0)],
        landing=charts.Landing(on=month(11, 30), value=1.34, low=1.22, high=1.46),
        target=1.0, comparator="≤", unit="工作日",
    )  # fmt: skip
    units = (
        ("市行政审批局", 4, 7, 0, 2, 0), ("市市场监管局", 3, 5, 1, 2, 1), ("市经信局", 1, 4, 0, 2, 2),
        ("市发改委", 2, 5, 2, 1, 1), ("市财政局", 2, 3, 0, 1, 1), ("市住房和城乡建设局", 1, 5, 0, 1, 1), ("市税务局", 3, 2, 0, 0, 0),
    )  # fmt: skip
    codes = ("STRUCK_OFF", "ON_TRACK", "NOT_STARTED", "AT_RISK", "BEHIND")
    lights = charts.lights_chart(
        name="units", summary="7 个单位中市经信局滞后最多，2 项。",
        units=[charts.UnitLights(label=u[0], counts=dict(zip(codes, u[1:], strict=True)), url="/_ui/") for u in units],
    )  # fmt: skip
    ratios = [(70 + ((i * 37) % 53) + ((i * 11) % 7)) / 100 for i in range(61)]
    landing = charts.landing_chart(
        name="landing", summary="61 个目标中 27 个预计达不到。",
        dots=[
            charts.Dot(label=f"{i + 1} 目标", ratio=r, url="/_ui/", light="BEHIND" if r < 0.9 else "AT_RISK" if r < 1 else "ON_TRACK")
            for i, r in enumerate(ratios)
        ],
    )  # fmt: skip
    return {"progress": progress, "units": lights, "landing": landing}


def _page() -> Page:
    buttons = (
        Button(
            label="发督办通知",
            url="/_ui/",
            look="primary",
            confirm="将向 3 个单位的 5 名经办人发出通知，发出后不能撤回。",
        ),
        Button(
            label="销号",
            url="/_ui/",
            why_not="尚无佐证材料，不能销号。",
            who_can=("周敏", "刘志远"),
        ),
        Button(
            label="退回",
            url="/_ui/",
            look="danger",
            needs_reason=True,
            confirm="退回后由市发改委重新上报。",
        ),
    )
    text = "%(n)s 项举措中 %(late)s 项按目前进度将不能如期完成，其中 %(week)s 项本周转红。"
    return Page(
        title="举措台账", sentence=sentence(text, {"n": 61, "late": Tone(value=12, css="late"), "week": 3}),
        crumbs=(Crumb(label="2026 提升方案", url="/_ui/"), Crumb(label="信用环境")), buttons=buttons,
        facts=("市发改委牵头", "市市场监管局配合"), as_of=NOW, provenance="数据快照 06:00，此后新增 41 条记录",
    )  # fmt: skip


def _events() -> tuple[LifeEvent, ...]:
    return (
        LifeEvent(when="3月6日", text="入账发布"),
        LifeEvent(when="10月9日", text="市发改委 申请延期，未批准", note="理由不足，刘志远 审批"),
        LifeEvent(when="11月1日", text="滞后", note="连续两期未达应达线", state="now"),
        LifeEvent(when="11月25日", text="提醒函", note="余 3 个工作日", state="next"),
        LifeEvent(when="12月1日", text="列入第 12 期通报", state="next"),
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    table = _table(request)
    if table.ask is not None and table.ask.wants == "xlsx":
        return xlsx_response(table, filename="台账")
    form = _Form(request.POST or None)
    form.is_valid()
    assert table.ask is not None
    lights = Filter(
        key="light",
        label="状态",
        choices=(
            Choice(value="BEHIND", label="滞后", n=3),
            Choice(value="AT_RISK", label="预警", n=9),
        ),
    )
    context: dict[str, Any] = {
        "page": _page(), "table": table, "bar": FilterBar(ask=table.ask, n=361, noun="项", filters=(lights,), placeholder="搜索举措、单位"),
        "empty": Table(name="empty", caption="空表", columns=_COLUMNS, rows=(), empty="还没有发布的方案。先上传一份方案。"),
        "broken": Table(name="broken", caption="坏表", columns=_COLUMNS, rows=(), error="数据快照正在更新，请一分钟后刷新。请求编号 8f3a。"),
        "form": form, "figure": _figure(), "charts": _charts(), "events": _events(), "due": _deadline(6),
        "codes": ("BEHIND", "AT_RISK", "ON_TRACK", "NOT_STARTED", "STRUCK_OFF"),
        "tabs": (Tab(label="全部", url="/_ui/", is_current=True, n=61), Tab(label="滞后", url="/_ui/?light=BEHIND", n=3)),
    }  # fmt: skip
    return render(request, "ui/gallery.html", context)


_REFUSALS: dict[str, Refused] = {
    "not_here": NotHere(),
    "not_allowed": NotAllowed("销号由营商办负责人办理，您可以提交复核。"),
    "stale": Stale(),
    "invalid": Invalid("完成值不能为负数。", field="value"),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    """Refuse, to look at the page; ``defect`` fails."""
    if kind == "defect":
        raise RuntimeError("a defect, for looking at its page")
    raise _REFUSALS[kind]

"""Indicators and targets: the lists, and one indicator with its history, definitions and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from xiaoer.platform.access import rules
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Refused
from xiaoer.platform.ui.asks import read_ask
from xiaoer.platform.ui.charts import Chart, Landing, Point, progress_chart
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.lights import LIGHTS
from xiaoer.platform.ui.pages import Crumb, Page
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Cell, Column, Paging, Row, Table
from xiaoer.platform.words import retold
from xiaoer.slices.indicators.forms import DefinitionForm
from xiaoer.slices.indicators.models import TargetStanding
from xiaoer.slices.indicators.queries import board
from xiaoer.slices.indicators.queries import catalogue as queries
from xiaoer.slices.indicators.queries.catalogue import IndicatorDetail, PlaceLine, Recorded
from xiaoer.slices.indicators.services import definitions as services
from xiaoer.slices.indicators.views.board import board_bar, filters_of
from xiaoer.slices.indicators.views.measure import scaled
from xiaoer.slices.indicators.wording import SIGNS, bar_words, month_words

COLUMNS = (
    Column(key="name", label=_lazy("指标")),
    Column(key="unit", label=_lazy("单位")),
    Column(key="targets", label=_lazy("目标数"), kind="number"),
    Column(key="latest", label=_lazy("最近数据")),
)
TARGETS = (
    Column(key="indicator", label=_lazy("目标")),
    Column(key="lead", label=_lazy("牵头单位")),
    Column(key="value", label=_lazy("现值 / 应达"), kind="pair"),
    Column(key="spark", label=_lazy("走势"), kind="spark"),
    Column(key="landing", label=_lazy("预计达到目标的"), kind="percent", sort="landing", digits=0),
    Column(key="due", label=_lazy("期限"), kind="date", sort="due"),
    Column(key="light", label=_lazy("状态"), kind="light"),
)
LIMITS = frozenset({"le", "lt", "within"})
_ORDER = {"landing": "landing", "due": "due_date"}


@page(action="indicators.indicator.view")
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """List the indicators."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET)
    rows = queries.indicator_list(actor=actor, search=ask.q)
    total = rows.count()
    shown = rows[:20000] if ask.wants == "xlsx" else rows[ask.offset : ask.offset + ask.size]
    table = Table(
        name="indicators",
        caption=pgettext("nav", "指标"),
        columns=COLUMNS,
        ask=ask,
        paging=Paging(total=total),
        rows=tuple(
            Row(
                key=str(r.pk),
                url=reverse("indicators:indicator", args=[r.pk]),
                cells={
                    "name": r.name,
                    "unit": r.unit,
                    "targets": getattr(r, "n_targets", 0),
                    "latest": month_words(getattr(r, "latest", None)),
                },
            )
            for r in shown
        ),
        exportable=True,
        empty=_("还没有指标。方案发布后，每个有数值的目标会归入一个指标。"),
        as_of=board.data_as_of(now),
    )
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("指标"))
    context = {
        "page": Page(
            title=pgettext("nav", "指标"),
            sentence=_("%(n)s 个指标，同一指标在不同方案里共用一份历史。") % {"n": total},
        ),
        "table": table,
        "bar": FilterBar(ask=ask, n=total, noun=_("个"), placeholder=_("搜索指标")),
    }
    return render(request, "indicators/list.html", context)


@page(action="indicators.standing.view")
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """List targets by where they will land at the present pace."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET, sorts=tuple(_ORDER), sort="landing")
    filters = filters_of(ask)
    rows = queries.target_list(actor=actor, filters=filters, light=ask.value("light"), search=ask.q)
    field = _ORDER[ask.sort]
    rows = rows.filter(**{f"{field}__isnull": False}).order_by(
        f"-{field}" if ask.descending else field, "pk"
    )
    total = rows.count()
    shown = rows[:20000] if ask.wants == "xlsx" else rows[ask.offset : ask.offset + ask.size]
    table = Table(
        name="targets",
        caption=_("目标的预计落点"),
        columns=TARGETS,
        ask=ask,
        paging=Paging(total=total),
        rows=tuple(_target_row(t) for t in shown),
        exportable=True,
        empty=_("还没有可以推算的目标：至少要有三期已核实的数。"),
        as_of=board.data_as_of(now),
        source=_("已核实上报，最小二乘推算"),
    )
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("目标预计落点"))
    bar = board_bar(actor=actor, ask=ask, n=total)
    light = Filter(
        key="light",
        label=_("状态"),
        choices=tuple(Choice(value=c, label=look.word) for c, look in LIGHTS.items()),
    )
    context = {
        "page": Page(title=_("目标的预计落点")),
        "table": table,
        "bar": FilterBar(
            ask=ask, n=total, noun=_("个"), placeholder=_("搜索指标"), filters=(light, *bar.filters)
        ),
    }
    return render(request, "indicators/list.html", context)


def _target_row(row: TargetStanding) -> Row:
    return Row(
        key=row.target_uid,
        url=reverse("plans:measure", args=[row.measure.uid]),
        light=row.light,
        cells={
            "indicator": Cell(
                value=row.indicator_name,
                note=bar_words(
                    comparator=row.comparator,
                    value=row.value,
                    value_max=row.value_max,
                    unit=row.unit,
                ),
            ),
            "lead": row.measure.lead_names,
            "value": (row.actual, row.expected),
            "spark": tuple(row.spark),
            "landing": row.landing / 100 if row.landing is not None else None,
            "due": row.due_date,
            "light": row.light,
        },
    )


@page(action="indicators.indicator.view")
@require_http_methods(["GET", "HEAD", "POST"])
def indicator(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """Show one indicator as it stands or as it counted on a past day; record a definition."""
    actor, now = actor_of_request(request), moment_of_request(request)
    form = DefinitionForm(
        request.POST or None, initial={"valid_from": now.astimezone(CHINA).date()}
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.indicator_define(
                actor=actor,
                indicator_id=indicator_id,
                text=form.cleaned_data["text"],
                source=form.cleaned_data["source"],
                valid_from=form.valid(),
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            status = refusal.http_status
        else:
            messages.success(request, _("已登记新的口径，旧口径保留。"))
            return redirect("indicators:indicator", indicator_id=indicator_id)
    day = parse_date(request.GET.get("at", "") or "")
    at = datetime.combine(day, time.max, tzinfo=CHINA) if day else None
    found = queries.indicator_detail(actor=actor, indicator_id=indicator_id, at=at)
    context = _indicator_context(found) | {
        "at": day,
        "form": form if rules.allowed(actor, "indicators.indicator.define") else None,
        "shows_form": bool(form.errors),
    }
    return render(request, "indicators/indicator.html", context, status=status)


def _indicator_context(found: IndicatorDetail) -> dict[str, object]:
    return {
        "page": Page(
            title=found.indicator.name,
            facts=(found.indicator.unit,) if found.indicator.unit else (),
            crumbs=(Crumb(label=pgettext("nav", "指标"), url=reverse("indicators:indicators")),),
        ),
        "found": found,
        "figure": _figure(found),
        "chart": _history_chart(found),
        "regions": _places_table(found.by_region, found, label=_("县（市、区）"), name="regions"),
        "units": _places_table(found.by_unit, found, label=_("单位"), name="units"),
        "records": _records_table(found),
        "targets": [(t, _bar(t)) for t in found.targets],
    }


def _bar(target: TargetStanding) -> str:
    return bar_words(
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
    )


def _shown_series(found: IndicatorDetail) -> list[Recorded]:
    """Return the whole city's values by month; where only counties report, those of the worst of them."""
    whole = [h for h in found.history if not h.region]
    if not whole and found.by_region:
        falls = any(t.comparator in LIMITS for t in found.targets)
        pick = max if falls else min
        worst = pick(found.by_region, key=lambda line: line.value)
        whole = [h for h in found.history if h.region == worst.label]
    return list({h.month.index: h for h in whole}.values())


def _figure(found: IndicatorDetail) -> FigureView:
    series = _shown_series(found)
    last = series[-1] if series else None
    unit = found.indicator.unit
    return FigureView(
        value=scaled(last.value, unit) if last else None,
        unit=unit,
        label=last.region if last and last.region else _("最近一期"),
        as_of=last.month.last_day if last else None,
        origin="verified",
        source=last.organisation if last else "",
        source_url=reverse("indicators:report_detail", args=[last.report_id]) if last else "",
        formula=found.definitions[0].text if found.definitions else _("口径尚未登记"),
        n_records=found.n_records,
        records_url="#records",
    )


def _history_chart(found: IndicatorDetail) -> Chart | None:
    series = _shown_series(found)
    unit = found.indicator.unit
    if len(series) < 2:
        return None
    bars = list(found.targets)
    target = bars[-1] if bars else None
    goal = None
    if target is not None and target.unit == unit:
        goal = scaled(target.value, unit)
    return progress_chart(
        name="history",
        summary=_("%(name)s的历次已核实数据。") % {"name": found.indicator.name},
        actual=[Point(on=h.month.last_day, value=scaled(h.value, unit) or 0) for h in series],
        landing=_landing(target, unit=unit),
        target=goal,
        comparator=SIGNS.get(target.comparator, "≥") if target else "",
        unit=unit,
    )


def _landing(target: TargetStanding | None, *, unit: str) -> Landing | None:
    """Return where the newest target lands with its interval, in the chart's unit."""
    if target is None or target.unit != unit or target.due_date is None:
        return None
    ends = (target.forecast, target.forecast_low, target.forecast_high)
    value, low, high = (scaled(end, unit) for end in ends)
    if value is None or low is None or high is None:
        return None
    return Landing(on=target.due_date, value=value, low=low, high=high)


def _places_table(
    lines: Sequence[PlaceLine], found: IndicatorDetail, *, label: str, name: str
) -> Table | None:
    if not lines:
        return None
    unit = found.indicator.unit
    return Table(
        name=name,
        caption=label,
        columns=(
            Column(key="label", label=label),
            Column(
                key="value",
                label=_("最近一期"),
                kind="percent" if unit == "%" else "number",
                unit="" if unit == "%" else unit,
            ),
            Column(key="month", label=_("月份")),
            Column(key="history", label=_("走势"), kind="spark"),
        ),
        rows=tuple(
            Row(
                cells={
                    "label": line.label,
                    "value": scaled(line.value, unit),
                    "month": retold(str(line.month)),
                    "history": line.history,
                }
            )
            for line in lines
        ),
    )


def _records_table(found: IndicatorDetail) -> Table:
    unit = found.indicator.unit
    newest = list(reversed(found.history))[:60]
    return Table(
        name="records",
        caption=_("已核实的记录"),
        columns=(
            Column(key="month", label=_("月份")),
            Column(
                key="value",
                label=_("数值"),
                kind="percent" if unit == "%" else "number",
                unit="" if unit == "%" else unit,
            ),
            Column(key="unit", label=_("单位")),
            Column(key="region", label=_("县（市、区）")),
            Column(key="verified", label=_("核实时间"), kind="datetime"),
        ),
        rows=tuple(
            Row(
                key=str(h.report_id),
                url=reverse("indicators:report_detail", args=[h.report_id]),
                cells={
                    "month": retold(str(h.month)),
                    "value": scaled(h.value, unit),
                    "unit": h.organisation,
                    "region": h.region,
                    "verified": h.verified_at,
                },
            )
            for h in newest
        ),
        empty=_("还没有已核实的数据。"),
        too_many=(
            _("只显示最近 60 条，共 %(n)s 条。") % {"n": found.n_records}
            if found.n_records > len(newest)
            else ""
        ),
    )

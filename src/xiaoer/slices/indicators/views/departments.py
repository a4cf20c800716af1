"""Departments: the list by lights, and one department's page."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.clock import CHINA
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.formats import day
from xiaoer.platform.ui.lights import light_of
from xiaoer.platform.ui.pages import Crumb, LifeEvent, Page, Tone, sentence
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.table_view import table_context
from xiaoer.platform.ui.tables import Column, Paging, Row, Table
from xiaoer.platform.words import retold, word
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.queries import board
from xiaoer.slices.indicators.queries import departments as queries
from xiaoer.slices.indicators.queries.board import BoardFilters, Group
from xiaoer.slices.indicators.queries.remember import remembered
from xiaoer.slices.indicators.views.board import (
    MEASURES,
    board_bar,
    filters_of,
    landing_of,
    light_counts,
    measure_row,
    query_of,
)

LIGHT_COLUMNS = tuple(
    Column(key=code, label=light_of(code).word, kind="number", unit="", phone="line")
    for code in domain.LIGHTS_WORST_FIRST
)
COLUMNS = (Column(key="label", label=_lazy("单位")), *LIGHT_COLUMNS, Column(key="n", label=_lazy("合计"), kind="number"))  # fmt: skip


@page(action="indicators.standing.view")
@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    """List departments by the lights of what they lead."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET)
    filters = filters_of(ask)
    groups = board.by_department(actor=actor, filters=filters)
    if ask.q:
        groups = [g for g in groups if ask.q in g.label]
    table = Table(
        name="departments",
        caption=_("各单位牵头举措的状态"),
        columns=COLUMNS,
        ask=ask,
        rows=tuple(_group_row(g) for g in groups),
        exportable=True,
        empty=_("没有单位牵头举措。发布方案后这里列出各单位。"),
        as_of=board.data_as_of(now),
    )
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("各单位进度"))
    late = sum(1 for g in groups if g.counts.get("BEHIND"))
    context = {
        "page": Page(
            title=pgettext("nav", "单位"),
            sentence=sentence(
                _("%(n)s 个单位牵头举措，其中 %(late)s 个单位有滞后。"),
                {"n": len(groups), "late": Tone(value=late, css="late") if late else 0},
            ),
        ),
        "table": table,
        "bar": board_bar(actor=actor, ask=ask, n=len(groups)),
    }
    return render(request, "indicators/list.html", context)


def _group_row(group: Group) -> Row:
    return Row(
        key=group.key,
        url=reverse("indicators:department", args=[group.key]),
        cells={"label": group.label, "n": group.n}
        | {code: group.counts.get(code, 0) for code in domain.LIGHTS_WORST_FIRST},
    )


@page(action="indicators.standing.view")
@require_safe
def department(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Show one department: how it stands, its measures, what is due from it, what changed."""
    actor, now = actor_of_request(request), moment_of_request(request)
    today = now.astimezone(CHINA).date()
    ask = read_ask(request.GET, size=25)
    filters = BoardFilters(units=(organisation_id,))
    told = board.summary(actor=actor, filters=filters, today=today)
    found = queries.department(actor=actor, organisation_id=organisation_id)
    unit = str(found.organisation)
    if ask.wants == "xlsx":
        return xlsx_response(_measures_table(actor, organisation_id, ask, told, now), filename=unit)

    def draw() -> tuple[str, str]:
        table = _measures_table(actor, organisation_id, ask, told, now)
        landing = landing_of(board.landings(actor=actor, filters=filters))
        chart = {
            "landing": landing,
            "targets_url": f"{reverse('indicators:targets')}{query_of(filters)}",
        }
        return (
            render_to_string("ui/parts/table.html", table_context(table)),
            render_to_string("indicators/parts/landing.html", chart) if landing else "",
        )

    table, landing = remembered("department", organisation_id, ask, today, make=draw)
    context = {
        "page": Page(
            title=unit,
            sentence=_department_sentence(told, unit=unit),
            crumbs=(Crumb(label=pgettext("nav", "单位"), url=reverse("indicators:departments")),),
        ),
        "board": told,
        "counts": light_counts(told, filters),
        "table": mark_safe(table),
        "landing": mark_safe(landing),
        **_department_context(found, today=today),
    }
    return render(request, "indicators/department.html", context)


def _measures_table(
    actor: Actor, organisation_id: int, ask: Ask, told: board.Summary, now: datetime
) -> Table:
    rows = queries.measures_of(actor=actor, organisation_id=organisation_id)
    shown = rows[:5000] if ask.wants == "xlsx" else rows[ask.offset : ask.offset + ask.size]
    return Table(
        name="measures",
        caption=_("牵头的举措"),
        columns=MEASURES,
        ask=ask,
        paging=Paging(total=told.n),
        rows=tuple(measure_row(m, now=now) for m in board.with_targets(list(shown))),
        exportable=True,
        empty=_("这个单位没有牵头举措。"),
    )


def _department_context(found: queries.Department, *, today: date) -> dict[str, object]:
    return {
        "found": found,
        "duties": [
            {
                "title": d.title,
                "url": d.url,
                "why": retold(d.why),
                "due": day(d.due_date, year=today.year) if d.due_date else "",
            }
            for d in found.duties
        ],
        "states": [
            (word(label), found.reports.get(code, 0), code)
            for code, label in domain.REPORT.states.items()
        ],
        "events": [
            LifeEvent(
                when=day(r.since, year=today.year),
                text=_("“%(title)s”由%(before)s转为%(light)s")
                % {
                    "title": r.title,
                    "before": light_of(r.light_before).word,
                    "light": light_of(r.light).word,
                },
                note=retold(r.why),
                href=reverse("plans:measure", args=[r.measure_uid]),
            )
            for r in found.lights
        ],
    }


def _department_sentence(told: board.Summary, *, unit: str) -> str:
    if not told.n:
        return _("%(unit)s目前没有牵头举措。") % {"unit": unit}
    return sentence(
        _(
            "%(unit)s牵头 %(n)s 项举措，%(miss)s 项按目前进度将不能如期完成，其中 %(turning)s 项 30 天内转红。"
        ),
        {
            "unit": unit,
            "n": told.n,
            "miss": Tone(value=told.will_miss, css="late") if told.will_miss else 0,
            "turning": Tone(value=told.turning, css="warn") if told.turning else 0,
        },
    )

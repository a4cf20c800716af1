"""The board in parts that the home page, the filtered board and a department's page share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.clock import CHINA
from xiaoer.platform.ui.asks import Ask, read_ask
from xiaoer.platform.ui.charts import Chart, Dot, UnitLights, landing_chart, lights_chart
from xiaoer.platform.ui.deadlines import deadline_view
from xiaoer.platform.ui.filters import Choice, Filter, FilterBar
from xiaoer.platform.ui.formats import day
from xiaoer.platform.ui.lights import light_of
from xiaoer.platform.ui.pages import Page, Tone, sentence
from xiaoer.platform.ui.spreadsheet import xlsx_response
from xiaoer.platform.ui.tables import Cell, Column, Row, Table
from xiaoer.platform.words import retold
from xiaoer.platform.workflow.worklist import duties_of
from xiaoer.slices.indicators.models import TargetStanding
from xiaoer.slices.indicators.queries import board
from xiaoer.slices.indicators.queries.board import BoardFilters, Group, Summary, Turning
from xiaoer.slices.indicators.queries.remember import remembered
from xiaoer.slices.indicators.views.charts import landing_bins_chart
from xiaoer.slices.indicators.wording import bar_words, held_words

GROUPS_SHOWN = 12
OWN_SHOWN = 20
MEASURES = (
    Column(key="title", label=_lazy("举措")),
    Column(key="target", label=_lazy("目标")),
    Column(key="value", label=_lazy("现值 / 应达"), kind="pair"),
    Column(key="due", label=_lazy("最近期限"), kind="deadline"),
    Column(key="light", label=_lazy("状态"), kind="light"),
)
DUTIES_SHOWN = 8
_TURNING = (
    Column(key="title", label=_lazy("举措"), phone="title"),
    Column(key="lead", label=_lazy("牵头单位")),
    Column(key="target", label=_lazy("目标")),
    Column(key="value", label=_lazy("现值 / 应达"), kind="pair"),
    Column(key="turns", label=_lazy("预计转红"), kind="deadline"),
    Column(key="light", label=_lazy("状态"), kind="light"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """What the body of the board shows."""

    turning: Table
    n_turning: int
    turning_url: str
    targets_url: str
    measures: Table | None
    departments: Chart | None
    themes: Chart | None
    landing: Chart | None


def board_html(*, actor: Actor, filters: BoardFilters, now: datetime) -> SafeString:
    """Return the body of the board, drawn once for as long as the projections stay as they are."""
    rules.require(actor, "indicators.standing.view")
    today = now.astimezone(CHINA).date()

    def draw() -> str:
        told = board.summary(actor=actor, filters=filters, today=today)
        view = board_view(actor=actor, filters=filters, told=told, now=now)
        return render_to_string("indicators/parts/board_main.html", {"view": view})

    return mark_safe(remembered("board", filters, today, make=draw))


def board_view(*, actor: Actor, filters: BoardFilters, told: Summary, now: datetime) -> BoardView:
    """Return the body of the board of one part of the programme."""
    today = now.astimezone(CHINA).date()
    rows = board.turning_list(actor=actor, filters=filters, today=today)
    return BoardView(
        turning=turning_table(rows, now=now, as_of=None),
        n_turning=told.turning,
        turning_url=f"{reverse('indicators:turning')}{query_of(filters)}",
        targets_url=f"{reverse('indicators:targets')}{query_of(filters)}",
        measures=own_measures(actor=actor, filters=filters, now=now) if filters.units else None,
        departments=(
            None
            if filters.units
            else _departments(board.by_department(actor=actor, filters=filters))
        ),
        themes=(None if filters.units else _themes(board.by_theme(actor=actor, filters=filters))),
        landing=landing_of(board.landings(actor=actor, filters=filters)),
    )


def board_sentence(told: Summary) -> SafeString:
    """Return the one thing a reader comes for."""
    if not told.n:
        return sentence(_("还没有已发布的举措。发布方案后，这里说明哪些举措会误期。"), {})
    if not told.will_miss:
        return sentence(
            _("%(n)s 项举措按目前进度都能如期完成，30 天内没有举措转红。"), {"n": told.n}
        )
    return sentence(
        _("%(n)s 项举措中 %(miss)s 项按目前进度将不能如期完成，其中 %(turning)s 项 30 天内转红。"),
        {
            "n": told.n,
            "miss": Tone(value=told.will_miss, css="late"),
            "turning": Tone(value=told.turning, css="warn") if told.turning else 0,
        },
    )


def light_counts(told: Summary, filters: BoardFilters) -> tuple[tuple[str, int, str], ...]:
    """Return (light, how many, address of them in the ledger), worst first."""
    ledger = reverse("plans:ledger")
    order = ("BEHIND", "AT_RISK", "ON_TRACK", "NOT_STARTED", "STRUCK_OFF")
    extra = {"theme": filters.theme} if filters.theme else {}
    if filters.plan:
        extra["plan"] = str(filters.plan)
    if len(filters.units) == 1:
        extra["department"] = str(filters.units[0])
    return tuple(
        (light, told.counts.get(light, 0), f"{ledger}?{urlencode({'light': light, **extra})}")
        for light in order
    )


def turning_table(
    rows: Sequence[Turning], *, now: datetime, as_of: datetime | None, ask: Ask | None = None
) -> Table:
    """Return the table of measures that turn red, soonest first."""
    return Table(
        name="turning",
        caption=_("30 天内转红的举措"),
        columns=_TURNING,
        ask=ask,
        rows=tuple(_turning_row(r, now=now) for r in rows),
        exportable=ask is not None,
        empty=_("30 天内没有举措会转红。"),
        as_of=as_of,
        source=_("按规则推算：如不再有新的已核实数据"),
    )


def _turning_row(row: Turning, *, now: datetime) -> Row:
    target, today = row.target, now.astimezone(CHINA).date()
    days = (row.turns_red_on - today).days
    return Row(
        key=row.uid,
        url=reverse("plans:measure", args=[row.uid]),
        light=row.light,
        cells={
            "title": Cell(value=f"{row.number} {row.title}".strip(), note=_short_why(row)),
            "lead": row.lead_names,
            "target": _target_cell(target),
            "value": (target.actual, target.expected) if target else None,
            "turns": Cell(
                value=deadline_view(row.turns_red_on, today=today),
                note=_("还有 %(n)s 天") % {"n": days} if days > 0 else _("今天"),
            ),
            "light": Cell(value=row.light, note=held_words(row.light_since, today=today)),
        },
    )


def own_measures(*, actor: Actor, filters: BoardFilters, now: datetime) -> Table:
    """Return the measures of a unit, the most worrying first."""
    rows = board.worst_first(actor=actor, filters=filters, limit=OWN_SHOWN)
    return Table(
        name="own",
        caption=_("本单位牵头的举措"),
        columns=MEASURES,
        rows=tuple(measure_row(m, now=now) for m in board.with_targets(rows)),
        empty=_("本单位没有牵头举措。"),
    )


def measure_row(row: Turning, *, now: datetime) -> Row:
    """Return a measure as a row of a unit's list."""
    target, today = row.target, now.astimezone(CHINA).date()
    return Row(
        key=row.uid,
        url=reverse("plans:measure", args=[row.uid]),
        light=row.light,
        cells={
            "title": Cell(value=f"{row.number} {row.title}".strip(), note=retold(row.why)),
            "target": _target_cell(target),
            "value": (target.actual, target.expected) if target else None,
            "due": deadline_view(row.nearest_due, today=today) if row.nearest_due else _("长期"),
            "light": Cell(value=row.light, note=held_words(row.light_since, today=today)),
        },
    )


def _target_cell(target: TargetStanding | None) -> Cell:
    if target is None:
        return Cell(value=_("按成果和节点"))
    bar = bar_words(
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
    )
    return Cell(value=target.indicator_name, note=bar)


def _short_why(row: Turning) -> str:
    """Return why, unless the columns of actual and expected value say it already."""
    if row.target and row.target.actual is not None and row.target.expected is not None:
        return ""
    return retold(row.why.split("；")[0])


def _departments(groups: Sequence[Group]) -> Chart | None:
    if not groups:
        return None
    shown = groups[:GROUPS_SHOWN]
    worst = groups[0]
    told = _("%(unit)s滞后 %(late)s 项、预警 %(risk)s 项，最多。") % {
        "unit": worst.label,
        "late": worst.counts.get("BEHIND", 0),
        "risk": worst.counts.get("AT_RISK", 0),
    }
    if not worst.counts.get("BEHIND") and not worst.counts.get("AT_RISK"):
        told = _("各单位牵头的举措都在正常推进或尚未开始。")
    return lights_chart(
        name="departments",
        summary=told,
        units=[
            UnitLights(
                label=g.label,
                counts=g.counts,
                url=reverse("indicators:department", args=[g.key]),
            )
            for g in shown
        ],
        noun=_("项"),
    )


def _themes(groups: Sequence[Group]) -> Chart | None:
    if len(groups) < 2:
        return None
    ledger = reverse("plans:ledger")
    return lights_chart(
        name="themes",
        summary=_("各主题举措的状态。"),
        units=[
            UnitLights(
                label=g.label or _("未分主题"),
                counts=g.counts,
                url=f"{ledger}?{urlencode({'theme': g.key})}" if g.key else "",
            )
            for g in groups[:GROUPS_SHOWN]
        ],
        noun=_("项"),
    )


def landing_of(found: board.Landings) -> Chart | None:
    """Return the chart of where targets will land, None without any."""
    if not found.n:
        return None
    told = _("按目前进度，%(n)s 个有数据的目标中 %(short)s 个到期达不到。") % {
        "n": found.n,
        "short": found.n_short,
    }
    if found.bins:
        return landing_bins_chart(name="landing", summary=told, bins=found.bins)
    return landing_chart(
        name="landing",
        summary=told,
        dots=[
            Dot(
                label=d.label,
                ratio=d.percent / 100,
                light=d.light,
                url=reverse("plans:measure", args=[d.measure_uid]),
            )
            for d in found.dots
        ],
    )


def move_words(moved: board.Moves) -> str:
    """Return what moved, in one line."""
    parts = [
        _("%(n)s 项转为%(light)s") % {"n": n, "light": light_of(light).word}
        for light, n in sorted(moved.by_light.items())
    ]
    if moved.submitted:
        parts.append(_("新上报 %(n)s 条待核实") % {"n": moved.submitted})
    if moved.verified:
        parts.append(_("核实 %(n)s 条") % {"n": moved.verified})
    return " · ".join(parts) or _("没有变化")


def query_of(filters: BoardFilters) -> str:
    """Return the filters as the query of an address."""
    pairs = [("plan", filters.plan), ("theme", filters.theme), ("region", filters.region)]
    pairs += [("unit", unit) for unit in filters.units]
    kept = [(k, str(v)) for k, v in pairs if v]
    return f"?{urlencode(kept)}" if kept else ""


def filters_of(ask: Ask) -> BoardFilters:
    """Return the filters that an address asks for."""

    def whole(text: str) -> int | None:
        return int(text) if text.isdigit() else None

    return BoardFilters(
        plan=whole(ask.value("plan")),
        theme=ask.value("theme"),
        region=whole(ask.value("region")),
        units=tuple(int(u) for u in ask.values("unit") if u.isdigit()),
    )


def board_bar(*, actor: Actor, ask: Ask, n: int | None) -> FilterBar:
    """Return the bar that narrows the board."""
    found = board.choices(actor=actor)
    filters = [
        Filter(
            key="theme",
            label=_("主题"),
            choices=tuple(Choice(value=t, label=t) for t in found.themes),
        ),
        Filter(
            key="region",
            label=_("区域"),
            choices=tuple(Choice(value=str(pk), label=name) for pk, name in found.regions),
        ),
    ]
    if len(found.plans) > 1:
        plan = Filter(
            key="plan",
            label=_("方案"),
            choices=tuple(Choice(value=str(pk), label=name) for pk, name in found.plans),
        )
        filters.insert(0, plan)
    return FilterBar(ask=ask, filters=tuple(filters), n=n, noun=_("项"))


def duties_context(*, actor: Actor, now: datetime) -> dict[str, object]:
    """Return what waits for the actor, the most pressing first."""
    rows = duties_of(actor=actor)
    year = now.astimezone(CHINA).year
    shown = [
        {
            "title": r.title,
            "why": retold(r.why),
            "url": r.url,
            "due": day(r.due_date, year=year) if r.due_date else "",
        }
        for r in rows[:DUTIES_SHOWN]
    ]
    return {
        "duties": shown,
        "n_duties": len(shown) if len(shown) < DUTIES_SHOWN else rows.count(),
    }


def moves_context(*, actor: Actor, filters: BoardFilters, now: datetime) -> dict[str, object]:
    """Return what moved since yesterday."""
    moved = board.moves(actor=actor, filters=filters, now=now)
    return {"moves": moved, "words": move_words(moved)}


@page(action="indicators.standing.view")
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the board of the whole programme or of the part that the address names."""
    actor, now = actor_of_request(request), moment_of_request(request)
    ask = read_ask(request.GET)
    filters = filters_of(ask)
    told = board.summary(actor=actor, filters=filters, today=now.astimezone(CHINA).date())
    context = {
        "page": Page(title=_("总览"), sentence=board_sentence(told)),
        "board": told,
        "counts": light_counts(told, filters),
        "body": board_html(actor=actor, filters=filters, now=now),
        "bar": board_bar(actor=actor, ask=ask, n=told.n),
        **duties_context(actor=actor, now=now),
        **moves_context(actor=actor, filters=filters, now=now),
    }
    return render(request, "indicators/dashboard.html", context)


@page(action="indicators.standing.view")
@require_safe
def turning(request: HttpRequest) -> HttpResponse:
    """Show everything that turns red within the horizon, or export it."""
    actor, now = actor_of_request(request), moment_of_request(request)
    today = now.astimezone(CHINA).date()
    ask = read_ask(request.GET)
    filters = filters_of(ask)
    told = board.summary(actor=actor, filters=filters, today=today)
    rows = board.turning_list(actor=actor, filters=filters, today=today, limit=500)
    table = turning_table(rows, now=now, as_of=told.as_of, ask=ask)
    if ask.wants == "xlsx":
        return xlsx_response(table, filename=_("即将转红"))
    context = {
        "page": Page(
            title=_("即将转红"),
            sentence=sentence(
                _("%(n)s 项举措在 %(day)s 前转红。"),
                {
                    "n": Tone(value=told.turning, css="warn"),
                    "day": day(told.horizon, year=today.year),
                },
            ),
            as_of=told.as_of,
        ),
        "table": table,
        "bar": board_bar(actor=actor, ask=ask, n=told.turning),
    }
    return render(request, "indicators/list.html", context)

"""A measure's figures on its page: progress against the line, where it lands, the records behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from xiaoer.engines import supervision as engine
from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.clock import CHINA
from xiaoer.platform.ui.charts import Chart, Landing, Point, progress_chart
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.tables import Column, Row, Table
from xiaoer.platform.words import kept, retold, state_label
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.values import plain
from xiaoer.slices.indicators.queries import reports as report_queries
from xiaoer.slices.indicators.queries.facts import facts_of, scene_on
from xiaoer.slices.indicators.queries.remember import remembered
from xiaoer.slices.indicators.queries.reports import ReportFilters
from xiaoer.slices.indicators.queries.standing import (
    JUDGED_KINDS,
    Facts,
    Scene,
    TargetJudgement,
    judge,
    line_of,
    observations_of,
    target_of,
)
from xiaoer.slices.indicators.services.definitions import indicators_ensure
from xiaoer.slices.indicators.views.report import value_words
from xiaoer.slices.indicators.wording import SIGNS, bar_words, month_words
from xiaoer.slices.plans import public as plans

_FORECAST = kept("预计")

CHARTS_SHOWN = 6
REPORTS_SHOWN = 12
_SHOWN_OF_REPORT = (
    "title", "state", "kind", "value", "unit", "happened_on", "stage", "corrects_id", "period__index",
    "region__name", "organisation__name", "organisation__short_name", "evidence__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """One target as the measure's page shows it."""

    uid: str
    indicator: str
    bar: str
    light: str
    why: str
    figure: FigureView
    expected: str
    forecast: str
    chart: Chart | None
    counties: Table | None
    indicator_url: str


def figures_context(*, actor: Actor, subject: Any, now: datetime) -> Mapping[str, object] | None:
    """Return the targets of a measure in force with their charts; None for one without a number."""
    ref: plans.MeasureRef | None = subject.ref
    if ref is None:
        return None
    today = now.astimezone(CHINA).date()
    facts = facts_of([ref], day=today)[ref.uid]

    def draw() -> str:
        shown = _figures(ref, facts=facts, today=today, now=now)
        return render_to_string("indicators/measure_figures_body.html", shown)

    return {"body": mark_safe(remembered("figures", ref, facts, today, make=draw))}


def _figures(
    ref: plans.MeasureRef, *, facts: Facts, today: date, now: datetime
) -> dict[str, object]:
    scene = scene_on(day=today)
    judged = judge(ref=ref, facts=facts, scene=scene)
    bound = indicators_ensure(targets=ref.targets, now=now)
    by_uid = {t.uid: t for t in judged.targets}
    views = [
        target_view(
            target,
            judged=by_uid[target.uid],
            ref=ref,
            facts=facts,
            scene=scene,
            indicator=bound.get(target.uid),
            draws=position < CHARTS_SHOWN,
        )
        for position, target in enumerate(t for t in ref.targets if t.kind in JUDGED_KINDS)
    ]
    return {
        "views": views,
        "why": retold(judged.why),
        "turns": judged.turns_red_on,
        "light": judged.light,
    }


def target_view(
    target: plans.TargetRef,
    *,
    judged: TargetJudgement,
    ref: plans.MeasureRef,
    facts: Facts,
    scene: Scene,
    indicator: int | None,
    draws: bool,
) -> TargetView:
    """Return one target with its figure, chart and counties."""
    deadline = None if ref.is_long_term else max(ref.due_dates, default=None)
    asked = target_of(ref=target, deadline=deadline, counties=scene.counties)
    bar = bar_words(
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit,
    )
    forecast = ""
    if judged.forecast is not None and asked.deadline is not None and _FORECAST not in judged.why:
        forecast = _("按近期进度，%(day)s 预计 %(value)s（%(low)s 至 %(high)s）%(unit)s") % {
            "day": asked.deadline.isoformat(),
            "value": _round(judged.forecast),
            "low": _round(judged.low),
            "high": _round(judged.high),
            "unit": target.unit,
        }
    return TargetView(
        uid=target.uid,
        indicator=target.indicator,
        bar=bar,
        light=judged.light,
        why=retold(judged.why),
        figure=figure_of(target, judged=judged, asked=asked, scene=scene),
        expected="" if judged.expected is None else _round(judged.expected),
        forecast=forecast,
        chart=_chart(target, judged=judged, asked=asked, facts=facts, scene=scene)
        if draws
        else None,
        counties=_counties(judged, scene=scene, unit=target.unit),
        indicator_url=reverse("indicators:indicator", args=[indicator]) if indicator else "",
    )


def _round(value: Decimal | None) -> str:
    return "—" if value is None else plain(value.quantize(Decimal("0.01")))


def scaled(value: Decimal | None, unit: str) -> Decimal | None:
    """Return a value as figures and charts take it: rates in percent as ratios."""
    return value / 100 if value is not None and unit == "%" else value


def figure_of(
    target: plans.TargetRef, *, judged: TargetJudgement, asked: engine.Target, scene: Scene
) -> FigureView:
    """Return the current value, unfolding into how it was reckoned and from which reports."""
    month = domain.month_at(judged.actual_month) if judged.actual_month else None
    formula = {
        engine.Accumulation.CUMULATIVE: _("最近一期已核实的累计值"),
        engine.Accumulation.MONTHLY_SUM: _("本年各月已核实值之和"),
        engine.Accumulation.LEVEL: _("最近一期已核实的值"),
    }[asked.accumulation]
    if judged.region is not None:
        formula = (
            _("各县（市、区）中最差的一个（%(name)s）：")
            % {"name": scene.counties.get(judged.region, "")}
            + formula
        )
    records = f"{reverse('indicators:reports')}?target={target.uid}"
    return FigureView(
        value=scaled(judged.actual, target.unit),
        unit=target.unit,
        label=_("现值"),
        as_of=month.last_day if month else None,
        origin="verified",
        source=_("单位上报，营商办另一位同志核实"),
        source_url=records,
        formula=formula,
        n_records=len(judged.report_ids),
        records_url=records,
        version=scene.rule.version,
    )


def _chart(
    target: plans.TargetRef,
    *,
    judged: TargetJudgement,
    asked: engine.Target,
    facts: Facts,
    scene: Scene,
) -> Chart | None:
    place = None if judged.region is None else scene.counties.get(judged.region)
    goal = engine.goal_of(target=asked, rule=scene.rule)
    series = engine.series_of(
        target=asked,
        goal=goal,
        observations=observations_of(facts.values.get(target.uid, ()), scene.counties),
        county=place,
        known_until=scene.today,
    )
    if not series.points:
        return None
    until = asked.deadline or scene.today
    landing = None
    if judged.forecast is not None and judged.low is not None and judged.high is not None:
        landing = Landing(
            on=until,
            value=_told(judged.forecast, target.unit),
            low=_told(judged.low, target.unit),
            high=_told(judged.high, target.unit),
        )
    return progress_chart(
        name=f"t{target.uid}",
        summary=_("%(indicator)s：%(why)s")
        % {"indicator": target.indicator, "why": retold(judged.why)},
        actual=[Point(on=on, value=_told(v, target.unit)) for on, v in series.points],
        expected=[
            Point(on=on, value=_told(v, target.unit))
            for on, v in line_of(target=asked, rule=scene.rule, until=until)
        ],
        landing=landing,
        target=_told(goal.bar, target.unit),
        comparator=SIGNS.get(target.comparator, "≥" if goal.rising else "≤"),
        unit=target.unit,
    )


def _told(value: Decimal, unit: str) -> Decimal:
    return value / 100 if unit == "%" else value


def _counties(judged: TargetJudgement, *, scene: Scene, unit: str) -> Table | None:
    if not judged.by_region:
        return None
    return Table(
        name=f"counties-{judged.uid}",
        caption=_("各县（市、区）"),
        columns=(
            Column(key="name", label=_("县（市、区）")),
            Column(key="value", label=_("现值 / 应达"), kind="pair", unit=unit),
            Column(key="light", label=_("状态"), kind="light"),
        ),
        rows=tuple(
            Row(
                cells={
                    "name": scene.counties.get(pk, ""),
                    "value": (actual, expected),
                    "light": light,
                }
            )
            for pk, light, actual, expected in judged.by_region
        ),
    )


def reports_context(*, actor: Actor, subject: Any, now: datetime) -> Mapping[str, object] | None:
    """Return the latest reports of a measure with their evidence; None where there is none."""
    found = report_queries.report_list(actor=actor, filters=ReportFilters(measure=subject.uid))
    # only what the panel shows: the rows of a page of reports are four times as wide
    shown = found.select_related(None).select_related(
        "period", "region", "organisation", "evidence"
    )
    rows = list(shown.only(*_SHOWN_OF_REPORT)[: REPORTS_SHOWN + 1])
    may_report = rules.allowed(actor, "indicators.report.submit") and subject.is_in_force
    if not rows and not may_report:
        return None
    return {
        "rows": [
            {
                "row": r,
                "said": value_words(r),
                "state": state_label(domain.REPORT, r.state),
                "month": month_words(r.period.index),
            }
            for r in rows[:REPORTS_SHOWN]
        ],
        "more": len(rows) > REPORTS_SHOWN,
        "all_url": f"{reverse('indicators:reports')}?measure={subject.uid}",
        "report_url": reverse("indicators:work_report", args=[subject.uid]) if may_report else "",
    }

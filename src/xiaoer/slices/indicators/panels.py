"""What the slice puts on other pages: the home page's board, and the figures of a measure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiaoer.platform.access.actors import Actor
from xiaoer.platform.clock import CHINA
from xiaoer.platform.ui import registry
from xiaoer.platform.ui.registry import NavEntry, Panel
from xiaoer.slices.indicators.queries import board
from xiaoer.slices.indicators.queries.board import BoardFilters

SEEN = "indicators.standing.view"


def home_lead(actor: Actor, subject: Any, now: datetime) -> Mapping[str, Any]:
    """Return the sentence of the home page."""
    from xiaoer.slices.indicators.views.board import board_sentence, light_counts

    filters = BoardFilters(units=board.own_units(actor))
    told = board.summary(actor=actor, filters=filters, today=now.astimezone(CHINA).date())
    return {
        "sentence": board_sentence(told),
        "board": told,
        "counts": light_counts(told, filters),
    }


def home_main(actor: Actor, subject: Any, now: datetime) -> Mapping[str, Any]:
    """Return what turns red, and the charts."""
    from xiaoer.slices.indicators.views.board import board_html

    filters = BoardFilters(units=board.own_units(actor))
    return {"body": board_html(actor=actor, filters=filters, now=now)}


def home_side(actor: Actor, subject: Any, now: datetime) -> Mapping[str, Any]:
    """Return what waits for the actor and what moved."""
    from xiaoer.slices.indicators.views.board import duties_context, moves_context
    from xiaoer.slices.indicators.views.entry import due_context

    units = board.own_units(actor)
    filters = BoardFilters(units=units)
    return {
        **duties_context(actor=actor, now=now),
        **moves_context(actor=actor, filters=filters, now=now),
        "due": due_context(actor=actor, units=units, now=now) if units else None,
    }


def measure_figures(actor: Actor, subject: Any, now: datetime) -> Mapping[str, Any] | None:
    """Return the progress of each target of a measure."""
    from xiaoer.slices.indicators.views.measure import figures_context

    return figures_context(actor=actor, subject=subject, now=now)


def measure_reports(actor: Actor, subject: Any, now: datetime) -> Mapping[str, Any] | None:
    """Return the evidence and the reports of a measure."""
    from xiaoer.slices.indicators.views.measure import reports_context

    return reports_context(actor=actor, subject=subject, now=now)


def declare() -> None:
    """Register the navigation, the panels and the age of the data."""
    for entry in (
        NavEntry(label=_("上报"), url_name="indicators:report", order=40, action="indicators.report.submit"),
        NavEntry(label=_("核实"), url_name="indicators:queue", order=42, action="indicators.report.verify"),
        NavEntry(label=pgettext_lazy("nav", "指标"), url_name="indicators:indicators", order=60, action="indicators.indicator.view"),
        NavEntry(label=pgettext_lazy("nav", "单位"), url_name="indicators:departments", order=62, action=SEEN),
        NavEntry(label=pgettext_lazy("nav", "上报期"), url_name="indicators:periods", order=64, action="indicators.period.open"),
    ):  # fmt: skip
        registry.register_nav(entry)
    for panel in (
        Panel(page="home", slot="lead", order=10, template="indicators/home_lead.html", context=home_lead, action=SEEN),
        Panel(page="home", slot="main", order=10, template="indicators/home_main.html", context=home_main, action=SEEN),
        Panel(page="home", slot="side", order=10, template="indicators/home_side.html", context=home_side, action=SEEN),
        Panel(page="measure", slot="main", order=10, template="indicators/measure_figures.html", context=measure_figures, action=SEEN),
        Panel(page="measure", slot="main", order=40, template="indicators/measure_reports.html", context=measure_reports, action=SEEN),
    ):  # fmt: skip
        registry.register_panel(panel)
    registry.register_as_of(board.data_as_of)

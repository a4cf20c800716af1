"""Template tags of the design system: built in, no ``{% load %}`` needed.

Atoms are tags (``{% light x %}``); what wraps other content is a component (``<c-x.card>``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, FileInput, Select, SelectMultiple
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from xiaoer.platform import words
from xiaoer.platform.ui import cells, formats, registry, sparks
from xiaoer.platform.ui.charts import Chart
from xiaoer.platform.ui.deadlines import Deadline
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.filters import FilterBar
from xiaoer.platform.ui.pages import Button, LifeEvent
from xiaoer.platform.ui.table_view import table_context
from xiaoer.platform.ui.tables import Table

register = template.Library()

register.filter("number", formats.number)
register.filter("percent", formats.percent)
register.filter("reading", formats.reading)
register.filter("yuan", formats.yuan)
register.filter("day", formats.day)
register.filter("moment", formats.moment)


@register.filter
def retold(stored: object) -> str:
    """Tell a stored Chinese sentence in the page's language: ``{{ note|retold }}``."""
    return words.retold(str(stored))


@register.simple_tag
def light(code: str | None, note: str = "") -> SafeString:
    """Show a light: ``{% light "BEHIND" "第 2 月" %}``."""
    return cells.light_html(code, note)


@register.simple_tag
def deadline(due: Deadline | date | None) -> SafeString:
    """Show a date that unfolds into the days that were counted."""
    return cells.deadline_html(due)


@register.simple_tag
def figure(view: FigureView | None, size: str = "") -> SafeString:
    """Show a number that unfolds into how it came about; ``size`` big for the head of a page."""
    return cells.figure_html(view, size=size)


@register.simple_tag
def spark(values: Sequence[float | None], expected: Sequence[float | None] = ()) -> SafeString:
    """Draw a small line of values, over the expected line."""
    return sparks.sparkline(values, expected=expected)


@register.simple_tag
def progress(done: int, total: int, label: str = "") -> SafeString:
    """Show how much of a whole is done, as a bar and in words."""
    return format_html(
        '<span class="x-progress"><progress max="{}" value="{}" aria-label="{}"></progress> '
        '<span class="x-num">{} / {}</span></span>',
        max(total, 1), done, label or f"{done} / {total}", formats.number(done), formats.number(total),
    )  # fmt: skip


@register.simple_tag
def life(events: Iterable[LifeEvent]) -> SafeString:
    """Show a life line: what was, what is, what comes next."""
    return mark_safe(f'<ol class="x-life">{"".join(map(cells.life_html, events))}</ol>')


@register.simple_tag(takes_context=True)
def table(context: Context, shown: Table) -> SafeString:
    """Show a table with its states, sort links, pages, column choice and export."""
    return mark_safe(
        render_to_string("ui/parts/table.html", table_context(shown), context.get("request"))
    )


@register.simple_tag
def filters(bar: FilterBar) -> SafeString:
    """Show the bar over a list: search, choices, and what is set as removable chips."""
    return mark_safe(render_to_string("ui/parts/filters.html", {"bar": bar}))


@register.simple_tag(takes_context=True)
def button(context: Context, shown: Button) -> SafeString:
    """Show one button; disabled ones say why, weighty ones say what will happen."""
    return mark_safe(render_to_string("ui/parts/button.html", {"b": shown}, context.get("request")))


@register.simple_tag(takes_context=True)
def buttons(context: Context, shown: Iterable[Button]) -> SafeString:
    """Show buttons side by side."""
    made = format_html_join("", "{}", ((button(context, b),) for b in shown))
    return format_html('<div class="x-buttons">{}</div>', made) if made else mark_safe("")


@register.simple_tag(takes_context=True)
def chart(context: Context, shown: Chart) -> SafeString:
    """Show a chart with its table behind it."""
    frame = table_context(shown.table)
    return mark_safe(
        render_to_string("ui/parts/chart.html", {"chart": shown, **frame}, context.get("request"))
    )


def _widget_css(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if (
        isinstance(widget, (Select, SelectMultiple))
        and getattr(widget, "input_type", "select") != "radio"
    ):
        return "form-select"
    return "form-control"


@register.simple_tag
def field(
    bound: BoundField, why: str = "", example: str = "", help: str | None = None
) -> SafeString:
    """Show a form field: label above, help, why we ask, an example, the error where it belongs.

    A field may be declared with ``help_text``; ``why`` and ``example`` are said here;
    ``help`` stands in for the field's own text.
    """
    errors = bound.errors
    told = bound.help_text if help is None else help
    ids = [f"{bound.auto_id}_help"] if (told or why or example) else []
    ids += [f"{bound.auto_id}_error"] if errors else []
    attrs: dict[str, Any] = {"class": _widget_css(bound) + (" is-invalid" if errors else "")}
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    if errors:
        attrs["aria-invalid"] = "true"
    widget = bound.field.widget
    if widget.attrs.get("placeholder") == bound.label:
        attrs["placeholder"] = ""
    return mark_safe(
        render_to_string(
            "ui/parts/field.html",
            {
                "bound": bound,
                "control": bound.as_widget(attrs=attrs),
                "help": told,
                "why": why,
                "example": example,
                "is_check": isinstance(widget, CheckboxInput),
                "is_group": getattr(widget, "input_type", "") == "radio",
                "is_file": isinstance(widget, FileInput),
            },
        )
    )


@register.simple_tag(takes_context=True)
def panels(
    context: Context, page: str, slot: str = "main", subject: Any = None
) -> SafeString:  # the page's subject
    """Show what other slices add to this place of this page."""
    request = context["request"]
    actor, now = request.actor, request.now
    out = []
    for panel in registry.panels_for(page, slot, actor=actor):
        inner = panel.context(actor, subject, now)
        if inner is not None:
            out.append(render_to_string(panel.template, {**inner, "subject": subject}, request))
    return mark_safe("".join(out))


@register.filter
def is_past(moment: datetime | None, now: datetime) -> bool:
    """Return whether a moment lies before ``now``."""
    return bool(moment and moment < now)

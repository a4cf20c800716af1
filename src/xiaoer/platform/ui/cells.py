"""Raw values as HTML. Written in Python, not in templates, because a list has thousands of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaoer.platform.ui import formats
from xiaoer.platform.ui.deadlines import Deadline, Stretch, deadline_view
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.lights import LightLook, light_of
from xiaoer.platform.ui.pages import LifeEvent
from xiaoer.platform.ui.sparks import sparkline
from xiaoer.platform.ui.tables import Cell, Column

EMPTY = mark_safe(f'<span class="x-soft">{formats.DASH}</span>')


def escaped(text: object) -> str:
    """Escape what is not markup already; a list does so a thousand times."""
    told = str(text)
    return told if isinstance(told, SafeString) else escape(told)


def light_html(code: str | LightLook | None, note: object = "") -> SafeString:
    """Show a light: shape, word, colour, and for how long; a dash where none was given yet."""
    if not code:
        return EMPTY
    plain = _light(light_of(code), get_language())
    if not note:
        return plain
    return mark_safe(f'{plain} <span class="x-note">{escaped(note)}</span>')


@lru_cache(maxsize=64)
def _light(look: LightLook, language: str | None) -> SafeString:
    return format_html(
        '<span class="x-light x-{}"><i aria-hidden="true">{}</i>{}</span>',
        look.css, look.shape, look.word,
    )  # fmt: skip


def _stretch(stretch: Stretch, year: int | None) -> SafeString:
    first, last = formats.day(stretch.first, year=year), formats.day(stretch.last, year=year)
    days = (stretch.last - stretch.first).days + 1
    span = first if days == 1 else f"{first}–{last}"
    told = _("计 %(n)s 天") % {"n": days} if stretch.counted else _("不计")
    told += _("：%(reason)s") % {"reason": stretch.reason} if stretch.reason else ""
    return format_html(
        '<li class="{}">{} <span>{}</span></li>', "y" if stretch.counted else "n", span, told
    )


_LONG = 24


def _monthly(stretches: tuple[Stretch, ...]) -> list[SafeString]:
    """Sum a long count by month: how many days of each were counted."""
    counted: dict[tuple[int, int], int] = {}
    for stretch in stretches:
        day = stretch.first
        while day <= stretch.last:
            month = (day.year, day.month)
            counted[month] = counted.get(month, 0) + stretch.counted
            day += timedelta(days=1)
    return [
        format_html("<li>{} <span>{}</span></li>", f"{y}-{m:02}", _("计 %(n)s 天") % {"n": n})
        for (y, m), n in counted.items()
    ]


def deadline_html(deadline: Deadline | date | None) -> SafeString:
    """Show a date; it unfolds into the words of the document, the rules and the days counted."""
    if deadline is None:
        return EMPTY
    view = deadline if isinstance(deadline, Deadline) else deadline_view(deadline)
    return _deadline(view, get_language())


# Many measures share a date, and writing out its days is the dearest part of a row: kept by value.
@lru_cache(maxsize=4096)
def _deadline(deadline: Deadline, language: str | None) -> SafeString:
    css = "x-late" if deadline.is_overdue else ""
    note = (
        format_html('<span class="x-note {}">{}</span>', css, deadline.note)
        if deadline.note
        else ""
    )
    told = _("暂定") if deadline.is_provisional else ""
    flag = format_html(' <span class="x-chip">{}</span>', told) if told else ""
    if not deadline.unfolds:
        return format_html('<span class="x-date">{}</span>{}{}', deadline.text, flag, note)
    year = deadline.year
    lines = []
    if deadline.date:
        lines.append(format_html("<b>{}</b>", formats.day(deadline.date, with_weekday=True)))
    if deadline.printed:
        lines.append(format_html("{}", _("原文：%(words)s") % {"words": deadline.printed}))
    lines += [format_html("{}", rule) for rule in deadline.rules]
    if deadline.basis:
        lines.append(format_html("{}", _("依据：%(basis)s") % {"basis": deadline.basis}))
    items = format_html_join("", "<p>{}</p>", ((line,) for line in lines))
    if len(deadline.stretches) > _LONG:
        listed = _monthly(deadline.stretches)
    else:
        listed = [_stretch(s, year) for s in deadline.stretches]
    days = format_html_join("", "{}", ((item,) for item in listed))
    counted = format_html('<ol class="x-days">{}</ol>', days) if deadline.stretches else ""
    return format_html(
        '<details class="x-fold"><summary class="x-date">{}</summary><div class="x-pop">{}{}</div></details>{}{}',
        deadline.text, items, counted, flag, note,
    )  # fmt: skip


def figure_facts(figure: FigureView) -> list[tuple[str, object]]:
    """Return what a figure unfolds into, as (label, value)."""
    facts: list[tuple[str, object]] = [(_("来历"), figure.origin_text)]
    if figure.as_of:
        is_moment = isinstance(figure.as_of, datetime)
        told = formats.moment(figure.as_of) if is_moment else formats.day(figure.as_of)  # type: ignore[arg-type]
        facts.append((_("截至"), told))
    if figure.formula:
        facts.append((_("口径"), figure.formula))
    if figure.numerator is not None:
        facts.append((_("分子"), formats.number(figure.numerator)))
    if figure.denominator is not None:
        facts.append((_("分母"), formats.number(figure.denominator)))
    if figure.interval_text:
        facts.append((_("区间"), figure.interval_text))
    if figure.exact and figure.exact != figure.text.replace(",", ""):
        facts.append((_("精确值"), figure.exact))
    if figure.version:
        facts.append((_("版本"), figure.version))
    if figure.source:
        source = (
            format_html('<a href="{}">{}</a>', figure.source_url, figure.source)
            if figure.source_url
            else figure.source
        )
        facts.append((_("来源"), source))
    if figure.n_records is not None:
        told = _("%(n)s 条记录") % {"n": formats.number(figure.n_records)}
        facts.append(
            (
                _("记录"),
                format_html('<a href="{}">{}</a>', figure.records_url, told)
                if figure.records_url
                else told,
            )
        )
    return facts


def figure_html(figure: FigureView | None, *, size: str = "") -> SafeString:
    """Show a number with its unit; it unfolds into how it came about."""
    if figure is None:
        return EMPTY
    facts = format_html_join("", "<dt>{}</dt><dd>{}</dd>", figure_facts(figure))
    unit = (
        format_html('<span class="x-unit">{}</span>', figure.unit_text) if figure.unit_text else ""
    )
    spark = sparkline(figure.history) if len(figure.history) > 1 else ""
    return format_html(
        '<details class="x-fold x-figure {}"><summary><span class="x-num">{}</span>{}</summary>'
        '<dl class="x-pop x-facts">{}</dl></details>{}',
        f"x-{size}" if size else "", figure.text, unit, facts, spark,
    )  # fmt: skip


def _pair(value: Any, digits: int | None) -> SafeString:  # a (now, expected) tuple
    now, expected = value
    return format_html(
        '{}<span class="x-soft"> / {}</span>',
        formats.number(now, digits=digits), formats.number(expected, digits=digits),
    )  # fmt: skip


def _spark(value: Any) -> SafeString:  # values, or (values, expected)
    if value and isinstance(value[0], (tuple, list)):
        return _sparkline(tuple(value[0]), tuple(value[1]), get_language())
    return _sparkline(tuple(value), (), get_language())


@lru_cache(maxsize=4096)
def _sparkline(
    values: Sequence[float | None], expected: Sequence[float | None], language: str | None
) -> SafeString:
    return sparkline(values, expected=expected)


_PLAIN: dict[str, Callable[[Any, Column], Any]] = {
    "number": lambda v, c: formats.number(v, digits=c.digits),
    "percent": lambda v, c: formats.percent(v, digits=1 if c.digits is None else c.digits),
    "fen": lambda v, c: formats.yuan(v),
    "pair": lambda v, c: _pair(v, c.digits),
    "date": lambda v, c: f"{v:%Y-%m-%d}",
    "datetime": lambda v, c: f"{formats.local(v):%Y-%m-%d %H:%M}",
    "deadline": lambda v, c: deadline_html(v),
    "light": lambda v, c: light_html(v),
    "spark": lambda v, c: _spark(v),
    "figure": lambda v, c: figure_html(v),
    "chips": lambda v, c: format_html_join(
        " ", '<span class="x-chip">{}</span>', ((x,) for x in v)
    ),
}


def value_html(value: Any, column: Column) -> SafeString:  # what the column's kind says
    """Show one raw value the way its column says."""
    if value is None or value == "" or value == ():
        return EMPTY
    if type(value) is str and column.kind == "text":
        return mark_safe(escape(value))
    show = _PLAIN.get(column.kind)
    return conditional_escape(value if show is None else show(value, column))


def cell_html(cell: Cell, column: Column, *, href: str = "") -> SafeString:
    """Show a cell: the value, linked where it opens something, and its second line."""
    if column.kind == "light":
        return light_html(cell.value, cell.note)
    inner = value_html(cell.value, column)
    link = cell.href or href
    if link:
        inner = mark_safe(f'<a href="{escape(link)}">{inner}</a>')
    if cell.note:
        inner = mark_safe(f'{inner}<div class="x-note">{escaped(cell.note)}</div>')
    return inner


def life_html(event: LifeEvent) -> str:
    """Show one moment of a life line."""
    told = escaped(event.text)
    if event.href:
        told = f'<a href="{escape(event.href)}">{told}</a>'
    note = f'<div class="x-note">{escaped(event.note)}</div>' if event.note else ""
    now = ' aria-current="step"' if event.state == "now" else ""
    when = escaped(event.when)
    return f'<li class="x-{event.state}"{now}><span class="x-when">{when}</span> {told}{note}</li>'

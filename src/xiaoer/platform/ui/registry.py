"""Where slices meet without importing each other: navigation, panels, columns, the data's age.

A slice registers in its ``apps.ready()``; pages ask here. Nothing in this module knows a slice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.ui.tables import Column, Table, extended

Text = str | Promise
PanelContext = Callable[[Actor, Any, datetime], Mapping[str, Any] | None]
ColumnValues = Callable[[Actor, Sequence[str], datetime], Mapping[str, object]]
AsOf = Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """A place in the head of every page; ``action`` decides who sees it, empty: whoever logs in."""

    label: Text
    url_name: str
    order: int
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Something a slice adds to another's page.

    ``page`` and ``slot`` say where (``main`` and ``side`` exist on every page that has panels,
    ``lead`` at the top of the home page); ``context`` gets (actor, subject, now) and returns the
    template's context, or None where there is nothing to show.
    """

    page: str
    template: str
    context: PanelContext
    slot: str = "main"
    order: int = 100
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraColumn:
    """A column a slice adds to another's table; ``values`` gets (actor, row keys, now)."""

    table: str
    column: Column
    values: ColumnValues
    before: str = ""
    action: str = ""


_NAV: dict[str, NavEntry] = {}
_PANELS: dict[tuple[str, str], Panel] = {}
_COLUMNS: dict[tuple[str, str], ExtraColumn] = {}
_AS_OF: list[AsOf] = []


def register_nav(entry: NavEntry) -> None:
    """Add an entry to the head of every page."""
    _NAV[entry.url_name] = entry


def register_panel(panel: Panel) -> None:
    """Add a panel to a page."""
    _PANELS[panel.page, panel.template] = panel


def register_column(extra: ExtraColumn) -> None:
    """Add a column to another slice's table."""
    _COLUMNS[extra.table, extra.column.key] = extra


def register_as_of(source: AsOf) -> None:
    """Name who knows up to when the data reach; the earliest answer is shown in the footer."""
    if source not in _AS_OF:
        _AS_OF.append(source)


def _may(actor: Actor, action: str) -> bool:
    return rules.allowed(actor, action) if action else actor.kind != "anonymous"


def nav_for(actor: Actor) -> list[NavEntry]:
    """Return the entries this actor sees, in order."""
    seen = [entry for entry in _NAV.values() if _may(actor, entry.action)]
    return sorted(seen, key=lambda e: (e.order, e.url_name))


def nav_urls(actor: Actor) -> list[tuple[NavEntry, str]]:
    """Return the entries this actor sees with their addresses."""
    return [(entry, reverse(entry.url_name)) for entry in nav_for(actor)]


def panels_for(page: str, slot: str, *, actor: Actor) -> list[Panel]:
    """Return the panels of one slot of a page that this actor sees, in order."""
    found = [p for p in _PANELS.values() if p.page == page and p.slot == slot]
    return sorted((p for p in found if _may(actor, p.action)), key=lambda p: (p.order, p.template))


def with_extra_columns(name: str, table: Table, *, actor: Actor, now: datetime) -> Table:
    """Return the table with the columns other slices add to ``name``, one call for all rows."""
    keys = [row.key for row in table.rows]
    for extra in _COLUMNS.values():
        if extra.table == name and _may(actor, extra.action):
            values = extra.values(actor, keys, now)
            table = extended(table, column=extra.column, values=values, before=extra.before)
    return table


def data_as_of(now: datetime) -> datetime | None:
    """Return up to when the data reach, None where nobody has said so."""
    told = [moment for moment in (source(now) for source in _AS_OF) if moment is not None]
    return min(told, default=None)

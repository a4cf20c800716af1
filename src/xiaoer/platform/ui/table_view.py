"""A table's frame and rows for the page; the rows are written in Python for speed."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from xiaoer.platform.ui.asks import SIZES
from xiaoer.platform.ui.cells import cell_html, value_html
from xiaoer.platform.ui.tables import Column, Row, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's head: its link sorts, ``state`` is what aria-sort says."""

    column: Column
    url: str = ""
    state: str = ""


def _places(table: Table) -> dict[str, str]:
    places: dict[str, str] = {}
    for i, column in enumerate(table.shown):
        usual = "title" if i == 0 else "side" if column.kind == "light" else "line"
        places[column.key] = column.phone or usual
    return places


def heads(table: Table) -> list[Head]:
    """Return the heads of the shown columns with their sort links."""
    found = []
    for column in table.shown:
        if not column.sort or table.ask is None:
            found.append(Head(column=column))
            continue
        ask = table.ask
        is_mine = ask.sort == column.sort
        turned = f"-{column.sort}" if is_mine and not ask.descending else column.sort
        state = ("descending" if ask.descending else "ascending") if is_mine else "none"
        url = ask.url({"sort": turned, "page": None, "after": None, "format": None})
        found.append(Head(column=column, url=url, state=state))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What every cell of a column shares, escaped once."""

    column: Column
    place: str
    css: str
    label: str


def _places_of(table: Table) -> list[_Place]:
    places = _places(table)
    return [
        _Place(
            column=c,
            place=places[c.key],
            css=f"p-{places[c.key]}" + (" r" if c.is_right else ""),
            label=escape(str(c.label)),  # a translated text is translated here, once
        )
        for c in table.shown
    ]


def _cell(row: Row, at: _Place) -> str:
    cell = row.cell(at.column.key)
    css = at.css
    if at.place == "line" and cell.value in (None, "", ()):
        css += " p-none"
    inner = cell_html(cell, at.column, href=row.url if at.place == "title" else "")
    return f'<td class="{css}" data-label="{at.label}">{inner}</td>'


def _pick(row: Row, title: str) -> str:
    key, name = escape(row.key), escape(str(row.cell(title).value))
    return (
        '<td class="p-pick"><input type="checkbox" class="form-check-input" name="pick"'
        f' value="{key}" aria-label="{name}"></td>'
    )


def body_html(table: Table) -> SafeString:
    """Return the rows."""
    places = _places_of(table)
    title = places[0].column.key
    out = []
    for row in table.rows:
        pick = _pick(row, title) if table.bulk else ""
        opened = f' data-href="{escape(row.url)}" tabindex="-1"' if row.url else ""
        out.append(f"<tr{opened}>{pick}{''.join(_cell(row, at) for at in places)}</tr>")
    return mark_safe("".join(out))


def footer_html(table: Table) -> SafeString:
    """Return the row of sums, empty without any."""
    if not table.footer:
        return mark_safe("")
    cells = []
    for column in table.shown:
        value = table.footer.get(column.key)
        inner = (
            "" if value is None else value if isinstance(value, str) else value_html(value, column)
        )
        css = "r" if column.is_right else ""
        cells.append(format_html('<td class="{}">{}</td>', css, inner))
    return mark_safe(f"<tr>{''.join(cells)}</tr>")


def _pages(table: Table) -> list[tuple[str, str, bool]]:
    ask, paging = table.ask, table.paging
    if ask is None or paging is None or paging.total is None:
        return []
    last = max(1, -(-paging.total // ask.size))
    if last == 1:
        return []
    near = {1, last, *range(max(1, ask.page - 2), min(last, ask.page + 2) + 1)}
    out: list[tuple[str, str, bool]] = []
    before = 0
    for n in sorted(near):
        if n - before > 1:
            out.append(("…", "", False))
        out.append((str(n), ask.url({"page": str(n), "format": None}), n == ask.page))
        before = n
    return out


def table_context(table: Table) -> dict[str, Any]:  # what ui/table.html shows
    """Return the template context of a table."""
    ask, paging = table.ask, table.paging
    optional = [c for c in table.columns if c.optional or c.off]
    chosen = {c.key for c in table.shown}
    context: dict[str, Any] = {
        "table": table,
        "heads": heads(table),
        "body": body_html(table),
        "foot": footer_html(table),
        "pages": _pages(table),
        "sizes": SIZES,
        "optional": [(c, c.key in chosen) for c in optional] if ask else [],
    }
    if ask is not None:
        context["kept"] = [(k, v) for k, v in ask.params if k not in ("cols", "format")]
        context["export_url"] = ask.url({"format": "xlsx"})
        if paging is not None and paging.next_key:
            context["next_url"] = ask.url({"after": paging.next_key, "page": None, "format": None})
        if paging is not None and not paging.is_first:
            context["first_url"] = ask.url({"after": None, "page": None, "format": None})
    return context

"""A table as .xlsx: real numbers and dates, and text that no spreadsheet will run as a formula."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from xiaoer.platform.ui import formats
from xiaoer.platform.ui.deadlines import Deadline
from xiaoer.platform.ui.figures import FigureView
from xiaoer.platform.ui.lights import light_of
from xiaoer.platform.ui.tables import Cell, Column, Row, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_767
_FORMATS = {
    "percent": "0.0%",
    "fen": "#,##0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "deadline": "yyyy-mm-dd",
}


def plain_value(value: Any, column: Column) -> Any:  # what the column's kind says
    """Return a raw value as a spreadsheet keeps it: a number, a date or text."""
    if value is None:
        return None
    match column.kind:
        case "light":
            return str(light_of(value).word)
        case "fen":
            return Decimal(value) / 100
        case "deadline":
            return (value.date or value.text) if isinstance(value, Deadline) else value
        case "datetime":
            return formats.local(value).replace(tzinfo=None)
        case "figure":
            return value.value if isinstance(value, FigureView) else value
        case "chips":
            return "、".join(str(x) for x in value)
        case "spark":
            values = value[0] if value and isinstance(value[0], (tuple, list)) else value
            return next((v for v in reversed(values) if v is not None), None)
        case _:
            return value


def heads_of(column: Column) -> list[str]:
    """Return the heads of a column; a pair has two."""
    unit = _("（%(unit)s）") % {"unit": column.unit} if column.unit else ""
    if column.kind == "pair":
        return [f"{column.label}·{_('现值')}{unit}", f"{column.label}·{_('应达')}{unit}"]
    return [f"{column.label}{unit}"]


def values_of(row: Row, column: Column) -> list[Any]:  # numbers, dates or text
    """Return the values of one cell; a pair has two."""
    value = row.cell(column.key).value
    if column.kind == "pair":
        return list(value) if value else [None, None]
    return [plain_value(value, column)]


def _safe(sheet: Any, value: Any, number_format: str = "") -> WriteOnlyCell:  # openpyxl is untyped
    if value is None or isinstance(value, (bool, int, float, Decimal, date, datetime)):
        cell = WriteOnlyCell(sheet, value=value)
        if number_format:
            cell.number_format = number_format
        return cell
    text = _ILLEGAL.sub("", str(value))[:_LONGEST]
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    if text.startswith(_RISKY):
        cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
    return cell


def _format_of(column: Column, value: Any) -> str:  # a plain value
    if isinstance(value, FigureView) and value.unit == "%":
        return "0.0%"
    return _FORMATS.get(column.kind, "")


def _about(table: Table) -> list[tuple[str, Any]]:  # a date or text
    ask = table.ask
    filters = (
        [f"{k} = {v}" for k, v in ask.params if k not in ("format", "page", "size", "cols")]
        if ask
        else []
    )
    rows: list[tuple[str, Any]] = [(_("表名"), table.caption), (_("行数"), len(table.rows))]
    if table.as_of:
        rows.append((_("截至"), formats.local(table.as_of).replace(tzinfo=None)))
    if table.source:
        rows.append((_("来源"), table.source))
    rows += [(_("筛选"), text) for text in filters]
    rows += [(f"{c.label} {_('来源')}", c.source) for c in table.shown if c.source]
    return rows


def workbook_of(table: Table) -> bytes:
    """Return the workbook: one sheet of rows and one that says what they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("数据"))
    sheet.freeze_panes = "A2"
    columns = table.shown
    heads = [head for c in columns for head in heads_of(c)]
    for i, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(i)].width = min(max(10, 2.2 * len(head)), 40)
    bold = []
    for head in heads:
        cell = _safe(sheet, head)
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in table.rows:
        sheet.append([
            _safe(sheet, value, _format_of(c, row.cell(c.key).value))
            for c in columns for value in values_of(row, c)
        ])  # fmt: skip
    about = book.create_sheet(_("说明"))
    about.column_dimensions["B"].width = 60
    for label, told in _about(table):
        about.append([_safe(about, label), _safe(about, told)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_response(table: Table, *, filename: str) -> HttpResponse:
    """Return the workbook as a download; ``filename`` has no ending."""
    response = HttpResponse(workbook_of(table), content_type=CONTENT_TYPE)
    from django.utils.http import content_disposition_header

    response["Content-Disposition"] = content_disposition_header(True, f"{filename}.xlsx")
    return response


def records_of(table: Table) -> list[dict[str, Any]]:  # numbers, dates or text
    """Return the shown columns of every row as plain values by key, for the API and tests."""
    out = []
    for row in table.rows:
        record: dict[str, Any] = {}
        for column in table.shown:
            values = values_of(row, column)
            record[column.key] = values if column.kind == "pair" else values[0]
        out.append(record)
    return out


__all__ = ["Cell", "records_of", "workbook_of", "xlsx_response"]

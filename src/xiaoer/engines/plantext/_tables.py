"""Task tables that lost their lines: rows of cells divided by tabs, bars or wide gaps, or one cell a line.

A table is known by its header (序号, 重点任务, 牵头单位, 完成时限 …); each row is a measure. Columns
left of the task whose values cover several rows are sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ._model import Span
from ._normalise import Line
from ._numbering import marker_at
from ._owners import is_unit

_ROLES = (
    ("number", r"序号|编号|No\.?|号|序"),
    ("person", r".{0,4}(?:领导|责任人|负责人|联系人|联络员)(?:及电话)?|联系(?:电话|方式)"),
    ("support", r".{0,4}(?:配合|参与|参加|协办|协同|协助|支持|联系)(?:责任)?(?:单位|部门|处室|科室)?"),
    ("lead", r".{0,6}(?:牵头|主办|主责|主管|总牵头)(?:责任)?(?:单位|部门|处室|科室)?(?:（[^（）]*）)?"),
    ("duty", r".{0,4}(?:责任|实施|承办|负责|落实|执行)(?:单位|部门|主体|分工|处室|科室|股室|机构)(?:（[^（）]*）)?|任务分工"),
    ("time", r".{0,6}(?:时限|时间|期限|节点|时间表|进度(?:安排|要求)?)(?:要求|节点|安排)?"),
    ("goal", r".{0,6}(?:目标|成效|成果|指标|标志|标准)(?:任务|值|形式|要求)?(?:（[^（）]*）)?"),
    ("note", r"备注|说明|依据|政策依据"),
    ("task", r".{0,6}(?:任务|举措|措施|内容|事项|工作|项目|做法|要求|清单|名称)(?:名称|内容|清单|分解|安排|事项)?"),
    ("group", r".{0,6}(?:类别|维度|领域|分类|类型|环境|板块|方面|环节|一级.{0,4}|指标名称|重点方向)"),
)  # fmt: skip
_ROLE = [(name, re.compile(pattern)) for name, pattern in _ROLES]
_DATE = re.compile(r"\d{4}年|\d{1,2}月|长期|持续|常态化|全年|年底|立即|季度|即时|\d{4}[./-]\d{1,2}")
_GAP = re.compile(r"\t| {2,}|\u3000+")
_END = re.compile(r"附件|附：|注：|备注：|抄送")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the input span of each column's cell, None where the cell is empty."""

    span: Span
    cells: tuple[Span | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in the text: the roles of its columns and its rows."""

    span: Span
    roles: tuple[str, ...]
    rows: tuple[Row, ...]
    certain: bool


def column_role(label: str) -> str | None:
    """Return what a header cell announces, None where it is no usual header."""
    flat = re.sub(r"\s", "", label)
    if not 1 <= len(flat) <= 16:
        return None
    return next((name for name, pattern in _ROLE if pattern.fullmatch(flat)), None)


def find_tables(norm: str, lines: Sequence[Line]) -> list[Table]:
    """Return the task tables among the lines, in order."""
    tables: list[Table] = []
    position = 0
    while position < len(lines):
        found = _separated(norm, lines, position) or _stacked(norm, lines, position)
        if found is None:
            position += 1
            continue
        table, position = found
        if table.rows:
            tables.append(table)
    return tables


def _is_header(roles: Sequence[str | None]) -> bool:
    known = [role for role in roles if role]
    typed = {
        role for role in known if role in ("lead", "duty", "support", "time", "number", "goal")
    }
    task = any(role in ("task", "group", "goal") for role in known)
    return len(roles) >= 3 and len(known) >= len(roles) * 0.6 and len(typed) >= 2 and task


# rows of cells on one line --------------------------------------------------------------------


def _cells(norm: str, line: Line, separator: str) -> list[Span]:
    begin, end = line.start, line.end
    if separator == "\t":
        begin -= line.indent
        while end < len(norm) and norm[end] in " \t":
            end += 1
    if separator == "gap":
        cuts = [m.span() for m in _GAP.finditer(norm, line.start, line.end)]
    else:
        cuts = [m.span() for m in re.compile(re.escape(separator)).finditer(norm, begin, end)]
    out = []
    for a, b in cuts:
        out.append((begin, a))
        begin = b
    out.append((begin, end))
    if separator == "|":
        if out and not norm[slice(*out[0])].strip():
            out = out[1:]
        if out and not norm[slice(*out[-1])].strip():
            out = out[:-1]
    return [_trim(norm, cell) for cell in out]


def _trim(norm: str, cell: Span) -> Span:
    start, end = cell
    while start < end and norm[start].isspace():
        start += 1
    while end > start and norm[end - 1].isspace():
        end -= 1
    return start, end


def _separated(norm: str, lines: Sequence[Line], position: int) -> tuple[Table, int] | None:
    line = lines[position]
    if line.end - line.start > 160:
        return None
    body = norm[line.start : line.end]
    for separator in ("\t", "|", "gap"):
        mark = separator if separator != "gap" else "  "
        if mark not in body:
            continue
        header = _cells(norm, line, separator)
        roles = [column_role(norm[a:b]) for a, b in header]
        if _is_header(roles):
            return _read_separated(norm, lines, position, separator, [r or "group" for r in roles])
    return None


def _read_separated(
    norm: str, lines: Sequence[Line], position: int, separator: str, roles: list[str]
) -> tuple[Table, int]:
    rows: list[Row] = []
    current: list[Span] = []
    place = position + 1
    while place < len(lines):
        line = lines[place]
        body = norm[line.start : line.end]
        if re.fullmatch(r"[|\s:：\-—]+", body):
            place += 1
            continue
        cells = _cells(norm, line, separator)
        alone = len(cells) == 1
        if current and len(current) < len(roles) and not _opens_row(norm, cells, roles, current):
            joined = (current[-1][0], cells[0][1]) if current[-1][0] < current[-1][1] else cells[0]
            current = [*current[:-1], joined, *cells[1:]]
        elif (
            alone
            and (_END.match(body) or len(body) > 60)
            or alone
            and not _more_rows(norm, lines, place, separator)
        ):
            break
        elif alone:
            rows.extend(_row(norm, current, roles))
            current = []
            rows.append(Row((line.start, line.end), ((line.start, line.end),)))
        else:
            rows.extend(_row(norm, current, roles))
            current = cells
        place += 1
    rows.extend(_row(norm, current, roles))
    rows = [row for row in rows if len(row.cells) in (1, len(roles))]
    end = rows[-1].span[1] if rows else lines[position].end
    table = Table((lines[position].start, end), tuple(roles), tuple(rows), separator != "gap")
    return table, place


def _opens_row(norm: str, cells: list[Span], roles: list[str], current: list[Span]) -> bool:
    """Return whether a line starts a row while the row before still lacks cells."""
    first = norm[slice(*cells[0])]
    if roles[0] == "number":
        return bool(re.fullmatch(r"\d{1,4}[.、]?", first)) or (
            first == "" and len(cells) >= len(roles) - 1
        )
    return len(cells) >= len(roles) - 1


def _more_rows(norm: str, lines: Sequence[Line], place: int, separator: str) -> bool:
    following = lines[place + 1 : place + 3]
    return any(len(_cells(norm, line, separator)) >= 3 for line in following)


def _row(norm: str, cells: list[Span], roles: list[str]) -> Iterator[Row]:
    """Align the cells of a line with the columns; a merged first cell may be missing."""
    if len(cells) < 2 or all(a >= b for a, b in cells):
        return
    if _is_header([column_role(norm[a:b]) for a, b in cells if b > a]):
        return
    while len(cells) > len(roles) and cells[-1][0] >= cells[-1][1]:
        cells = cells[:-1]
    if len(cells) > len(roles):
        extra = len(cells) - len(roles)
        task = max(range(len(cells) - extra), key=lambda i: cells[i][1] - cells[i][0])
        cells = [
            *cells[:task],
            (cells[task][0], cells[task + extra][1]),
            *cells[task + extra + 1 :],
        ]
    aligned: list[Span | None] = [cell if cell[1] > cell[0] else None for cell in cells]
    missing = len(roles) - len(aligned)
    if missing <= 0 and _lost_number(norm, aligned, roles):
        aligned = [None, *aligned[:-1]]
    if missing > 0:
        keep = 1 if roles[0] == "number" and re.fullmatch(r"\d{1,4}", norm[slice(*cells[0])]) else 0
        if roles[-1] == "note" and _DATE.search(norm[slice(*cells[-1])]):
            aligned.append(None)
            missing -= 1
        aligned = [*aligned[:keep], *[None] * missing, *aligned[keep:]]
    filled = [cell for cell in aligned if cell]
    yield Row((filled[0][0], filled[-1][1]), tuple(aligned))


def _lost_number(norm: str, cells: list[Span | None], roles: list[str]) -> bool:
    """Return whether a number that spans several rows left this row one cell short on the left."""
    first = cells[0]
    if roles[0] != "number" or first is None or cells[-1] is not None:
        return False
    return first[1] - first[0] > 8 and not re.match(r"\d{1,4}$|\W", norm[slice(*first)])


# one cell a line --------------------------------------------------------------------------------


def _stacked(norm: str, lines: Sequence[Line], position: int) -> tuple[Table, int] | None:
    roles: list[str] = []
    place = position
    while place < len(lines) and len(roles) < 12:
        role = column_role(norm[lines[place].start : lines[place].end])
        if role is None or (role == "number" and roles):
            break
        roles.append(role)
        place += 1
    if not _is_header(roles) or "number" not in roles:
        return None
    return _read_stacked(norm, lines, position, place, roles)


def _read_stacked(
    norm: str, lines: Sequence[Line], position: int, place: int, roles: list[str]
) -> tuple[Table, int]:
    starts: list[int] = []
    expected = 1
    limit = 12 * len(roles)
    index = place
    while index < len(lines):
        body = norm[lines[index].start : lines[index].end]
        if body == str(expected):
            starts.append(index)
            expected += 1
        elif index - (starts[-1] if starts else place) > limit or _closes(norm, lines[index]):
            break
        index += 1
    rows: list[Row] = []
    before = lines[place : starts[0]] if starts else []
    pending = list(before)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else index
        body_lines = list(lines[start + 1 : end])
        row, rest = _align(norm, lines[start], pending, body_lines, roles, number + 1 < len(starts))
        rows.append(row)
        pending = rest
    stop = rows[-1].span[1] if rows else lines[position].end
    following = next((i for i in range(position, len(lines)) if lines[i].start >= stop), len(lines))
    return Table((lines[position].start, stop), tuple(roles), tuple(rows), False), max(
        following, place
    )


def _closes(norm: str, line: Line) -> bool:
    marker = marker_at(norm, line.start, line.end)
    return bool(_END.match(norm, line.start)) or bool(marker and marker.style == "dun")


def _align(
    norm: str,
    number: Line,
    pending: list[Line],
    body: list[Line],
    roles: list[str],
    more: bool,
) -> tuple[Row, list[Line]]:
    """Give each line of a row its column by what it looks like; lines may share a column."""
    ahead = roles.index("number")
    rest: list[Line] = []
    if ahead and more:
        while (
            body
            and len(rest) < ahead
            and _fit(norm, body[-1], "group") > 1
            and not _is_tail(norm, body[-1], roles)
        ):
            rest.insert(0, body.pop())
    elif not more:
        body = _row_only(norm, body, roles)
    columns = roles[ahead + 1 :]
    chosen = _assign(norm, body, columns)
    cells: list[Span | None] = [None] * len(roles)
    cells[ahead] = (number.start, number.end)
    for offset, line in enumerate(pending[-ahead:] if ahead else []):
        cells[offset] = (line.start, line.end)
    for line, column in zip(body, chosen, strict=True):
        index = ahead + 1 + column
        known = cells[index]
        cells[index] = (known[0] if known else line.start, line.end)
    filled = [cell for cell in cells[ahead:] if cell]
    return Row((number.start, max(b for _, b in filled)), tuple(cells)), rest


def _is_tail(norm: str, line: Line, roles: list[str]) -> bool:
    return _fit(norm, line, roles[-1]) > 1 and roles[-1] in ("time", "lead", "duty", "support")


def _row_only(norm: str, body: list[Line], roles: list[str]) -> list[Line]:
    """End the last row where its last date or unit stands."""
    typed = [r for r in roles if r in ("time", "lead", "duty", "support")]
    last = -1
    for position, line in enumerate(body[: 3 * len(roles)]):
        if any(_fit(norm, line, role) > 1 for role in typed):
            last = position
    return body[: last + 1] if last >= 0 else body[: len(roles)]


def _fit(norm: str, line: Line, role: str) -> float:
    text = norm[line.start : line.end].rstrip("、，；。")
    units = all(
        is_unit(part) or part in ("市", "县", "区") for part in re.split(r"[、，；]", text) if part
    )
    date = len(text) <= 22 and bool(_DATE.search(text)) and not text.endswith(("局", "委"))
    empty = text in ("无", "—", "-", "/", "")
    if role in ("lead", "duty", "support"):
        return 3.0 if units and not date or empty else -2.0 if date or len(text) > 30 else -0.5
    if role == "time":
        return 3.0 if date or empty else -3.0
    if role == "person":
        return 1.5 if 2 <= len(text) <= 10 and not units and not date else -2.0
    if role in ("task", "goal"):
        return (
            -2.0
            if units and len(text) < 40 or date and len(text) < 12
            else 2.0
            if len(text) > 12
            else 0.5
        )
    if role == "group":
        return 1.5 if len(text) <= 16 and not date and not units else -1.0
    return 0.1


def _assign(norm: str, body: list[Line], columns: list[str]) -> list[int]:
    """Return the column of each line: the best monotonic assignment by dynamic programming."""
    if not body:
        return []
    width = len(columns)
    if len(body) == width:
        straight = sum(_fit(norm, line, role) for line, role in zip(body, columns, strict=True))
        if straight > 0:
            return list(range(width))
    best: list[list[float]] = []
    back: list[list[int]] = []
    for index, line in enumerate(body):
        row, came = [], []
        for column, role in enumerate(columns):
            gain = _fit(norm, line, role)
            if index == 0:
                options = [(-_skipped(columns, -1, column), -1)]
            else:
                options = [
                    (
                        best[index - 1][p]
                        - (
                            _repeat(norm, body[index - 1], role)
                            if p == column
                            else _skipped(columns, p, column)
                        ),
                        p,
                    )
                    for p in range(column + 1)
                ]
            value, source = max(options)
            row.append(value + gain)
            came.append(source)
        best.append(row)
        back.append(came)
    column = max(range(width), key=lambda c: best[-1][c] - _skipped(columns, c, width))
    out = [column]
    for index in range(len(body) - 1, 0, -1):
        column = back[index][column]
        out.append(column)
    return out[::-1]


def _skipped(columns: list[str], before: int, here: int) -> float:
    cost = {
        "lead": 1.5,
        "duty": 1.5,
        "task": 1.5,
        "support": 0.6,
        "time": 1.0,
        "goal": 0.4,
        "group": 0.2,
    }
    return sum(cost.get(role, 0.1) for role in columns[before + 1 : here])


def _repeat(norm: str, before: Line, role: str) -> float:
    """The price of a second line in a column: low where the line before stops short."""
    return 0.1 if norm[before.end - 1] not in "。；" and role not in ("time", "group") else 0.6

"""Ruled tables of a PDF page: the cells between its lines, with merged cells told by missing lines.

Only what is printed with lines is seen; a table set with white space alone stays running text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pdfminer.layout import LTChar, LTComponent, LTCurve, LTFigure, LTPage, LTTextContainer

_THIN = 3.0
_NEAR = 3.0
_SHORTEST = 8.0
_MOST_LINES = 1_500

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A ruled table: its frame (x0, y0, x1, y1) and its rows of cell texts, top row first."""

    frame: Box
    rows: tuple[tuple[str, ...], ...]

    def holds(self, item: LTComponent) -> bool:
        """Return whether the middle of ``item`` lies inside the frame."""
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        return self.frame[0] <= x <= self.frame[2] and self.frame[1] <= y <= self.frame[3]


def find_tables(page: LTPage) -> list[Table]:
    """Return the ruled tables of a page with at least two rows and two columns, top first."""
    horizontal, vertical = _rules(page)
    tables: list[Table] = []
    if len(horizontal) + len(vertical) > _MOST_LINES:
        return tables
    characters = list(_characters(page))
    for across, down in _groups(horizontal, vertical):
        table = _table(across, down, characters)
        if table is not None:
            tables.append(table)
    return sorted(tables, key=lambda table: -table.frame[3])


def _rules(page: LTPage) -> tuple[list[Box], list[Box]]:
    """Return the horizontal and vertical strokes: lines, thin boxes and the edges of boxes."""
    horizontal: list[Box] = []
    vertical: list[Box] = []
    stack: list[object] = list(page)
    while stack:
        item = stack.pop()
        if isinstance(item, LTFigure):
            stack.extend(item)
        if not isinstance(item, LTCurve):
            continue
        x0, y0, x1, y1 = item.bbox
        if y1 - y0 <= _THIN and x1 - x0 >= _SHORTEST:
            horizontal.append((x0, y0, x1, y1))
        elif x1 - x0 <= _THIN and y1 - y0 >= _SHORTEST:
            vertical.append((x0, y0, x1, y1))
        elif x1 - x0 >= _SHORTEST and y1 - y0 >= _SHORTEST and item.stroke:
            horizontal.extend(((x0, y0, x1, y0), (x0, y1, x1, y1)))
            vertical.extend(((x0, y0, x0, y1), (x1, y0, x1, y1)))
    return horizontal, vertical


def _characters(page: LTPage) -> Iterator[LTChar]:
    stack: list[object] = list(page)
    while stack:
        item = stack.pop()
        if isinstance(item, LTChar):
            if item.get_text().strip():
                yield item
        elif isinstance(item, (LTTextContainer, LTFigure)):
            stack.extend(item)


def _touch(a: Box, b: Box) -> bool:
    return (
        a[0] - _NEAR <= b[2]
        and b[0] - _NEAR <= a[2]
        and a[1] - _NEAR <= b[3]
        and b[1] - _NEAR <= a[3]
    )


def _groups(
    horizontal: Sequence[Box], vertical: Sequence[Box]
) -> Iterator[tuple[list[Box], list[Box]]]:
    """Yield sets of strokes that hang together."""
    every = [*horizontal, *vertical]
    left = set(range(len(every)))
    while left:
        group = [left.pop()]
        for index in group:
            touching = [other for other in left if _touch(every[index], every[other])]
            left.difference_update(touching)
            group.extend(touching)
        across = [every[i] for i in group if i < len(horizontal)]
        down = [every[i] for i in group if i >= len(horizontal)]
        yield across, down


def _positions(values: Iterable[float]) -> list[float]:
    """Return the distinct positions, those nearer than the tolerance taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _table(across: list[Box], down: list[Box], characters: Sequence[LTChar]) -> Table | None:
    xs = _positions((box[0] + box[2]) / 2 for box in down)
    ys = _positions((box[1] + box[3]) / 2 for box in across)
    if len(xs) < 3 or len(ys) < 3:
        return None
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    home = _merged(xs, ys, across, down)
    words: dict[int, list[LTChar]] = {}
    for character in characters:
        x, y = (character.x0 + character.x1) / 2, (character.y0 + character.y1) / 2
        column, row = bisect_right(xs, x) - 1, bisect_right(ys, y) - 1
        if 0 <= column < n_columns and 0 <= row < n_rows:
            words.setdefault(home[row * n_columns + column], []).append(character)
    rows: list[tuple[str, ...]] = []
    for row in range(n_rows - 1, -1, -1):
        cells: list[str] = []
        for column in range(n_columns):
            cell = home[row * n_columns + column]
            spanned = column > 0 and cell == home[row * n_columns + column - 1]
            cells.append("" if spanned else _text(words.get(cell, ())))
        if any(cells):
            rows.append(tuple(cells))
    frame = (xs[0], ys[0], xs[-1], ys[-1])
    return Table(frame=frame, rows=tuple(rows)) if len(rows) >= 2 else None


def _merged(xs: list[float], ys: list[float], across: list[Box], down: list[Box]) -> list[int]:
    """Return for each elementary cell (bottom row first) the cell it is merged into."""
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    home = list(range(n_columns * n_rows))

    def root(cell: int) -> int:
        while home[cell] != cell:
            cell = home[cell]
        return cell

    for row in range(n_rows):
        middle_y = (ys[row] + ys[row + 1]) / 2
        for column in range(n_columns):
            cell = row * n_columns + column
            middle_x = (xs[column] + xs[column + 1]) / 2
            if column + 1 < n_columns and not _ruled(
                down, at=xs[column + 1], through=middle_y, axis=0
            ):
                home[root(cell + 1)] = root(cell)
            if row + 1 < n_rows and not _ruled(across, at=ys[row + 1], through=middle_x, axis=1):
                home[root(cell + n_columns)] = root(cell)
    return [root(cell) for cell in range(len(home))]


def _ruled(boxes: Sequence[Box], *, at: float, through: float, axis: int) -> bool:
    """Return whether a stroke stands at a position and passes a point of the other axis."""
    other = 1 - axis
    return any(
        abs((box[axis] + box[axis + 2]) / 2 - at) <= _NEAR
        and box[other] <= through <= box[other + 2]
        for box in boxes
    )


def _text(characters: Sequence[LTChar]) -> str:
    """Return the characters of a cell in reading order; lines of a cell run together."""
    lines: list[list[LTChar]] = []
    for character in sorted(characters, key=lambda item: (-item.y0, item.x0)):
        if lines and abs(lines[-1][0].y0 - character.y0) <= character.height * 0.5:
            lines[-1].append(character)
        else:
            lines.append([character])
    return "".join(
        item.get_text() for line in lines for item in sorted(line, key=lambda item: item.x0)
    ).replace("\t", " ")

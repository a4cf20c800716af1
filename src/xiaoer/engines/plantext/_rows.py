"""From the rows of a task table to sections and measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ._drafts import Draft, Heading
from ._model import Owner, Span
from ._normalise import Dense
from ._owners import merged, read_owners
from ._sections import Node
from ._tables import Row, Table

_LABEL = {"lead": "牵头单位", "duty": "责任单位", "support": "配合单位"}


class TableReader:
    """Write down the sections and measures of one table."""

    def __init__(self, dense: Dense, table: Table, *, first_leads: bool) -> None:
        self.dense = dense
        self.table = table
        self.first_leads = first_leads
        self.headings: list[Heading] = []
        self.drafts: list[Draft] = []
        self._open: list[tuple[str, Node, int]] = []

    def read(self) -> None:
        """Fill ``headings`` and ``drafts``."""
        main = self._main_column()
        groups = self._section_columns(main)
        last: dict[int, Span] = {}
        for row in self.table.rows:
            if len(row.cells) == 1:
                self._group_row(row)
                continue
            names = []
            for column in groups:
                cell = row.cells[column] or last.get(column)
                if cell is not None:
                    last[column] = cell
                    names.append(cell)
            self._sections(names, row)
            self._measure(row, main, groups)
        self._finish()

    def _main_column(self) -> int:
        """Return the column that holds the task: the rightmost task column, else the longest."""
        roles = self.table.roles
        tasks = [i for i, role in enumerate(roles) if role == "task"]
        if tasks:
            return max(tasks, key=lambda i: (self._mean_length(i) > 8, i))
        others = [i for i, role in enumerate(roles) if role in ("goal", "group")]
        return max(others or range(len(roles)), key=self._mean_length)

    def _mean_length(self, column: int) -> float:
        cells = [row.cells[column] for row in self.table.rows if len(row.cells) > column]
        sizes = [cell[1] - cell[0] for cell in cells if cell]
        return sum(sizes) / len(sizes) if sizes else 0.0

    def _section_columns(self, main: int) -> list[int]:
        out = []
        for column, role in enumerate(self.table.roles[:main]):
            if role not in ("task", "group"):
                continue
            values = [
                self._text(row.cells[column]) for row in self.table.rows if len(row.cells) > 1
            ]
            repeats = any(b in ("", a) for a, b in zip(values, values[1:], strict=False))
            if repeats and any(values):
                out.append(column)
        return out

    def _text(self, cell: Span | None) -> str:
        if cell is None:
            return ""
        a, b = self._range(cell)
        return self.dense.text[a:b]

    def _range(self, cell: Span) -> Span:
        return self.dense.index(cell[0]), self.dense.index(cell[1])

    def _group_row(self, row: Row) -> None:
        self._close(0, row.span[0])
        self._enter(row.span, row, 0)

    def _sections(self, names: Sequence[Span], row: Row) -> None:
        texts = [self._text(cell) for cell in names]
        same = 0
        while same < len(self._open) and same < len(texts) and self._open[same][0] == texts[same]:
            same += 1
        if same < len(texts):
            self._close(same, row.span[0])
            for depth in range(same, len(texts)):
                self._enter(names[depth], row, depth)

    def _enter(self, cell: Span, row: Row, depth: int) -> None:
        a, b = self._range(cell)
        parent = self._open[-1][1] if self._open else None
        node = Node(None, a, (a, b), b, level=depth + 1, parent=parent)
        self._open.append((self.dense.text[a:b], node, row.span[0]))
        self.headings.append(
            Heading(
                node=node,
                level=depth + 1,
                number=None,
                heading=self.dense.printed(a, b).rstrip("。：；"),
                span=(row.span[0], row.span[1]),
            )
        )

    def _close(self, depth: int, _: int) -> None:
        del self._open[depth:]

    def _measure(self, row: Row, main: int, groups: Sequence[int]) -> None:
        roles = self.table.roles
        bodies, times, owners = [], [], []
        led = "lead" in roles and row.cells[roles.index("lead")] is not None
        for column, cell in enumerate(row.cells):
            if cell is None:
                continue
            role = roles[column]
            if role in _LABEL:
                label = "配合单位" if role == "duty" and led else _LABEL[role]
                owners.append(self._owners(cell, label))
            elif role == "time":
                times.append(cell)
            elif column == main or (role in ("task", "goal", "group") and column not in groups):
                bodies.append(cell)
        if not bodies:
            return
        number = row.cells[roles.index("number")] if "number" in roles else None
        self.drafts.append(
            Draft(
                section=self._open[-1][1] if self._open else None,
                number=self._text(number) or None,
                title=self._title(row, main, groups),
                type="action",
                span=row.span,
                bodies=tuple(bodies),
                times=tuple(times),
                owners=merged(owners),
                confidence=1.0 if self.table.certain else 0.7,
                note=None if self.table.certain else "table",
            )
        )
        for _, node, _ in self._open:
            node.lead_end = self._range(row.span)[1]

    def _title(self, row: Row, main: int, groups: Sequence[int]) -> Span | None:
        for column in range(main):
            cell = row.cells[column]
            if self.table.roles[column] == "task" and column not in groups and cell:
                return cell if cell[1] - cell[0] <= 45 else None
        return None

    def _owners(self, cell: Span, label: str) -> tuple[Owner, ...]:
        a, b = self._range(cell)
        return read_owners(self.dense, a, b, label=label, first_leads=self.first_leads)

    def _finish(self) -> None:
        """Close the sections where their last row ends and drop those without a heading."""
        out = []
        for heading in self.headings:
            end = max(heading.span[1], self.dense.at[heading.node.lead_end - 1] + 1)
            if heading.heading.strip():
                out.append(replace(heading, span=(heading.span[0], end)))
        self.headings = out

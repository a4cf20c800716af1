"""Find the heading row of a table and which column is which."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiaoer.platform.errors import Invalid
from xiaoer.platform.ingest.importers import Column

LOOK_AT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The heading row: its number, its texts, and the position of each column key found."""

    number: int
    texts: tuple[str, ...]
    positions: Mapping[str, int]

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """Return one row as column key to text; absent columns and cells are empty."""
        return {
            key: cells[position] if position < len(cells) else ""
            for key, position in self.positions.items()
        }


def find_heading(*, rows: Sequence[tuple[int, list[str]]], columns: Sequence[Column]) -> Heading:
    """Return the first row that holds every required heading; titles may stand above it.

    Raises
    ------
    Invalid
        If there is none; the message lists the headings that the nearest row lacks.
    """
    wanted = {_key(text): c.key for c in columns for text in (c.heading, *c.other_headings)}
    required = {c.key: c.heading for c in columns if c.is_required}
    nearest: tuple[int, list[str]] | None = None
    for number, cells in rows[:LOOK_AT]:
        positions: dict[str, int] = {}
        for position, text in enumerate(cells):
            key = wanted.get(_key(text))
            if key is not None:
                positions.setdefault(key, position)
        missing = [heading for key, heading in required.items() if key not in positions]
        if positions and not missing:
            full = {c.key: positions[c.key] for c in columns if c.key in positions}
            return Heading(number=number, texts=tuple(cells), positions=full)
        if positions and (nearest is None or len(missing) < len(nearest[1])):
            nearest = (number, missing)
    if nearest is None:
        expected = "、".join(c.heading for c in columns)
        raise Invalid(
            "没有找到表头。第一行应包含：%(expected)s。可先下载模板再填写。",
            values={"expected": expected},
            field="file",
        )
    raise Invalid(
        "第 %(first)s 行的表头缺少：%(names)s。",
        values={"first": nearest[0], "names": tuple(nearest[1])},
        field="file",
    )


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(ch for ch in plain if not ch.isspace() and ch not in "*:()").casefold()

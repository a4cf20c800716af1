"""What every benchmark prints: a table for people, or one JSON object for programs."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure; ``peer`` is what it is held against, ``ratio`` is value to peer."""

    what: str
    value: float
    unit: str
    peer: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return value divided by peer, None without a peer."""
        return round(self.value / self.peer, 4) if self.peer else None


def report(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures as a table, or as ``{"figures": [...]}``."""
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    if as_json:
        json.dump({"figures": rows}, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    print(f"# Python {platform.python_version()}, {platform.machine()}")
    head = ("what", "value", "unit", "peer", "ratio")
    cells = [head] + [tuple(_shown(row[name]) for name in head) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    for line in cells:
        print(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)

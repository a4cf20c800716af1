"""Charts as data: ECharts options built from figures, each with the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

from xiaoer.platform.ui.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: what it says in a sentence, its options and the table of the same numbers."""

    name: str
    summary: str | Promise
    options: dict[str, Any]  # ECharts options
    table: Table
    height: Literal["s", "m", "l"] = "m"

    @property
    def json_id(self) -> str:
        """Return the id of the element that holds the options."""
        return f"chart-{self.name}"

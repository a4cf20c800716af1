"""A number that unfolds: what it is, how it was reckoned, from which records, as of when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiaoer.platform.ui.formats import Numeric, number, percent

Text = str | Promise
Origin = Literal["computed", "reported", "verified", "assumed"]
ORIGINS: dict[str, Text] = {
    "computed": _("计算值"),
    "reported": _("上报值，待核实"),
    "verified": _("上报值，已核实"),
    "assumed": _("推定值"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure as shown: never a bare number.

    Parameters
    ----------
    value
        The number, None where there is none yet; a ratio between 0 and 1 when ``unit`` is ``%``.
    as_of
        The moment or the last day it speaks of.
    source, source_url
        Where it comes from, with its page.
    formula, numerator, denominator
        How it was reckoned.
    n_records, records_url
        The records behind it.
    interval
        Bounds of its uncertainty, in the same unit.
    history
        Earlier values, oldest first, for the spark.
    """

    value: Numeric | None
    unit: Text = ""
    label: Text = ""
    as_of: date | datetime | None = None
    origin: Origin = "computed"
    source: Text = ""
    source_url: str = ""
    formula: Text = ""
    numerator: Numeric | None = None
    denominator: Numeric | None = None
    n_records: int | None = None
    records_url: str = ""
    version: str = ""
    interval: tuple[Numeric, Numeric] | None = None
    history: tuple[float | None, ...] = ()
    digits: int | None = None

    def _write(self, value: Numeric | None) -> str:
        if self.unit == "%":
            return percent(value, digits=1 if self.digits is None else self.digits)
        return number(value, digits=self.digits)

    @property
    def text(self) -> str:
        """Return the number as written, with a percent sign where it is a ratio."""
        return self._write(self.value)

    @property
    def unit_text(self) -> Text:
        """Return the unit that stands behind the number."""
        return "" if self.unit == "%" else self.unit

    @property
    def interval_text(self) -> str:
        """Return the bounds as written."""
        if self.interval is None:
            return ""
        return f"{self._write(self.interval[0])}–{self._write(self.interval[1])}"

    @property
    def exact(self) -> str:
        """Return every digit of the value."""
        return "" if self.value is None else str(Decimal(str(self.value)))

    @property
    def origin_text(self) -> Text:
        """Return the words for where the value comes from."""
        return ORIGINS[self.origin]

"""Which reports are owed by a day: period ends, and the working days given to report them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date

from xiaoer.engines.calendar import WorkingCalendar
from xiaoer.engines.supervision._model import Cadence

_MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.QUARTERLY: 3,
    Cadence.HALF_YEARLY: 6,
    Cadence.YEARLY: 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Reports that were due and did not come; ``last_end`` is the newest period end due by now."""

    missed: tuple[date, ...]
    last_end: date | None


def period_end(*, cadence: Cadence, day: date) -> date:
    """Return the end of the reporting period that holds ``day``; the day itself without cadence."""
    months = _MONTHS.get(cadence)
    if months is None:
        return day
    month = (day.month - 1) // months * months + months
    return date(day.year, month, monthrange(day.year, month)[1])


def owed(
    *,
    cadence: Cadence,
    since: date,
    reported: date | None,
    until: date | None,
    today: date,
    grace: int,
    calendar: WorkingCalendar,
) -> Owed:
    """Return the reports missed by today.

    Parameters
    ----------
    since
        Reports are owed for periods ending after this day.
    reported
        Day of the newest verified value or report; its period and all before are covered.
    until
        No report is owed for a period that ends after this day.
    grace
        Working days after a period's end in which its report is still in time.
    """
    covered = period_end(cadence=cadence, day=reported) if reported else None
    missed: list[date] = []
    last_end: date | None = None
    for end in _ends(cadence, since):
        if end >= today or (until is not None and end > until):
            break
        if calendar.add(start=end, n=grace) >= today:
            break
        last_end = end
        if covered is None or end > covered:
            missed.append(end)
    return Owed(missed=tuple(missed), last_end=last_end)


def _ends(cadence: Cadence, since: date) -> Iterator[date]:
    months = _MONTHS.get(cadence)
    if months is None:
        return
    end = period_end(cadence=cadence, day=since)
    if end > since:
        yield end
    while True:
        year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
        if year > MAXYEAR:
            return
        end = date(year, month + 1, monthrange(year, month + 1)[1])
        yield end

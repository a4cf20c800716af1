"""From reported values to the one series a light is read off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xiaoer.engines.supervision._model import Accumulation, Observation, Target
from xiaoer.engines.supervision.expected import Goal, counting_end, counting_start

Point = tuple[date, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Verified values in order of time, one a day, summed where the target sums."""

    points: tuple[Point, ...]
    pending: bool
    conflicts: tuple[date, ...]

    @property
    def latest(self) -> Point | None:
        """Return the newest value, None without any."""
        return self.points[-1] if self.points else None

    def until(self, day: date) -> Point | None:
        """Return the newest value as of a day."""
        return next((point for point in reversed(self.points) if point[0] <= day), None)


def series_of(
    *,
    target: Target,
    goal: Goal,
    observations: Iterable[Observation],
    county: str | None,
    known_until: date,
) -> Series:
    """Gather what was known by a day, whatever order it comes in.

    Two different values for one date under the same sequence number are a conflict: the worse one
    is taken and the date is told.

    Raises
    ------
    ValueError
        If a value is in another unit than the target.
    """
    mine = _usable(target, observations, county, known_until)
    best: dict[date, Observation] = {}
    conflicts: set[date] = set()
    for seen in mine:
        if not seen.verified:
            continue
        known = best.get(seen.date)
        if known is None or seen.sequence > known.sequence:
            best[seen.date] = seen
            conflicts.discard(seen.date)
        elif seen.sequence == known.sequence and seen.value != known.value:
            conflicts.add(seen.date)
            if (seen.value < known.value) == goal.rising:
                best[seen.date] = seen
    points = _accumulated(target, sorted((day, seen.value) for day, seen in best.items()))
    newest = points[-1][0] if points else None
    return Series(
        points=points,
        pending=any(not seen.verified and (newest is None or seen.date > newest) for seen in mine),
        conflicts=tuple(sorted(conflicts)),
    )


def _usable(
    target: Target, observations: Iterable[Observation], county: str | None, known_until: date
) -> list[Observation]:
    """Return the values of one place that were known by a day and count towards the target."""
    begins, ends = counting_start(target), counting_end(target)
    mine = [
        seen
        for seen in observations
        if seen.county == county
        and seen.known <= known_until
        and seen.date <= known_until
        and (begins is None or seen.date >= begins)
        and (ends is None or seen.date <= ends)
    ]
    for seen in mine:
        if seen.unit and target.unit and seen.unit != target.unit:
            raise ValueError(
                f"{target.key}: the value of {seen.date} is in {seen.unit}, "
                f"the target in {target.unit}"
            )
    return mine


def _accumulated(target: Target, points: list[Point]) -> tuple[Point, ...]:
    if target.accumulation is not Accumulation.MONTHLY_SUM:
        return tuple(points)
    total = Decimal(0)
    summed: list[Point] = []
    for day, value in points:
        total += value
        summed.append((day, total))
    return tuple(summed)

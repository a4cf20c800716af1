"""Indicators: the list, and one with its history, places, definitions and records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.domain.units import convert
from xiaoer.slices.indicators.models import (
    DefinitionVersion,
    Indicator,
    Report,
    TargetStanding,
)
from xiaoer.slices.indicators.queries.board import BoardFilters, standings
from xiaoer.slices.indicators.queries.values import counting

SEEN = "indicators.indicator.view"
MONTHS_SHOWN = 36
#: Newest values read for one indicator: three years of forty places.
HISTORY_READ = 1440


def indicator_list(*, actor: Actor, search: str = "") -> QuerySet[Indicator]:
    """Return the indicators, those with most targets first."""
    rows = rules.visible(Indicator.objects.all(), actor=actor, action=SEEN)
    if search:
        rows = rows.filter(name__icontains=search)
    return rows.annotate(
        n_targets=Count("standings", distinct=True), latest=Max("standings__actual_month")
    ).order_by("-n_targets", "name", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A value in an indicator's history, in the indicator's unit."""

    report_id: int
    month: domain.Month
    organisation: str
    region: str
    value: Decimal
    target_uid: str
    verified_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """The latest value of a department or district, and its year's values for a small line."""

    label: str
    value: Decimal
    month: domain.Month
    history: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDetail:
    """An indicator with everything known about it."""

    indicator: Indicator
    definitions: Sequence[DefinitionVersion]
    targets: Sequence[TargetStanding]
    history: Sequence[Recorded]
    by_region: Sequence[PlaceLine]
    by_unit: Sequence[PlaceLine]
    n_records: int


def indicator_history(
    *, actor: Actor, indicator_id: int, at: datetime | None = None, months: int = MONTHS_SHOWN
) -> list[Recorded]:
    """Return the values that count (or counted at a moment) of the newest months, oldest first."""
    indicator = rules.load(Indicator, indicator_id, actor=actor, action=SEEN)
    found = _counted_rows(actor=actor, indicator=indicator, at=at)[: months * 40]
    units = dict(
        Organisation.objects.filter(pk__in={r[2] for r in found}).values_list("pk", "short_name")
    )
    regions = dict(
        Region.objects.filter(pk__in={r[3] for r in found if r[3]}).values_list("pk", "name")
    )
    newest = sorted({r[1] for r in found})[-months:]
    return [
        Recorded(
            report_id=pk,
            month=domain.month_at(month),
            organisation=units.get(unit, ""),
            region=regions.get(region, "") if region else "",
            value=convert(value, source=printed, target=indicator.unit),
            target_uid=uid,
            verified_at=verified_at,
            replaced_at=replaced_at,
        )
        for pk, month, unit, region, value, printed, uid, verified_at, replaced_at in reversed(
            found
        )
        if month in newest and value is not None and verified_at is not None
    ]


def _counted_rows(
    *, actor: Actor, indicator: Indicator, at: datetime | None
) -> list[Any]:  # Any: rows of values_list, in the order below
    rows = (
        rules.visible(
            Report.objects.filter(
                counting(at), indicator=indicator, kind=domain.VALUE, value__isnull=False
            ),
            actor=actor,
            action="indicators.report.view",
        )
        .order_by("-period__index", "-pk")
        .values_list(
            "pk",
            "period__index",
            "organisation_id",
            "region_id",
            "value",
            "unit",
            "subject_uid",
            "verified_at",
            "replaced_at",
        )
    )
    return list(rows[:HISTORY_READ])


def indicator_detail(
    *, actor: Actor, indicator_id: int, at: datetime | None = None
) -> IndicatorDetail:
    """Return one indicator; a constant number of queries.

    Raises
    ------
    NotHere
        If there is none to be seen.
    """
    indicator = rules.load(Indicator, indicator_id, actor=actor, action=SEEN)
    history = indicator_history(actor=actor, indicator_id=indicator_id, at=at)
    return IndicatorDetail(
        indicator=indicator,
        definitions=list(indicator.definitions.select_related("recorded_by").order_by("-number")),
        targets=list(
            indicator.standings.select_related("measure", "actual_region").order_by("pk")[:50]
        ),
        history=history,
        by_region=_places([h for h in history if h.region], by="region"),
        by_unit=_places([h for h in history if not h.region], by="organisation"),
        n_records=indicator.reports.filter(counting(at)).count(),
    )


def _places(history: Sequence[Recorded], *, by: str) -> list[PlaceLine]:
    grouped: dict[str, dict[int, Recorded]] = {}
    for item in history:
        grouped.setdefault(str(getattr(item, by)), {})[item.month.index] = item
    lines = []
    for label, months in grouped.items():
        ordered = [months[m] for m in sorted(months)]
        lines.append(
            PlaceLine(
                label=label,
                value=ordered[-1].value,
                month=ordered[-1].month,
                history=tuple(float(i.value) for i in ordered[-12:]),
            )
        )
    return sorted(lines, key=lambda line: line.label)


def target_list(
    *, actor: Actor, filters: BoardFilters, light: str = "", search: str = ""
) -> QuerySet[TargetStanding]:
    """Return targets by where they will land, the furthest from their bar first."""
    rows = TargetStanding.objects.filter(
        measure__in=standings(actor=actor, filters=filters)
    ).select_related("measure")
    if light:
        rows = rows.filter(light=light)
    if search:
        rows = rows.filter(indicator_name__icontains=search)
    return rows

"""The places for each of which a target may hold: where the city's counties and zones are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from xiaoer.platform.orgs.models import Organisation

COUNTY_KINDS = ("COUNTY", "ZONE")


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A place that reports for itself, and the unit that is its government."""

    region: int
    name: str
    organisation: int


def at_place(region: int | None) -> Q:
    """Return the condition of reports for one county, or for the whole city (None)."""
    return Q(region__isnull=True) if region is None else Q(region_id=region)


def counties() -> list[County]:
    """Return the counties and zones in the order of their codes, one query."""
    rows = (
        Organisation.objects.filter(kind__in=COUNTY_KINDS, region__isnull=False, is_proposed=False)
        .order_by("region__code", "pk")
        .values_list("region_id", "region__name", "pk")
    )
    seen: dict[int, County] = {}
    for region, name, organisation in rows:
        if region is not None and region not in seen:
            seen[region] = County(region=region, name=name or "", organisation=organisation)
    return list(seen.values())

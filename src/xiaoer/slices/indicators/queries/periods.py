"""Reporting periods and how far each is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.slices.indicators.models import Report, ReportingPeriod

DUE = "indicators.report.due"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """A month with its reports by state and the units that still owe some."""

    period: ReportingPeriod
    submitted: int
    verified: int
    returned: int
    n_units: int
    n_open: int

    @property
    def n_done(self) -> int:
        """How many units have reported everything."""
        return self.n_units - self.n_open


def period_list(*, actor: Actor, limit: int = 12) -> list[PeriodLine]:
    """Return the newest months with their counts: three queries."""
    rows = list(
        rules.visible(
            ReportingPeriod.objects.all(), actor=actor, action="indicators.period.view"
        ).order_by("-index")[:limit]
    )
    counted = {
        (period, state): n
        for period, state, n in Report.objects.filter(period__in=rows)
        .order_by()
        .values_list("period_id", "state")
        .annotate(n=Count("pk"))
    }
    duties: dict[int, list[bool]] = {}
    for key, closed_at in WorkItem.objects.filter(kind=DUE).values_list("key", "closed_at"):
        duties.setdefault(int(key.split(":")[2]), []).append(closed_at is None)
    return [
        PeriodLine(
            period=row,
            submitted=counted.get((row.pk, "SUBMITTED"), 0),
            verified=counted.get((row.pk, "VERIFIED"), 0),
            returned=counted.get((row.pk, "RETURNED"), 0),
            n_units=len(duties.get(row.pk, [])),
            n_open=sum(duties.get(row.pk, [])),
        )
        for row in rows
    ]


def units_missing(*, actor: Actor, period: ReportingPeriod) -> list[tuple[str, str]]:
    """Return the units that still owe values for a month, with what is left."""
    rules.require(actor, "indicators.period.view")
    rows = (
        WorkItem.objects.filter(
            kind=DUE, key__startswith=f"indicators:due:{period.pk}:", closed_at__isnull=True
        )
        .select_related("organisation")
        .order_by("organisation__pk")
    )
    return [(str(r.organisation), r.title) for r in rows]

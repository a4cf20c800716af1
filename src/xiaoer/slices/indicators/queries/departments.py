"""Departments: how each stands, and one with its measures, duties and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import OFFICE_ROLES, UNIT_ROLES
from xiaoer.platform.errors import NotHere
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.workflow.models import WorkItem
from xiaoer.slices.indicators.models import LightRecord, MeasureStanding, Report, UnitStanding

SEEN = "indicators.standing.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department with what its page shows besides the board."""

    organisation: Organisation
    is_own: bool
    n_support: int
    duties: Sequence[WorkItem]
    lights: Sequence[LightRecord]
    reports: dict[str, int]


def department(*, actor: Actor, organisation_id: int) -> Department:
    """Return a department; open duties only to itself and the office. A constant number of queries.

    Raises
    ------
    NotHere
        If there is no such unit.
    """
    rules.require(actor, SEEN)
    row = Organisation.objects.filter(pk=organisation_id).select_related("region").first()
    if row is None:
        raise NotHere()
    own = organisation_id in actor.scope(UNIT_ROLES).organisations
    duties: list[WorkItem] = []
    if own or actor.holds(OFFICE_ROLES):
        duties = list(
            WorkItem.objects.filter(organisation=row, closed_at__isnull=True).order_by(
                F("due_date").asc(nulls_last=True), "pk"
            )[:12]
        )
    led = UnitStanding.objects.filter(organisation=row, is_lead=True)
    uids = MeasureStanding.objects.filter(pk__in=led.values("measure_id")).values("uid")
    reports = rules.visible(
        Report.objects.filter(organisation=row), actor=actor, action="indicators.report.view"
    )
    return Department(
        organisation=row,
        is_own=own,
        n_support=UnitStanding.objects.filter(organisation=row, is_lead=False).count(),
        duties=duties,
        lights=list(
            LightRecord.objects.filter(measure_uid__in=uids)
            .exclude(light_before="")
            .order_by("-pk")[:10]
        ),
        reports=dict(reports.order_by().values_list("state").annotate(n=Count("pk"))),
    )


def measures_of(
    *, actor: Actor, organisation_id: int, is_lead: bool = True
) -> QuerySet[MeasureStanding]:
    """Return the measures of a department, the most worrying first."""
    rules.require(actor, SEEN)
    mine = UnitStanding.objects.filter(organisation_id=organisation_id, is_lead=is_lead)
    return MeasureStanding.objects.filter(pk__in=mine.values("measure_id")).order_by(
        F("turns_red_on").asc(nulls_last=True), "-will_miss", "plan_id", "position", "pk"
    )

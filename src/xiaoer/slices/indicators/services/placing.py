"""Who reports what for which place in which month: resolved once, for every kind of report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from xiaoer.platform.access import rules
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.access.roles import UNIT_ROLES
from xiaoer.platform.errors import Invalid, NotAllowed, NotFromHere, NotHere
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.orgs.models import Organisation
from xiaoer.platform.words import listed, retold, state_label
from xiaoer.slices.indicators import domain
from xiaoer.slices.indicators.models import Report, ReportingPeriod
from xiaoer.slices.indicators.queries.counties import County, at_place, counties
from xiaoer.slices.plans import public as plans


class PeriodClosed(NotFromHere):
    """The month is not open for reporting."""

    code = "period_closed"


class AlreadyReported(NotFromHere):
    """The same place of a target has a report for this month already."""

    code = "already_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The unit that reports and the county it reports for, None for the whole city."""

    organisation: Organisation
    region: int | None


def period_to_report(*, actor: Actor, period_id: int) -> ReportingPeriod:
    """Return an open period.

    Raises
    ------
    PeriodClosed
        If it is closed or locked; the message says what to do instead.
    """
    row = rules.load(ReportingPeriod, period_id, actor=actor, action="indicators.period.view")
    if row.state == "OPEN":
        return row
    label = state_label(domain.PERIOD, row.state)
    remedy = (
        _("请联系营商办重新开放，或在下一期说明。")
        if row.state == "CLOSED"
        else _("数据不再变动，请在下一期说明。")
    )
    raise PeriodClosed(
        _("%(period)s%(label)s，不能上报。%(remedy)s")
        % {"period": retold(str(row)), "label": label, "remedy": remedy},
        field="period",
    )


def place_of(
    *,
    actor: Actor,
    measure: plans.MeasureRef,
    per_county: bool,
    organisation: int | None,
    region: int | None,
) -> Place:
    """Return for whom the actor reports on a measure.

    A unit that answers for it reports for the city or, where the target holds for each county, for
    any county; a county takes part in such a target with its own figures only.

    Raises
    ------
    NotHere
        If the unit named is not one of the actor's.
    NotAllowed
        If the unit has no part in the measure.
    Invalid
        If a county is missing, or named where there is none.
    """
    rules.require(actor, "indicators.report.submit")
    known = counties() if per_county else []
    unit = _unit(actor=actor, measure=measure, organisation=organisation, places=known)
    if not per_county:
        if region is not None:
            raise Invalid(_("这个目标按全市填报，不分县（市、区）。"), field="region")
        return Place(organisation=unit, region=None)
    own = next((c.region for c in known if c.organisation == unit.pk), None)
    chosen = region if region is not None else own
    if chosen is None:
        raise Invalid(
            _("这个目标各县（市、区）分别达到，请选择是哪个县（市、区）的数。"), field="region"
        )
    if chosen not in {c.region for c in known}:
        raise Invalid(_("没有这个县（市、区）。"), field="region")
    if own is not None and chosen != own:
        raise NotAllowed(_("县（市、区）只能上报本地的数。"))
    return Place(organisation=unit, region=chosen)


def _unit(
    *,
    actor: Actor,
    measure: plans.MeasureRef,
    organisation: int | None,
    places: Sequence[County],
) -> Organisation:
    county_units = {c.organisation for c in places}
    answering = [u for u in measure.units if u in measure.leads or u in county_units]
    scope = actor.scope(UNIT_ROLES)
    mine = [u for u in answering if scope.everywhere or u in scope.organisations]
    if organisation is not None:
        if not scope.everywhere and organisation not in scope.organisations:
            raise NotHere()
        mine = [u for u in mine if u == organisation]
    if not mine:
        leads = listed(str(o) for o in Organisation.objects.filter(pk__in=measure.leads))
        raise NotAllowed(
            _("“%(title)s”由%(leads)s牵头上报，您所在单位不能上报。")
            % {"title": measure.title, "leads": leads or _("其他单位")}
        )
    return Organisation.objects.get(pk=mine[0])


def evidence_of(*, actor: Actor, file_id: int | None, needed: bool) -> StoredFile | None:
    """Return the evidence handed in; whoever reports must have uploaded it.

    Raises
    ------
    Invalid
        If it is needed and missing, or not the actor's own upload.
    """
    if file_id is None:
        if needed:
            raise Invalid(
                _("请附佐证材料（如统计报表、系统截图、正式文件）：没有佐证的数不能核实。"),
                field="evidence",
                code="no_evidence",
            )
        return None
    found = StoredFile.objects.filter(pk=file_id).first()
    own = found is not None and (actor.id is None or found.uploaded_by_id in {actor.id, None})
    if found is None or not own:
        raise Invalid(_("没有找到佐证文件，请重新上传。"), field="evidence")
    return found


def slot_is_free(*, slot: str) -> None:
    """Refuse a second report of one slot, saying what to do instead."""
    known = (
        Report.objects.filter(slot=slot, state__in=["SUBMITTED", "VERIFIED"])
        .select_related("period")
        .order_by("-pk")
        .first()
    )
    if known is None:
        return
    shown = known.printed or known.title
    if known.state == "SUBMITTED":
        raise AlreadyReported(
            _("“%(what)s”本期已上报（%(shown)s），正待核实。如填错了，请先撤回再报。")
            % {"what": known.title, "shown": shown},
            data={"report": known.pk},
        )
    raise AlreadyReported(
        _("“%(what)s”本期已上报并核实（%(shown)s）。如需改动，请提交更正并说明理由。")
        % {"what": known.title, "shown": shown},
        data={"report": known.pk},
    )


def value_before(
    *, target_uid: str, organisation: int, region: int | None, period: ReportingPeriod
) -> Decimal | None:
    """Return the newest value of the same place and year before this month, None without one."""
    return (
        Report.objects.filter(
            at_place(region),
            kind=domain.VALUE,
            subject_uid=target_uid,
            organisation_id=organisation,
            period__year=period.year,
            period__index__lt=period.index,
            state__in=["SUBMITTED", "VERIFIED"],
        )
        .order_by("-period__index", "-pk")
        .values_list("value", flat=True)
        .first()
    )

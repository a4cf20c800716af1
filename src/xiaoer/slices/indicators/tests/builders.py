"""Build a city with a published plan, reports and people, through the real services where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from xiaoer.platform.access.actors import SYSTEM, Actor, for_user
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.accounts.models import User
from xiaoer.platform.clock import CHINA
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.services import file_store
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.slices.indicators.domain.commands import ValueReport
from xiaoer.slices.indicators.models import Report, ReportingPeriod
from xiaoer.slices.indicators.services import periods, refresh, reports, verify
from xiaoer.slices.plans import models as plan_models

_serial = count(1)


def moment(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """Return a moment in China time."""
    return datetime(year, month, day, hour, tzinfo=CHINA)


def a_person(*, role: str, unit: Organisation | None = None, name: str = "") -> Actor:
    """Return somebody who holds ``role`` over ``unit`` (everywhere when None)."""
    user = User.objects.create_user(username=name or f"person{next(_serial)}", password="x")
    RoleGrant.objects.create(user=user, role=role, organisation=unit)
    return for_user(user_id=user.pk, on=date(2026, 6, 1))


@dataclass
class City:
    """A small city: two counties, two bureaus, an office of two, and one published plan."""

    root: Region
    counties: list[Organisation]
    bureau: Organisation
    other: Organisation
    handler: Actor
    stranger: Actor
    clerk: Actor
    checker: Actor
    plan: plan_models.Plan


def a_unit(name: str, *, kind: str = "DEPARTMENT", region: Region | None = None) -> Organisation:
    """Return a unit at the top of the tree."""
    unit = Organisation.objects.create(name=name, short_name=name, kind=kind, region=region)
    unit.path = str(unit.pk)
    unit.save(update_fields=["path"])
    return unit


def a_city() -> City:
    """Return the city with its plan published on 1 January 2026."""
    root = Region.objects.create(code="330100", name="清江市", level="city", path="330100")
    counties = []
    for code, name in (("330101", "东城区"), ("330102", "山阴县")):
        region = Region.objects.create(
            code=code, name=name, level="county", parent=root, path=f"330100/{code}"
        )
        counties.append(a_unit(f"{name}政府", kind="COUNTY", region=region))
    bureau = a_unit("市经信局", region=root)
    other = a_unit("市财政局", region=root)
    office = a_unit("市营商办", region=root)
    series = plan_models.PlanSeries.objects.create(name="优化营商环境行动方案", region=root)
    plan = plan_models.Plan.objects.create(
        series=series,
        title="2026年优化营商环境行动方案",
        text="……",
        state="PUBLISHED",
        year=2026,
        created_at=moment(2026, 1, 1),
        published_at=moment(2026, 1, 1),
    )
    return City(
        root=root,
        counties=counties,
        bureau=bureau,
        other=other,
        handler=a_person(role="handler", unit=bureau),
        stranger=a_person(role="handler", unit=other),
        clerk=a_person(role="office", unit=office),
        checker=a_person(role="office", unit=office),
        plan=plan,
    )


def a_measure(
    city: City,
    *,
    title: str = "培育科技企业",
    lead: Organisation | None = None,
    support: list[Organisation] | None = None,
    due: date | None = date(2026, 12, 31),
    theme: str = "科技创新",
    is_long_term: bool = False,
) -> plan_models.Measure:
    """Return a measure in force, led by the bureau."""
    serial = next(_serial)
    row = plan_models.Measure.objects.create(
        plan=city.plan,
        state="IN_FORCE",
        position=serial,
        number=str(serial),
        title=title,
        theme=theme,
        text=title,
        start=0,
        end=len(title),
        is_long_term=is_long_term,
    )
    if due is not None:
        plan_models.Deadline.objects.create(
            measure=row, text="年底前", kind="by", due_date=due, original_due_date=due
        )
    units = [(lead or city.bureau, "lead"), *[(u, "support") for u in support or []]]
    for position, (unit, role) in enumerate(units):
        owner = plan_models.Owner.objects.create(
            measure=row, position=position, name=unit.name, role=role
        )
        plan_models.Assignment.objects.create(
            measure=row, owner=owner, organisation=unit, role=role, state="PENDING"
        )
    return row


def a_target(
    measure: plan_models.Measure,
    *,
    indicator: str = "新增科技型企业",
    value: str = "120",
    unit: str = "家",
    comparator: str = "ge",
    basis: str = "cumulative",
    shape: str = "linear",
    per_county: bool = False,
    due: date | None = date(2026, 12, 31),
) -> plan_models.Target:
    """Return a target of a measure."""
    return plan_models.Target.objects.create(
        measure=measure,
        text=f"{indicator}{value}{unit}",
        indicator=indicator,
        comparator=comparator,
        value=Decimal(value),
        unit=unit,
        basis=basis,
        shape=shape,
        per_county=per_county,
        due_date=due,
    )


def a_period(year: int = 2026, month: int = 5, *, now: datetime | None = None) -> ReportingPeriod:
    """Return an open reporting period."""
    known = ReportingPeriod.objects.filter(year=year, month=month).first()
    if known is not None:
        return known
    return periods.period_open(actor=SYSTEM, year=year, month=month, now=now or moment(2026, 12, 1))


def a_file(actor: Actor, *, name: str = "统计表.txt") -> StoredFile:
    """Return a piece of evidence that the actor uploaded."""
    content = f"佐证 {next(_serial)}".encode()
    return file_store(actor=actor, data=content, name=name, now=moment(2026, 1, 2))


def a_report(
    city: City,
    target: plan_models.Target,
    *,
    text: str = "50",
    month: int = 5,
    actor: Actor | None = None,
    region: int | None = None,
    state: str = "SUBMITTED",
    now: datetime | None = None,
    reason: str = "",
) -> Report:
    """Return a report of a month's value, taken to ``state`` by the services."""
    who = actor or city.handler
    at = now or moment(2026, month + 1 if month < 12 else 12, 5)
    row = reports.value_submit(
        actor=who,
        command=ValueReport(
            target_uid=target.uid,
            period_id=a_period(month=month).pk,
            text=text,
            region=region,
            evidence_id=a_file(who).pk,
            reason=reason,
        ),
        now=at,
    )
    if state == "VERIFIED":
        row = verify.report_verify(actor=city.checker, report_id=row.pk, now=at)
    if state == "RETURNED":
        row = verify.report_return(actor=city.checker, report_id=row.pk, reason="佐证不清", now=at)
    return row


def refreshed(now: datetime) -> refresh.Refreshed:
    """Return the outcome of judging everything as of ``now``."""
    return refresh.refresh(actor=SYSTEM, now=now)

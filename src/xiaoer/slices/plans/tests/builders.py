"""Build a city, its people and plans in any state, through the services that people use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from time import sleep

from django.db import OperationalError, connection

from xiaoer.platform.access.actors import Actor, for_user
from xiaoer.platform.access.models import RoleGrant
from xiaoer.platform.accounts.models import User
from xiaoer.platform.audit.models import Event
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Refused
from xiaoer.platform.orgs.models import Organisation, Region
from xiaoer.slices.plans.models import Assignment, Doubt, Measure, Plan
from xiaoer.slices.plans.services import ledger, owners, publish, review, upload

_serial = count(1)
NOW = datetime(2026, 3, 2, 10, tzinfo=CHINA)
LATER = datetime(2026, 3, 20, 10, tzinfo=CHINA)
HEAD = "清江市2026年优化营商环境行动方案\n\n为进一步优化营商环境，推动企业发展，制定本方案。\n"
ITEMS = (
    "1.推进开办企业便利化。推行全程网办，2026年6月底前新增服务企业300家以上。（牵头单位：市市场监管局；配合单位：市税务局）",
    "2.优化用地审批。2026年底前审批时限压缩至5个工作日以内。（牵头单位：市住建局）",
    "3.完善政企沟通机制。2026年9月底前建立定期会商制度。（牵头单位：市税务局）",
)
AMENDED = (
    "1.推进开办企业便利化。推行全程网办，2026年6月底前新增服务企业400家以上。（牵头单位：市市场监管局；配合单位：市税务局）",
    "2.完善政企沟通机制。2026年9月底前建立定期会商制度。（牵头单位：市税务局）",
    "3.加强知识产权保护。2026年11月底前建成维权援助站点10个以上。（牵头单位：市市场监管局）",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city with an office of three, three bureaus and a handler in each, and a stranger."""

    root: Region
    county: Region
    office: Organisation
    market: Organisation
    tax: Organisation
    housing: Organisation
    finance: Organisation
    clerk: Actor
    leader: Actor
    market_handler: Actor
    tax_handler: Actor
    housing_handler: Actor
    stranger: Actor


def a_unit(name: str, *, region: Region | None = None, is_office: bool = False) -> Organisation:
    """Return a unit at the top of the tree."""
    unit = Organisation.objects.create(
        name=name, short_name=name, region=region, is_office=is_office
    )
    unit.path = str(unit.pk)
    unit.save(update_fields=["path"])
    return unit


def a_person(*, role: str, unit: Organisation | None = None) -> Actor:
    """Return somebody who holds ``role`` over ``unit`` (everywhere when None)."""
    user = User.objects.create_user(username=f"person{next(_serial)}", password="x")
    RoleGrant.objects.create(user=user, role=role, organisation=unit)
    return for_user(user_id=user.pk, on=date(2026, 3, 2))


def user_of(actor: Actor) -> User:
    """Return the account of an actor, for logging in."""
    return User.objects.get(pk=actor.id)


def a_city() -> City:
    """Return the city."""
    root = Region.objects.create(code="339900", name="清江市", level="city", path="339900")
    county = Region.objects.create(
        code="339901", name="东城区", level="county", parent=root, path="339900/339901"
    )
    units = {n: a_unit(n, region=root) for n in ("市市场监管局", "市税务局", "市住建局")}
    finance = a_unit("东城区财政局", region=county)
    office = a_unit("市营商办", region=root, is_office=True)
    market, tax, housing = units.values()
    return City(
        root=root, county=county, office=office, market=market, tax=tax, housing=housing,
        finance=finance,
        clerk=a_person(role="office"),
        leader=a_person(role="office_leader"),
        market_handler=a_person(role="handler", unit=market),
        tax_handler=a_person(role="handler", unit=tax),
        housing_handler=a_person(role="handler", unit=housing),
        stranger=a_person(role="handler", unit=finance),
    )  # fmt: skip


def plan_text(*items: str, head: str = HEAD) -> bytes:
    """Return a plan of one section with the given measures, as a text file."""
    body = "\n".join(items or ITEMS)
    return f"{head}\n一、重点任务\n{body}\n".encode()


def a_draft(
    city: City,
    *items: str,
    now: datetime = NOW,
    previous: Plan | None = None,
    parent: Plan | None = None,
    organisation: Organisation | None = None,
    head: str = HEAD,
) -> Plan:
    """Return a plan as uploaded, every doubt open."""
    return upload.plan_upload(
        actor=city.clerk,
        data=plan_text(*items, head=head),
        name=f"方案{next(_serial)}.txt",
        now=now,
        previous_id=previous.pk if previous else None,
        parent_series_id=parent.series_id if parent else None,
        organisation_id=organisation.pk if organisation else None,
    )


def decide_all(city: City, plan: Plan, *, now: datetime = NOW) -> None:
    """Settle every doubt: unknown units proposed, orphans to the office, the rest accepted."""
    owners.orphans_assign(
        actor=city.clerk, plan_id=plan.pk, organisation_id=city.office.pk, now=now
    )
    while doubt := plan.doubts.filter(state="OPEN").order_by("position", "pk").first():
        if doubt.code == "owner.unresolved":
            owner = doubt.measure.owners.get(pk=int(doubt.field.partition(":")[2]))
            owners.owner_propose(
                actor=city.clerk, owner_id=owner.pk, version=doubt.measure.version, now=now
            )
        elif doubt.severity == "block":
            review.doubt_reject(
                actor=city.clerk, doubt_id=doubt.pk, version=doubt.version, reason="已核对", now=now
            )
        else:
            review.doubt_accept(actor=city.clerk, doubt_id=doubt.pk, version=doubt.version, now=now)


def a_plan(
    city: City,
    *items: str,
    state: str = "PUBLISHED",
    now: datetime = NOW,
    previous: Plan | None = None,
    parent: Plan | None = None,
    organisation: Organisation | None = None,
    head: str = HEAD,
) -> Plan:
    """Return a plan in ``state``: IN_REVIEW (doubts settled), COUNTERSIGNING, PUBLISHED or DISCARDED."""
    plan = a_draft(
        city, *items, now=now, previous=previous, parent=parent, organisation=organisation,
        head=head,
    )  # fmt: skip
    decide_all(city, plan, now=now)
    plan = fresh(plan)
    if state == "DISCARDED":
        return publish.plan_discard(
            actor=city.clerk, plan_id=plan.pk, version=plan.version, reason="重复", now=now
        )
    if state == "IN_REVIEW":
        return plan
    plan = publish.plan_send(actor=city.clerk, plan_id=plan.pk, version=plan.version, now=now)
    if state == "COUNTERSIGNING":
        return plan
    for row in plan.countersigns.order_by("pk"):
        publish.countersign_agree(
            actor=handler_of(row.organisation), countersign_id=row.pk, version=row.version, now=now
        )
    return publish.plan_publish(actor=city.leader, plan_id=plan.pk, version=plan.version, now=now)


def handler_of(unit: Organisation) -> Actor:
    """Return somebody who handles the unit's work."""
    return a_person(role="handler", unit=unit)


def sign_all(city: City, plan: Plan, *, now: datetime = NOW) -> None:
    """Let the three bureaus sign for everything."""
    for actor in (city.market_handler, city.tax_handler, city.housing_handler):
        ledger.assignments_sign(actor=actor, plan_id=plan.pk, now=now)


def fresh(row: Plan) -> Plan:
    """Return the plan as the database has it."""
    return Plan.objects.get(pk=row.pk)


def measure_of(plan: Plan, words: str) -> Measure:
    """Return the measure of a plan whose title contains ``words``."""
    return plan.measures.get(title__contains=words)


def assignment_of(plan: Plan, unit: Organisation) -> Assignment:
    """Return the first thing a plan gives a unit."""
    return Assignment.objects.filter(measure__plan=plan, organisation=unit).order_by("pk")[0]


def first_doubt(plan: Plan, **wanted: object) -> Doubt:
    """Return the first open doubt of a kind."""
    return plan.doubts.filter(state="OPEN", **wanted).order_by("position", "pk")[0]


def race(work: Callable[[], object], *, times: int = 2) -> list[str]:
    """Run ``work`` in threads that start together; return ``done`` or the code of each refusal, sorted.

    A database in memory refuses at once where one on disk would wait, so a locked one is tried again.
    """
    ready, outcomes = threading.Barrier(times), []

    def run() -> None:
        ready.wait()
        try:
            outcomes.append(_patiently(work))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def _patiently(work: Callable[[], object]) -> str:
    for _ in range(500):
        try:
            work()
        except Refused as refused:
            return refused.code
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            sleep(0.02)
        else:
            return "done"
    return "locked"


def codes_since(mark: int) -> list[str]:
    """Return the codes of the events after ``mark``, oldest first."""
    return list(Event.objects.filter(pk__gt=mark).order_by("pk").values_list("code", flat=True))


def mark() -> int:
    """Return where the audit trail stands."""
    last = Event.objects.order_by("-pk").first()
    return last.pk if last else 0

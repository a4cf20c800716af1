"""A large city for measuring pages: one plan with thousands of measures, years of values, a long trail.

Ordinary rows where a service would take hours; the people, the lights and the seals are made by the
product's own services and engines. Same sizes, same city.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

UNITS = 200
READERS = 20
COUNTIES_AT = 5
TODAY = date(2026, 9, 18)
PUBLISHED = date(2025, 2, 20)
MONTHS_END = date(2026, 8, 1)
KINDS = (
    ("新增经营主体", "ge", "家", 1200), ("政务服务事项网办率", "ge", "%", 98), ("工程审批平均用时", "le", "个工作日", 45),
    ("普惠贷款余额", "ge", "亿元", 860), ("惠企政策兑现额", "ge", "万元", 5600),
)  # fmt: skip
VERBS = ("优化", "提升", "深化", "完善", "规范", "加快", "推进", "强化")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the city is."""

    measures: int
    values: int
    events: int


@dataclass(slots=True, kw_only=True)
class _Work:
    """What later steps need of the earlier ones."""

    size: Size
    now: datetime
    units: list[Any] = field(default_factory=list)
    counties: list[tuple[int, int]] = field(default_factory=list)
    plan: Any = None
    measures: list[Any] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)
    periods: list[Any] = field(default_factory=list)
    evidence: Any = None
    office: int = 0


def build(*, size: Size, say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database."""
    import _rows

    from xiaoer.platform import clock

    work = _Work(size=size, now=datetime.combine(TODAY, time(9, 30), tzinfo=clock.CHINA))
    with clock.at(work.now):
        for told, step in (
            ("people and units", _people),
            ("plan", _plan),
            ("measures", _measures),
            ("owners, deadlines, targets", _parts),
            ("reporting periods", _periods),
            ("reported values", _reports),
            ("lights (xiaoer's own refresh)", _lights),
            ("audit events", _events),
        ):
            say(told)
            step(work)
        _rows.statistics()


def readers() -> list[str]:
    """Return the log-ins of the readers: four of the office and the city's leaders, the others of units."""
    return ["zhoumin", "liuzy", "chenjh", "lijing", *(f"reader{i:02d}" for i in range(4, READERS))]


def moment(day: date, *, hour: int = 10) -> datetime:
    """Return a moment of office hours in China."""
    from xiaoer.platform import clock

    return datetime.combine(day, time(hour, 0), tzinfo=clock.CHINA)


def _people(work: _Work) -> None:
    from xiaoer.demo import people
    from xiaoer.platform.access.models import RoleGrant
    from xiaoer.platform.accounts.models import User
    from xiaoer.platform.files.services import file_store
    from xiaoer.platform.orgs.models import Organisation

    opening = moment(PUBLISHED - timedelta(days=30))
    town = people.settle(now=opening)
    people.hand_over(town, now=work.now)
    more = UNITS - Organisation.objects.count()
    region = town.units["市财政局"].region_id
    Organisation.objects.bulk_create(
        Organisation(name=f"清江市第{i}工作机构", short_name=f"市{i}局", region_id=region)
        for i in range(1, more + 1)
    )
    for row in Organisation.objects.filter(path=""):
        Organisation.objects.filter(pk=row.pk).update(path=str(row.pk))
    office = User.objects.get(username="zhoumin")
    work.units = list(Organisation.objects.filter(kind="DEPARTMENT").order_by("pk"))
    work.counties = [
        (t.region_id, t.pk) for n, t in town.units.items() if t.kind in ("COUNTY", "ZONE")
    ]
    work.office = office.pk
    made = User.objects.bulk_create(
        User(
            username=name,
            display_name=f"经办{name[-2:]}",
            password=office.password,
            password_changed_at=work.now,
        )
        for name in readers()[4:]
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role="handler", organisation=work.units[i])
        for i, user in enumerate(made)
    )
    work.evidence = file_store(
        actor=town.actor("zhoumin", on=PUBLISHED),
        data="工作统计表".encode(),
        name="统计表.txt",
        now=opening,
    )


def _plan(work: _Work) -> None:
    from xiaoer.slices.plans.models import Plan, PlanSeries, Section

    n = work.size.measures
    body, spans = [], []
    at = 0
    for i in range(n):
        text = _measure_text(i, work)
        spans.append((at, at + len(text)))
        body.append(text)
        at += len(text) + 1
    series = PlanSeries.objects.create(
        name="清江市优化营商环境两年行动", region_id=work.units[0].region_id
    )
    work.plan = Plan.objects.create(
        state="PUBLISHED", series=series, number=1, title="清江市优化营商环境两年行动方案（2025—2026年）",
        issuer="清江市人民政府", year=2025, issue_date=PUBLISHED, text="\n".join(body),
        layout={"spans": spans}, created_at=moment(PUBLISHED), published_at=moment(PUBLISHED),
        created_by_id=work.office, published_by_id=work.office,
    )  # fmt: skip
    Section.objects.bulk_create(
        Section(plan=work.plan, level=1, number=str(k), heading=_theme(k), start=0, end=1)
        for k in range(_n_themes(n))
    )
    work.measures = [(i, spans[i]) for i in range(n)]


def _n_themes(n: int) -> int:
    return max(4, min(40, n // 60))


def _theme(k: int) -> str:
    from xiaoer.demo.plan_vocabulary import THEMES

    return f"{THEMES[k % len(THEMES)]}" + (
        f"（{k // len(THEMES) + 1}）" if k >= len(THEMES) else ""
    )


def _lead(i: int, work: _Work) -> Any:
    return work.units[(i * 7) % len(work.units)]


def _measure_text(i: int, work: _Work) -> str:
    name, _sign, unit, bar = KINDS[i % len(KINDS)]
    lead, other = _lead(i, work), work.units[(i * 7 + 3) % len(work.units)]
    return (
        f"{i + 1}.{VERBS[i % 8]}第{i + 1}项营商服务。健全工作机制，梳理事项清单，推动线上线下融合，"
        f"到2026年12月底前{name}达到{bar}{unit}，年度任务按月调度、按季通报。"
        f"（牵头单位：{lead}；配合单位：{other}；完成时限：2026年12月底前）"
    )


def _measures(work: _Work) -> None:
    from xiaoer.slices.plans.models import Measure, Section

    sections = list(Section.objects.filter(plan=work.plan).order_by("pk"))
    n = work.size.measures
    rows = [
        Measure(
            state="LISTED", plan=work.plan, section=sections[i * len(sections) // n], position=i,
            number=str(i + 1), title=f"{VERBS[i % 8]}第{i + 1}项营商服务", kind="action", uid=f"m{i:09d}",
            theme=sections[i * len(sections) // n].heading, text=work.plan.text[start:end], start=start,
            end=end, lead_names=str(_lead(i, work)), nearest_due=_due(i),
            search_text=work.plan.text[start:end].lower(),
        )
        for i, (start, end) in work.measures
    ]  # fmt: skip
    work.measures = Measure.objects.bulk_create(rows, batch_size=1000)


def _due(i: int) -> date:
    return date(2026, 12, 31) if i % 3 else TODAY + timedelta(days=(i * 11) % 150 - 20)


def _n_targets(i: int) -> int:
    return (0, 1, 1, 2, 1)[i % 5]


def _parts(work: _Work) -> None:
    from xiaoer.slices.plans.models import Assignment, Deadline, Milestone, Owner, Target

    owners, pairs, deadlines, targets, steps = [], [], [], [], []
    for i, row in enumerate(work.measures):
        for k, role in enumerate(("lead", "support")):
            unit = work.units[(i * 7 + 3 * k) % len(work.units)]
            at = row.start + row.text.index(str(unit))
            owner = Owner(
                measure=row, position=k, name=str(unit), role=role,
                resolved_how="exact", start=at, end=at + len(str(unit)),
            )  # fmt: skip
            owners.append(owner)
            pairs.append((owner, unit))
        at = row.start + row.text.rindex("2026年")
        deadlines.append(
            Deadline(
                measure=row,
                text="2026年12月底前",
                printed="2026-12",
                kind="by",
                due_date=row.nearest_due,
                original_due_date=row.nearest_due,
                start=at,
                end=at + 10,
                uid=f"d{i:09d}",
            )  # fmt: skip
        )
        for k in range(_n_targets(i)):
            name, sign, unit_name, bar = KINDS[(i + k) % len(KINDS)]
            targets.append(
                Target(
                    measure=row,
                    uid=f"t{i:08d}{k}",
                    position=k,
                    text=f"{name}达到{bar}{unit_name}",
                    indicator=name,
                    comparator=sign,
                    value=Decimal(bar),
                    unit=unit_name,
                    kind="target",
                    due_date=row.nearest_due,
                    per_county=i % COUNTIES_AT == 1,
                )  # fmt: skip
            )
        if not _n_targets(i):
            steps.append(
                Milestone(
                    measure=row, uid=f"s{i:09d}", title="出台实施细则", due_date=row.nearest_due
                )
            )
    Owner.objects.bulk_create(owners, batch_size=1000)
    Assignment.objects.bulk_create(
        [
            Assignment(
                state="SIGNED",
                measure_id=o.measure_id,
                owner=o,
                organisation=unit,
                role=o.role,
                signed_by_id=work.office,
                signed_at=moment(PUBLISHED + timedelta(days=3)),
            )  # fmt: skip
            for o, unit in pairs
        ],
        batch_size=1000,
    )
    Deadline.objects.bulk_create(deadlines, batch_size=1000)
    Milestone.objects.bulk_create(steps, batch_size=1000)
    work.targets = Target.objects.bulk_create(targets, batch_size=1000)


def _places(target: Any, work: _Work) -> list[tuple[int | None, int]]:
    """Return where a target is reported: each county and its unit, or the city and the lead."""
    if target.per_county:
        return list(work.counties)
    return [(None, _lead(target.measure.position, work).pk)]


def _periods(work: _Work) -> None:
    from xiaoer.slices.indicators import domain
    from xiaoer.slices.indicators.models import ReportingPeriod

    a_month = sum(len(_places(t, work)) for t in work.targets)
    month = domain.month_of(MONTHS_END)
    months = []
    for _ in range(math.ceil(work.size.values / a_month)):
        months.append(month)
        month = month.previous
    work.periods = ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            state="LOCKED" if i < len(months) - 2 else "CLOSED",
            year=m.year,
            month=m.month,
            index=m.index,
            due_date=m.last_day + timedelta(days=7),
            opened_at=moment(m.last_day),
            closed_at=moment(m.last_day),
        )  # fmt: skip
        for i, m in enumerate(reversed(months))
    )


def _value(target: Any, *, month: int, months: int, place: int) -> Decimal:
    """Return a believable value: most on their line, some behind, some past it."""
    i = target.measure.position
    pace = Decimal((70, 95, 105, 112, 100, 40)[(i + place) % 6]) / 100
    reached = Decimal(month + 1) / Decimal(months + 4) * pace
    if target.comparator == "le":
        return (target.value * (2 - min(reached * Decimal("1.2"), Decimal("1.05")))).quantize(
            Decimal("0.1")
        )
    if target.unit == "%":
        return min(Decimal(100), Decimal(60) + 40 * reached).quantize(Decimal("0.01"))
    return Decimal(int(target.value * reached))


def _reports(work: _Work) -> None:
    from xiaoer.slices.indicators.models import Report

    rows = []
    for row in _report_rows(work):
        rows.append(row)
        if len(rows) == 10_000:
            Report.objects.bulk_create(rows, batch_size=1000)
            rows = []
    Report.objects.bulk_create(rows, batch_size=1000)


def _report_rows(work: _Work) -> Iterator[Any]:
    from xiaoer.platform.accounts.models import User
    from xiaoer.slices.indicators import domain
    from xiaoer.slices.indicators.models import Report

    reader = User.objects.get(username="reader04").pk
    left = work.size.values
    for m, period in reversed(list(enumerate(work.periods))):
        said, checked = moment(period.due_date), moment(period.due_date + timedelta(days=2))
        for target in work.targets:
            for k, (region, unit) in enumerate(_places(target, work)):
                if left == 0:
                    return
                left -= 1
                value = _value(target, month=m, months=len(work.periods), place=k)
                yield Report(
                    state="VERIFIED", kind="VALUE", subject_uid=target.uid, measure_uid=target.measure.uid,
                    measure_title=target.measure.title, title=target.indicator, basis="cumulative",
                    slot=domain.slot(kind="VALUE", subject=target.uid, organisation=unit, region=region, period=period.pk),
                    organisation_id=unit, region_id=region, period=period, value=value, unit=target.unit,
                    printed=str(value), printed_unit=target.unit, evidence=work.evidence, submitted_by_id=reader,
                    submitted_at=said, decided_by_id=work.office, decided_at=checked, verified_at=checked,
                )  # fmt: skip


def _lights(work: _Work) -> None:
    from xiaoer.platform.access.actors import SYSTEM
    from xiaoer.slices.indicators import public
    from xiaoer.slices.indicators.models import Indicator, Report

    public.refresh(actor=SYSTEM, now=work.now - timedelta(days=1))
    for row in Indicator.objects.all():
        Report.objects.filter(title=row.name).update(indicator=row)
    public.refresh(actor=SYSTEM, now=work.now)


def _events(work: _Work) -> None:
    import _trail

    _trail.write(work)

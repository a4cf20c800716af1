"""Build the demonstration: settle the city, compile and publish plans, live through eight months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from xiaoer.demo import people, story
from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit import chain
from xiaoer.platform.audit.verify import verify
from xiaoer.platform.files.services import file_store
from xiaoer.platform.tasks.worker import Worker
from xiaoer.slices.indicators import demonstration as reporting
from xiaoer.slices.plans import demonstration as planning

MONTHS = 8
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document to compile, and when it comes in."""

    name: str
    data: bytes
    on: date


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the demonstration did: one row a plan, and the lights at the end."""

    plans: list[planning.PlanFigures] = field(default_factory=list)
    reported: int = 0
    verified: int = 0
    lights: dict[str, int] = field(default_factory=dict)
    will_miss: int = 0
    events: int = 0
    now: datetime | None = None
    logins: list[tuple[str, str]] = field(default_factory=list)


def written_sources() -> list[Source]:
    """Return the two plans written for the demonstration city."""
    folder = Path(__file__).parent / "plans"
    return [
        Source(
            name="清江市2026年优化营商环境行动方案.txt",
            data=(folder / "2026-action-plan.txt").read_bytes(),
            on=date(2026, 2, 24),
        ),
        Source(
            name="清江高新区2026年工作措施（网页）.txt",
            data=(folder / "2026-park-plan-web.txt").read_bytes(),
            on=date(2026, 3, 9),
        ),
    ]


def morning(day: date, *, hour: int = 9) -> datetime:
    """Return a moment of office hours in China."""
    return datetime.combine(day, time(hour, 0), tzinfo=clock.CHINA)


def build(*, sources: Sequence[Source], say: Say) -> Outcome:
    """Live through the demonstration from the first document to the morning after eight months."""
    first = min(s.on for s in sources)
    outcome = Outcome()
    opening = morning(first - timedelta(days=20))
    with clock.at(opening):
        say("建立城市：区域、单位、人员")
        town = people.settle(now=opening)
    for source in sources:
        _plan(source, town=town, outcome=outcome, say=say)
    start = _month_after(max(s.on for s in sources), first=first)
    for index in range(MONTHS):
        _month(_add_months(start, index), index=index, town=town, outcome=outcome, say=say)
    end = _add_months(start, MONTHS)
    outcome.now = morning(end + timedelta(days=19))
    _finish(outcome=outcome, town=town, say=say)
    return outcome


def _month_after(last: date, *, first: date) -> date:
    return date(max(first, last).year, max(first, last).month, 1)


def _add_months(day: date, n: int) -> date:
    index = day.year * 12 + day.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)


def _plan(source: Source, *, town: people.Town, outcome: Outcome, say: Say) -> None:
    say(f"编译并发布：{source.name}")
    moment = morning(source.on)
    with clock.at(moment):
        clerk = town.actor("zhoumin", on=source.on)
        draft = planning.take_in(actor=clerk, data=source.data, name=source.name, now=moment)
        planning.decide_doubts(
            actor=clerk, plan_id=draft.plan_id, office_id=town.units["市营商办"].pk, now=moment
        )
        people.staff(town, organisation_ids=planning.units_of(plan_id=draft.plan_id), now=moment)
        planning.send(actor=clerk, plan_id=draft.plan_id, now=moment)
    answered = moment + timedelta(days=2)
    with clock.at(answered):
        planning.agree(
            plan_id=draft.plan_id,
            actor_of=lambda unit: town.handler(unit, on=answered.date()),
            now=answered,
        )
        leader = town.actor("liuzy", on=answered.date())
        planning.put_in_force(actor=leader, plan_id=draft.plan_id, now=answered)
    signed = answered + timedelta(days=1)
    with clock.at(signed):
        units = planning.units_of(plan_id=draft.plan_id)[:-1] or planning.units_of(
            plan_id=draft.plan_id
        )
        for unit in units:
            planning.sign(
                actor=town.handler(unit, on=signed.date()), plan_id=draft.plan_id, now=signed
            )
        Worker().run_all()
    outcome.plans.append(planning.figures(plan_id=draft.plan_id, draft=draft))


def _month(month: date, *, index: int, town: people.Town, outcome: Outcome, say: Say) -> None:
    following = _add_months(month, 1)
    reported, verified = (
        morning(following + timedelta(days=3)),
        morning(following + timedelta(days=7)),
    )
    say(f"{month.year} 年 {month.month} 月：上报、核实、评定")
    with clock.at(reported):
        period = reporting.open_month(actor=SYSTEM, month=month, now=reported)
        for unit in sorted(town.handlers):
            actor = town.handler(unit, on=reported.date())
            evidence = file_store(
                actor=actor,
                data=f"{month.year}年{month.month}月 工作统计表（示范数据）".encode(),
                name=f"{month.year}-{month.month:02d} 统计表.txt",
                now=reported,
            )
            outcome.reported += reporting.report_month(
                actor=actor, period_id=period, month=index + 1, months=MONTHS + 2,
                evidence_id=evidence.pk, value_for=story.value_for, now=reported,
            )  # fmt: skip
    with clock.at(verified):
        clerk = town.actor("zhoumin", on=verified.date())
        keep = 3 if index == MONTHS - 1 else 0
        outcome.verified += reporting.verify_all(actor=clerk, leave=keep, now=verified)
        reporting.close_month(actor=clerk, period_id=period, lock=index < MONTHS - 2, now=verified)
        Worker().run_all()
        reporting.refresh(now=verified)
        chain.seal(now=verified)


def _finish(*, outcome: Outcome, town: people.Town, say: Say) -> None:
    now = outcome.now
    if now is None:
        raise ValueError("the demonstration has no end")
    with clock.at(now):
        say("评定今天的状态，封存审计")
        Worker().run_all()
        reporting.refresh(now=now)
        people.hand_over(town, now=now)
        outcome.lights, outcome.will_miss = reporting.summary(actor=SYSTEM)
        chain.seal(now=now)
        outcome.events = verify().events
    outcome.logins = town.logins


def own_source(path: Path, *, year: int | None = None) -> Source:
    """Return the user's own document, dated by what it says of itself.

    Raises
    ------
    Refused
        If it cannot be read; the message says why and what to do.
    """
    data = path.read_bytes()
    said = planning.date_of(data=data, name=path.name, year=year, today=clock.today())
    return Source(name=path.name, data=data, on=said + timedelta(days=7))


__all__ = ["Outcome", "Source", "build", "own_source", "written_sources"]

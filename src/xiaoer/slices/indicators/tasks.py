"""Background work of the slice: keep lights current, open the month that ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.tasks import due, enqueue, task
from xiaoer.slices.indicators.services import periods, refresh
from xiaoer.slices.plans import public as plans


@task("indicators.measure.refresh")
def measure_refresh(*, now: datetime, measure_uid: str) -> None:
    """Judge one measure again after something about it was verified."""
    refresh.measure_refresh(actor=SYSTEM, measure_uid=measure_uid, now=now)


@task("indicators.refresh")
def plan_refresh(*, now: datetime, plan_id: int = 0) -> None:
    """Judge every measure again, of one plan or of all (0)."""
    refresh.refresh(actor=SYSTEM, now=now, plan_id=plan_id or None)


@due("indicators.lights", every=timedelta(hours=6), label="计算状态灯与预计落点")
def lights_due(*, now: datetime) -> str:
    """Judge every measure as the day moves on."""
    done = refresh.refresh(actor=SYSTEM, now=now)
    return f"{done.measures} 项举措，{done.changed} 项变化"


@due("indicators.period", every=timedelta(hours=6), label="开放上月的上报期")
def period_due(*, now: datetime) -> str | None:
    """Open the reporting of the month that ended, once."""
    opened = periods.month_ensure(actor=SYSTEM, now=now)
    return str(opened) if opened else None


def on_ledger_change(change: plans.LedgerChange) -> None:
    """Queue the judgement of what changed in the ledger."""
    if change.measure_uid:
        enqueue("indicators.measure.refresh", measure_uid=change.measure_uid)
    else:
        enqueue("indicators.refresh", plan_id=change.plan_id)


plans.listen(on_ledger_change)

"""What the slice does by itself: keep the nearest date of each measure current."""

from __future__ import annotations

from datetime import datetime, timedelta

from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.tasks import due
from xiaoer.slices.plans.services import dates, ledger


@due("plans.dues_roll", every=timedelta(hours=6), label="台账最近期限滚动")
def dues_roll(*, now: datetime) -> str:
    """Move ``nearest_due`` on to the next date where one has passed."""
    return f"{ledger.dues_roll(now=now)} 项举措的最近期限已更新"


@due("plans.deadlines_recount", every=timedelta(hours=6), label="日历公布后核定暂定期限")
def deadlines_recount(*, now: datetime) -> str:
    """Take the provisional mark off dates whose year has been arranged."""
    return f"核定 {dates.deadlines_recount(actor=SYSTEM, now=now)} 个期限"

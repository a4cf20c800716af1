"""The lives of a reporting period and of a report. No Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xiaoer.platform.errors import Term
from xiaoer.platform.lifecycle import Lifecycle, Transition

PERIOD = Lifecycle(
    noun="上报期",
    states={"OPEN": "开放上报", "CLOSED": "已截止", "LOCKED": "已锁定"},
    initial="OPEN",
    transitions=(
        Transition(name="close", label="截止上报", sources=frozenset({"OPEN"}), target="CLOSED"),
        Transition(
            name="reopen",
            label="重新开放",
            sources=frozenset({"CLOSED"}),
            target="OPEN",
            needs=("reason",),
        ),
        Transition(name="lock", label="锁定", sources=frozenset({"CLOSED"}), target="LOCKED"),
    ),
    facts={"reason": "理由"},
)

REPORT = Lifecycle(
    noun="上报",
    states={
        "SUBMITTED": "待核实",
        "VERIFIED": "已核实",
        "RETURNED": "已退回",
        "REPLACED": "已被更正",
        "WITHDRAWN": "已撤回",
    },
    initial="SUBMITTED",
    transitions=(
        Transition(
            name="verify", label="核实通过", sources=frozenset({"SUBMITTED"}), target="VERIFIED"
        ),
        Transition(
            name="return",
            label="退回",
            sources=frozenset({"SUBMITTED"}),
            target="RETURNED",
            needs=("reason",),
        ),
        Transition(
            name="withdraw", label="撤回", sources=frozenset({"SUBMITTED"}), target="WITHDRAWN"
        ),
        Transition(
            name="replace", label="由更正替换", sources=frozenset({"VERIFIED"}), target="REPLACED"
        ),
    ),
    facts={"reason": "退回理由"},
)

VALUE, MILESTONE, PROGRESS = "VALUE", "MILESTONE", "PROGRESS"
KINDS = {VALUE: Term("数值"), MILESTONE: Term("节点完成"), PROGRESS: Term("进展说明")}

LIGHTS = ("NOT_STARTED", "ON_TRACK", "AT_RISK", "BEHIND", "STRUCK_OFF")
#: The order in which lights matter to a reader: worst first.
LIGHTS_WORST_FIRST = ("BEHIND", "AT_RISK", "ON_TRACK", "NOT_STARTED", "STRUCK_OFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A calendar month, the grain of reporting."""

    year: int
    month: int

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date.fromordinal(self.next.first_day.toordinal() - 1)

    @property
    def next(self) -> Month:
        """The month after."""
        if self.month == 12:
            return Month(year=self.year + 1, month=1)
        return Month(year=self.year, month=self.month + 1)

    @property
    def previous(self) -> Month:
        """The month before."""
        if self.month == 1:
            return Month(year=self.year - 1, month=12)
        return Month(year=self.year, month=self.month - 1)

    @property
    def index(self) -> int:
        """A number that orders months: year × 100 + month."""
        return self.year * 100 + self.month

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


def month_of(day: date) -> Month:
    """Return the month a day lies in."""
    return Month(year=day.year, month=day.month)


def month_at(index: int) -> Month:
    """Return the month with this :attr:`Month.index`."""
    return Month(year=index // 100, month=index % 100)


def slot(*, kind: str, subject: str, organisation: int, region: int | None, period: int) -> str:
    """Return the key of the one place in which a report can count.

    At most one report of a slot may await verification, and at most one may count.
    """
    return f"{kind}:{subject}:{organisation}:{region or 0}:{period}"

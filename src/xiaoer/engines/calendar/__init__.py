"""Working days, periods of law and deadlines that explain how they were counted.

Pure: the tables come in parsed, today comes in as an argument. ``docs/reference/calendar.md``
describes the rules with worked examples.
"""

from xiaoer.engines.calendar._count import Recount, due, recount, remaining
from xiaoer.engines.calendar._deadline import (
    BadDeadline,
    ResolvedDeadline,
    last_working_day_of_month,
    resolve_deadline,
)
from xiaoer.engines.calendar._hours import due_at
from xiaoer.engines.calendar._overrides import OverrideFile, RowError, parse_overrides
from xiaoer.engines.calendar._period import (
    CountedDay,
    DueDate,
    DueMoment,
    Extension,
    OfficeHours,
    Period,
    Remaining,
    Roll,
    Run,
    Session,
    Suspension,
    Unit,
    Why,
)
from xiaoer.engines.calendar._table import CalendarTable, Override, YearTable
from xiaoer.engines.calendar._texts import RULE_TEXTS, RuleText
from xiaoer.engines.calendar._working import DayKind, DayStatus, WorkingCalendar

__all__ = [
    "RULE_TEXTS",
    "BadDeadline",
    "CalendarTable",
    "CountedDay",
    "DayKind",
    "DayStatus",
    "DueDate",
    "DueMoment",
    "Extension",
    "OfficeHours",
    "Override",
    "OverrideFile",
    "Period",
    "Recount",
    "Remaining",
    "ResolvedDeadline",
    "Roll",
    "RowError",
    "RuleText",
    "Run",
    "Session",
    "Suspension",
    "Unit",
    "Why",
    "WorkingCalendar",
    "YearTable",
    "due",
    "due_at",
    "last_working_day_of_month",
    "parse_overrides",
    "recount",
    "remaining",
    "resolve_deadline",
]

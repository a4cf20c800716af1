"""The sentences behind the codes of counting: rule, law, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """One counting rule in words and where it stands; ``basis`` is empty for a rule of this system."""

    zh: str
    en: str
    basis: str = ""


_CIVIL = "《中华人民共和国民法典》"

#: Sentences for the codes in ``DueDate.rules``, ``DueMoment.rules`` and ``ResolvedDeadline.rules``.
RULE_TEXTS: Mapping[str, RuleText] = MappingProxyType(
    {
        "start_excluded": RuleText(
            zh="开始的当日不计入，自下一日开始计算",
            en="The day of the trigger is not counted; counting begins the day after.",
            basis=f"{_CIVIL}第二百零一条",
        ),
        "working_days": RuleText(
            zh="按工作日计算，周末和放假日不计，调休上班日计入",
            en="Working days only: weekends and holidays are left out, make-up days are counted.",
            basis="《中华人民共和国行政许可法》第八十二条等；国务院办公厅年度放假安排",
        ),
        "calendar_days": RuleText(
            zh="按自然日连续计算，节假日计入",
            en="Calendar days in a row, days of rest included.",
            basis=f"{_CIVIL}第二百条",
        ),
        "same_day_or_next": RuleText(
            zh="当日为限；当日休息的，顺延至其后第一个工作日",
            en="Due the same day; on a day of rest, the first working day after it.",
        ),
        "corresponding_day": RuleText(
            zh="按月、年计算的，到期月的对应日为最后一日",
            en="A period of months or years ends on the day of the same number.",
            basis=f"{_CIVIL}第二百零二条",
        ),
        "month_end": RuleText(
            zh="到期月没有对应日的，月末日为最后一日",
            en="Where the last month has no day of that number, it ends on the month's last day.",
            basis=f"{_CIVIL}第二百零二条",
        ),
        "rolled": RuleText(
            zh="最后一日是休息日的，以休息日结束后的第一个工作日为最后一日",
            en="A last day of rest moves to the first working day after it.",
            basis=f"{_CIVIL}第二百零三条",
        ),
        "suspended": RuleText(
            zh="中止期间（首尾两日均含）不计入期限",
            en="Days inside a suspension, first and last included, are not counted.",
            basis="《中华人民共和国行政许可法》第四十五条等",
        ),
        "extended": RuleText(zh="经批准延长期限", en="The period was extended with approval."),
        "provisional": RuleText(
            zh="涉及尚未公布放假安排的年份，按法定节假日和周末推算，公布后重新计算",
            en="Touches a year whose arrangement is not published: statutory holidays and weekends "
            "are assumed, and the date is counted again once it is.",
        ),
        "hours_office": RuleText(
            zh="按小时计算，仅计工作日的办公时间",
            en="Hours of office time on working days only.",
        ),
        "hours_running": RuleText(
            zh="按小时计算，自开始时连续计算",
            en="Hours in a row from the moment it begins.",
            basis=f"{_CIVIL}第二百零一条",
        ),
        "printed_day": RuleText(zh="文件写明到日", en="The document names the day."),
        "printed_month": RuleText(
            zh="文件写明到月，以当月最后一日为截止日",
            en="The document names a month: its last day is the deadline.",
        ),
        "printed_year": RuleText(
            zh="文件写明到年，以当年 12 月 31 日为截止日",
            en="The document names a year: 31 December is the deadline.",
        ),
        "last_working_day": RuleText(
            zh="截止日休息，须在其前最后一个工作日办结",
            en="The deadline is a day of rest: work ends on the last working day before it.",
        ),
    }
)

"""The shipped years against two independent packages, overrides, and printed deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.engines.calendar import (
    BadDeadline,
    CalendarTable,
    DayKind,
    Override,
    WorkingCalendar,
    YearTable,
    last_working_day_of_month,
    parse_overrides,
    resolve_deadline,
)
from xiaoer.platform.rules import shipped_calendar

CALENDAR = shipped_calendar()
ARRANGED = tuple(range(2020, 2027))
FORESEEN = tuple(range(2027, 2041))


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


class TestShippedYears:
    @pytest.mark.parametrize("year", ARRANGED)
    def test_agree_with_chinesecalendar_day_by_day(self, year):
        mine = [CALENDAR.is_working_day(day) for day in days_of(year)]
        assert mine == [chinese_calendar.is_workday(day) for day in days_of(year)]

    @pytest.mark.parametrize("year", ARRANGED)
    def test_agree_with_holidays_day_by_day(self, year):
        china = holidays.China(years=year)
        mine = [CALENDAR.is_working_day(day) for day in days_of(year)]
        assert mine == [china.is_working_day(day) for day in days_of(year)]

    @pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
    def test_have_the_published_number_of_working_days(self, year, working):
        counted = CALENDAR.count(after=date(year - 1, 12, 31), until=date(year, 12, 31))
        assert counted == working

    @pytest.mark.parametrize("year", ARRANGED)
    def test_make_up_days_are_weekends_and_name_their_holiday(self, year):
        table = CALENDAR.table.years[year]
        assert all(day.weekday() >= 5 for day in table.make_up)
        assert all(table.off.values()) and all(table.make_up.values())
        assert f"关于{year}年部分节假日安排的通知" in table.source

    def test_a_day_says_what_it_is(self):
        make_up = CALENDAR.status(date(2026, 2, 14))
        assert (make_up.kind, make_up.name, make_up.is_working) == (DayKind.MAKE_UP, "春节", True)
        assert CALENDAR.status(date(2026, 10, 3)).kind is DayKind.HOLIDAY
        assert CALENDAR.status(date(2026, 3, 7)).kind is DayKind.WEEKEND
        assert "国办发明电〔2025〕7号" in CALENDAR.status(date(2026, 3, 9)).source


class TestUnpublishedYears:
    @pytest.mark.parametrize("year", FORESEEN)
    def test_have_the_statutory_days_of_the_lunar_calendar(self, year):
        oracle = dict(holidays.China(years=year, observed=False, language="zh_CN").items())
        assert set(CALENDAR.table.years[year].off) == set(oracle)

    @pytest.mark.parametrize("year", FORESEEN)
    def test_have_thirteen_days_or_fewer_where_two_fall_together(self, year):
        off = CALENDAR.table.years[year].off
        assert len(off) == 13 - sum("、" in name for name in off.values())

    def test_begin_the_spring_festival_on_its_eve(self):
        assert CALENDAR.status(date(2027, 2, 5)).name == "春节"
        assert CALENDAR.status(date(2027, 2, 9)).kind is DayKind.WORKING

    def test_are_provisional_and_unmade_up(self):
        assert CALENDAR.status(date(2027, 3, 1)).provisional
        assert not CALENDAR.table.years[2027].make_up


class TestOverrides:
    TEXT = (
        "\ufeffdate,is_workday,note\n"
        "2027,published,国务院办公厅关于2027年部分节假日安排的通知\n"
        "2027-02-11,0,春节\n"
        "2027-02-20,1,春节调休\n"
        "\n"
        "# 本市防汛\n"
        "2027/07/05,休,防汛停工\n"
        "2027-02-30,0,没有这一天\n"
        "2027-03-01,maybe,\n"
        "2027-02-11,1,相反\n"
        "2027-05-01\n"
        "27,published,\n"
    )

    def test_keep_the_good_rows_and_name_the_lines_of_the_bad(self):
        parsed = parse_overrides(self.TEXT)
        assert [entry.day.isoformat() for entry in parsed.overrides] == [
            "2027-02-11",
            "2027-02-20",
            "2027-07-05",
        ]
        assert [(error.line, error.code) for error in parsed.errors] == [
            (8, "bad_date"),
            (9, "bad_flag"),
            (10, "contradiction"),
            (11, "missing_column"),
            (12, "bad_year"),
        ]
        assert all(f"第 {error.line} 行" in error.message_zh for error in parsed.errors)

    def test_win_over_the_table_and_settle_a_year(self):
        parsed = parse_overrides(self.TEXT)
        table = CALENDAR.table.with_overrides(
            overrides=parsed.overrides, published=parsed.published
        )
        changed = WorkingCalendar(table)
        assert changed.status(date(2027, 2, 20)).kind is DayKind.MAKE_UP
        assert not changed.is_working_day(date(2027, 2, 11))
        assert not changed.is_working_day(date(2027, 2, 8)), "statutory days stay days off"
        assert not changed.status(date(2027, 3, 1)).provisional
        assert CALENDAR.status(date(2027, 3, 1)).provisional, "the shipped table is untouched"

    def test_can_be_taken_from_any_text_without_failing(self):
        for text in ("", "\x00", '"', 'a,b\n"unclosed', "日期,班\n2027-01-01,是"):
            parsed = parse_overrides(text)
            assert len(parsed.overrides) + len(parsed.errors) <= 2

    @given(st.text(max_size=200))
    def test_never_raise(self, text):
        parse_overrides(text)

    def test_work_without_any_year_on_file(self):
        bare = WorkingCalendar(
            CalendarTable(
                years={},
                overrides={date(2026, 3, 7): Override(day=date(2026, 3, 7), is_working=True)},
            )
        )
        assert bare.is_working_day(date(2026, 3, 7))
        assert bare.status(date(2026, 3, 9)).provisional


class TestTable:
    def test_refuses_a_day_that_is_both(self):
        day = date(2026, 3, 7)
        with pytest.raises(ValueError, match="both"):
            YearTable(year=2026, off={day: "节"}, make_up={day: "节"})

    def test_refuses_a_year_filed_under_another(self):
        with pytest.raises(ValueError, match="filed under"):
            CalendarTable(years={2026: YearTable(year=2025, off={})})


class TestResolveDeadline:
    @pytest.mark.parametrize(
        ("printed", "expected", "working", "rule"),
        [
            ("2026-06", "2026-06-30", "2026-06-30", "printed_month"),
            ("2026-05", "2026-05-31", "2026-05-29", "printed_month"),
            ("2025", "2025-12-31", "2025-12-31", "printed_year"),
            ("2026-10-03", "2026-10-03", "2026-09-30", "printed_day"),
            ("2024-02", "2024-02-29", "2024-02-29", "printed_month"),
        ],
    )
    def test_gives_the_last_day_and_the_last_working_day(self, printed, expected, working, rule):
        found = resolve_deadline(calendar=CALENDAR, printed=printed)
        assert found.date.isoformat() == expected
        assert found.last_working_day.isoformat() == working
        assert found.rules[0] == rule
        assert ("last_working_day" in found.rules) == (expected != working)

    @pytest.mark.parametrize(
        ("printed", "code"),
        [
            ("--06", "no_year"),
            ("2025-02-30", "no_such_day"),
            ("2025-13", "no_such_day"),
            ("年底前", "not_a_date"),
            ("", "not_a_date"),
            ("0000", "no_such_day"),
        ],
    )
    def test_refuses_what_names_no_day(self, printed, code):
        with pytest.raises(BadDeadline) as refused:
            resolve_deadline(calendar=CALENDAR, printed=printed)
        assert refused.value.code == code
        assert refused.value.message_zh

    def test_is_provisional_in_an_unpublished_year(self):
        assert resolve_deadline(calendar=CALENDAR, printed="2027-12").provisional

    def test_month_end_helper_steps_back_over_rest(self):
        found = last_working_day_of_month(calendar=CALENDAR, year=2026, month=5)
        assert found == date(2026, 5, 29)

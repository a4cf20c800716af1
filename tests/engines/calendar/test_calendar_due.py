"""Counting rules against hand-made vectors, and invariants that hold for every calendar day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.engines.calendar import (
    RULE_TEXTS,
    CalendarTable,
    Extension,
    OfficeHours,
    Override,
    Period,
    Roll,
    Suspension,
    Unit,
    Why,
    WorkingCalendar,
    YearTable,
    due,
    due_at,
    recount,
    remaining,
)
from xiaoer.platform.rules import shipped_calendar

CALENDAR = shipped_calendar()
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2029, 12, 31))
SPANS = st.integers(min_value=1, max_value=120)


def day(text: str) -> date:
    return date.fromisoformat(text)


def answer(start: str, n: int, unit: Unit = Unit.WORKING_DAY, **more: object) -> str:
    period = Period(n=n, unit=unit)
    return due(calendar=CALENDAR, start=day(start), period=period, **more).date.isoformat()


@st.composite
def suspensions(draw: st.DrawFn) -> list[Suspension]:
    found = []
    for _ in range(draw(st.integers(min_value=1, max_value=3))):
        first = draw(DAYS)
        last = first + timedelta(days=draw(st.integers(min_value=0, max_value=30)))
        found.append(Suspension(first=first, last=last))
    return found


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("start", "n", "expected"),
        [
            ("2025-09-26", 5, "2025-10-10"),
            ("2025-09-26", 20, "2025-10-30"),
            ("2025-01-24", 5, "2025-02-07"),
            ("2025-12-30", 3, "2026-01-05"),
            ("2026-02-12", 5, "2026-02-26"),
            ("2026-02-12", 20, "2026-03-18"),
            ("2026-04-29", 7, "2026-05-12"),
            ("2026-09-24", 10, "2026-10-15"),
            ("2026-03-02", 20, "2026-03-30"),
        ],
    )
    def test_end_where_the_arrangements_put_them(self, start, n, expected):
        assert answer(start, n) == expected

    def test_zero_is_the_same_day_or_the_next_one_worked(self):
        assert answer("2026-03-02", 0) == "2026-03-02"
        assert answer("2026-10-03", 0) == "2026-10-08"

    def test_unfold_into_every_day_with_its_reason(self):
        found = due(calendar=CALENDAR, start=day("2025-09-26"), period=Period(n=5))
        told = [(d.date.isoformat()[5:], d.why, d.number) for d in found.counted]
        assert told[:4] == [
            ("09-26", Why.START_DAY, None),
            ("09-27", Why.WEEKEND, None),
            ("09-28", Why.MAKE_UP, 1),
            ("09-29", Why.WORKING, 2),
        ]
        assert {d.name for d in found.counted if d.why is Why.HOLIDAY} == {"国庆节、中秋节"}
        assert told[-1] == ("10-10", Why.WORKING, 5)

    @given(start=DAYS, n=SPANS)
    @settings(max_examples=150, deadline=None)
    def test_count_exactly_as_many_as_asked(self, start, n):
        found = due(calendar=CALENDAR, start=start, period=Period(n=n))
        assert found.n_counted == n
        assert CALENDAR.count(after=start, until=found.date) == n
        assert CALENDAR.is_working_day(found.date)
        assert CALENDAR.add(start=start, n=n) == found.date

    @given(start=DAYS, n=SPANS, more=st.integers(min_value=0, max_value=40))
    @settings(max_examples=80, deadline=None)
    def test_never_go_backward(self, start, n, more):
        first = due(calendar=CALENDAR, start=start, period=Period(n=n))
        later = due(calendar=CALENDAR, start=start, period=Period(n=n + more))
        moved = due(calendar=CALENDAR, start=start + timedelta(days=more), period=Period(n=n))
        assert first.date <= later.date
        assert first.date <= moved.date

    @given(start=DAYS, n=SPANS)
    @settings(max_examples=60, deadline=None)
    def test_runs_hold_each_day_once_without_a_hole(self, start, n):
        found = due(calendar=CALENDAR, start=start, period=Period(n=n))
        days = [counted.date for counted in found.counted]
        assert days == [start + timedelta(days=k) for k in range((found.date - start).days + 1)]


class TestCalendarDays:
    @pytest.mark.parametrize(
        ("start", "n", "expected"),
        [
            ("2025-09-02", 30, "2025-10-09"),
            ("2026-01-17", 30, "2026-02-24"),
            ("2026-04-02", 30, "2026-05-06"),
            ("2025-06-01", 60, "2025-07-31"),
        ],
    )
    def test_roll_off_days_of_rest(self, start, n, expected):
        assert answer(start, n, Unit.CALENDAR_DAY) == expected

    def test_stay_where_they_fall_without_roll(self):
        period = Period(n=30, unit=Unit.CALENDAR_DAY, roll=Roll.NONE)
        found = due(calendar=CALENDAR, start=day("2025-09-02"), period=period)
        assert found.date == day("2025-10-02")
        assert "rolled" not in found.rules

    def test_a_long_period_is_told_in_few_runs(self):
        period = Period(n=90, unit=Unit.CALENDAR_DAY)
        found = due(calendar=CALENDAR, start=day("2026-03-02"), period=period)
        assert found.n_counted == 90
        assert len(found.runs) < 20

    def test_rolled_days_are_shown_but_not_counted(self):
        period = Period(n=30, unit=Unit.CALENDAR_DAY)
        found = due(calendar=CALENDAR, start=day("2025-09-02"), period=period)
        assert found.n_counted == 30
        assert [d.why for d in found.counted][-7:] == [Why.HOLIDAY] * 6 + [Why.ROLLED]

    @given(start=DAYS, n=SPANS)
    @settings(max_examples=80, deadline=None)
    def test_end_on_a_working_day_never_early(self, start, n):
        period = Period(n=n, unit=Unit.CALENDAR_DAY)
        found = due(calendar=CALENDAR, start=start, period=period)
        assert found.date >= start + timedelta(days=n)
        assert CALENDAR.is_working_day(found.date)


class TestMonthsAndYears:
    @pytest.mark.parametrize(
        ("start", "n", "unit", "expected"),
        [
            ("2025-11-30", 3, Unit.MONTH, "2026-02-28"),
            ("2025-08-31", 1, Unit.MONTH, "2025-09-30"),
            ("2024-02-29", 12, Unit.MONTH, "2025-02-28"),
            ("2024-02-29", 1, Unit.YEAR, "2025-02-28"),
            ("2026-01-15", 1, Unit.MONTH, "2026-02-24"),
            ("2025-03-10", 1, Unit.YEAR, "2026-03-10"),
        ],
    )
    def test_end_on_the_day_of_the_same_number(self, start, n, unit, expected):
        assert answer(start, n, unit) == expected

    def test_say_when_the_month_is_too_short(self):
        period = Period(n=1, unit=Unit.MONTH)
        short = due(calendar=CALENDAR, start=day("2025-08-31"), period=period)
        even = due(calendar=CALENDAR, start=day("2025-08-29"), period=period)
        assert "month_end" in short.rules
        assert "corresponding_day" in even.rules

    def test_an_extension_in_months_adds_months_from_the_start(self):
        more = Extension(period=Period(n=1, unit=Unit.MONTH))
        assert answer("2026-01-31", 1, Unit.MONTH, extensions=[more]) == "2026-03-31"


class TestSuspension:
    PAUSE = Suspension(first=date(2026, 3, 10), last=date(2026, 3, 19), reason="专家评审")

    def test_takes_out_its_working_days_both_ends_included(self):
        assert answer("2026-03-02", 20, suspensions=[self.PAUSE]) == "2026-04-10"

    def test_is_told_with_its_reason(self):
        found = due(
            calendar=CALENDAR,
            start=day("2026-03-02"),
            period=Period(n=20),
            suspensions=[self.PAUSE],
        )
        stopped = [d for d in found.counted if d.why is Why.SUSPENDED]
        assert len(stopped) == 10
        assert {d.name for d in stopped} == {"专家评审"}
        assert "suspended" in found.rules

    def test_counts_an_overlap_once(self):
        inner = Suspension(first=date(2026, 3, 12), last=date(2026, 3, 17))
        assert answer("2026-03-02", 20, suspensions=[inner, self.PAUSE]) == "2026-04-10"

    def test_after_the_due_date_changes_nothing(self):
        late = Suspension(first=date(2026, 3, 31), last=date(2026, 5, 1))
        assert answer("2026-03-02", 20, suspensions=[late]) == "2026-03-30"

    def test_refuses_to_end_before_it_begins(self):
        with pytest.raises(ValueError, match="ends"):
            Suspension(first=date(2026, 3, 2), last=date(2026, 3, 1))

    @given(start=DAYS, n=SPANS, stops=suspensions(), unit=st.sampled_from(list(Unit)[:4]))
    @settings(max_examples=80, deadline=None)
    def test_only_ever_moves_later(self, start, n, stops, unit):
        length = n if unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY) else 1 + n % 3
        period = Period(n=length, unit=unit)
        free = due(calendar=CALENDAR, start=start, period=period)
        held = due(calendar=CALENDAR, start=start, period=period, suspensions=stops)
        assert held.date >= free.date
        assert held.n_counted == free.n_counted
        again = due(calendar=CALENDAR, start=start, period=period, suspensions=stops[::-1])
        assert again.date == held.date


class TestExtension:
    def test_adds_to_a_period_of_its_own_unit(self):
        more = Extension(period=Period(n=10), reason="疑难", approver="负责人")
        found = due(
            calendar=CALENDAR, start=day("2026-03-02"), period=Period(n=20), extensions=[more]
        )
        assert (
            found.date == due(calendar=CALENDAR, start=day("2026-03-02"), period=Period(n=30)).date
        )
        assert "extended" in found.rules

    def test_follows_on_the_last_day_in_another_unit(self):
        more = Extension(period=Period(n=1, unit=Unit.MONTH))
        assert answer("2026-03-02", 20, extensions=[more]) == "2026-04-30"


class TestProvisional:
    def test_is_said_when_the_count_runs_into_an_unpublished_year(self):
        found = due(calendar=CALENDAR, start=day("2026-12-28"), period=Period(n=10))
        assert found.provisional
        assert "provisional" in found.rules

    def test_is_not_said_when_no_rest_day_can_move_it(self):
        period = Period(n=30, unit=Unit.CALENDAR_DAY, roll=Roll.NONE)
        assert not due(calendar=CALENDAR, start=day("2026-12-28"), period=period).provisional

    def test_is_said_when_a_rest_day_may_yet_move_the_last_day(self):
        period = Period(n=30, unit=Unit.CALENDAR_DAY)
        found = due(calendar=CALENDAR, start=day("2026-12-07"), period=period)
        assert found.date == day("2027-01-06")
        assert found.provisional

    def test_counts_statutory_holidays_and_weekends_meanwhile(self):
        found = due(calendar=CALENDAR, start=day("2027-02-04"), period=Period(n=1))
        assert found.date == day("2027-02-09")
        assert found.counted[1].name == "春节"

    def test_far_years_still_have_an_answer(self):
        assert due(calendar=CALENDAR, start=day("2060-01-01"), period=Period(n=3)).provisional

    @given(start=DAYS, n=SPANS)
    @settings(max_examples=60, deadline=None)
    def test_is_never_said_inside_published_years(self, start, n):
        found = due(calendar=CALENDAR, start=start, period=Period(n=n))
        assert found.provisional == (found.date.year > 2026)


class TestRecount:
    def table(self, *days_off: date) -> WorkingCalendar:
        arranged = YearTable(year=2027, off=dict.fromkeys(days_off, "春节"))
        years = {**CALENDAR.table.years, 2027: arranged}
        return WorkingCalendar(CalendarTable(years=years))

    def before(self):
        return due(calendar=CALENDAR, start=day("2027-02-04"), period=Period(n=3))

    def test_moves_a_provisional_date_and_keeps_a_promise(self):
        longer = self.table(*(date(2027, 2, n) for n in range(5, 12)))
        moved = recount(calendar=longer, before=self.before(), promised=False)
        kept = recount(calendar=longer, before=self.before(), promised=True)
        assert (moved.outcome, moved.moved) == ("moved", True)
        assert (kept.outcome, kept.after.date) == ("kept", self.before().date)

    def test_moves_a_promise_earlier(self):
        shorter = self.table()
        found = recount(calendar=shorter, before=self.before(), promised=True)
        assert found.outcome == "moved"
        assert found.after.date < self.before().date
        assert not found.after.provisional

    def test_leaves_a_final_date_alone(self):
        final = due(calendar=CALENDAR, start=day("2026-03-02"), period=Period(n=3))
        changed = WorkingCalendar(
            CALENDAR.table.with_overrides(
                overrides=[Override(day=date(2026, 3, 4), is_working=False)]
            )
        )
        assert recount(calendar=changed, before=final, promised=False).outcome == "final"


class TestRemaining:
    def test_counts_the_days_left_up_to_the_last(self):
        left = remaining(calendar=CALENDAR, today=day("2026-02-12"), due=day("2026-03-02"))
        assert (left.working_days, left.overdue) == (8, False)
        assert sum(d.counted for d in left.counted) == 8

    def test_is_zero_on_the_last_day(self):
        left = remaining(calendar=CALENDAR, today=day("2026-03-02"), due=day("2026-03-02"))
        assert (left.working_days, left.overdue, left.is_today) == (0, False, True)

    def test_is_negative_when_overdue(self):
        left = remaining(calendar=CALENDAR, today=day("2026-10-12"), due=day("2026-09-30"))
        assert left.working_days == -4
        assert left.overdue

    def test_knows_overdue_even_over_a_weekend(self):
        left = remaining(calendar=CALENDAR, today=day("2026-03-07"), due=day("2026-03-06"))
        assert (left.working_days, left.overdue) == (0, True)

    @given(today=DAYS, end=DAYS)
    @settings(max_examples=60, deadline=None)
    def test_is_antisymmetric(self, today, end):
        there = CALENDAR.count(after=today, until=end)
        assert there == -CALENDAR.count(after=end, until=today)

    @given(a=DAYS, b=DAYS, c=DAYS)
    @settings(max_examples=60, deadline=None)
    def test_adds_up_over_a_day_between(self, a, b, c):
        whole = CALENDAR.count(after=a, until=c)
        assert whole == CALENDAR.count(after=a, until=b) + CALENDAR.count(after=b, until=c)


class TestHours:
    OFFICE = OfficeHours(sessions=((time(9), time(12)), (time(13, 30), time(17))))

    def test_count_office_time_over_lunch_and_weekend(self):
        found = due_at(
            calendar=CALENDAR, start=datetime(2026, 3, 6, 16, 0), hours=2, office=self.OFFICE
        )
        assert found.at == datetime(2026, 3, 9, 10, 0)
        assert len(found.sessions) == 2

    def test_run_on_by_the_civil_code_without_office_hours(self):
        found = due_at(calendar=CALENDAR, start=datetime(2026, 3, 6, 16, 0), hours=24)
        assert found.at == datetime(2026, 3, 7, 16, 0)

    def test_begin_at_the_next_opening_when_told_at_night(self):
        found = due_at(
            calendar=CALENDAR, start=datetime(2026, 9, 30, 22, 0), hours=1, office=self.OFFICE
        )
        assert found.at == datetime(2026, 10, 8, 10, 0)

    def test_zero_hours_are_due_at_once_in_office_time(self):
        found = due_at(
            calendar=CALENDAR, start=datetime(2026, 3, 6, 10, 0), hours=0, office=self.OFFICE
        )
        assert found.at == datetime(2026, 3, 6, 10, 0)

    def test_are_refused_as_a_due_day(self):
        with pytest.raises(ValueError, match="due_at"):
            answer("2026-03-02", 2, Unit.HOUR)


class TestEdges:
    def test_a_negative_period_is_refused(self):
        with pytest.raises(ValueError, match="negative"):
            Period(n=-1)

    def test_the_end_of_time_is_told_clearly(self):
        with pytest.raises(ValueError, match="9999"):
            answer("9999-12-30", 30, Unit.CALENDAR_DAY)
        with pytest.raises(ValueError, match="9999"):
            answer("2026-01-01", 9000, Unit.YEAR)

    @given(start=DAYS, n=SPANS, unit=st.sampled_from(list(Unit)[:4]))
    @settings(max_examples=40, deadline=None)
    def test_every_rule_code_has_its_sentence(self, start, n, unit):
        found = due(calendar=CALENDAR, start=start, period=Period(n=n % 5, unit=unit))
        assert set(found.rules) <= RULE_TEXTS.keys()

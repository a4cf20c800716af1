"""A city's own days over the shipped calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xiaoer.engines.calendar import Period, due
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit.models import Event
from xiaoer.platform.calendars import city, working_calendar
from xiaoer.platform.calendars.services import calendar_apply
from xiaoer.platform.clock import CHINA
from xiaoer.platform.errors import Invalid

NOW = datetime(2026, 11, 20, 9, tzinfo=CHINA)
GOOD = "date,is_workday,note\n2026-11-23,0,本市节日\n2026-13-01,0,没有这一天\n"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.XIAOER_HOME = tmp_path
    return tmp_path


def five_days_on() -> date:
    return due(calendar=working_calendar(), start=date(2026, 11, 20), period=Period(n=5)).date


@pytest.mark.django_db(transaction=False)
class TestCalendarApply:
    def test_counts_by_the_city_from_then_on(self, django_capture_on_commit_callbacks) -> None:
        assert five_days_on() == date(2026, 11, 27)
        with django_capture_on_commit_callbacks(execute=True):
            found = calendar_apply(
                actor=SYSTEM, data=GOOD.encode("gb18030"), name="本市.csv", now=NOW
            )
        assert (found.days, [e.line for e in found.errors]) == (1, [3])
        assert five_days_on() == date(2026, 11, 30)
        assert Event.objects.filter(code="calendars.calendar.applied").count() == 1

    def test_refuses_a_file_without_a_usable_row_and_leaves_no_trace(self) -> None:
        with pytest.raises(Invalid, match="没有一行"):
            calendar_apply(actor=SYSTEM, data="甲,乙\n".encode(), name="坏.csv", now=NOW)
        assert not city.path().exists()
        assert not Event.objects.filter(code="calendars.calendar.applied").exists()

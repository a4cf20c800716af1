"""A period's unit may be given by its word, and a wrong word is refused."""

from __future__ import annotations

from datetime import date

import pytest

from xiaoer.engines.calendar import Period, Unit, due
from xiaoer.platform.rules import shipped_calendar


class TestPeriodUnit:
    def test_counts_the_same_by_word_and_by_name(self) -> None:
        start = date(2026, 2, 24)
        by_word = due(
            calendar=shipped_calendar(),
            start=start,
            period=Period(n=5, unit="working_day"),  # type: ignore[arg-type]
        )
        by_name = due(
            calendar=shipped_calendar(), start=start, period=Period(n=5, unit=Unit.WORKING_DAY)
        )
        assert by_word.date == by_name.date == date(2026, 3, 2)

    def test_refuses_a_unit_there_is_not(self) -> None:
        with pytest.raises(ValueError, match="fortnight"):
            Period(n=1, unit="fortnight")  # type: ignore[arg-type]

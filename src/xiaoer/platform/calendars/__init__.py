"""The city's working calendar: the shipped arrangement with the city's own days laid over it."""

from __future__ import annotations

from xiaoer.platform.calendars.city import CityDays, city_days, working_calendar

__all__ = ["CityDays", "city_days", "working_calendar"]

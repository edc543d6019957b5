"""Working days: what "within ten working days" means. Holidays are an argument, given as dates."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, timedelta


def is_working_day(day: date, closed: Container[date] = ()) -> bool:
    return day.weekday() < 5 and day not in closed


def after_working_days(start: datetime, days: int, closed: Container[date] = ()) -> datetime:
    """The same time of day, ``days`` working days later; ``start`` itself counts for nothing."""
    moment = start
    while days > 0:
        moment += timedelta(days=1)
        days -= is_working_day(moment.date(), closed)
    return moment

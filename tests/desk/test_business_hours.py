"""Working days: weekends and closed days are skipped, the time of day stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.business_hours import after_working_days, is_working_day

CHRISTMAS = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 6)})


@pytest.mark.parametrize(
    ("start", "days", "closed", "end"),
    [
        ("2026-11-23", 0, (), "2026-11-23"),
        ("2026-11-23", 1, (), "2026-11-24"),
        ("2026-11-27", 1, (), "2026-11-30"),
        ("2026-11-28", 1, (), "2026-11-30"),
        ("2026-11-29", 5, (), "2026-12-04"),
        ("2026-11-23", 10, (), "2026-12-07"),
        ("2026-12-23", 1, CHRISTMAS, "2026-12-28"),
        ("2026-12-23", 10, CHRISTMAS, "2027-01-13"),
        ("2026-12-25", 0, CHRISTMAS, "2026-12-25"),
    ],
)
def test_working_days_are_counted(start: str, days: int, closed: frozenset[date], end: str) -> None:
    moment = datetime.fromisoformat(f"{start}T14:30:00+00:00")
    assert after_working_days(moment, days, closed) == datetime.fromisoformat(f"{end}T14:30:00+00:00")


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),
    st.integers(1, 60),
    st.frozensets(st.dates(date(2000, 1, 1), date(2061, 1, 1)), max_size=40),
)
def test_as_many_working_days_lie_between_as_were_asked_for(
    naive: datetime, days: int, closed: frozenset[date]
) -> None:
    start = naive.replace(tzinfo=UTC)
    end = after_working_days(start, days, closed)
    between = [start.date() + timedelta(days=n) for n in range(1, (end.date() - start.date()).days + 1)]
    assert sum(is_working_day(day, closed) for day in between) == days
    assert is_working_day(end.date(), closed)
    assert end.timetz() == start.timetz()

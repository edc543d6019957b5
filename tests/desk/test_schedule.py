"""When a workflow driven by time runs."""

from __future__ import annotations

import pytest

from mailbot.desk.schedule import Daily, Every


@pytest.mark.parametrize(("every", "seconds"), [(Every(minutes=5), 300), (Every(seconds=7), 7), (Every(2, 3), 123)])
def test_period_is_in_seconds(every: Every, seconds: int) -> None:
    assert every.period == seconds


def test_a_day_has_one_moment() -> None:
    assert (Daily(7), Daily(7, 30)) == (Daily(hour=7, minute=0), Daily(hour=7, minute=30))

"""When a delayed mail is tried again: soon, then later and later, never all at once, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from mailbot.desk.retry import RetrySchedule, next_attempt

QUEUED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SCHEDULE = RetrySchedule()


def wait(attempts: int, key: str = "k") -> timedelta:
    when = next_attempt(SCHEDULE, QUEUED, QUEUED, attempts, key)
    assert when is not None
    return when - QUEUED


def attempts_of(schedule: RetrySchedule, key: str) -> list[datetime]:
    """The moments of all attempts of a mail that nobody ever takes."""
    moments = [QUEUED]
    while (when := next_attempt(schedule, QUEUED, moments[-1], len(moments), key)) is not None:
        moments.append(when)
    return moments


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 300), (2, 600), (3, 1200), (4, 2400), (5, 4000), (6, 4000), (1000, 4000), (10**9, 4000)],
)
def test_wait_doubles_up_to_the_longest_within_a_fifth(attempts: int, seconds: int) -> None:
    waits = [wait(attempts, f"mail {n}").total_seconds() for n in range(500)]
    assert 0.8 * seconds <= min(waits) < 0.82 * seconds
    assert 1.18 * seconds < max(waits) <= 1.2 * seconds


def test_mails_delayed_together_come_back_apart() -> None:
    assert len({wait(1, f"mail {n}") for n in range(1000)}) > 950
    assert len({wait(n) / min(SCHEDULE.first * 2 ** (n - 1), SCHEDULE.longest) for n in range(1, 12)}) == 11


def test_same_mail_and_attempt_wait_the_same_on_every_machine() -> None:
    assert wait(3, "fact 17|receipt|7") == wait(3, "fact 17|receipt|7")


@pytest.mark.parametrize("key", [f"mail {n}" for n in range(20)])
def test_a_mail_that_nobody_takes_is_tried_for_five_days_and_then_given_up(key: str) -> None:
    moments = attempts_of(SCHEDULE, key)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    assert min(gaps) >= 240 and max(gaps) <= 4800
    assert moments == sorted(moments)
    # RFC 5321, 4.5.4.1: at least 4 to 5 days; given up not before the last wait would pass the end
    assert timedelta(days=5) - timedelta(seconds=4800) <= moments[-1] - QUEUED <= timedelta(days=5)
    assert 90 < len(moments) < 140


def test_a_desk_that_slept_too_long_gives_up_at_once() -> None:
    assert next_attempt(SCHEDULE, QUEUED, QUEUED + timedelta(days=6), 1, "k") is None


def test_the_last_attempt_may_be_at_the_very_end() -> None:
    schedule = RetrySchedule(timedelta(minutes=5), timedelta(minutes=5), timedelta(minutes=6))
    assert next_attempt(schedule, QUEUED, QUEUED, 1, "k") is not None
    assert next_attempt(schedule, QUEUED, QUEUED + timedelta(minutes=3), 1, "k") is None

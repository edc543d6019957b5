"""When a delayed mail is tried again, and when the desk gives up (RFC 5321, 4.5.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Doubling from ``first`` up to ``longest``; after ``give_up`` the mail has failed.

    After ``patience`` people are told that it has not arrived, and later mails no longer wait for it.
    """

    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(seconds=4000)
    give_up: timedelta = timedelta(days=5)
    patience: timedelta = timedelta(hours=4)


def next_attempt(
    schedule: RetrySchedule, queued_at: datetime, now: datetime, attempts: int, key: str
) -> datetime | None:
    """When to try again after ``attempts`` failed ones; None where it is time to give up.

    The wait is spread by ± 20 %, derived from the key: many mails delayed together do not come back together.
    """
    wait = min(schedule.first * 2 ** min(attempts - 1, 16), schedule.longest)
    spread = int.from_bytes(sha256(f"{key}|{attempts}".encode()).digest()[:2], "big") / 65535
    when = now + wait * (0.8 + 0.4 * spread)
    return when if when <= queued_at + schedule.give_up else None

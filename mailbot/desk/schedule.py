"""When a workflow that is driven by time runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again; the first time one period after the start. Every process does it: it must bear that."""

    minutes: int = 0
    seconds: int = 0

    @property
    def period(self) -> int:
        """In seconds."""
        return self.minutes * 60 + self.seconds

    def __str__(self) -> str:
        return f"every {self.seconds} s" if self.seconds else f"every {self.minutes} min"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at an hour and minute of the desk's own zone, in one of the processes, and later where none was up."""

    hour: int
    minute: int = 0

    def latest(self, now: datetime, zone: tzinfo) -> datetime:
        """The last such moment that is not after ``now``. What a clock change skips comes an hour later, and what
        it repeats counts the first time.
        """
        today = now.astimezone(zone).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0, fold=0)
        return _utc(today) if _utc(today) <= now else _utc(today - timedelta(days=1))

    def following(self, now: datetime, zone: tzinfo) -> datetime:
        """The first such moment after ``now``."""
        next_day = self.latest(now, zone).astimezone(zone) + timedelta(days=1)
        return _utc(next_day.replace(hour=self.hour, minute=self.minute, fold=0))

    def __str__(self) -> str:
        return f"daily at {self.hour:02}:{self.minute:02}"


Schedule = Every | Daily


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)

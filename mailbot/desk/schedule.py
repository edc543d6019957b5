"""When a workflow that is driven by time runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again; the first time one period after the start."""

    minutes: int = 0
    seconds: int = 0

    @property
    def period(self) -> int:
        """In seconds."""
        return self.minutes * 60 + self.seconds


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at an hour and minute of the desk's own zone."""

    hour: int
    minute: int = 0


Schedule = Every | Daily

"""Moments as forms write them (HTML, «local date and time»), in the desk's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def read_local(text: str, zone: str) -> datetime | None:
    """``2026-11-23T08:15`` in that zone; a day is its first minute. None for anything else."""
    try:
        found = datetime.fromisoformat(text.strip()[:40])
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_local(at: datetime | None, zone: str) -> str:
    """For the value of a field; "" for no moment."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if at else ""

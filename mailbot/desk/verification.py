"""Asking whether it is solved: when the requester is reminded, and when silence has lasted long enough.

The ladder hangs on one moment: when the question was put, or when whoever was away is back. Everything is counted in
working days of the customer's calendar, and happens while the desk is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mailbot.desk.business_hours import Calendar, NeverOpen
from mailbot.desk.customers import Customer

LONGEST_ABSENCE = timedelta(days=60)
"""Whoever is away for longer is not waited for: the desk gets in touch with somebody else."""


@dataclass(frozen=True, slots=True)
class Step:
    """A rung. ``reminder`` counts the reminders from 1; 0 is the end of the ladder."""

    at: datetime
    reminder: int = 0


def ladder(customer: Customer, calendar: Calendar, since: datetime) -> tuple[Step, ...]:
    """The rungs in order, the end last. A reminder that would not come before the end is left out."""
    return tuple(_steps(customer, calendar, since))


def _steps(customer: Customer, calendar: Calendar, since: datetime) -> Iterator[Step]:
    end = _working_days_after(calendar, since, customer.silence_working_days)
    for number, days in enumerate(sorted(set(customer.reminders_working_days)), 1):
        at = _working_days_after(calendar, since, days)
        if at < end:
            yield Step(at, number)
    yield Step(end)


def next_step(steps: tuple[Step, ...], now: datetime) -> Step | None:
    """The first rung after ``now``: those that were missed meanwhile are not made up for one by one."""
    return next((step for step in steps if step.at > now), None)


def reached_step(steps: tuple[Step, ...], now: datetime) -> Step | None:
    """The last rung that ``now`` has come to."""
    return next((step for step in reversed(steps) if step.at <= now), None)


def back_from(returns_on: date, calendar: Calendar, now: datetime) -> datetime | None:
    """When somebody who is away until ``returns_on`` can be asked; None where that is no day to wait for."""
    today = calendar.local_day(now)
    if not today < returns_on <= today + LONGEST_ABSENCE:
        return None
    return _opening(calendar, datetime.combine(returns_on, datetime.min.time(), calendar.zone))


def _working_days_after(calendar: Calendar, since: datetime, days: int) -> datetime:
    try:
        return _opening(calendar, calendar.after_working_days(since, days))
    except NeverOpen:
        return since + timedelta(days=days)


def _opening(calendar: Calendar, moment: datetime) -> datetime:
    """When the desk opens. One that never does is no reason to ask nobody."""
    try:
        return calendar.next_opening(moment)
    except NeverOpen:
        return moment.astimezone(UTC)

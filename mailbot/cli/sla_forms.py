"""Clocks, intervals, promises and milestones as JSON: times in ISO 8601 with zone, durations in hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.policy import Policy
    from mailbot.desk.promises import Promise
    from mailbot.desk.service_level import Interval, Measured
    from mailbot.desk.watch import Watch

HOUR = timedelta(hours=1)


def watch_form(policy: Policy, watch: Watch) -> dict[str, Any]:
    """All that `mailbot sla explain` tells."""
    ticket, agreement = watch.ticket, watch.agreement
    calendar = agreement.calendar
    return {
        "reference": ticket_reference(policy.prefix, ticket.number),
        "now": watch.now,
        "state": watch.state,
        "priority": ticket.priority,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "priority_history": _priorities(watch),
        "customer": agreement.customer.name,
        "calendar": {
            "name": calendar.name,
            "zone": calendar.zone.key,
            "opens": wall_clock(calendar.opens),
            "closes": wall_clock(calendar.closes),
        },
        "clocks": [_clock_form(watch, clock) for clock in watch.clocks],
        "promises": [promise_form(p) for p in watch.promises],
        "next": [{"at": m.at, "fact": m.fact.name, **_plain(m.fact.details())} for m in watch.milestones()],
    }


def promise_form(promise: Promise) -> dict[str, Any]:
    return {
        "clock": promise.clock,
        "made_at": promise.made_at,
        "by": promise.by,
        "renewed_at": promise.renewed_at,
        "renewed_by": promise.renewed_by,
        "settled_at": promise.settled_at,
        "outcome": promise.outcome,
    }


def hours(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration / HOUR, 4)


def wall_clock(minutes: int) -> str:
    """510 → 08:30"""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _clock_form(watch: Watch, clock: Measured) -> dict[str, Any]:
    return {
        "clock": clock.kind,
        "target_hours": hours(clock.target),
        "target_from": watch.agreement.source_of(clock.kind, clock.priority) if clock.target else None,
        "does": clock.clock,
        "used_hours": hours(clock.used),
        "remaining_hours": hours(clock.remaining),
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "breached": clock.is_breached,
        "intervals": [_interval_form(watch, i) for i in clock.intervals],
    }


def _interval_form(watch: Watch, interval: Interval) -> dict[str, Any]:
    return {
        "begins": interval.begins,
        "ends": interval.ends,
        "does": interval.clock,
        "worked_hours": hours(interval.worked),
        "rule": interval.rule,
        "closed_days": [day.isoformat() for day in closed_days(watch, interval)],
    }


def closed_days(watch: Watch, interval: Interval) -> Iterable[Any]:
    """The days off within an interval that would have been working days by their weekday."""
    calendar = watch.agreement.calendar
    first, last = calendar.local_day(interval.begins), calendar.local_day(interval.ends)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [d for d in days if d.weekday() in calendar.weekdays and not calendar.is_working_day(d)]


def _priorities(watch: Watch) -> list[dict[str, Any]]:
    told = ("priority_proposed", "priority_changed")
    return [{"at": h.at, "by": h.actor, **h.details} for h in watch.happenings if h.name in told]


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value not in ("", None)}

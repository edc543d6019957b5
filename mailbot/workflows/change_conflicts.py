"""What stands in the way of a change, looked up: announced events, other changes, freezes, service hours."""

from __future__ import annotations

from mailbot.desk.change import Plan
from mailbot.desk.change_conflicts import Conflict, ConflictKind, find_conflicts, is_against_hours
from mailbot.workflows.office import Office


def conflicts_of(office: Office, ticket: int, plan: Plan) -> tuple[Conflict, ...]:
    """Everything that stands in the way of a plan; nothing where it has no window. ``ticket`` 0: not registered."""
    window = plan.window
    if window is None:
        return ()
    work = office.work
    return find_conflicts(
        window,
        plan.touched,
        ticket=ticket,
        now=office.now,
        announcements=work.announcements.list_current(window.ends_at or window.starts_at),
        rivals=work.changes.rivals_of(window),
        freezes=office.policy.changes.freezes,
    )


def freezes_in(conflicts: tuple[Conflict, ...]) -> tuple[str, ...]:
    return tuple(c.title for c in conflicts if c.kind is ConflictKind.FREEZE)


def is_in_wrong_hours(office: Office, plan: Plan) -> bool:
    """Whether its window is inside service hours though changes are made outside them, or the other way round.

    Measured by the hours of every customer that is touched, or by the desk's own.
    """
    window = plan.window
    if window is None:
        return False
    policy = office.policy
    calendars = [policy.calendar_of(name) for name in plan.customers] or [policy.calendar]
    return any(is_against_hours(window, calendar, policy.changes.hours) for calendar in calendars)

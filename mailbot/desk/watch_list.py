"""The desk's watch-list: what must be read, who must be spoken with, what nobody has accepted, and what grows old.

The desk owns every ticket until it is solved, wherever it is worked on (ITIL); the list is how it keeps an eye on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.desk.business_hours import Calendar
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.ticket import Ticket


class Mark(StrEnum):
    """Why a ticket is on the list before it is old."""

    READ = "read"
    CONTACT = "contact"
    UNACCEPTED = "unaccepted"
    NONE = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What must happen next: a key of ``[step]`` of the agents' words, and the values that its sentence speaks of."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watched:
    """``age`` is in working time of the requester's calendar, since the ticket was opened."""

    ticket: Ticket
    age: timedelta
    mark: Mark


def watch(
    tickets: Iterable[Ticket], now: datetime, calendar_of: Callable[[str], Calendar], after: timedelta
) -> tuple[Watched, ...]:
    """Those that belong on the list, the oldest first. ``calendar_of`` gives the calendar of a customer's name."""
    found = []
    for ticket in tickets:
        calendar = calendar_of(ticket.customer)
        age, mark = calendar.working_time_between(ticket.opened_at, now), mark_of(ticket)
        if mark or (_is_worked_on(ticket, calendar, now) and age >= after):
            found.append(Watched(ticket, age, mark))
    return tuple(sorted(found, key=lambda w: (-w.age, w.ticket.number)))


def mark_of(ticket: Ticket) -> Mark:
    if ticket.state in ENDED and not ticket.needs_person:
        return Mark.NONE
    if ticket.needs_person:
        return Mark.READ
    if ticket.needs_contact:
        return Mark.CONTACT
    return Mark.UNACCEPTED if ticket.offered_at and ticket.state is not State.RESOLVED else Mark.NONE


def next_step(ticket: Ticket, worker: str, accept_by: datetime | None = None) -> NextStep:
    """What must happen next. ``worker`` is the assignee's name; ``accept_by`` when an offer ends, where it does."""
    if ticket.needs_person:
        return NextStep("read")
    if ticket.state in ENDED:
        return NextStep("nothing")
    if ticket.needs_contact:
        return NextStep("contact")
    if ticket.state is State.RESOLVED:
        return NextStep("verify")
    if ticket.offered_at:
        limit = {"at": accept_by.isoformat()} if accept_by else {}
        return NextStep("accept_by" if accept_by else "accept", {"group": ticket.group, **limit})
    if ticket.state is State.PENDING and ticket.waits_until:
        return NextStep("wait_until", {"day": ticket.waits_until.isoformat()})
    if ticket.state is State.PENDING:
        return NextStep("wait")
    return NextStep("work", {"agent": worker}) if ticket.assignee else NextStep("take", {"group": ticket.group})


def _is_worked_on(ticket: Ticket, calendar: Calendar, now: datetime) -> bool:
    """Whether the desk could do something now: not where the requester has the word, or a day is waited for."""
    if ticket.state in ENDED or ticket.state is State.RESOLVED:
        return False
    return not (ticket.state is State.PENDING and ticket.waits_until and ticket.waits_until > calendar.local_day(now))

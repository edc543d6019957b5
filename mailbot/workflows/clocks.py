"""After every fact the clocks of its ticket are read again: what is due and promised, and the timer of what comes next.

``notification.record`` calls this for whatever it writes down, so no act can forget it. Promises are written down here,
and never told: the receipt and the notices tell them. What time itself brings stands in ``service_levels``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.desk import journal, journal_service
from mailbot.desk.policy import Policy
from mailbot.desk.promises import Promise, promise_for
from mailbot.desk.service_level import Agreement, Happening
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.desk.watch import Watch, read_watch
from mailbot.workflows.office import Office

TIMER = "service_level"

# These neither move a clock nor say anything to the requester.
SILENT: tuple[type[journal.Fact], ...] = (
    journal.NoteAdded,
    journal.AlertRecorded,
    journal.AutomaticMailRecorded,
    journal.CommandRefused,
    journal.DeliveryDelayed,
    journal.DeliveryFailed,
    journal.PersonNeeded,
    journal.ReplyHeld,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact of this very transaction, in the form of those that the store has."""

    at: datetime
    name: str
    actor: str
    state: str
    details: Mapping[str, Any] = field(default_factory=dict)


def plan(office: Office, ticket: Ticket, actor: str) -> None:
    """Before a new ticket is kept: when it is due, and what its requester can be promised. ``actor`` registers it."""
    watch = _watch_of_new(office, ticket, actor)
    ticket.due_at = watch.due_at
    ticket.promised_by = min((p.by for p in _promises(watch)), default=None)


def promise_nothing(office: Office, ticket: Ticket) -> None:
    """The receipt does not go out: what was planned is promised to nobody."""
    ticket.promised_by = None
    office.work.tickets.set_due(ticket)


def promises_of_new(office: Office, ticket: Ticket, actor: str) -> tuple[Promise, ...]:
    """What the receipt of a ticket says when it is registered now."""
    return _promises(_watch_of_new(office, ticket, actor))


def read(office: Office, ticket: Ticket) -> Watch:
    """The ticket's clocks, promises and milestones as they stand."""
    return _read(office, ticket, office.work.journal.of_ticket(ticket.number))


def follow(office: Office, ticket: Ticket, facts: Sequence[journal.Fact], *, receipt_sent: bool) -> None:
    """Facts have been written down: make, keep or miss promises by them, and set the timer anew."""
    if not facts or all(isinstance(fact, SILENT) for fact in facts):
        return
    new = isinstance(facts[0], journal.TicketRegistered)
    watch = _read(office, ticket, _as_happened(facts, ticket) if new else office.work.journal.of_ticket(ticket.number))
    made = _made(ticket, _promises(watch)) if new and receipt_sent else []
    if settled := [*made, *watch.settled()]:
        for fact in settled:
            office.work.journal.append(fact, ticket.state.value)
        watch = _read(office, ticket, [*watch.happenings, *_as_happened(settled, ticket)])
    wind(office, watch)


def wind(office: Office, watch: Watch) -> None:
    """Keep what is due and promised with the ticket, and have the clock wake for the next milestone."""
    ticket = watch.ticket
    if (ticket.due_at, ticket.promised_by) != (watch.due_at, watch.promised_by):
        ticket.due_at, ticket.promised_by = watch.due_at, watch.promised_by
        office.work.tickets.set_due(ticket)
    if milestones := watch.milestones():
        office.work.timers.set(TIMER, milestones[0].at, key=_key(ticket), ticket=ticket.number)
    else:
        office.work.timers.cancel(_key(ticket))


def is_wound(office: Office, ticket: Ticket) -> bool:
    """Whether what is kept of a ticket is what its clocks say now."""
    watch = read(office, ticket)
    milestones, timer = watch.milestones(), office.work.timers.find(_key(ticket))
    if (ticket.due_at, ticket.promised_by) != (watch.due_at, watch.promised_by):
        return False
    return (timer.due_at if timer else None) == (milestones[0].at if milestones else None)


def _key(ticket: Ticket) -> str:
    return f"{TIMER}/{ticket.number}"


def _watch_of_new(office: Office, ticket: Ticket, actor: str) -> Watch:
    return _read(office, ticket, [Happened(office.now, "ticket_registered", actor, ticket.state.value)])


def _read(office: Office, ticket: Ticket, happenings: Sequence[Happening]) -> Watch:
    return read_watch(ticket, agreement_of(office.policy, ticket), happenings, office.now)


def agreement_of(policy: Policy, ticket: Ticket) -> Agreement:
    """What holds for a ticket: what is agreed with its customer, without targets for a change."""
    agreement = policy.agreement_with(ticket.customer)
    return agreement.untimed if ticket.kind is TicketKind.CHANGE else agreement


def _promises(watch: Watch) -> tuple[Promise, ...]:
    return promise_for(watch.agreement, watch.clocks) if watch.ticket.requester else ()


def _made(ticket: Ticket, promises: Iterable[Promise]) -> list[journal.Fact]:
    return [
        journal_service.PromiseMade(
            ticket=ticket.number, at=p.made_at, clock=p.clock.value, promised_by=p.by.isoformat()
        )
        for p in promises
    ]


def _as_happened(facts: Iterable[journal.Fact], ticket: Ticket) -> list[Happened]:
    return [Happened(f.at, f.name, f.actor, ticket.state.value, f.details()) for f in facts]

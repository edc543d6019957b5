"""A ticket is handed to specialists, who accept it or return it; not accepted in time, it comes back to the desk.

The desk owns the ticket all the while, and the requester goes on talking to the desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mailbot.desk import handover
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, UnknownPerson
from mailbot.desk.journal import Fact
from mailbot.desk.staff import Group
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.store.timers import Timer
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office

EXPIRY = "handover_expiry"


def escalate(
    office: Office, ticket: Ticket, actor: Mailbox, to: str, why: str, cause: Cause | None = None
) -> datetime | None:
    """Ask a specialist group to take the ticket over; by when it must have accepted, or None without a limit.

    Raises:
        UnknownPerson: no group is called so.
        NotAllowed: no reason was given, or the group has the ticket already.
        IllegalTransition: the ticket has ended.
    """
    group = office.policy.find_group(to)
    if group is None:
        raise UnknownPerson(to, tuple(g.name for g in office.policy.groups))
    _need_why("escalate", why)
    ticket.owner = owner_of(office, ticket)
    accept_by = _accept_by(office, ticket, group)
    entry = file_words(office, ticket, EntryKind.NOTE, actor, why, cause)
    facts = handover.escalate(ticket, office.now, actor.address, group.name, why, accept_by, entry.id)
    _watch(office, ticket, accept_by)
    _settle(office, ticket, facts, entry, cause)
    return accept_by


def give_back(office: Office, ticket: Ticket, actor: Mailbox, why: str, cause: Cause | None = None) -> None:
    """The specialists return the ticket to the desk.

    Raises:
        NotAllowed: no reason was given, or the desk has it already.
        IllegalTransition: the ticket has ended.
    """
    _need_why("return", why)
    ticket.owner = owner_of(office, ticket)
    entry = file_words(office, ticket, EntryKind.NOTE, actor, why, cause)
    facts = handover.give_back(ticket, office.now, actor.address, why, entry.id)
    _watch(office, ticket, None)
    _settle(office, ticket, facts, entry, cause)


def assign(
    office: Office, ticket: Ticket, actor: Mailbox, assignee: str, group: str, cause: Cause | None = None
) -> None:
    """Give the ticket to an agent or a group; an offer to specialists ends with it, accepted or taken back."""
    ticket.owner = owner_of(office, ticket)
    facts = handover.assign(ticket, office.now, actor.address, assignee, group)
    if len(facts) > 1:
        _watch(office, ticket, None)
    _settle(office, ticket, facts, office.work.tickets.first_entry(ticket.number), cause)


def expire(office: Office, timer: Timer) -> None:
    """Back to the desk, where the offer that the timer was set for still waits."""
    ticket = office.work.tickets.find(timer.ticket or 0, lock=True)
    offered = ticket.offered_at.isoformat() if ticket and ticket.offered_at else ""
    if ticket is None or offered != timer.details.get("offered_at"):
        return
    facts = handover.expire(ticket, office.now)
    _settle(office, ticket, facts, office.work.tickets.first_entry(ticket.number), None)


def owner_of(office: Office, ticket: Ticket) -> str:
    """The group that answers for a ticket; tickets older than the rule belong to the desk as well."""
    return ticket.owner or office.policy.first_group


def _accept_by(office: Office, ticket: Ticket, group: Group) -> datetime | None:
    hours = group.accept_hours or office.policy.routing.accept_hours
    if not hours:
        return None
    return office.policy.calendar_of(ticket.customer).after_working_time(office.now, timedelta(hours=hours))


def _watch(office: Office, ticket: Ticket, accept_by: datetime | None) -> None:
    """Set the clock of an offer, or stop it."""
    key = f"handover/{ticket.number}"
    if accept_by is None or ticket.offered_at is None:
        office.work.timers.cancel(key)
    else:
        details = {"offered_at": ticket.offered_at.isoformat()}
        office.work.timers.set(EXPIRY, accept_by, key=key, ticket=ticket.number, details=details)


def _need_why(action: str, why: str) -> None:
    if not why.strip():
        raise NotAllowed(action, "it needs a reason: say what they must know", "needs_why")


def _settle(office: Office, ticket: Ticket, facts: list[Fact], entry: Entry | None, cause: Cause | None) -> None:
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)


TIMERS = {EXPIRY: expire}

"""Tickets that were there before an event was announced join it, and leave it again: both by an agent's word."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.links import LinkKind
from mailbot.desk.ticket import Ticket
from mailbot.workflows import known_events, merging, resolution
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office


def join(
    office: Office, announcement: Announcement, tickets: Sequence[Ticket], actor: Mailbox, *, tell: bool = True
) -> int:
    """These tickets are about it; ``tell``: their requesters are written to, in the words of the announcement.

    Those that are about it already are left as they are. How many joined.
    """
    event = office.work.tickets.get(announcement.ticket, lock=True)
    joined = 0
    for ticket in tickets:
        if office.work.links.find(ticket.number, LinkKind.CHILD_OF, event.number):
            continue
        merging.link(office, ticket, LinkKind.CHILD_OF, event, actor)
        if tell and ticket.requester:
            resolution.answer(office, ticket, actor, announcement.words)
        joined += 1
    return joined


def detach(office: Office, ticket: Ticket, actor: Mailbox) -> None:
    """An agent says that a ticket is about something else; its requester is not written to.

    Raises:
        NotAllowed: it was not about an announced event.
    """
    facts = known_events.deny(office, ticket, actor.address)
    if not facts:
        raise NotAllowed("detach", "the ticket is not about an announced event", "no_event")
    ticket.changed_at = office.now
    office.work.tickets.save(ticket)
    record(office, ticket, facts)

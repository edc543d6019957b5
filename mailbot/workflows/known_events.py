"""A new ticket is about something that was announced: it is linked, and its receipt says how that stands.

Whoever is told so may say that it is something else: then their ticket stands alone again.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.announcements import Announcement, Match, find_match
from mailbot.desk.journal import DESK, Fact
from mailbot.desk.journal_announcements import AnnouncementDenied, AnnouncementMatched
from mailbot.desk.links import Link, LinkKind
from mailbot.desk.services import Matter
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail answers one about this announcement; None: about one that it must not be linked to, nor to another."""

    announcement: Announcement | None


def match(office: Office, ticket: Ticket, matter: Matter, answered: Answered | None = None) -> list[Fact]:
    """Link a ticket of a person to the announcement that it is about; what happened."""
    if ticket.requester is None or ticket.alert_key:
        return []
    if answered:
        found = Match(answered.announcement, "an answer to its mail") if answered.announcement else None
    else:
        found = find_event(office, matter, ticket.service)
    if found is None:
        return []
    about = found.announcement
    office.work.links.add(Link(ticket.number, LinkKind.CHILD_OF, about.ticket, office.now, DESK))
    return [
        AnnouncementMatched(
            ticket=ticket.number,
            at=office.now,
            announcement=about.number,
            other=about.ticket,
            why=found.why[:300],
        )
    ]


def find_event(office: Office, matter: Matter, service: str) -> Match | None:
    """The current announcement that a new ticket of a person would be linked to."""
    return find_match(office.work.announcements.list_current(office.now), matter, service)


def find_announcement(office: Office, ticket: Ticket) -> Announcement | None:
    """The current announcement that a ticket is a child of."""
    if not office.work.announcements.list_current(office.now):
        return None
    above = office.work.links.find(ticket.number, LinkKind.CHILD_OF)
    return office.work.announcements.find_of_ticket(above.other) if above else None


def deny(office: Office, ticket: Ticket, actor: str) -> list[Fact]:
    """It is not the announced event; nothing happens where it was never linked to one."""
    above = office.work.links.find(ticket.number, LinkKind.CHILD_OF)
    about = office.work.announcements.find_of_ticket(above.other) if above else None
    if above is None or about is None:
        return []
    office.work.links.undo(above, office.now)
    return [
        AnnouncementDenied(
            ticket=ticket.number, at=office.now, actor=actor, announcement=about.number, other=about.ticket
        )
    ]

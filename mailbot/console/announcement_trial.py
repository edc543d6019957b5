"""Before something is announced: which of the newest open tickets would be about it, and by which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.console.tickets import OPEN
from mailbot.desk.announcements import Announcement, find_match
from mailbot.desk.services import Matter
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office

MOST_TRIED = 100
"""So many of the newest open tickets are looked at."""
MOST_CHARACTERS = 4_000
"""So much of each is read: what a mail is about stands in its beginning."""


_WORDS = re.compile("«[^»]{1,200}»")


@dataclass(frozen=True, slots=True)
class Tried:
    """A ticket that is about it, and the words that decided."""

    ticket: Ticket
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """``looked_at`` of the newest open tickets of people, of which ``matched`` belong to nothing else yet."""

    looked_at: int
    matched: Sequence[Tried]


def try_announcement(office: Office, announcement: Announcement) -> Trial:
    newest = office.work.tickets.list_tickets(states=OPEN, limit=MOST_TRIED)
    of_people = [t for t in newest if t.requester and not t.alert_key]
    numbers = [t.number for t in of_people]
    below = office.work.links.with_parent(numbers)
    said = office.work.story.first_words_of([n for n in numbers if n not in below], MOST_CHARACTERS)
    matched = []
    for ticket in of_people:
        if ticket.number in below:
            continue
        matter = Matter(ticket.subject, said.get(ticket.number, ""), customer=ticket.customer)
        found = find_match([announcement], matter, ticket.service)
        if found:
            matched.append(Tried(ticket, ", ".join(_WORDS.findall(found.why)) or found.why))
    return Trial(len(of_people), matched)

"""What a ticket belongs together with, as its page shows it: above, below and beside it, and where it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailbot.desk.announcements import Announcement
from mailbot.desk.lifecycle import State, Trigger, allowed
from mailbot.desk.links import Link, LinkKind
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.store.links import KnownError
from mailbot.workflows.office import Office

MOST_BESIDE = 20
"""So many linked tickets, and so many children, stand beside the story."""
UNDONE_BY = {LinkKind.MERGED_INTO: "unmerge", LinkKind.SPLIT_FROM: "unsplit"}
"""The act that takes back a link of a kind; ``unlink`` for all others."""
ASKED_IN = tuple(s for s in State if s is not State.RESOLVED and Trigger.RESOLVE in allowed(s))
"""A child in one of these is asked when the resolution of its problem is proposed."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another ticket. ``key`` says what it is to the one that is shown (texts ``link.…``), ``undo`` names an act."""

    key: str
    ticket: Ticket
    undo: str


@dataclass(frozen=True, slots=True)
class Together:
    """``merged`` is where the ticket goes on; ``event`` what was announced and it is about, ``announced`` what stands
    on itself. ``counts``: state → (its children, those of them with a requester)."""

    beside: Sequence[Beside] = ()
    merged: Ticket | None = None
    children: Sequence[Ticket] = ()
    counts: Mapping[State, tuple[int, int]] = field(default_factory=dict)
    known: KnownError | None = None
    above: KnownError | None = None
    event: Announcement | None = None
    announced: Announcement | None = None

    @property
    def all_children(self) -> int:
        return sum(count for count, _ in self.counts.values())

    @property
    def asked(self) -> int:
        """How many requesters a resolution of this ticket would be proposed to, beside its own."""
        return asked_of(self.counts)

    @property
    def parts(self) -> list[Beside]:
        """Without the ticket that it goes on in, which has a place of its own."""
        return [one for one in self.beside if one.key != LinkKind.MERGED_INTO]


def asked_of(counts: Mapping[State, tuple[int, int]]) -> int:
    """How many requesters stand behind the children that are worked on."""
    return sum(counts.get(state, (0, 0))[1] for state in ASKED_IN)


def read_together(office: Office, ticket: Ticket) -> Together:
    links = office.work.links.list_beside(ticket.number, MOST_BESIDE)
    below = office.work.links.page_children(ticket.number, limit=MOST_BESIDE)
    goes_on = office.work.links.target_of(ticket.number)
    wanted = {other_of(link, ticket.number) for link in links} | {link.ticket for link in below} | {goes_on}
    found = office.work.tickets.list_numbered(sorted(wanted))
    above = next((link.other for link in links if link.kind is LinkKind.CHILD_OF), 0)
    of_problems = [n for n in (above, ticket.number if ticket.kind is TicketKind.PROBLEM else 0) if n]
    known = office.work.links.known_errors_of(of_problems) if of_problems else {}
    return Together(
        [_beside(link, ticket.number, found) for link in links],
        found[goes_on] if goes_on != ticket.number else None,
        [found[link.ticket] for link in below],
        office.work.links.count_children(ticket.number) if below else {},
        known.get(ticket.number),
        known.get(above),
        office.work.announcements.find_of_ticket(above) if above else None,
        office.work.announcements.find_of_ticket(ticket.number),
    )


def other_of(link: Link, number: int) -> int:
    return link.other if link.ticket == number else link.ticket


def _beside(link: Link, number: int, found: Mapping[int, Ticket]) -> Beside:
    key = link.kind.value if link.ticket == number else f"of_{link.kind.value}"
    return Beside(key, found[other_of(link, number)], UNDONE_BY.get(link.kind, "unlink"))


def kinds_of(ticket: Ticket) -> list[str]:
    """What another ticket may be to this one, by hand (texts ``link_as.…``): ``of_…`` where it is the lower one."""
    below = ["of_caused_by"] if ticket.kind is TicketKind.CHANGE else []
    return ["related", "child_of", "of_child_of", "caused_by", *below]

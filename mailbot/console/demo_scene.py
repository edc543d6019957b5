"""What stands on the demo's stage: a mailbox, the agent's tickets, and what goes on inside the desk.

Only people of reserved domains, and mail about a ticket: nobody's real mail, and no link that signs somebody in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mailbot.console.demo_letters import Letter, read_letter
from mailbot.desk.demo import DEMO_AGENT, DEMO_USER, may_play
from mailbot.desk.lifecycle import ENDED, Trigger, allowed
from mailbot.desk.ticket import PUBLIC, Entry, Ticket
from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.store.inbox_questions import InboxRow
from mailbot.store.outbox_lists import OutgoingLine
from mailbot.workflows.office import Office

LATEST = 60
"""How far back the demo looks in the lists of the desk."""
MOST_LETTERS, MOST_TICKETS = 12, 6
ACTS = {"take": Trigger.ASSIGN, "reply": None, "resolve": Trigger.RESOLVE}


@dataclass(frozen=True, slots=True)
class Inside:
    """What became of the newest mail: the mail itself, its ticket, and what the desk wrote since."""

    mail: InboxRow
    ticket: Ticket | None
    outgoing: tuple[OutgoingLine, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """``letters`` have arrived, ``under_way`` not yet. ``stamp`` changes whenever anything here does."""

    reader: str
    letters: tuple[OutgoingLine, ...]
    under_way: int
    open_letter: Letter | None
    tickets: tuple[Ticket, ...]
    open_ticket: Ticket | None
    entries: tuple[Entry, ...]
    inside: Inside | None
    stamp: str

    @property
    def is_agent(self) -> bool:
        return self.reader == DEMO_AGENT.address

    @property
    def has_written(self) -> bool:
        """Whether the newest mail is from whoever reads here: then an answer to it is on its way."""
        mail = self.inside.mail if self.inside else None
        return mail is not None and (mail.author or mail.envelope.reverse_path).lower() == self.reader

    @property
    def acts(self) -> tuple[str, ...]:
        """What the agent may do with the open ticket."""
        if self.open_ticket is None or self.open_ticket.state in ENDED:
            return ()
        possible = allowed(self.open_ticket.state)
        mine = self.open_ticket.assignee == DEMO_AGENT.address
        return tuple(a for a, t in ACTS.items() if (t is None or t in possible) and not (a == "take" and mine))


def set_scene(office: Office, reader: str, letter: int, ticket: int) -> Scene:
    """The stage for whoever reads ``reader``'s mail, with this letter and this ticket open; 0: the newest."""
    tickets, mails = _look(office)
    mine = [m for m in mails if m.recipient.lower() == reader]
    arrived = [m for m in mine if m.status is DeliveryStatus.RELAYED]
    current = sorted(tickets, key=lambda t: t.state in ENDED)[:MOST_TICKETS]
    chosen = next((t for t in tickets if t.number == ticket), current[0] if current else None)
    return Scene(
        reader,
        tuple(arrived[:MOST_LETTERS]),
        sum(m.status in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING) for m in mine),
        find_letter(office, reader, letter or (arrived[0].id if arrived else 0)),
        tuple(current),
        chosen,
        tuple(e for e in office.work.tickets.entries_of(chosen.number) if e.kind in PUBLIC) if chosen else (),
        _look_inside(office),
        _stamp(office, tickets, mails),
    )


def find_stamp(office: Office) -> str:
    """Something that is another whenever anything has happened on the stage."""
    return _stamp(office, *_look(office))


def _stamp(office: Office, tickets: list[Ticket], mails: list[OutgoingLine]) -> str:
    rows = [(row.id, row.disposition.value) for row in office.work.inbox.list_rows(limit=5)]
    seen = rows, [(t.number, t.version) for t in tickets], [(m.id, m.status.value) for m in mails]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def _look(office: Office) -> tuple[list[Ticket], list[OutgoingLine]]:
    """The tickets of people who play, and what was written about them to others who do."""
    tickets = [t for t in office.work.tickets.list_tickets(limit=LATEST) if is_played(t)]
    played = {t.number for t in tickets}
    mails = office.work.outbox_lists.list_lines(limit=LATEST)
    return tickets, [m for m in mails if m.ticket in played and may_play(m.recipient)]


def find_letter(office: Office, reader: str, number: int) -> Letter | None:
    """A mail about the ticket of somebody who plays that has arrived at this reader; None for everything else."""
    mail = office.work.outbox.find(number) if number else None
    if mail is None or mail.ticket is None or not may_play(reader) or mail.recipient.lower() != reader:
        return None
    shown = mail.status is DeliveryStatus.RELAYED and is_played(office.work.tickets.get(mail.ticket))
    return read_letter(mail) if shown else None


def is_played(ticket: Ticket) -> bool:
    return ticket.requester is not None and may_play(ticket.requester.mailbox.address)


def readers(reader: str) -> tuple[tuple[str, str], ...]:
    """Whose mailboxes there are to look into: the end user played just now, and the agent."""
    user = reader if reader != DEMO_AGENT.address else DEMO_USER.address
    return ((user, "user"), (DEMO_AGENT.address, "agent"))


def _look_inside(office: Office) -> Inside | None:
    rows = office.work.inbox.list_rows(limit=LATEST)
    mail = next((r for r in rows if may_play(r.author or r.envelope.reverse_path)), None)
    if mail is None:
        return None
    ticket = office.work.tickets.find(mail.ticket) if mail.ticket else None
    if ticket is None or not is_played(ticket):
        return Inside(mail, None, ())
    since = [
        m for m in office.work.outbox_lists.list_lines(ticket=ticket.number, limit=6) if m.queued_at >= mail.received_at
    ]
    return Inside(mail, ticket, tuple(since[::-1]))

"""A solution is proposed, accepted, refused, verified in person; a ticket is answered, noted on, cancelled.

Each act keeps the words first, then changes the ticket, then records: all in the caller's transaction.
"""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.desk.journal_links import ResolutionSpread
from mailbot.desk.lifecycle import State, Trigger, allowed
from mailbot.desk.ticket import Entry, EntryKind, Participant, Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office


def propose(
    office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause | None = None, first_aid: str = ""
) -> None:
    """The fault is thought to be gone: ask the requester. ``words`` is what was done, for them to read.

    ``first_aid`` is the name of the ready answer that is part of them, for the journal.
    """
    _need_words("resolve", words)
    entry = file_words(office, ticket, EntryKind.RESOLUTION, actor, words, cause)
    _settle(office, ticket, ticket.resolve(office.now, actor.address, entry.id, first_aid), entry, cause)
    _spread(office, ticket, actor, words)


def _spread(office: Office, ticket: Ticket, actor: Mailbox, words: str) -> None:
    """The same to each open child: each requester is asked, and nobody's ticket closes by another's answer."""
    children = open_children(office, ticket)
    for child in children:
        propose(office, child, actor, words)
    if children:
        numbers = tuple(child.number for child in children)
        fact = ResolutionSpread(ticket=ticket.number, at=office.now, actor=actor.address, children=numbers)
        record(office, ticket, [fact])


def open_children(office: Office, ticket: Ticket) -> list[Ticket]:
    """The children of a problem or a major incident that are worked on: neither ended nor waiting for an answer."""
    found = [office.work.tickets.get(n, lock=True) for n in office.work.links.list_children(ticket.number)]
    return [c for c in found if c.state is not State.RESOLVED and Trigger.RESOLVE in allowed(c.state)]


def accept(office: Office, ticket: Ticket, entry: Entry, words: str, cause: Cause | None = None) -> None:
    """Somebody who is asked says that it is solved; the entry is the evidence: their mail, or their press on our page.

    Where others are affected too, the ticket waits for them; the last one closes it.
    """
    by, way = entry.author.address, "mail" if cause else "page"
    person = ticket.find_participant(by)
    left = _still_asked(office, ticket, person, entry) if person else 0
    if person and left:
        said = (words, entry.evidence, way, left)
        facts = ticket.accept_in_part(office.now, by, entry.id, person.person, *said)
    else:
        facts = ticket.accept(office.now, by, entry.id, words, entry.evidence, way)
    _settle(office, ticket, facts, entry, cause)


def object_to(office: Office, ticket: Ticket, entry: Entry, words: str, cause: Cause | None = None) -> None:
    """The requester or a participant says that the fault is still there, by mail or on our page."""
    by, way = entry.author.address, "mail" if cause else "page"
    _settle(office, ticket, ticket.reopen(office.now, by, entry.id, words, "requester", way), entry, cause)


def reopen(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause | None = None) -> None:
    """An agent opens the ticket again."""
    entry = file_words(office, ticket, EntryKind.NOTE, actor, words, cause) if words.strip() else None
    facts = ticket.reopen(office.now, actor.address, entry.id if entry else None, words, "agent")
    _settle(office, ticket, facts, entry, cause)


def verify(
    office: Office, ticket: Ticket, actor: Mailbox, way: str, words: str, of: str = "", cause: Cause | None = None
) -> None:
    """The agent has spoken with the requester, who says that it is solved. ``words`` is the note of that contact.

    ``of`` is the address of one of several who are affected: then the ticket waits for the others. ``cause`` is
    the mail that says so, where an agent wrote one: the evidence of the closure.

    Raises:
        NotAllowed: there are no words, or nobody of that address is asked.
    """
    _need_words("verify", words)
    person = next((p for p in ticket.affected if p.mailbox.address.lower() == of.strip().lower()), None)
    if of and person is None:
        raise NotAllowed("verify", f"{of} is not asked in this ticket")
    entry = file_words(office, ticket, EntryKind.CONTACT, actor, words, cause)
    left = _still_asked(office, ticket, person, entry) if person else 0
    if person and left:
        facts = ticket.accept_in_part(office.now, actor.address, entry.id, person.person, words, "", way, left)
    else:
        facts = ticket.verify(office.now, actor.address, entry.id, way)
    _settle(office, ticket, facts, entry, None)


def _still_asked(office: Office, ticket: Ticket, person: Participant, entry: Entry) -> int:
    """Keep a person's yes, where several are asked; how many of the others have not said it yet."""
    if len(ticket.affected) < 2:
        return 0
    office.work.acceptances.add(ticket.number, ticket.resolution, person.person, entry.id, office.now)
    said = office.work.acceptances.people(ticket.number, ticket.resolution)
    return len({p.person for p in ticket.affected} - said)


def cancel(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause | None = None) -> None:
    """The ticket ends without a solution; the requester is told why."""
    _need_words("cancel", words)
    entry = file_words(office, ticket, EntryKind.PUBLIC_REPLY, actor, words, cause)
    _settle(office, ticket, ticket.cancel(office.now, actor.address, entry.id, words), entry, cause)


def answer(
    office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause | None = None, first_aid: str = ""
) -> None:
    """An agent writes to the requester; ``first_aid`` as in ``propose``."""
    _need_words("reply", words)
    entry = file_words(office, ticket, EntryKind.PUBLIC_REPLY, actor, words, cause)
    _settle(office, ticket, ticket.answer(office.now, actor.address, entry.id, first_aid), entry, cause)


def note(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause | None = None) -> None:
    """Words for the desk alone."""
    _need_words("note", words)
    entry = file_words(office, ticket, EntryKind.NOTE, actor, words, cause)
    _settle(office, ticket, ticket.note(office.now, actor.address, entry.id), entry, cause)


def _need_words(action: str, words: str) -> None:
    if not words.strip():
        raise NotAllowed(action, "it needs words: say what the reader should know", "needs_words")


def _settle(office: Office, ticket: Ticket, facts: list[Fact], entry: Entry | None, cause: Cause | None) -> None:
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)

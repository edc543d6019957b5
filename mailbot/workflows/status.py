"""Somebody asks how it goes. In a conversation they are told of that ticket; alone, of their own open ones.

A question makes no ticket. But it is told only to whom it belongs: of a mail that shows nothing but an address nothing
is told, and where no open ticket can be meant, a person of the desk reads the question as a new matter.
"""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.journal_status import StatusAsked, StatusListed
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import Disposition, Role
from mailbot.parsers.words import read_words
from mailbot.store.directory import Person
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.status_mail import answer_with_list, answer_without
from mailbot.workflows.verdict import Verdict

OPEN = tuple(state for state in State if state not in ENDED)
MOST_LISTED = 10
MOST_LOOKED_AT = 100


def tell(office: Office, cause: Cause, ticket: Ticket, entry: Entry) -> str:
    """Answer a question in a conversation; whoever asks is known to be in it. What was done, in words."""
    person = office.work.directory.find_by_address(entry.author.address)
    if person is None:
        return "recorded"
    _record(office, cause, ticket, entry, person.id, alone=False)
    return "a question how it goes: answered"


def answer_alone(office: Office, cause: Cause) -> Verdict | None:
    """A mail that belongs to no ticket and only asks how it goes. None where it is something else."""
    about, author = cause.reading.status_about, cause.author
    if about is None or author is None or office.policy.find_agent(author.address):
        return None
    person = office.work.directory.find_by_address(author.address)
    theirs = _open_tickets(office, author)
    meant = [t for t in theirs if _names_it(t, about)]
    if person is None or not meant:
        return None
    if cause.standing.evidence < Evidence.E3:
        done = answer_without(office, cause, person)
        return Verdict(Disposition.STATUS, ("a question how it goes, from nobody knows whom", done))
    if len(meant) == 1:
        return _answer_about(office, cause, meant[0], person)
    key = f"status/{cause.row.id}"
    done = answer_with_list(office, cause, person, meant[:MOST_LISTED], len(meant), key)
    for ticket in meant[:MOST_LISTED]:
        fact = StatusListed(
            ticket=ticket.number, at=office.now, actor=author.address, person=person.id, listed=len(meant), key=key
        )
        record(office, ticket, [fact], cause=cause)
    return Verdict(Disposition.STATUS, (f"a question how it goes with {len(meant)} tickets", done))


def _answer_about(office: Office, cause: Cause, found: Ticket, person: Person) -> Verdict:
    ticket = office.work.tickets.get(found.number, lock=True)
    entry = file_mail(office, ticket, cause, EntryKind.REPLY, Role.REQUESTER)
    _record(office, cause, ticket, entry, person.id, alone=True)
    return Verdict(Disposition.STATUS, ("a question how it goes: answered",), ticket.number)


def _record(office: Office, cause: Cause, ticket: Ticket, entry: Entry, person: int, *, alone: bool) -> None:
    fact = StatusAsked(
        ticket=ticket.number, at=office.now, actor=entry.author.address, entry=entry.id, person=person, alone=alone
    )
    record(office, ticket, [fact], entry=entry, cause=cause)


def _open_tickets(office: Office, author: Mailbox) -> list[Ticket]:
    return office.work.tickets.list_tickets(states=OPEN, requester=author.address, limit=MOST_LOOKED_AT)


def _names_it(ticket: Ticket, about: tuple[str, ...]) -> bool:
    """Whether all that a question is about stands in the subject, in whole words or their beginnings."""
    subject = {w.folded for w in read_words(ticket.subject)}
    return all(any(word.startswith(s) or s.startswith(word) for s in subject if len(s) > 2) for word in about)

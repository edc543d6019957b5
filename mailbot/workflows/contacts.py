"""Somebody calls: the contact is registered or imported, and opens or joins a ticket.

A contact keeps its own row whatever becomes of it, because the time to answer is measured from the rows of contacts.
What was said is an entry of the ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mailbot.desk.contacts import Contact, Outcome
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.journal_contacts import ContactJoined
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import EntryKind, Ticket
from mailbot.desk.vocabulary import Origin
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office, OpenOffice
from mailbot.workflows.registration import AS_USUAL, Filing, register_call, register_own

BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """``known`` were in the store already: a list may be imported again."""

    new: int
    known: int


def register_contact(office: Office, contact: Contact, actor: Mailbox) -> Contact:
    """Keep one contact; with its number.

    Raises:
        NotAllowed: it ended or was answered before it rang.
        PermanentError: its system has told of it before.
    """
    moments = [m for m in (contact.offered_at, contact.answered_at, contact.ended_at) if m]
    if moments != sorted(moments):
        raise NotAllowed("contact", "a call rings first, is answered then, and ends last")
    kept = replace(contact, customer=contact.customer or _customer_of(office, contact))
    added = office.work.contacts.add_many([kept], office.now, actor.address)
    if not added:
        raise PermanentError(f"{contact.system} has told of call {contact.key} before")
    return replace(kept, id=added[0])


def open_ticket(
    office: Office,
    contact: Contact,
    actor: Mailbox,
    requester: Mailbox | None,
    subject: str,
    words: str,
    language: str = "",
    filing: Filing = AS_USUAL,
) -> Ticket:
    """A contact becomes a ticket of its own, with the phone as origin; the requester gets a receipt by mail.

    ``requester`` None: whoever rang has no address, and the ticket says who it was.
    """
    words = words or subject
    if requester:
        ticket = register_call(office, actor, requester, subject, words, language, Origin.PHONE, filing)
    else:
        told = describe(replace(contact, note=words))
        ticket = register_own(office, actor, subject, told, filing, Origin.PHONE)
    _tie(office, contact, ticket, actor, None)
    return ticket


def join_ticket(office: Office, contact: Contact, ticket: Ticket, actor: Mailbox) -> None:
    """A contact is about a ticket that there is already; its note becomes an entry for the desk.

    Raises:
        NotAllowed: it is about another ticket.
    """
    if contact.ticket not in (None, ticket.number):
        other = ticket_reference(office.policy.prefix, contact.ticket)
        raise NotAllowed("contact", f"contact {contact.id} is about {other} already")
    if contact.ticket is None:
        entry = file_words(office, ticket, EntryKind.CONTACT, actor, describe(contact), None)
        _tie(office, contact, ticket, actor, entry.id)


def import_contacts(
    open_office: OpenOffice, calls: Sequence[Contact], by: str, told: Callable[[int], None] = lambda done: None
) -> Imported:
    """Keep a list of calls, some hundred at a time; ``told`` hears how many are done. Safe to repeat."""
    new = 0
    for start in range(0, len(calls), BATCH):
        some = calls[start : start + BATCH]
        with open_office() as office:
            mine = [replace(c, customer=c.customer or _customer_of(office, c)) for c in some]
            new += len(office.work.contacts.add_many(mine, office.now, by))
        told(start + len(some))
    return Imported(new, len(calls) - new)


def get_contact(office: Office, number: int) -> Contact:
    """Raises PermanentError where there is none."""
    found = office.work.contacts.find(number)
    if found is None:
        raise PermanentError(f"there is no contact {number}: see `mailbot contact list`")
    return found


def describe(contact: Contact) -> str:
    """What an entry says of a contact: who rang, and what was noted."""
    who = " ".join(filter(None, (contact.caller_name, contact.caller and f"({contact.caller})"))) or "?"
    missed = "" if contact.outcome is Outcome.ANSWERED else " – not answered"
    return f"☎ {who}{missed}" + (f"\n\n{contact.note}" if contact.note else "")


def _tie(office: Office, contact: Contact, ticket: Ticket, actor: Mailbox, entry: int | None) -> None:
    office.work.contacts.join(contact.id, ticket.number)
    ticket.changed_at = office.now
    office.work.tickets.save(ticket)
    fact = ContactJoined(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        entry=entry,
        contact=contact.id,
        caller=contact.caller,
        answered=contact.outcome is Outcome.ANSWERED,
    )
    record(office, ticket, [fact])


def _customer_of(office: Office, contact: Contact) -> str:
    return office.policy.find_customer(contact.caller).name if "@" in contact.caller else ""

"""A new ticket is logged, given to a support group, and acknowledged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.desk import journal
from mailbot.desk.correspondence import Attachment, Mailbox
from mailbot.desk.services import Matter
from mailbot.desk.ticket import Entry, EntryKind, Participant, Ticket
from mailbot.desk.vocabulary import Origin, Role, TicketKind
from mailbot.workflows import clocks, known_events, prioritisation, routing
from mailbot.workflows.cause import Cause, whole_text
from mailbot.workflows.entries import file_entry
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office

MOST_PARTICIPANTS = 20
NO_SUBJECT = {"sv": "(inget ämne)", "en": "(no subject)"}


@dataclass(frozen=True, slots=True)
class Filing:
    """What an agent who registers a ticket decides of it. ``service``, ``impact``, ``urgency``: "" leaves it to the
    desk's rules. Without ``receipt`` the requester is not mailed that it was registered."""

    kind: TicketKind = TicketKind.INCIDENT
    service: str = ""
    impact: str = ""
    urgency: str = ""
    receipt: bool = True


AS_USUAL = Filing()


def register_mail(
    office: Office,
    cause: Cause,
    *,
    follows: int | None = None,
    alert_key: str = "",
    answered: known_events.Answered | None = None,
) -> Ticket:
    """A mail becomes a ticket: its author the requester, its other readers participants who get no mail.

    A mail without any usable address becomes a ticket without requester: somebody still reads it. ``answered`` says
    which event it is about where it answers a mail about one.
    """
    mail = cause.reading.mail
    requester, language = _requester(office, cause) if not alert_key else (None, "")
    author = cause.author if requester else None
    ticket, chosen = _log(
        office,
        routing.matter_of(office, cause.reading, author, cause.row.queue),
        cause.author.address if cause.author else journal.DESK,
        requester,
        language,
        cause.row.queue,
        origin=_origin(office, cause, alert_key),
        follows=follows,
        alert_key=alert_key,
        answered=answered,
    )
    _add_readers(office, ticket, (*mail.to, *mail.cc))
    entry = _first_entry(office, cause, ticket)
    fact = journal.TicketRegistered(
        ticket=ticket.number,
        at=office.now,
        actor=entry.author.address or journal.DESK,
        entry=entry.id,
        origin=ticket.origin.value,
        follows=follows,
    )
    record(office, ticket, [fact, *chosen], entry=entry, cause=cause)
    return ticket


def _requester(office: Office, cause: Cause) -> tuple[Participant | None, str]:
    """Who wrote, and the language to answer in: what they chose, else what they write."""
    if cause.author is None:
        return None, cause.reading.language
    person = office.work.directory.register(cause.author, office.now)
    requester = Participant(person.id, cause.author, Role.REQUESTER, confirmed=True)
    return requester, person.language or cause.reading.language


def _first_entry(office: Office, cause: Cause, ticket: Ticket) -> Entry:
    author = cause.author or Mailbox("")
    words = whole_text(cause.reading)
    if not cause.reading.mail.fully_read:
        words = f"{words}\n\n[not fully read: the mail is attached as it came]".strip()
    entry = Entry(
        ticket.number,
        EntryKind.ALERT if ticket.alert_key else EntryKind.REQUEST,
        office.now,
        author,
        Role.AGENT if office.policy.find_agent(author.address) else Role.REQUESTER,
        words,
        cause.row.id,
        cause.reading.intent.intent.value if cause.thread else "",
        cause.standing.evidence.name,
    )
    files = cause.reading.mail.attachments if cause.reading.mail.fully_read else _as_it_came(office, cause)
    return file_entry(office, entry, files)


def register_call(
    office: Office,
    agent: Mailbox,
    requester: Mailbox,
    subject: str,
    words: str,
    language: str = "",
    origin: Origin = Origin.STAFF,
    filing: Filing = AS_USUAL,
) -> Ticket:
    """An agent registers what somebody told them, on the phone or at the door."""
    person = office.work.directory.register(requester, office.now)
    language = language or person.language
    who = Participant(person.id, requester, Role.REQUESTER, confirmed=True)
    customer = office.policy.find_customer(requester.address).name
    matter = Matter(subject, words, customer=customer, service=filing.service)
    place = office.policy.main_address
    ticket, chosen = _log(office, matter, agent.address, who, language, place, origin=origin, filing=filing)
    entry = file_entry(office, Entry(ticket.number, EntryKind.REQUEST, office.now, requester, Role.REQUESTER, words))
    fact = journal.TicketRegistered(
        ticket=ticket.number,
        at=office.now,
        actor=agent.address,
        entry=entry.id,
        origin=ticket.origin.value,
        without_receipt=not filing.receipt,
    )
    record(office, ticket, [fact, *chosen], entry=entry)
    return ticket


def register_problem(
    office: Office, actor: Mailbox, subject: str, words: str, kind: TicketKind = TicketKind.PROBLEM
) -> Ticket:
    """An agent registers the cause of incidents, or plans a change. Nobody is its requester."""
    return register_own(office, actor, subject, words, Filing(kind))


def register_own(
    office: Office, actor: Mailbox, subject: str, words: str, filing: Filing, origin: Origin = Origin.STAFF
) -> Ticket:
    """An agent registers a matter of the desk's own, or of somebody whom no mail reaches. Nobody is its requester."""
    place = office.policy.main_address
    matter = Matter(subject, words, service=filing.service)
    ticket, chosen = _log(office, matter, actor.address, None, "", place, origin=origin, filing=filing)
    entry = file_entry(office, Entry(ticket.number, EntryKind.NOTE, office.now, actor, Role.AGENT, words or subject))
    fact = journal.TicketRegistered(
        ticket=ticket.number, at=office.now, actor=actor.address, entry=entry.id, origin=ticket.origin.value
    )
    record(office, ticket, [fact, *chosen], entry=entry)
    return ticket


def register_event(office: Office, subject: str, words: str, alert_key: str) -> Ticket:
    """The desk itself notices something that no mail told of."""
    ticket, chosen = _log(
        office,
        Matter(subject, words),
        journal.DESK,
        None,
        office.policy.default_language,
        office.policy.main_address,
        origin=Origin.MONITORING,
        alert_key=alert_key,
    )
    entry = file_entry(office, Entry(ticket.number, EntryKind.ALERT, office.now, Mailbox(""), Role.STRANGER, words))
    fact = journal.TicketRegistered(
        ticket=ticket.number, at=office.now, actor=journal.DESK, entry=entry.id, origin=ticket.origin.value
    )
    record(office, ticket, [fact, *chosen], entry=entry)
    return ticket


def _log(
    office: Office,
    matter: Matter,
    actor: str,
    requester: Participant | None,
    language: str,
    desk_address: str,
    *,
    origin: Origin,
    follows: int | None = None,
    alert_key: str = "",
    filing: Filing = AS_USUAL,
    answered: known_events.Answered | None = None,
) -> tuple[Ticket, list[journal.Fact]]:
    """The ticket, and what was chosen for it: where it goes, how grave it is. ``actor`` registers it."""
    policy = office.policy
    customer = policy.find_customer(requester.mailbox.address) if requester else policy.default_customer
    spoken = next((s for s in (language, customer.language) if s in policy.languages), policy.default_language)
    ticket = Ticket(
        number=0,
        subject=_one_line(matter.subject) or NO_SUBJECT.get(spoken, NO_SUBJECT["en"]),
        requester=requester,
        language=spoken,
        opened_at=office.now,
        changed_at=office.now,
        origin=origin,
        desk_address=desk_address,
        follows=follows,
        alert_key=alert_key,
        customer=customer.name,
        kind=filing.kind,
    )
    chosen = routing.choose(office, matter)
    routing.place(office, ticket, chosen)
    # What a monitoring system calls critical says nothing of the desk's own priorities.
    said = "" if alert_key else f"{matter.subject}\n{matter.words}"
    proposed = prioritisation.assess(office, ticket, said, impact=filing.impact, urgency=filing.urgency)
    clocks.plan(office, ticket, actor)
    office.work.tickets.add(ticket)
    facts = [*routing.facts_of(office, ticket, chosen), *prioritisation.facts_of(office, ticket, proposed)]
    return ticket, facts + known_events.match(office, ticket, matter, answered)


def _add_readers(office: Office, ticket: Ticket, mailboxes: Iterable[Mailbox]) -> None:
    known = {ticket.requester.mailbox.address.lower()} if ticket.requester else set()
    for mailbox in mailboxes:
        address = mailbox.address.lower()
        if not address or address in known or office.policy.is_ours(address):
            continue
        if len(known) > MOST_PARTICIPANTS:
            return
        known.add(address)
        person = office.work.directory.register(mailbox, office.now)
        office.work.tickets.add_participant(ticket, Participant(person.id, mailbox, Role.PARTICIPANT))


def _as_it_came(office: Office, cause: Cause) -> tuple[Attachment, ...]:
    raw = office.work.inbox.raw_of([cause.row.id])[cause.row.id]
    return (*cause.reading.mail.attachments, Attachment(f"mail-{cause.row.id}.eml", "message/rfc822", raw))


def _origin(office: Office, cause: Cause, alert_key: str) -> Origin:
    if alert_key:
        return Origin.MONITORING
    by_staff = cause.author is not None and office.policy.find_agent(cause.author.address) is not None
    return Origin.STAFF if by_staff else Origin.USER


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text[:2000])).strip()[:900]

"""Nobody has said whether it is solved: they are reminded, and in the end somebody speaks with them.

A ticket closes on silence only where the customer's contract says so, and only on silence: not while a mail waits that
may be the answer, not where a reply is held, not where the question never arrived.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from mailbot.desk import journal_verification
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.desk.lifecycle import State
from mailbot.desk.reference import read_detail
from mailbot.desk.schedule import Every
from mailbot.desk.ticket import Entry, EntryKind, Participant, Ticket
from mailbot.desk.verification import next_step, reached_step
from mailbot.desk.vocabulary import Role
from mailbot.store.timers import Timer
from mailbot.workflows import verification_clock as clock
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office, OpenOffice

log = structlog.get_logger()

SCHEDULE = Every(minutes=10)
WAIT_FOR_INTAKE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
"""For a mail that cannot be read: then somebody must, and speak with whoever is asked."""


def run(open_office: OpenOffice) -> None:
    """Set the clock of questions that have none: asked by an earlier mailbot, or before their clock could be set."""
    with open_office(reads_only=True) as office:
        forgotten = office.work.timers.resolved_without(clock.VERIFICATION)
    for number in forgotten:
        with open_office() as office:
            ticket = office.work.tickets.get(number, lock=True)
            if clock.is_asked(ticket) and office.work.timers.find(clock.key_of(ticket)) is None:
                clock.start(office, ticket, office.now)


def climb(office: Office, timer: Timer) -> None:
    """The clock has come to a rung. Nothing happens where the question was answered, or asked anew."""
    ticket = office.work.tickets.find(timer.ticket or 0, lock=True)
    if ticket is None or not clock.is_asked(ticket) or timer.details["resolution"] != ticket.resolution:
        return
    since = clock.since_of(timer.details)
    steps = clock.steps_of(office, ticket, since)
    step = reached_step(steps, office.now)
    if step is not None and not step.reminder:
        _end(office, ticket, timer)
        return
    clock.set_step(office, ticket, since, next_step(steps, office.now))
    if step is not None:
        reminded = journal_verification.VerificationReminded(
            ticket=ticket.number, at=office.now, resolution=ticket.resolution, number=step.reminder
        )
        _record(office, ticket, [reminded])


def _end(office: Office, ticket: Ticket, timer: Timer) -> None:
    customer, doubt = office.policy.get_customer(ticket.customer), _doubt(office, ticket)
    ended_at = timer.details.get("ended_at", office.now.isoformat())
    if doubt == "unread_reply" and office.now < datetime.fromisoformat(ended_at) + LONGEST_WAIT:
        # The answer may have come and not been read yet: what it says goes before what silence says.
        details, again_at = {**timer.details, "ended_at": ended_at}, office.now + WAIT_FOR_INTAKE
        office.work.timers.set(timer.kind, again_at, key=timer.key, ticket=ticket.number, details=details)
        return
    if customer.closes_on_silence and not doubt:
        facts = ticket.expire(office.now, customer.silence_working_days)
    else:
        facts = ticket.need_contact(office.now, customer.silence_working_days, doubt or "silence")
    office.work.tickets.save(ticket)
    _record(office, ticket, facts)


def _doubt(office: Office, ticket: Ticket) -> str:
    """Why there was perhaps no silence, or nothing."""
    if _unread_answer(office, ticket):
        return "unread_reply"
    held = office.work.tickets.find_last_entry(ticket.number, EntryKind.HELD)
    if held and ticket.resolved_at and held.at >= ticket.resolved_at:
        return "held_reply"
    asked = [p.person for p in ticket.affected]
    reached = office.work.outbox.people_reached(ticket.number, ticket.resolution)
    return "" if reached.issuperset(asked) else "undelivered"


def _unread_answer(office: Office, ticket: Ticket) -> bool:
    """Whether a mail that nobody has read could be of those who are asked."""
    asked = {p.mailbox.address.lower() for p in ticket.affected}
    for envelope in office.work.inbox.unread_envelopes(ticket.resolved_at or office.now):
        details = (path.rpartition("@")[0].partition("+")[2] for path in envelope.forward_paths)
        tokens = (read_detail(office.policy.keyring, detail) for detail in details if detail)
        if any(token and token.ticket == ticket.number for token in tokens):
            return True
        # Of a mail from a mailbox, nothing is known before it is read.
        if envelope.way_in == "imap" or envelope.reverse_path.strip("<> ").lower() in asked:
            return True
    return False


def undo_closure(office: Office, ticket: Ticket, actor: Mailbox, words: str) -> None:
    """The ticket was closed by mistake: whoever was asked is asked again, and told why.

    Raises:
        NotAllowed: it was not closed by an answer, by a personal contact, or by silence.
        IllegalTransition: it is not closed.
    """
    closed_by = office.work.journal.find_last(ticket.number, CLOSURES)
    if ticket.state is State.CLOSED and closed_by is None:
        raise NotAllowed("undo-accept", "nothing says that somebody accepted it; reopen it instead")
    entry = file_words(office, ticket, EntryKind.NOTE, actor, words, None) if words.strip() else None
    undone = closed_by.name if closed_by else ""
    facts = ticket.undo_closure(office.now, actor.address, entry.id if entry else None, undone)
    office.work.acceptances.take_back(ticket.number, ticket.resolution)
    office.work.tickets.save(ticket)
    _record(office, ticket, facts)


CLOSURES = ("resolution_accepted", "resolution_verified", "resolution_expired")


def set_affected(office: Office, ticket: Ticket, actor: Mailbox, person: Mailbox, affected: bool = True) -> None:
    """Somebody else has the same fault, or has it no longer. Where people are being asked, they are asked too.

    Raises:
        NotAllowed: it is the requester, who always is.
    """
    known = office.work.directory.register(person, office.now)
    if ticket.requester and ticket.requester.person == known.id:
        raise NotAllowed("affected", "the requester is asked in any case")
    if affected and not any(p.person == known.id for p in ticket.participants):
        office.work.tickets.add_participant(
            ticket, Participant(known.id, known.mailbox, Role.PARTICIPANT, confirmed=True)
        )
    office.work.tickets.set_affected(ticket, known.id, affected)
    fact = journal_verification.PersonAffected(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        person=known.id,
        address=known.mailbox.address,
        affected=affected,
    )
    _record(office, ticket, [fact])


def _record(office: Office, ticket: Ticket, facts: list[Fact]) -> None:
    """With the words of the solution at hand: those who are asked again read what was done."""
    solution: Entry | None = office.work.tickets.find_last_entry(ticket.number, EntryKind.RESOLUTION)
    record(office, ticket, facts, entry=solution)


TIMERS = {clock.VERIFICATION: climb}

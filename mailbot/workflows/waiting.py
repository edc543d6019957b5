"""A ticket waits, for somebody or until a day; then it is worked on again."""

from __future__ import annotations

from datetime import date, datetime, time

from mailbot.desk import journal
from mailbot.desk.business_hours import NeverOpen
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind, Ticket
from mailbot.store.timers import Timer
from mailbot.workflows.cause import Cause
from mailbot.workflows.entries import file_words
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office

WAIT_ENDS = "wait_ends"


def pause(
    office: Office, ticket: Ticket, actor: Mailbox, why: str, until: date | None = None, cause: Cause | None = None
) -> None:
    """Let the ticket wait; on the morning of ``until`` it is taken up again by itself.

    Raises:
        NotAllowed: that day is not ahead.
        IllegalTransition: the ticket is resolved or has ended.
    """
    if until is not None and until <= office.policy.calendar.local_day(office.now):
        raise NotAllowed("wait", f"{until} is not ahead", "day_passed", day=until.isoformat())
    entry = file_words(office, ticket, EntryKind.NOTE, actor, why, cause) if why.strip() else None
    facts = ticket.pause(office.now, actor.address, entry.id if entry else None, why, until)
    key = f"wait/{ticket.number}"
    if until is None:
        office.work.timers.cancel(key)
    else:
        details = {"until": until.isoformat()}
        office.work.timers.set(
            WAIT_ENDS, _morning(office, ticket, until), key=key, ticket=ticket.number, details=details
        )
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)


def resume(office: Office, ticket: Ticket, actor: Mailbox, words: str = "", cause: Cause | None = None) -> None:
    """An agent says that work goes on."""
    entry = file_words(office, ticket, EntryKind.NOTE, actor, words, cause) if words.strip() else None
    facts = ticket.resume(office.now, actor.address, entry.id if entry else None, "agent")
    office.work.timers.cancel(f"wait/{ticket.number}")
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)


def end_wait(office: Office, timer: Timer) -> None:
    """The day has come. Nothing happens where the ticket waits no longer, or for another day."""
    ticket = office.work.tickets.find(timer.ticket or 0, lock=True)
    until = ticket.waits_until.isoformat() if ticket and ticket.waits_until else ""
    if ticket is None or ticket.state is not State.PENDING or until != timer.details.get("until"):
        return
    facts = ticket.resume(office.now, journal.DESK, None, "day")
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=office.work.tickets.first_entry(ticket.number))


def _morning(office: Office, ticket: Ticket, day: date) -> datetime:
    """When the desk opens on that day, or next after it."""
    calendar = office.policy.calendar_of(ticket.customer)
    midnight = datetime.combine(day, time(), calendar.zone)
    try:
        return calendar.next_opening(midnight)
    except NeverOpen:
        return midnight


TIMERS = {WAIT_ENDS: end_wait}

"""Facts move the clock of a question: when the requester is reminded, and when silence has lasted long enough.

One timer a ticket. Whatever asks begins the clock, whatever answers stops it, an absence moves it. An answer that only
a person can judge stops it too, until that person has written or noted something: silence is what nobody has broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mailbot.desk import journal, journal_verification
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import Ticket
from mailbot.desk.verification import Step, back_from, ladder, next_step
from mailbot.desk.vocabulary import MailKind
from mailbot.workflows.office import Office

VERIFICATION = "verification"

ASKING = (journal.ResolutionProposed, journal.AgentReplied, journal_verification.AcceptanceUndone)
ANSWERING = (
    journal.ResolutionAccepted,
    journal.ResolutionVerified,
    journal.TicketReopened,
    journal.TicketCancelled,
    journal_verification.ResolutionExpired,
    journal_verification.PersonalContactNeeded,
)


def follow(office: Office, ticket: Ticket, fact: journal.Fact) -> None:
    """Do to the clock what a fact calls for; the ticket is as it stands after it."""
    if isinstance(fact, ANSWERING):
        stop(office, ticket)
    elif not is_asked(ticket):
        if isinstance(fact, journal.PersonNeeded):
            stop(office, ticket)
    elif isinstance(fact, ASKING) or _was_read(office, ticket, fact):
        start(office, ticket, office.now)
    elif isinstance(fact, journal.AutomaticMailRecorded):
        _move(office, ticket, fact)


def _was_read(office: Office, ticket: Ticket, fact: journal.Fact) -> bool:
    """An agent has noted something about an answer that had stopped the clock."""
    return isinstance(fact, journal.NoteAdded) and office.work.timers.find(key_of(ticket)) is None


def is_asked(ticket: Ticket) -> bool:
    """Whether people are asked, and the answer is theirs to give: no agent has something to do first."""
    asked = ticket.state is State.RESOLVED and bool(ticket.affected)
    return asked and not ticket.needs_person and not ticket.needs_contact


def key_of(ticket: Ticket) -> str:
    return f"{VERIFICATION}/{ticket.number}"


def stop(office: Office, ticket: Ticket) -> None:
    office.work.timers.cancel(key_of(ticket))


def start(office: Office, ticket: Ticket, since: datetime) -> None:
    """Begin at the foot of the ladder."""
    set_step(office, ticket, since, next_step(steps_of(office, ticket, since), office.now))


def set_step(office: Office, ticket: Ticket, since: datetime, step: Step | None) -> None:
    if step is not None:
        details = {"resolution": ticket.resolution, "since": since.isoformat()}
        office.work.timers.set(VERIFICATION, step.at, key=key_of(ticket), ticket=ticket.number, details=details)


def steps_of(office: Office, ticket: Ticket, since: datetime) -> tuple[Step, ...]:
    policy = office.policy
    return ladder(policy.get_customer(ticket.customer), policy.calendar_of(ticket.customer), since)


def since_of(details: Mapping[str, Any]) -> datetime:
    """When the clock of a timer began."""
    return datetime.fromisoformat(details["since"])


def _move(office: Office, ticket: Ticket, fact: journal.AutomaticMailRecorded) -> None:
    """The requester is away: they are asked anew when they are back, and not reminded before."""
    timer = office.work.timers.find(key_of(ticket))
    requester = ticket.requester.mailbox.address.lower() if ticket.requester else ""
    if (
        timer is None
        or fact.kind != MailKind.OUT_OF_OFFICE.value
        or not fact.returns_on
        or fact.actor.lower() != requester
    ):
        return
    back = back_from(date.fromisoformat(fact.returns_on), office.policy.calendar_of(ticket.customer), office.now)
    if back is None or back <= since_of(timer.details):
        return
    start(office, ticket, back)
    postponed = journal_verification.VerificationPostponed(
        ticket=ticket.number, at=office.now, resolution=ticket.resolution, until=back.isoformat(), why="absence"
    )
    office.work.journal.append(postponed)

"""Who is told of a fact: which people stand behind requester, workers, owner and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from mailbot.desk import journal
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.journal_changes import ApprovalAsked, ApprovalGiven, ApprovalRefused, ApprovalReminded
from mailbot.desk.journal_service import EscalatedToManagement
from mailbot.desk.journal_status import StatusAsked
from mailbot.desk.journal_verification import PersonAffected, ResolutionAcceptedInPart
from mailbot.desk.journal_work import CommandsAnswered, EscalationReturned, TicketResumed
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.notices import Audience, Occasion
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Evidence
from mailbot.desk.vocabulary import NoticeKind
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office

# These go out by themselves, to somebody of whom perhaps nothing is known but what a mail pretended.
UNASKED = frozenset({NoticeKind.PROMISE_RENEWED, NoticeKind.HEARTBEAT})
# What shows who somebody is: a mail that was authenticated, or that used the address which only our mail to them told.
KNOWN_BY = frozenset(e.name for e in Evidence if e >= Evidence.E2)
QUIET_STATES = frozenset({State.RESOLVED.value, *(s.value for s in ENDED)})
OF_APPROVERS = (ApprovalAsked, ApprovalReminded, ApprovalGiven, ApprovalRefused)


@dataclass(frozen=True, slots=True)
class Recipient:
    mailbox: Mailbox
    person: int
    language: str
    verified: bool


def audience_of(
    office: Office, ticket: Ticket, fact: journal.Fact, occasion: Occasion, cause: Cause | None
) -> Iterator[Recipient]:
    """The recipients of one occasion of a fact; nobody, where nobody cares."""
    if occasion.audience is Audience.REQUESTER:
        if ticket.requester:
            verified = cause.verified if cause else occasion.notice not in UNASKED or _has_shown(office, ticket)
            yield Recipient(ticket.requester.mailbox, ticket.requester.person, ticket.language, verified)
    elif occasion.audience is Audience.PERSON and _asks_for_an_answer(fact, office):
        person = office.work.directory.find(fact.person)
        if person and isinstance(fact, CommandsAnswered):
            yield from _agents(office, [person.mailbox.address])
        elif person:
            yield Recipient(
                person.mailbox, person.id, person.language or ticket.language, bool(cause and cause.verified)
            )
    elif occasion.audience in (Audience.ASKED, Audience.SILENT):
        yield from _asked(office, ticket, cause, silent=occasion.audience is Audience.SILENT)
    elif occasion.audience is Audience.PERSON and (number := _person_asked(ticket, fact)):
        if person := office.work.directory.find(number):
            yield Recipient(person.mailbox, number, person.language or ticket.language, verified=True)
    elif occasion.audience is Audience.WORKERS and _workers_care(fact):
        yield from _workers(office, ticket, fact.actor)
    elif occasion.audience is Audience.OWNER and _owner_cares(office, ticket, fact):
        yield from _group(office, ticket.owner or office.policy.first_group, fact.actor)
    elif occasion.audience is Audience.ASSIGNEE and isinstance(fact, journal.TicketAssigned):
        yield from _agents(office, [fact.assignee] if fact.assignee != fact.actor else [])
    elif occasion.audience is Audience.MANAGEMENT and isinstance(fact, EscalatedToManagement):
        person = office.work.directory.register(Mailbox(fact.address), office.now)
        language = person.language or office.policy.default_language
        yield Recipient(person.mailbox, person.id, language, verified=True)


def _has_shown(office: Office, ticket: Ticket) -> bool:
    """Whether some mail of the ticket shows that its requester is who they say: nothing of it is repeated otherwise."""
    address = ticket.requester.mailbox.address.lower() if ticket.requester else ""
    theirs = (e for e in office.work.tickets.entries_of(ticket.number) if e.author.address.lower() == address)
    return any(e.inbox is None or e.evidence in KNOWN_BY for e in theirs)


def _workers_care(fact: journal.Fact) -> bool:
    """Thanks and answers that the desk obeyed by itself disturb nobody; a reply to open work does."""
    if isinstance(fact, journal.ReplyReceived):
        return fact.state not in QUIET_STATES
    if isinstance(fact, TicketResumed):
        return fact.why == "day"
    return not isinstance(fact, journal.TicketReopened) or fact.reason == "requester"


def _workers(office: Office, ticket: Ticket, actor: str) -> Iterator[Recipient]:
    if ticket.assignee:
        yield from _agents(office, [ticket.assignee])
    else:
        yield from _group(office, ticket.group, actor)


def _group(office: Office, name: str, actor: str) -> Iterator[Recipient]:
    """The address of a group, else its members apart from who did it."""
    group = office.policy.find_group(name)
    if group and group.address:
        person = office.work.directory.register(Mailbox(group.address, group.name), office.now)
        yield Recipient(person.mailbox, person.id, office.policy.default_language, verified=True)
    else:
        members = [a.mailbox.address for a in office.policy.members(name)]
        yield from _agents(office, [a for a in members if a.lower() != actor.lower()])


def _asks_for_an_answer(fact: journal.Fact, office: Office) -> TypeGuard[journal.CommandRefused | CommandsAnswered]:
    """A refusal always; what was obeyed, where settings want every transcript or the agent asked for words."""
    if not isinstance(fact, CommandsAnswered):
        return isinstance(fact, journal.CommandRefused)
    asked = any(line["command"] in ("help", "status") for line in fact.lines)
    return office.policy.routing.all_transcripts or asked or fact.outcome != "obeyed"


def _owner_cares(office: Office, ticket: Ticket, fact: journal.Fact) -> bool:
    """What comes back is news to the desk, unless somebody of the desk took it back."""
    taken_back = isinstance(fact, EscalationReturned) and bool(ticket.assignee)
    return not taken_back


def _agents(office: Office, addresses: list[str]) -> Iterator[Recipient]:
    for address in addresses:
        agent = office.policy.find_agent(address)
        if agent:
            person = office.work.directory.register(agent.mailbox, office.now)
            yield Recipient(agent.mailbox, person.id, agent.language or office.policy.default_language, verified=True)


def _asked(office: Office, ticket: Ticket, cause: Cause | None, *, silent: bool) -> Iterator[Recipient]:
    """Whoever is asked whether it is solved; ``silent``: only those who have not said yes to this resolution."""
    affected, verified = ticket.affected, cause.verified if cause else True
    several = silent and len(affected) > 1
    said = office.work.acceptances.people(ticket.number, ticket.resolution) if several else frozenset()
    for participant in affected:
        if participant.person in said:
            continue
        person = None if participant is ticket.requester else office.work.directory.find(participant.person)
        language = (person.language if person else "") or ticket.language
        yield Recipient(participant.mailbox, participant.person, language, verified)


def _person_asked(ticket: Ticket, fact: journal.Fact) -> int:
    """Who is answered, having said yes, or asked at once, being found to be affected too; 0 for nobody."""
    if isinstance(fact, (ResolutionAcceptedInPart, StatusAsked, *OF_APPROVERS)):
        return fact.person
    if isinstance(fact, PersonAffected) and fact.affected and ticket.state is State.RESOLVED:
        return fact.person
    return 0

"""The question behind the link in a resolution notice: what its holder may see of it, and what their press does.

The link was mailed to one person and proves no more than that somebody reads that person's mail (E2): a forward gives
it away, and no sender stands beside it that could be checked. So it may do what a token from an unchecked sender may,
in the same words of the journal as a mail, and it shows no more than the notice that carried it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.desk.correspondence import Authentication, Mailbox
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.reference import ReplyToken
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Action, Evidence, Standing, may
from mailbot.desk.vocabulary import Intent, Role
from mailbot.workflows import resolution
from mailbot.workflows.entries import file_entry
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.verification import CLOSURES

HOLDER = Standing(Evidence.E2, token_valid=True, authentication=Authentication())
MOST_WORDS = 5_000
MOST_SHOWN = 700


class Stage(StrEnum):
    """How the question stands. Only ASKED, NOTED, CLOSED and CANCELLED can be pressed about."""

    ASKED = "asked"
    NOTED = "noted"
    """The holder has said yes; others who have the same fault are still asked."""
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OPEN = "open"
    """The ticket is being worked on, again: nothing is asked."""
    SUPERSEDED = "superseded"
    """A newer resolution was proposed, and has a link of its own."""
    MERGED = "merged"
    """The ticket goes on in another one."""
    EXPIRED = "expired"
    """The time for reopening is over."""


@dataclass(frozen=True, slots=True)
class Question:
    """``subject`` and ``solution`` are empty where the holder has nothing to decide. ``person`` is whom we asked.

    ``silence``: the ticket is closed for want of an answer; while the question stands, it may be.
    """

    ticket: int
    stage: Stage
    person: Mailbox
    language: str
    subject: str = ""
    solution: str = ""
    may_accept: bool = False
    may_reopen: bool = False
    ended_at: datetime | None = None
    reopens_until: datetime | None = None
    silence: bool = False


def find_question(office: Office, token: ReplyToken) -> Question | None:
    """The question that a link asks, as it stands now; None where there is no such ticket or person."""
    ticket = office.work.tickets.find(token.ticket)
    return _ask(office, ticket, token) if ticket else None


def press(office: Office, token: ReplyToken, answer: Intent, words: str, label: str) -> Question | None:
    """The holder pressed a button, ACCEPT or REOPEN; how the question stands after it.

    Pressing twice is pressing once. ``label`` is what stood on the button: the words of who added none. Words that come
    too late to reopen, because the ticket is open already, still join it.
    """
    ticket = office.work.tickets.find(token.ticket, lock=True)
    question = _ask(office, ticket, token) if ticket else None
    if ticket is None or question is None:
        return None
    words = words.strip()[:MOST_WORDS]
    if answer is Intent.ACCEPT and question.may_accept:
        entry = _file(office, ticket, token, question, answer, words or label)
        resolution.accept(office, ticket, entry, words or label)
    elif answer is Intent.REOPEN and question.may_reopen:
        entry = _file(office, ticket, token, question, answer, words or label)
        resolution.object_to(office, ticket, entry, words or label)
    elif answer is Intent.REOPEN and words and question.stage is Stage.OPEN and not _said(office, ticket, words):
        _file(office, ticket, token, question, Intent.COMMENT, words)
    return _ask(office, ticket, token)


def _ask(office: Office, ticket: Ticket, token: ReplyToken) -> Question | None:
    person = office.work.directory.find(token.person)
    role = _role(ticket, token.person)
    if person is None or role is None or not 0 < token.resolution <= ticket.resolution:
        return None
    stage = _stage(office, ticket, token)
    language = person.language or ticket.language
    asked = Question(ticket.number, stage, person.mailbox, language, ended_at=ticket.closed_at)
    if stage in (Stage.OPEN, Stage.SUPERSEDED, Stage.MERGED, Stage.EXPIRED):
        return asked
    proposed = office.work.tickets.find_last_entry(ticket.number, EntryKind.RESOLUTION)
    return Question(
        ticket.number,
        stage,
        person.mailbox,
        language,
        ticket.subject,
        _shortened(proposed.words) if proposed and stage is Stage.ASKED else "",
        stage is Stage.ASKED and _is_asked(ticket, token.person) and _suffices(office, Action.ACCEPT),
        _suffices(office, Action.REOPEN),
        ticket.closed_at,
        ticket.reopens_until(office.policy.reopen_working_days, office.policy.calendar),
        _silence(office, ticket),
    )


def _stage(office: Office, ticket: Ticket, token: ReplyToken) -> Stage:
    if ticket.state is not State.RESOLVED and ticket.state not in ENDED:
        return Stage.OPEN
    if office.work.links.target_of(ticket.number) != ticket.number:
        return Stage.MERGED
    if token.resolution != ticket.resolution:
        return Stage.SUPERSEDED
    if ticket.state is State.RESOLVED:
        said = office.work.acceptances.people(ticket.number, ticket.resolution)
        return Stage.NOTED if token.person in said else Stage.ASKED
    until = ticket.reopens_until(office.policy.reopen_working_days, office.policy.calendar)
    if until is not None and office.now > until:
        return Stage.EXPIRED
    return Stage.CLOSED if ticket.state is State.CLOSED else Stage.CANCELLED


def _role(ticket: Ticket, person: int) -> Role | None:
    if ticket.requester and ticket.requester.person == person:
        return Role.REQUESTER
    return Role.PARTICIPANT if any(p.person == person for p in ticket.participants) else None


def _is_asked(ticket: Ticket, person: int) -> bool:
    return any(p.person == person for p in ticket.affected)


def _silence(office: Office, ticket: Ticket) -> bool:
    if ticket.state is State.RESOLVED:
        return office.policy.get_customer(ticket.customer).closes_on_silence
    closed_by = office.work.journal.find_last(ticket.number, CLOSURES)
    return closed_by is not None and closed_by.name == "resolution_expired"


def _suffices(office: Office, action: Action) -> bool:
    return may(action, HOLDER) and (action is not Action.ACCEPT or office.policy.accepts_on_page)


def _file(office: Office, ticket: Ticket, token: ReplyToken, question: Question, intent: Intent, words: str) -> Entry:
    """Keep the words as those of a reply, before anything is done about them."""
    role = _role(ticket, token.person) or Role.STRANGER
    kept = Entry(
        ticket.number,
        EntryKind.REPLY,
        office.now,
        question.person,
        role,
        words,
        intent=intent.value,
        evidence=HOLDER.evidence.name,
    )
    entry = file_entry(office, kept)
    facts = ticket.receive_reply(office.now, entry.author.address, entry.id, intent)
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry)
    return entry


def _said(office: Office, ticket: Ticket, words: str) -> bool:
    last = office.work.tickets.find_last_entry(ticket.number, EntryKind.REPLY)
    return last is not None and last.words == words


def _shortened(words: str) -> str:
    return words if len(words) <= MOST_SHOWN else words[: words.rfind(" ", 0, MOST_SHOWN) or MOST_SHOWN].rstrip() + " …"

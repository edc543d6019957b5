"""Real tickets as cases for a wording: what a notice about this ticket would speak of, if it left now.

For previews and for trials. Nothing is sent or recorded, and the reply address in such a case is not a signed one: who
looks at a preview cannot answer in the requester's place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mailbot.desk import journal, journal_changes, journal_service, journal_verification, journal_work
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.vocabulary import NoticeKind, Role
from mailbot.templates.catalogue import CATALOGUE, NoticeContext
from mailbot.workflows.changes import get_change
from mailbot.workflows.notice_contexts import context_of
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Telling

RECENT = 10
"""How many tickets a wording is tried on: those that changed last."""

_WORDS_OF = {
    NoticeKind.RECEIPT: EntryKind.REQUEST,
    NoticeKind.AGENT_NEW_TICKET: EntryKind.REQUEST,
    NoticeKind.PUBLIC_REPLY: EntryKind.PUBLIC_REPLY,
    NoticeKind.RESOLUTION: EntryKind.RESOLUTION,
    NoticeKind.CANCELLED: EntryKind.NOTE,
}
"""Whose words a notice repeats; the others repeat a reply. Where there is none, the first words of the ticket."""

_OF_CHANGES: dict[NoticeKind, Callable[..., journal.Fact]] = {
    NoticeKind.APPROVAL_ASKED: partial(journal_changes.ApprovalAsked, person=0, revision=1),
    NoticeKind.APPROVAL_NOTED: partial(
        journal_changes.ApprovalGiven, person=0, revision=1, answer="approve", way="mail"
    ),
    NoticeKind.CHANGE_NEWS: partial(journal_changes.ChangeApproved, revision=1),
}
"""Notices that only a ticket with a change behind it can have."""


def recent_cases(office: Office, kind: NoticeKind, language: str) -> dict[str, NoticeContext]:
    """The notice for the tickets that changed last, by their reference; none where it is about no ticket."""
    tickets = recent_tickets(office, kind)
    return {ticket_reference(office.policy.prefix, t.number): case_of(office, kind, language, t) for t in tickets}


def recent_tickets(office: Office, kind: NoticeKind) -> list[Ticket]:
    """Those that changed last of the tickets that this notice can be about."""
    if kind in _OF_CHANGES:
        return [office.work.tickets.get(change.ticket) for change in office.work.changes.list_newest(limit=RECENT)]
    return office.work.tickets.list_tickets(limit=RECENT) if CATALOGUE[kind].about_ticket else []


def may_tell_of(office: Office, kind: NoticeKind, ticket: Ticket) -> bool:
    """Whether there can be such a notice about this ticket: about a change only where it is one."""
    if kind in _OF_CHANGES:
        return office.work.changes.find(ticket.number) is not None
    return CATALOGUE[kind].about_ticket


def case_of(office: Office, kind: NoticeKind, language: str, ticket: Ticket) -> NoticeContext:
    """What the notice would speak of for this ticket, to the person who would get it.

    Raises:
        PermanentError: there is no such notice about this ticket (``may_tell_of``).
    """
    if not CATALOGUE[kind].about_ticket:
        raise PermanentError(f"{kind.value} is about no ticket: look at its samples instead")
    if kind in _OF_CHANGES:
        get_change(office, ticket)
    entries = office.work.tickets.entries_of(ticket.number)
    wanted = _WORDS_OF.get(kind, EntryKind.REPLY)
    entry = next((e for e in reversed(entries) if e.kind is wanted), entries[0] if entries else None)
    telling = Telling(_occasion(office, kind, ticket, entry), 0, kind, entry, None)
    local, _, domain = (ticket.desk_address or office.policy.main_address).rpartition("@")
    answer_to = f"{local}+preview@{domain}"
    page = f"{office.policy.console_url}/answer/preview" if office.policy.console_url else ""
    return context_of(office, ticket, telling, _reader(office, kind, ticket), answer_to, language, True, page)


def _reader(office: Office, kind: NoticeKind, ticket: Ticket) -> Mailbox:
    if CATALOGUE[kind].audience is Role.AGENT:
        agent = office.policy.find_agent(ticket.assignee) or next(iter(office.policy.agents), None)
        return agent.mailbox if agent else Mailbox("")
    return ticket.requester.mailbox if ticket.requester else Mailbox("")


def _occasion(office: Office, kind: NoticeKind, ticket: Ticket, entry: Entry | None) -> journal.Fact:
    """The fact that this notice tells of, as it would be."""
    by_agent = entry is not None and entry.role in (Role.AGENT, Role.ADMIN)
    agent = entry.author.address if entry and by_agent else ticket.assignee or journal.DESK
    number, at, state = ticket.number, office.now, ticket.state.value
    occasions: dict[NoticeKind, Callable[..., journal.Fact]] = {
        NoticeKind.RECEIPT: partial(journal.TicketRegistered, origin=ticket.origin.value),
        NoticeKind.AGENT_NEW_TICKET: partial(journal.TicketRegistered, origin=ticket.origin.value),
        NoticeKind.AGENT_NEW_REPLY: partial(journal.ReplyReceived, intent="", state=state),
        NoticeKind.PUBLIC_REPLY: partial(journal.AgentReplied, actor=agent),
        NoticeKind.RESOLUTION: partial(journal.ResolutionProposed, actor=agent, resolution=ticket.resolution),
        NoticeKind.REOPENED: partial(journal.TicketReopened, words="", reason="requester"),
        NoticeKind.CLOSED: partial(journal.ResolutionAccepted, resolution=ticket.resolution, words="", evidence=""),
        NoticeKind.CANCELLED: partial(journal.TicketCancelled, actor=agent, reason=""),
        NoticeKind.PROMISE_RENEWED: partial(
            journal_service.PromiseRenewed, clock="response", promised_by=at.isoformat(), was=at.isoformat()
        ),
        NoticeKind.HEARTBEAT: partial(journal_service.StatusTold, silent_since=ticket.opened_at.isoformat()),
        NoticeKind.SERVICE_LEVEL: partial(
            journal_service.ResponseWarned, priority=ticket.priority.value, hours=4, due_at=at.isoformat()
        ),
        **_of_work(ticket, agent),
        **_of_answers(office, ticket),
        **_OF_CHANGES,
        NoticeKind.REFUSED_COMMAND: partial(
            journal.CommandRefused, person=0, command="#resolve", reason="state", state=state
        ),
    }
    return occasions[kind](ticket=number, at=at)


def _of_work(ticket: Ticket, agent: str) -> dict[NoticeKind, Callable[..., journal.Fact]]:
    group = ticket.group or ticket.owner
    done = {
        "line": "#take",
        "command": "take",
        "result": "done",
        "code": "take",
        "values": {"group": group},
        "remark": "",
    }
    return {
        NoticeKind.HANDOVER: partial(
            journal_work.EscalatedToGroup, actor=agent, group=group, came_from=ticket.owner, why="", accept_by=""
        ),
        NoticeKind.TICKET_BACK: partial(
            journal_work.EscalationReturned, actor=agent, group=group, back_to=ticket.owner, why=""
        ),
        NoticeKind.COMMAND_TRANSCRIPT: partial(
            journal_work.CommandsAnswered, actor=agent, person=0, outcome="obeyed", lines=(done,)
        ),
    }


def _of_answers(office: Office, ticket: Ticket) -> dict[NoticeKind, Callable[..., journal.Fact]]:
    days = office.policy.get_customer(ticket.customer).silence_working_days
    return {
        NoticeKind.VERIFICATION_REMINDER: partial(
            journal_verification.VerificationReminded, resolution=ticket.resolution, number=1
        ),
        NoticeKind.ACCEPTANCE_NOTED: partial(
            journal_verification.ResolutionAcceptedInPart,
            resolution=ticket.resolution,
            person=0,
            words="",
            evidence="",
            way="reply",
            left=1,
        ),
        NoticeKind.CONTACT_NEEDED: partial(
            journal_verification.PersonalContactNeeded, resolution=ticket.resolution, working_days=days, why="silence"
        ),
    }

"""What a notice may speak of, put together from ticket, fact and words: one small function a kind of notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailbot.desk import journal, journal_verification
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.lifecycle import State, Trigger, allowed
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import EntryKind, Ticket
from mailbot.desk.vocabulary import NoticeKind, Role
from mailbot.templates import catalogue
from mailbot.workflows import known_events
from mailbot.workflows.change_contexts import CHANGE_CONTEXTS
from mailbot.workflows.notice_contexts_answers import ANSWER_CONTEXTS, waiting_words
from mailbot.workflows.notice_contexts_service import SERVICE_CONTEXTS, promised_in_receipt
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Scene, Shared, Telling
from mailbot.workflows.status_contexts import STATUS_CONTEXTS
from mailbot.workflows.work_contexts import WORK_CONTEXTS, command_list, ready_answers

EXCERPT = 2000


def context_of(
    office: Office,
    ticket: Ticket,
    telling: Telling,
    to: Mailbox,
    answer_to: str,
    language: str,
    verified: bool,
    page_link: str = "",
) -> catalogue.NoticeContext:
    """The context of a notice to one person, who will answer to ``answer_to``, or on the page behind ``page_link``."""
    scene = Scene(office, ticket, telling, answer_to, language, verified, page_link, to)
    shared: Shared = {"desk": _desk(office, ticket), "ticket": _ticket(scene), "recipient_name": to.name}
    return _CONTEXTS[telling.kind](scene, shared)


def _desk(office: Office, ticket: Ticket) -> catalogue.DeskWords:
    policy = office.policy
    return catalogue.DeskWords(
        policy.name,
        ticket.desk_address or policy.main_address,
        policy.phone,
        policy.hours,
        policy.organisation,
        policy.calendar_of(ticket.customer).zone.key,
    )


def _ticket(scene: Scene) -> catalogue.TicketWords:
    ticket = scene.ticket
    requester = ticket.requester.mailbox if ticket.requester else Mailbox("")
    service = scene.office.policy.find_service(ticket.service)
    return catalogue.TicketWords(
        ticket_reference(scene.office.policy.prefix, ticket.number),
        ticket.subject,
        ticket.state.value,
        ticket.kind.value,
        ticket.priority.value,
        requester.name,
        requester.address,
        scene.agent_name(ticket.assignee),
        ticket.group,
        ticket.opened_at,
        ticket.promised_by,
        link=_page_for_agents(scene),
        service_name=service.title_in(scene.language) if service else "",
    )


def _page_for_agents(scene: Scene) -> str:
    """The ticket's page in the console; nothing in mails to requesters, or where mails cannot link to the console."""
    url = scene.office.policy.console_url
    if not url or catalogue.CATALOGUE[scene.telling.kind].audience is not Role.AGENT:
        return ""
    return f"{url}/tickets/{ticket_reference(scene.office.policy.prefix, scene.ticket.number)}"


def _receipt(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    promised = promised_in_receipt(scene)
    event = known_events.find_announcement(scene.office, scene.ticket)
    return catalogue.ReceiptContext(
        **shared,
        **promised,
        sender_verified=scene.verified,
        excerpt=scene.words[:EXCERPT],
        event_title=event.title if event else "",
        event_words=event.words if event else "",
        event_ends=event.expected_end if event else None,
        too_large=scene.too_large,
    )


def _agent_told(scene: Scene) -> dict[str, Any]:
    entry = scene.telling.entry
    author = entry.author if entry else (scene.ticket.requester.mailbox if scene.ticket.requester else Mailbox(""))
    cause = scene.telling.cause
    return {
        "author_name": author.name,
        "author_address": author.address,
        "excerpt": scene.words[:EXCERPT],
        "author_verified": cause.verified if cause else not _pressed(scene.telling.fact),
        "attachments": scene.files,
    }


def _agent_new_ticket(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    given = isinstance(scene.telling.fact, journal.TicketAssigned)
    words = command_list(scene.language, ("take", "reply", "resolve", "note", "help"))
    return catalogue.AgentNewTicketContext(
        **shared, **_agent_told(scene), given=given, commands=(*words, *ready_answers(scene))
    )


def _agent_new_reply(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    entry = scene.telling.entry
    needs_reading = isinstance(scene.telling.fact, journal.PersonNeeded)
    return catalogue.AgentNewReplyContext(
        **shared,
        **_agent_told(scene),
        needs_reading=needs_reading,
        held=entry is not None and entry.kind is EntryKind.HELD,
        commands=_words_that_work(scene, agent=True),
    )


def _public_reply(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    return catalogue.PublicReplyContext(
        **shared,
        agent_name=scene.agent_name(scene.telling.fact.actor),
        words=scene.words,
        awaits_answer=scene.ticket.state is State.PENDING,
        attachments=scene.files,
    )


def _resolution(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    return catalogue.ResolutionContext(
        **shared,
        accept_mailto=scene.mailto("accept"),
        reopen_mailto=scene.mailto("reopen"),
        page_link=scene.page_link,
        solution=scene.words,
        agent_name=scene.agent_name(scene.telling.fact.actor),
        resolution_number=scene.ticket.resolution,
        resolved_at=scene.ticket.resolved_at,
        **waiting_words(scene),
    )


def _reopened(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    fact = scene.telling.fact
    by_requester = isinstance(fact, journal.TicketReopened) and fact.reason == "requester"
    words = scene.words if (scene.verified and not _pressed(fact)) or not by_requester else ""
    return catalogue.ReopenedContext(
        **shared, by_name=scene.agent_name(fact.actor), by_requester=by_requester, words=words
    )


def _closed(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    fact, policy = scene.telling.fact, scene.office.policy
    spoken = isinstance(fact, journal.ResolutionVerified)
    solution = scene.office.work.tickets.find_last_entry(scene.ticket.number, EntryKind.RESOLUTION)
    return catalogue.ClosedContext(
        **shared,
        evidence=_evidence(fact),
        verified_by_name=_somebody_else(scene),
        agent_name=scene.agent_name(fact.actor if spoken else scene.ticket.assignee),
        solution=solution.words if solution else "",
        reopen_days=policy.reopen_working_days,
        reopen_until=scene.ticket.reopens_until(policy.reopen_working_days, policy.calendar),
        reopen_mailto=scene.mailto("reopen"),
        page_link=scene.page_link,
    )


def _evidence(fact: journal.Fact) -> str:
    if isinstance(fact, journal_verification.ResolutionExpired):
        return "silence"
    return "contact" if isinstance(fact, journal.ResolutionVerified) else "page" if _pressed(fact) else "reply"


def _somebody_else(scene: Scene) -> str:
    """Who said that it is solved, where it was not the reader."""
    actor = scene.telling.fact.actor
    person = scene.ticket.find_participant(actor)
    if person is None or person.mailbox.address.lower() == scene.to.address.lower():
        return scene.agent_name(actor)
    return person.mailbox.name or person.mailbox.address


def _pressed(fact: journal.Fact) -> bool:
    """Whether it was said on the answer page: by somebody who had the link, and perhaps nothing else."""
    return isinstance(fact, (journal.ResolutionAccepted, journal.TicketReopened)) and fact.way == "page"


def _cancelled(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    return catalogue.CancelledContext(
        **shared,
        agent_name=scene.agent_name(scene.telling.fact.actor),
        words=scene.words,
        reopen_days=scene.office.policy.reopen_working_days,
    )


def _refused(scene: Scene, shared: Shared) -> catalogue.NoticeContext:
    fact = scene.telling.fact
    assert isinstance(fact, journal.CommandRefused), "the table of notices gives this notice to this fact"
    agent = scene.telling.entry is not None and scene.telling.entry.role in (Role.AGENT, Role.ADMIN)
    return catalogue.RefusedCommandContext(
        **shared,
        command=fact.command,
        reason=fact.reason,
        works=_words_that_work(scene, agent),
        detail=fact.detail,
    )


def _words_that_work(scene: Scene, agent: bool) -> tuple[catalogue.CommandWord, ...]:
    possible = allowed(scene.ticket.state)
    if agent:
        wanted = [("reply", None), ("note", None), ("take", Trigger.ASSIGN), ("resolve", Trigger.RESOLVE)]
        names = [name for name, trigger in (*wanted, ("reopen", Trigger.REOPEN)) if not trigger or trigger in possible]
        return command_list(scene.language, (*names, "help"))
    words = [trigger.value for trigger in (Trigger.ACCEPT, Trigger.REOPEN) if trigger in possible]
    return tuple(catalogue.CommandWord(word) for word in words)


_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], catalogue.NoticeContext]] = {
    NoticeKind.RECEIPT: _receipt,
    NoticeKind.AGENT_NEW_TICKET: _agent_new_ticket,
    NoticeKind.AGENT_NEW_REPLY: _agent_new_reply,
    NoticeKind.PUBLIC_REPLY: _public_reply,
    NoticeKind.RESOLUTION: _resolution,
    NoticeKind.REOPENED: _reopened,
    NoticeKind.CLOSED: _closed,
    NoticeKind.CANCELLED: _cancelled,
    NoticeKind.REFUSED_COMMAND: _refused,
    **ANSWER_CONTEXTS,
    **STATUS_CONTEXTS,
    **SERVICE_CONTEXTS,
    **WORK_CONTEXTS,
    **CHANGE_CONTEXTS,
}

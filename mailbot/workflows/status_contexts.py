"""How a ticket stands, for whoever asks; a part of ``notice_contexts``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.promises import effective_by
from mailbot.desk.reference import ticket_reference
from mailbot.desk.service_level import ClockKind
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import NoticeContext, TicketWords
from mailbot.templates.contexts_status import StatusContext, StatusRow
from mailbot.workflows import clocks
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Scene, Shared


def row_of(office: Office, ticket: Ticket) -> StatusRow:
    """One ticket in an answer to its requester, or to somebody else who is in it."""
    policy = office.policy
    agent = policy.find_agent(ticket.assignee)
    words = TicketWords(
        ticket_reference(policy.prefix, ticket.number),
        ticket.subject,
        ticket.state.value,
        assignee_name=agent.mailbox.name if agent else "",
        group_name=ticket.group,
        opened_at=ticket.opened_at,
    )
    if ticket.state in ENDED:
        until = ticket.reopens_until(policy.reopen_working_days, policy.calendar)
        return StatusRow(words, reopen_until=until if until and until > office.now else None)
    watch = clocks.read(office, ticket)
    promised = {p.clock: effective_by(p, watch.clock(p.clock)) for p in watch.open_promises}
    ahead: dict[ClockKind, datetime] = {clock: by for clock, by in promised.items() if by and by > office.now}
    zone = watch.agreement.calendar.zone
    return StatusRow(
        words,
        taken=bool(ticket.assignee) and ticket.state is not State.NEW,
        waits_until=datetime.combine(ticket.waits_until, time(12), zone) if ticket.waits_until else None,
        answer_by=ahead.get(ClockKind.RESPONSE),
        solved_by=ahead.get(ClockKind.RESOLUTION),
    )


def _status(scene: Scene, shared: Shared) -> NoticeContext:
    theirs = {p.mailbox.address.lower() for p in scene.ticket.affected}
    asked = scene.ticket.state is State.RESOLVED and scene.to.address.lower() in theirs
    return StatusContext(
        **shared,
        rows=(row_of(scene.office, scene.ticket),),
        accept_mailto=scene.mailto("accept") if asked else "",
        reopen_mailto=scene.mailto("reopen") if asked else "",
    )


STATUS_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], NoticeContext]] = {NoticeKind.STATUS: _status}

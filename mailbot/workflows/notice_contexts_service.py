"""What a notice may speak of that is sent because time passes; a part of ``notice_contexts``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

from mailbot.desk import journal_service
from mailbot.desk.lifecycle import State
from mailbot.desk.promises import effective_by
from mailbot.desk.service_level import ClockKind
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.desk.watch import Watch
from mailbot.templates.contexts import NoticeContext
from mailbot.templates.contexts_service import HeartbeatContext, PromiseRenewedContext, ServiceLevelContext
from mailbot.workflows import clocks
from mailbot.workflows.scene import Scene, Shared


def promised_in_receipt(scene: Scene) -> Shared:
    """``answer_by``, ``solved_by`` and ``opens_at`` of a receipt."""
    promises = {p.clock: p.by for p in clocks.promises_of_new(scene.office, scene.ticket, scene.telling.fact.actor)}
    calendar = scene.office.policy.calendar_of(scene.ticket.customer)
    opens = calendar.next_opening(scene.office.now)
    return {
        "answer_by": promises.get(ClockKind.RESPONSE),
        "solved_by": promises.get(ClockKind.RESOLUTION),
        "opens_at": opens if opens > scene.office.now else None,
    }


def _promise_renewed(scene: Scene, shared: Shared) -> NoticeContext:
    fact = scene.telling.fact
    assert isinstance(fact, journal_service.PromiseRenewed), "the table of notices gives this notice to this fact"
    return PromiseRenewedContext(
        **_neutral(scene, shared),
        by=datetime.fromisoformat(fact.promised_by),
        was_by=datetime.fromisoformat(fact.was),
        clock=fact.clock,
        taken=_is_taken(scene.ticket),
    )


def _heartbeat(scene: Scene, shared: Shared) -> NoticeContext:
    fact, ticket = scene.telling.fact, scene.ticket
    since = datetime.fromisoformat(fact.silent_since) if isinstance(fact, journal_service.StatusTold) else None
    watch = clocks.read(scene.office, ticket)
    promised = {p.clock: effective_by(p, watch.clock(p.clock)) for p in watch.open_promises}
    zone = watch.agreement.calendar.zone
    return HeartbeatContext(
        **_neutral(scene, shared),
        silent_since=since,
        taken=_is_taken(ticket),
        answered=any(h.name == "agent_replied" for h in watch.happenings),
        waits_until=datetime.combine(ticket.waits_until, time(12), zone) if ticket.waits_until else None,
        answer_by=_to_come(promised.get(ClockKind.RESPONSE), watch),
        solved_by=_to_come(promised.get(ClockKind.RESOLUTION), watch),
    )


def _to_come(by: datetime | None, watch: Watch) -> datetime | None:
    """A promise that has passed is not repeated."""
    return by if by and by > watch.now else None


def _service_level(scene: Scene, shared: Shared) -> NoticeContext:
    fact, ticket = scene.telling.fact, scene.ticket
    assert isinstance(fact, journal_service.TargetFact), "the table of notices gives this notice to this fact"
    clock = fact.clock if isinstance(fact, journal_service.EscalatedToManagement) else fact.name.partition("_")[0]
    due = datetime.fromisoformat(fact.due_at)
    levels, customer = scene.office.policy.service_levels, scene.office.policy.get_customer(ticket.customer)
    escalated = isinstance(fact, journal_service.EscalatedToManagement)
    percent = fact.percent if isinstance(fact, journal_service.EscalatedToManagement) else 0
    breached = due <= scene.office.now
    return ServiceLevelContext(
        **shared,
        clock=clock,
        due_at=due,
        breached=breached,
        hours=f"{fact.hours:g}",
        percent=percent or (100 if breached else round(levels.warning * 100)),
        customer=customer.title or customer.name,
        escalated=escalated,
    )


def _is_taken(ticket: Ticket) -> bool:
    """Whether somebody works on it, and not only has it in their queue."""
    return bool(ticket.assignee) and ticket.state is not State.NEW


def _neutral(scene: Scene, shared: Shared) -> Shared:
    """Nothing that the requester wrote, where nothing shows that they wrote it: else we carry others' words to them."""
    if scene.verified:
        return shared
    bare = replace(shared["ticket"], subject="", requester_name="", requester_address="")
    return {**shared, "ticket": bare, "recipient_name": ""}


SERVICE_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], NoticeContext]] = {
    NoticeKind.PROMISE_RENEWED: _promise_renewed,
    NoticeKind.HEARTBEAT: _heartbeat,
    NoticeKind.SERVICE_LEVEL: _service_level,
}

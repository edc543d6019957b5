"""What a notice about the question whether it is solved may speak of; a part of ``notice_contexts``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mailbot.desk import journal_verification
from mailbot.desk.ticket import EntryKind, Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.contexts import NoticeContext
from mailbot.templates.contexts_answers import (
    AcceptanceNotedContext,
    ContactNeededContext,
    VerificationReminderContext,
)
from mailbot.workflows import verification_clock as clock
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Scene, Shared
from mailbot.workflows.work_contexts import command_list


def waiting_words(scene: Scene) -> Shared:
    """``waits_days`` and ``closes_on_silence`` of the first question."""
    customer = scene.office.policy.get_customer(scene.ticket.customer)
    return {"waits_days": customer.silence_working_days, "closes_on_silence": customer.closes_on_silence}


def _reminder(scene: Scene, shared: Shared) -> NoticeContext:
    ticket, fact = scene.ticket, scene.telling.fact
    mistaken = isinstance(fact, journal_verification.AcceptanceUndone)
    solution = scene.office.work.tickets.find_last_entry(ticket.number, EntryKind.RESOLUTION)
    return VerificationReminderContext(
        **shared,
        accept_mailto=scene.mailto("accept"),
        reopen_mailto=scene.mailto("reopen"),
        page_link=scene.page_link,
        solution=solution.words if solution else "",
        agent_name=scene.agent_name(solution.author.address) if solution else "",
        number=fact.number if isinstance(fact, journal_verification.VerificationReminded) else 1,
        asked_at=None if mistaken else ticket.resolved_at,
        ends_at=_ends_at(scene.office, ticket),
        closes_on_silence=scene.office.policy.get_customer(ticket.customer).closes_on_silence,
        mistaken=mistaken,
    )


def _ends_at(office: Office, ticket: Ticket) -> datetime:
    """When the desk stops waiting, as the clock stands that began with the question or with its renewal."""
    timer = office.work.timers.find(clock.key_of(ticket))
    since = clock.since_of(timer.details) if timer else office.now
    return clock.steps_of(office, ticket, since)[-1].at


def _noted(scene: Scene, shared: Shared) -> NoticeContext:
    fact = scene.telling.fact
    assert isinstance(fact, journal_verification.ResolutionAcceptedInPart), "the table of notices gives it to this fact"
    return AcceptanceNotedContext(
        **shared, left=fact.left, reopen_mailto=scene.mailto("reopen"), page_link=scene.page_link
    )


def _contact(scene: Scene, shared: Shared) -> NoticeContext:
    ticket, fact = scene.ticket, scene.telling.fact
    assert isinstance(fact, journal_verification.PersonalContactNeeded), "the table of notices gives it to this fact"
    solution = scene.office.work.tickets.find_last_entry(ticket.number, EntryKind.RESOLUTION)
    return ContactNeededContext(
        **shared,
        why=fact.why,
        working_days=fact.working_days,
        solution=solution.words if solution else "",
        resolved_at=ticket.resolved_at,
        silent_names=_silent(scene.office, ticket) if len(ticket.affected) > 1 else (),
        commands=command_list(scene.language, ("verify", "reopen", "note")),
    )


def _silent(office: Office, ticket: Ticket) -> tuple[str, ...]:
    said = office.work.acceptances.people(ticket.number, ticket.resolution)
    return tuple(p.mailbox.name or p.mailbox.address for p in ticket.affected if p.person not in said)


ANSWER_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], NoticeContext]] = {
    NoticeKind.VERIFICATION_REMINDER: _reminder,
    NoticeKind.ACCEPTANCE_NOTED: _noted,
    NoticeKind.CONTACT_NEEDED: _contact,
}

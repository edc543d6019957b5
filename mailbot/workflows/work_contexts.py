"""What agents are told about their work, put together for the wording: one small function a kind of notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mailbot.desk import journal_work
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import NoticeKind
from mailbot.desk.watch_list import next_step
from mailbot.templates import contexts_work as contexts
from mailbot.templates.contexts import CommandWord, NoticeContext
from mailbot.templates.phrases import phrase, write_age
from mailbot.workflows import first_aid
from mailbot.workflows.command_words import word_for
from mailbot.workflows.office import Office
from mailbot.workflows.scene import Scene, Shared
from mailbot.workflows.working_day import age_of, length_of_day

EXCERPT = 2000
MOST_READY = 3
TABLES = {"done": "did", "undone": "did", "refused": "why_not"}


def command_list(language: str, names: tuple[str, ...]) -> tuple[CommandWord, ...]:
    """Commands as an agent types them in a language, with what they do."""
    return tuple(CommandWord(word_for(name, language), phrase(language, "agent_command", name)) for name in names)


def ready_answers(scene: Scene) -> tuple[CommandWord, ...]:
    """The ready answers that fit the ticket best, as an agent sends them by mail."""
    fitting = first_aid.propose(scene.office, scene.ticket)[:MOST_READY]
    word = word_for("reply", scene.language)
    return tuple(
        CommandWord(
            f"{word} @{answer.name}",
            phrase(scene.language, "agent_command", "ready_answer", {"title": answer.title_in(scene.language)}),
        )
        for answer in fitting
    )


def step_of(office: Office, ticket: Ticket, language: str) -> str:
    """What must happen next for a ticket, in a sentence."""
    timer = office.work.timers.find(f"handover/{ticket.number}") if ticket.offered_at else None
    agent = office.policy.find_agent(ticket.assignee) if ticket.assignee else None
    worker = (agent.mailbox.name if agent else "") or ticket.assignee
    step = next_step(ticket, worker, timer.due_at if timer else None)
    return phrase(language, "next_step", step.code, step.values, office.policy.timezone)


def _handover(scene: Scene, shared: Shared) -> NoticeContext:
    fact, first = scene.telling.fact, scene.office.work.tickets.first_entry(scene.ticket.number)
    assert isinstance(fact, journal_work.EscalatedToGroup), "the table of notices gives this notice to this fact"
    return contexts.HandoverContext(
        **shared,
        group_name=fact.group,
        owner_name=scene.ticket.owner,
        by_name=scene.agent_name(fact.actor),
        why=fact.why[:EXCERPT],
        accept_by=datetime.fromisoformat(fact.accept_by) if fact.accept_by else None,
        author_name=first.author.name if first else "",
        author_address=first.author.address if first else "",
        words=first.words[:EXCERPT] if first else "",
        commands=command_list(scene.language, ("take", "return")),
    )


def _ticket_back(scene: Scene, shared: Shared) -> NoticeContext:
    fact, first = scene.telling.fact, scene.office.work.tickets.first_entry(scene.ticket.number)
    reason, group, why, since = "waited", "", "", ""
    if isinstance(fact, journal_work.EscalationReturned):
        reason, group, why = "returned", fact.group, fact.why
    elif isinstance(fact, journal_work.EscalationExpired):
        reason, group, since = "expired", fact.group, fact.offered_at
    return contexts.TicketBackContext(
        **shared,
        reason=reason,
        group_name=group,
        by_name=scene.agent_name(fact.actor),
        why=why[:EXCERPT],
        since=datetime.fromisoformat(since) if since else None,
        words=first.words[:EXCERPT] if first else "",
        author_name=(first.author.name or first.author.address) if first else "",
        commands=command_list(scene.language, ("take", "reply", "resolve", "escalate")),
    )


def _command_transcript(scene: Scene, shared: Shared) -> NoticeContext:
    fact, office, ticket = scene.telling.fact, scene.office, scene.ticket
    assert isinstance(fact, journal_work.CommandsAnswered), "the table of notices gives this notice to this fact"
    return contexts.CommandTranscriptContext(
        **shared,
        outcome=fact.outcome,
        lines=tuple(_line(scene, line) for line in fact.lines),
        works=command_list(scene.language, fact.works),
        owner_name=ticket.owner or office.policy.first_group,
        next_step=step_of(office, ticket, scene.language),
        age=write_age(scene.language, age_of(office, ticket), length_of_day(office, ticket)),
    )


def _line(scene: Scene, line: dict[str, Any]) -> contexts.LineOutcome:
    zone, said = scene.office.policy.timezone, ""
    if line["result"] in TABLES:
        said = phrase(scene.language, TABLES[line["result"]], line["code"], line["values"], zone)
    if line["remark"]:
        said += " " + phrase(scene.language, "remark", line["remark"], line["values"], zone)
    return contexts.LineOutcome(line["line"], line["result"], said)


WORK_CONTEXTS: dict[NoticeKind, Callable[[Scene, Shared], NoticeContext]] = {
    NoticeKind.HANDOVER: _handover,
    NoticeKind.TICKET_BACK: _ticket_back,
    NoticeKind.COMMAND_TRANSCRIPT: _command_transcript,
}

"""An agent answers a notice: an internal note, unless the first lines are commands. The safe default never leaks.

Commands are obeyed all or none, once, on the evidence of matrix E; whatever became of them, the agent is told line by
line. A mail that was not obeyed is kept as a note, so that nothing an agent wrote is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk import journal_work
from mailbot.desk.correspondence import CommandLine, Mailbox
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Action, may
from mailbot.desk.vocabulary import Disposition, Role
from mailbot.parsers.commands import COMMAND_LIMIT
from mailbot.store.obedience import CommandMail
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import nearest_word
from mailbot.workflows.commands import email_commands
from mailbot.workflows.commands_tried import Tried, possible_commands, try_lines
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict

REHEARSE = "rehearse"


class Undone(Exception):
    """Everything in this savepoint is taken back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the mail (obeyed, refused, rehearsed, repeated), and of each line."""

    outcome: str
    lines: tuple[Tried, ...]


def obey(office: Office, cause: Cause, ticket: Ticket) -> Verdict:
    """Run the commands of an agent's mail, all or none, and tell what became of each."""
    lines = cause.reading.commands
    if not lines:
        _keep_as_note(office, cause, ticket)
        return Verdict(Disposition.REPLY, ("an agent's words without a command: an internal note",), ticket.number)
    answer = _before(office, cause, ticket, lines) or _run(office, cause, ticket, lines)
    fresh, entry = ticket, None
    if answer.outcome != "obeyed":
        fresh = office.work.tickets.get(ticket.number, lock=True)
    if answer.outcome == "refused":
        entry = _keep_as_note(office, cause, fresh)
    _tell(office, cause, fresh, entry, answer)
    return Verdict(Disposition.REPLY, (_reason(answer),), ticket.number)


def _before(office: Office, cause: Cause, ticket: Ticket, lines: tuple[CommandLine, ...]) -> Answer | None:
    """Why nothing is tried at all, or None."""
    unknown = [line.word not in email_commands() for line in lines]
    if any(unknown):
        told = (
            _unknown(office, cause, line) if bad else Tried(line, "skipped")
            for line, bad in zip(lines, unknown, strict=True)
        )
        return Answer("refused", tuple(told))
    if len(lines) >= COMMAND_LIMIT:
        return _all(lines, "refused", "too_many", {"most": str(COMMAND_LIMIT - 1)})
    if not may(Action.AGENT_COMMAND, cause.standing, agents_need_dmarc=office.policy.agents_need_dmarc):
        return _all(lines, "refused", "evidence")
    first = office.work.obedience.find_first(_identity(cause, ticket))
    if first is not None:
        return _all(lines, "repeated", "repeated", {"at": first.isoformat()})
    author = cause.author.address if cause.author else ""
    if office.work.inbox.was_used(cause.reading.mail.message_id, author, cause.row.id):
        return _all(lines, "repeated", "repeated_id")
    if _ends(lines) and not _may_end(office, cause, ticket):
        return _all(lines, "refused", "nonce")
    return None


def _run(office: Office, cause: Cause, ticket: Ticket, lines: tuple[CommandLine, ...]) -> Answer:
    rehearsal = any(line.word == REHEARSE for line in lines)
    notice = _notice_answered(office, cause, ticket) if _ends(lines) else ""
    tried: tuple[Tried, ...] = ()
    try:
        with office.work.savepoint():
            if not office.work.obedience.claim(_identity(cause, ticket, notice), office.now):
                return _all(lines, "repeated", "repeated_id")
            tried = tuple(try_lines(office, ticket, _actor(office, cause), lines, cause))
            if rehearsal or any(t.result == "refused" for t in tried):
                raise Undone
            tried = (*tried, *_rest(office, cause, ticket, lines))
    except Undone:
        outcome = "rehearsed" if rehearsal else "refused"
        return Answer(outcome, tried if rehearsal else tuple(t.taken_back() for t in tried))
    return Answer("obeyed", tried)


def _rest(office: Office, cause: Cause, ticket: Ticket, lines: tuple[CommandLine, ...]) -> tuple[Tried, ...]:
    """Words below a last command that takes none: kept as a note, and told of."""
    written = cause.reading.answer.new_words.split("\n")
    last = max((n for n, line in enumerate(written) if line.strip().endswith(lines[-1].text)), default=len(written))
    below = "\n".join(written[last + 1 :]).strip()
    if not below or below in lines[-1].argument:
        return ()
    resolution.note(office, ticket, _actor(office, cause), below, cause)
    first = below.partition("\n")[0]
    return (Tried(CommandLine("note", below, first), "done", "note_below"),)


def _ends(lines: tuple[CommandLine, ...]) -> bool:
    return any(email_commands()[line.word].action is Action.AGENT_CLOSE for line in lines)


def _may_end(office: Office, cause: Cause, ticket: Ticket) -> bool:
    """Whether this mail may end a ticket: it answers a notice to this very agent that no mail has used up."""
    notice = _notice_answered(office, cause, ticket)
    fresh = bool(notice) and not office.work.obedience.is_used(notice)
    needs = office.policy.agents_need_dmarc
    return may(Action.AGENT_CLOSE, cause.standing, agents_need_dmarc=needs, fresh_notice=fresh)


def _notice_answered(office: Office, cause: Cause, ticket: Ticket) -> str:
    """The Message-ID of our notice about this ticket, to this person, that the mail answers directly; else ""."""
    person = office.work.directory.find_by_address(cause.author.address) if cause.author else None
    asked = cause.reading.hints.message_ids[:10]
    found = office.work.outbox.find_by_message_ids(asked) if person and asked else {}
    mine = (found.get(m.lower()) for m in asked)
    return next((o.message_id for o in mine if o and person and (o.ticket, o.person) == (ticket.number, person.id)), "")


def _identity(cause: Cause, ticket: Ticket, notice: str = "") -> CommandMail:
    mail = cause.reading.mail
    return CommandMail(
        inbox=cause.row.id,
        ticket=ticket.number,
        author=cause.author.address if cause.author else "",
        message_id=mail.message_id,
        date=mail.header("Date"),
        words=cause.words,
        notice=notice,
    )


def _unknown(office: Office, cause: Cause, line: CommandLine) -> Tried:
    near = nearest_word(line.word, _language(office, cause))
    values = {"word": f"#{line.word}", **({"nearest": near} if near else {})}
    return Tried(line, "refused", "unknown_near" if near else "unknown", values)


def _all(lines: tuple[CommandLine, ...], outcome: str, code: str, values: dict[str, str] | None = None) -> Answer:
    return Answer(outcome, tuple(Tried(line, "refused", code, values or {}) for line in lines))


def _keep_as_note(office: Office, cause: Cause, ticket: Ticket) -> Entry:
    entry = file_mail(office, ticket, cause, EntryKind.NOTE, Role.AGENT)
    facts = ticket.note(office.now, entry.author.address, entry.id)
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)
    return entry


def _tell(office: Office, cause: Cause, ticket: Ticket, entry: Entry | None, answer: Answer) -> None:
    actor = _actor(office, cause)
    person = office.work.directory.register(actor, office.now)
    helps = answer.outcome == "refused" or any(t.line.word == "help" for t in answer.lines)
    answered = journal_work.CommandsAnswered(
        ticket=ticket.number,
        at=office.now,
        actor=actor.address,
        entry=entry.id if entry else None,
        person=person.id,
        outcome=answer.outcome,
        lines=tuple(t.form() for t in answer.lines),
        works=possible_commands(ticket) if helps else (),
    )
    record(office, ticket, [answered], entry=entry, cause=cause)


def _reason(answer: Answer) -> str:
    names = ", ".join(f"#{t.line.word}" for t in answer.lines)
    refused = next((t for t in answer.lines if t.result == "refused"), None)
    if answer.outcome == "obeyed" or refused is None:
        return f"commands of an agent, {answer.outcome}: {names}"
    kept = ": kept as a note" if answer.outcome == "refused" else ""
    return f"commands of an agent, {answer.outcome}: #{refused.line.word} ({refused.code}){kept}"


def _actor(office: Office, cause: Cause) -> Mailbox:
    assert cause.author is not None, "an agent is known by address"
    agent = office.policy.find_agent(cause.author.address)
    return agent.mailbox if agent else cause.author


def _language(office: Office, cause: Cause) -> str:
    agent = office.policy.find_agent(cause.author.address) if cause.author else None
    return (agent.language if agent else "") or office.policy.default_language

"""An agent answers a notice: an internal note, unless the first lines are commands. The safe default never leaks."""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.correspondence import CommandLine, Mailbox
from mailbot.desk.errors import IllegalTransition, MailbotError, NotAllowed, UnknownPerson
from mailbot.desk.ticket import Entry, EntryKind, Ticket
from mailbot.desk.trust import Action, may
from mailbot.desk.vocabulary import Disposition, Role
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import email_commands
from mailbot.workflows.entries import file_mail
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict


def obey(office: Office, cause: Cause, ticket: Ticket) -> Verdict:
    """Run the commands of an agent's mail, all or none; where one fails the mail is kept as a note, with an answer."""
    lines = cause.reading.commands
    if not lines:
        _keep_as_note(office, cause, ticket)
        return Verdict(Disposition.REPLY, ("an agent's words without a command: an internal note",), ticket.number)
    refusal = _refusal(office, cause, lines) or _run_all(office, cause, ticket, lines)
    if refusal is None:
        names = ", ".join(f"#{line.word}" for line in lines)
        return Verdict(Disposition.REPLY, (f"commands of an agent: {names}",), ticket.number)
    fresh = office.work.tickets.get(ticket.number, lock=True)
    entry = _keep_as_note(office, cause, fresh)
    _tell_refusal(office, cause, fresh, entry, refusal)
    why = f"command #{refusal[0].word} refused ({refusal[1]}): kept as a note"
    return Verdict(Disposition.REPLY, (why,), ticket.number)


Refusal = tuple[CommandLine, str, str]
"""The line, the reason's key, and a sentence more."""


def _refusal(office: Office, cause: Cause, lines: tuple[CommandLine, ...]) -> Refusal | None:
    unknown = next((line for line in lines if line.word not in email_commands()), None)
    if unknown:
        return unknown, "unknown", ""
    if not may(Action.AGENT_COMMAND, cause.standing, agents_need_dmarc=office.policy.agents_need_dmarc):
        return lines[0], "evidence", ""
    author = cause.author.address if cause.author else ""
    if office.work.inbox.was_used(cause.reading.mail.message_id, author, cause.row.id):
        # A mail that was obeyed once and comes again, changed a little, is a replay (test S12).
        return lines[0], "evidence", "This mail has been obeyed before."
    return None


def _run_all(office: Office, cause: Cause, ticket: Ticket, lines: tuple[CommandLine, ...]) -> Refusal | None:
    actor = _actor(office, cause)
    line = lines[0]
    try:
        with office.work.savepoint():
            for line in lines:
                email_commands()[line.word].run(office, ticket, actor, line.argument, cause)
    except IllegalTransition:
        return line, "state", ""
    except (UnknownPerson, NotAllowed) as error:
        return line, "argument", str(error)
    except MailbotError as error:
        return line, "right", str(error)
    return None


def _keep_as_note(office: Office, cause: Cause, ticket: Ticket) -> Entry:
    entry = file_mail(office, ticket, cause, EntryKind.NOTE, Role.AGENT)
    facts = ticket.note(office.now, entry.author.address, entry.id)
    office.work.tickets.save(ticket)
    record(office, ticket, facts, entry=entry, cause=cause)
    return entry


def _tell_refusal(office: Office, cause: Cause, ticket: Ticket, entry: Entry, refusal: Refusal) -> None:
    line, reason, detail = refusal
    person = office.work.directory.register(_actor(office, cause), office.now)
    fact = journal.CommandRefused(
        ticket=ticket.number,
        at=office.now,
        actor=entry.author.address,
        entry=entry.id,
        person=person.id,
        command=line.text[:200],
        reason=reason,
        state=ticket.state.value,
        detail=detail[:500],
    )
    record(office, ticket, [fact], entry=entry, cause=cause)


def _actor(office: Office, cause: Cause) -> Mailbox:
    assert cause.author is not None, "an agent is known by address"
    agent = office.policy.find_agent(cause.author.address)
    return agent.mailbox if agent else cause.author

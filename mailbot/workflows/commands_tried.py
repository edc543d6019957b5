"""The lines of an agent's mail are tried one after the other; the first that cannot be obeyed ends it.

Whoever calls undoes all of it where one failed: see ``agent_mail``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mailbot.desk.correspondence import CommandLine, Mailbox
from mailbot.desk.errors import AmbiguousPerson, IllegalTransition, NotAllowed, PermanentError, UnknownPerson
from mailbot.desk.lifecycle import Trigger, allowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import nearest_name
from mailbot.workflows.commands import email_commands
from mailbot.workflows.office import Office

LONGEST = 300
NEEDS = {
    "take": Trigger.ASSIGN,
    "assign": Trigger.ASSIGN,
    "escalate": Trigger.ASSIGN,
    "return": Trigger.ASSIGN,
    "accept": Trigger.ASSIGN,
    "resolve": Trigger.RESOLVE,
    "wait": Trigger.REQUEST_INFORMATION,
    "resume": Trigger.RESUME,
    "reopen": Trigger.REOPEN,
    "cancel": Trigger.CANCEL,
    "verify": Trigger.VERIFY,
}
"""What a ticket's state must allow for a command; the others work always."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A line, and what became of it: ``result`` is done, refused, undone or skipped.

    ``code`` is a key of ``[did]`` (done) or ``[why_not]`` (refused) of the wording, ``remark`` one of ``[remark]``.
    """

    line: CommandLine
    result: str
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""

    def taken_back(self) -> Tried:
        """As it stands when another line could not be obeyed."""
        return replace(self, result="undone", remark="") if self.result == "done" else self

    def form(self) -> dict[str, Any]:
        """Plain values for the journal."""
        return {
            "line": _shown(self.line.text),
            "command": _shown(self.line.word),
            "result": self.result,
            "code": self.code,
            "values": {name: _shown(value) for name, value in self.values.items()},
            "remark": self.remark,
        }


def try_lines(
    office: Office, ticket: Ticket, actor: Mailbox, lines: tuple[CommandLine, ...], cause: Cause
) -> Iterator[Tried]:
    """Obey each line; after one that cannot be obeyed, the others are skipped."""
    failed = False
    for line in lines:
        if failed:
            yield Tried(line, "skipped")
            continue
        try:
            done = email_commands()[line.word].run(office, ticket, actor, line.argument, cause)
            yield Tried(line, "done", done.did, done.values, done.remark)
        except PermanentError as error:
            failed = True
            yield Tried(line, "refused", *_why_not(error))


def possible_commands(ticket: Ticket) -> tuple[str, ...]:
    """The names of the commands that the ticket's state allows."""
    may = allowed(ticket.state)
    shown = [c.name for c in email_commands().values() if c.shown]
    names = [name for name in shown if name not in NEEDS or NEEDS[name] in may]
    return tuple(n for n in names if n != "accept" or ticket.offered_at)


def _why_not(error: PermanentError) -> tuple[str, dict[str, str]]:
    if isinstance(error, IllegalTransition):
        return "state", {"state": error.state}
    if isinstance(error, AmbiguousPerson):
        return "ambiguous", {"who": error.who, "known": ", ".join(error.known)}
    if isinstance(error, UnknownPerson):
        near = nearest_name(error.who, error.known)
        if near:
            return "unknown_name_near", {"who": error.who, "nearest": near}
        return "unknown_name", {"who": error.who, "known": ", ".join(error.known)}
    if isinstance(error, NotAllowed) and error.code:
        return error.code, dict(error.values)
    return "other", {"reason": str(error)}


def _shown(text: str) -> str:
    """One line without control characters: it goes into the journal and into a mail."""
    return "".join(c if c.isprintable() else " " for c in text[:LONGEST])

"""``#priority``: how grave it is. The clocks count with the new target."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import prioritisation, resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import read_priority
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    priority, why = read_priority(words)
    if why:
        resolution.note(office, ticket, actor, why, cause)
    prioritisation.change(office, ticket, actor, to=priority.value, cause=cause)
    return Done("priority", {"priority": ticket.priority.value})


COMMAND = EmailCommand("priority", "#priority critical|high|medium|low [WHY]", run)

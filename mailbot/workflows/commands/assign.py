"""``#assign``: give the ticket to a group or a colleague."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import assignment
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> None:
    assignment.assign(office, ticket, actor, words, cause)


COMMAND = EmailCommand("assign", "#assign GROUP-OR-AGENT", run)

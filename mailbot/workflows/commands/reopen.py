"""``#reopen``: open an ended ticket again."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    resolution.reopen(office, ticket, actor, words, cause)
    return Done("reopen")


COMMAND = EmailCommand("reopen", "#reopen [WHY]", run)

"""``#status``: how the ticket stands. The transcript tells it; nothing is changed."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    return Done("status")


COMMAND = EmailCommand("status", "#status", run, changes=False)

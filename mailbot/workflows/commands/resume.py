"""``#resume``: go on with a ticket that waits."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import waiting
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    waiting.resume(office, ticket, actor, words, cause)
    return Done("resume")


COMMAND = EmailCommand("resume", "#resume [WHY]", run)

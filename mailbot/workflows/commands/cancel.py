"""``#cancel``: end the ticket without a solution."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Action
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    resolution.cancel(office, ticket, actor, words, cause)
    return Done("cancel")


COMMAND = EmailCommand("cancel", "#cancel WHY", run, Action.AGENT_CLOSE)

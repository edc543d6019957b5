"""``#resolve``: propose a solution and ask the requester."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    resolution.propose(office, ticket, actor, words, cause)
    if ticket.requester is None:
        return Done("resolve_nobody")
    return Done("resolve", {"requester": str(ticket.requester.mailbox)})


COMMAND = EmailCommand("resolve", "#resolve WHAT WAS DONE", run)

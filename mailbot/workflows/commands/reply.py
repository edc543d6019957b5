"""``#reply``: write to the requester."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    if ticket.requester is None:
        raise NotAllowed("reply", "the ticket has no requester", "no_requester")
    resolution.answer(office, ticket, actor, words, cause)
    return Done("reply", {"requester": str(ticket.requester.mailbox)})


COMMAND = EmailCommand("reply", "#reply TEXT", run)

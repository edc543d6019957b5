"""``#resolve``: propose a solution and ask the requester. ``@name`` is an answer that stands ready."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import first_aid, resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    said, used = first_aid.spell_out(office, ticket, "resolve", words)
    resolution.propose(office, ticket, actor, said, cause, used)
    if ticket.requester is None:
        return Done("resolve_nobody")
    return Done("resolve", {"requester": str(ticket.requester.mailbox)})


COMMAND = EmailCommand("resolve", "#resolve WHAT WAS DONE", run)

"""``#reply``: write to the requester, in words or with an answer that stands ready (``@name``)."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows import first_aid, resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    if ticket.requester is None:
        raise NotAllowed("reply", "the ticket has no requester", "no_requester")
    said, used = first_aid.spell_out(office, ticket, "reply", words)
    resolution.answer(office, ticket, actor, said, cause, used)
    return Done("reply", {"requester": str(ticket.requester.mailbox)})


COMMAND = EmailCommand("reply", "#reply TEXT", run)

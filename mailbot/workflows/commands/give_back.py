"""``#return``: specialists give a ticket back to the desk."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import handover
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    handover.give_back(office, ticket, actor, words, cause)
    return Done("return", {"group": ticket.group})


COMMAND = EmailCommand("return", "#return WHY", run)

"""``#take``: take the ticket; for specialists who were asked, this accepts it."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import assignment
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    asked = ticket.group if ticket.offered_at else ""
    assignment.take(office, ticket, actor, cause)
    return Done("take_over" if asked == ticket.group else "take", {"group": ticket.group})


COMMAND = EmailCommand("take", "#take", run)

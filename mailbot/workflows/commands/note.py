"""``#note``: keep words for the desk alone."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    resolution.note(office, ticket, actor, words, cause)
    return Done("note")


COMMAND = EmailCommand("note", "#note TEXT", run)

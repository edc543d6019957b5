"""``#dry-run``: the other lines are tried and undone; the transcript says what they would have done."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    return Done("rehearse")


COMMAND = EmailCommand("rehearse", "#dry-run", run, changes=False)

"""``#close``: no command of agents. A ticket closes when its requester has said that it is solved; this says so."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    raise NotAllowed("close", "the requester closes it: #resolve asks them, #verify records that you have", "no_close")


COMMAND = EmailCommand("close", "#close", run, shown=False)

"""``#accept``: specialists accept a ticket that was handed to them. A solution is accepted by the requester alone."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand, take
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    if ticket.offered_at is None:
        raise NotAllowed("accept", "no handover waits for a yes; a solution is accepted by the requester", "no_offer")
    return take.run(office, ticket, actor, words, cause)


COMMAND = EmailCommand("accept", "#accept", run)

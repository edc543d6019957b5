"""``#split``: the newest words of a person were about something else, and become a ticket of their own."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import merging
from mailbot.workflows.cause import Cause
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    said = [e.id for e in office.work.tickets.entries_of(ticket.number) if e.kind in merging.WORDS]
    if len(said) < 2:
        raise NotAllowed("split", "there is only one thing in it that a person wrote", "one_thing")
    new = merging.split(office, ticket, said[-1:], words.strip().partition("\n")[0], actor)
    return Done("split", {"other": ticket_reference(office.policy.prefix, new.number)})


COMMAND = EmailCommand("split", "#split SUBJECT", run)

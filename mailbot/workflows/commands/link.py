"""``#link``: the ticket is about what another one is about, or is a child of it."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.links import LinkKind
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.desk.vocabulary import TicketKind
from mailbot.workflows import merging
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import first_word
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.commands.merge import named_ticket
from mailbot.workflows.office import Office

KINDS = {TicketKind.PROBLEM: LinkKind.CHILD_OF, TicketKind.CHANGE: LinkKind.CAUSED_BY}
"""What a ticket is to one of these; it is related to any other."""


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    other = named_ticket(office, first_word(words)[0], "link")
    kind = KINDS.get(other.kind, LinkKind.RELATED)
    merging.link(office, ticket, kind, other, actor)
    return Done(f"link_{kind.value}", {"other": ticket_reference(office.policy.prefix, other.number)})


COMMAND = EmailCommand("link", "#link SD-1042", run)

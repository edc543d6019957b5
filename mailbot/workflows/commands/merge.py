"""``#merge``: the ticket goes on in another one."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Action
from mailbot.workflows import merging
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import first_word
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    other = named_ticket(office, first_word(words)[0], "merge")
    merging.merge(office, ticket, other, actor)
    return Done("merge", {"other": ticket_reference(office.policy.prefix, other.number)})


def named_ticket(office: Office, reference: str, action: str) -> Ticket:
    """The ticket that a command names. Raises NotAllowed where it names none that there is."""
    number = read_ticket_reference(office.policy.prefix, reference)
    found = office.work.tickets.find(number, lock=True) if number is not None else None
    if found is None:
        example = ticket_reference(office.policy.prefix, 1042)
        raise NotAllowed(action, f"name a ticket that there is, such as {example}", "needs_ticket")
    return found


COMMAND = EmailCommand("merge", "#merge SD-1042", run, Action.AGENT_CLOSE)

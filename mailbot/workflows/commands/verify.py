"""``#verify``: the requester said in person that it is solved; the ticket closes, with the note as evidence."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Action
from mailbot.workflows import resolution
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import read_way
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    way, note = read_way(words)
    if not note:
        raise NotAllowed("verify", "it needs the way and a note: #verify phone Anna says it prints", "needs_contact")
    resolution.verify(office, ticket, actor, way, note, cause=cause)
    return Done("verify")


COMMAND = EmailCommand("verify", "#verify phone|visit|chat WHAT WAS SAID", run, Action.AGENT_CLOSE)

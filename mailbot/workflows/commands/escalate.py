"""``#escalate``: ask a specialist group to take the ticket over (functional escalation)."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed
from mailbot.desk.ticket import Ticket
from mailbot.workflows import handover, routing
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import first_word
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    to, why = first_word(words)
    if not to:
        raise NotAllowed("escalate", "say to which group, and why", "needs_group")
    accept_by = handover.escalate(office, ticket, actor, to, why, cause)
    remark = "nobody_there" if routing.nobody_is_there(office, ticket.group) else ""
    if accept_by is None:
        return Done("escalate_open", {"group": ticket.group}, remark)
    return Done("escalate", {"group": ticket.group, "at": accept_by.isoformat()}, remark)


COMMAND = EmailCommand("escalate", "#escalate GROUP WHY", run)

"""``#wait``: let the ticket wait, until a day or until somebody answers."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows import waiting
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import read_day
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    until, why = read_day(words, office.policy.calendar.local_day(office.now))
    waiting.pause(office, ticket, actor, why, until, cause)
    return Done("wait_until", {"day": until.isoformat()}) if until else Done("wait")


COMMAND = EmailCommand("wait", "#wait [DAY] [WHY]", run)

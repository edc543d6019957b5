"""``#assign``: give the ticket to a group or a colleague; words after the name are a note for them."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import AmbiguousPerson, NotAllowed, UnknownPerson
from mailbot.desk.ticket import Ticket
from mailbot.workflows import assignment, resolution, routing
from mailbot.workflows.cause import Cause
from mailbot.workflows.command_words import first_word
from mailbot.workflows.commands import Done, EmailCommand
from mailbot.workflows.office import Office


def run(office: Office, ticket: Ticket, actor: Mailbox, words: str, cause: Cause) -> Done:
    if not words.strip():
        raise NotAllowed("assign", "say to whom", "needs_name")
    name, rest = _split(office, words)
    if rest:
        resolution.note(office, ticket, actor, rest, cause)
    assignment.assign(office, ticket, actor, name, cause)
    if not ticket.assignee:
        nobody = "nobody_there" if routing.nobody_is_there(office, ticket.group) else ""
        return Done("assign_group", {"group": ticket.group}, nobody)
    away = routing.find_absence_of(office, ticket.assignee)
    agent = office.policy.find_agent(ticket.assignee)
    values = {"agent": str(agent.mailbox) if agent else ticket.assignee, "group": ticket.group}
    if away:
        return Done("assign_agent", {**values, "day": away.last.isoformat()}, "absent")
    return Done("assign_agent", values)


def _split(office: Office, words: str) -> tuple[str, str]:
    """The name and the note. The whole may be a name of several words; else the first word is one."""
    whole = words.strip()
    try:
        if office.policy.find_group(whole) or office.policy.get_agent(whole):
            return whole, ""
    except AmbiguousPerson:
        return whole, ""
    except UnknownPerson:
        pass
    return first_word(whole)


COMMAND = EmailCommand("assign", "#assign GROUP-OR-AGENT", run)

"""Who works on a ticket."""

from __future__ import annotations

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import AmbiguousPerson, UnknownPerson
from mailbot.desk.ticket import Ticket
from mailbot.workflows import handover
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office


def assign(office: Office, ticket: Ticket, actor: Mailbox, to: str, cause: Cause | None = None) -> None:
    """Give a ticket to a support group, or to an agent by address, local part or name.

    Raises:
        UnknownPerson: neither a group nor an agent is called so.
        IllegalTransition: the ticket has ended.
    """
    group = office.policy.find_group(to)
    if group is not None:
        handover.assign(office, ticket, actor, "", group.name, cause)
        return
    try:
        agent = office.policy.get_agent(to)
    except AmbiguousPerson:
        raise
    except UnknownPerson as unknown:
        known = (*(g.name for g in office.policy.groups), *(a.mailbox.address for a in office.policy.agents))
        raise UnknownPerson(to, known) from unknown
    stays = not agent.groups or ticket.group.lower() in (g.lower() for g in agent.groups)
    group_now = ticket.group if stays else agent.groups[0]
    handover.assign(office, ticket, actor, agent.mailbox.address, group_now, cause)


def take(office: Office, ticket: Ticket, actor: Mailbox, cause: Cause | None = None) -> None:
    """The agent takes the ticket."""
    assign(office, ticket, actor, actor.address, cause)

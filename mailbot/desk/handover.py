"""Functional escalation (ITIL): the desk asks specialists to take a ticket over; they accept it or give it back.

The desk stays the owner all the while. Each function changes the ticket and returns the facts, like its own methods.
"""

from __future__ import annotations

from datetime import datetime

from mailbot.desk import journal_work as facts
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import DESK, Fact
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.ticket import Ticket


def escalate(
    ticket: Ticket, now: datetime, actor: str, group: str, why: str, accept_by: datetime | None, entry: int | None
) -> list[Fact]:
    """Ask ``group`` to take the ticket over; until it accepts, nobody works on it.

    Raises:
        NotAllowed: the group has it already, or is its owner.
        IllegalTransition: the ticket has ended.
    """
    if group == ticket.owner:
        raise NotAllowed("escalate", f"{group} owns the ticket: return it instead", "owns", group=group)
    if group == ticket.group:
        raise NotAllowed("escalate", f"{group} has the ticket already", "has_it", group=group)
    came_from = ticket.group
    ticket.move(now, "", group, offered=True)
    until = accept_by.isoformat() if accept_by else ""
    said = {"group": group, "came_from": came_from, "why": why, "accept_by": until}
    return [facts.EscalatedToGroup(ticket=ticket.number, at=now, actor=actor, entry=entry, **said)]


def assign(ticket: Ticket, now: datetime, actor: str, assignee: str, group: str) -> list[Fact]:
    """Give the ticket to an agent or a group. Where it was offered to specialists, that ends the offer.

    A person of theirs who gets it has accepted; anybody else who does has taken it back.
    """
    asked = ticket.group if ticket.offered_at else ""
    if asked and group == asked and not assignee:
        raise NotAllowed("assign", f"{group} has been asked to take the ticket already", "asked", group=group)
    assigned = ticket.assign(now, actor, assignee, group)
    if not asked:
        return assigned
    ended: Fact
    if group == asked:
        ended = facts.EscalationAccepted(ticket=ticket.number, at=now, actor=actor, group=asked, assignee=assignee)
    else:
        why = f"given to {assignee or group}"
        ended = facts.EscalationReturned(ticket=ticket.number, at=now, actor=actor, group=asked, back_to=group, why=why)
    return [ended, *assigned]


def give_back(ticket: Ticket, now: datetime, actor: str, why: str, entry: int | None) -> list[Fact]:
    """The specialists return the ticket to its owner, before or after they accepted it.

    Raises:
        NotAllowed: its owner has it already.
        IllegalTransition: the ticket has ended.
    """
    if ticket.group == ticket.owner:
        raise NotAllowed("return", f"{ticket.owner} has the ticket already", "has_it", group=ticket.owner)
    asked = ticket.group
    ticket.move(now, "", ticket.owner)
    said = {"group": asked, "back_to": ticket.owner, "why": why}
    return [facts.EscalationReturned(ticket=ticket.number, at=now, actor=actor, entry=entry, **said)]


def expire(ticket: Ticket, now: datetime) -> list[Fact]:
    """Nobody accepted in time: back to the owner. Nothing where the offer has ended in another way."""
    if ticket.offered_at is None:
        return []
    if ticket.state in ENDED or ticket.state is State.RESOLVED:
        ticket.offered_at = None
        return []
    asked, since = ticket.group, ticket.offered_at
    ticket.move(now, "", ticket.owner)
    expired = facts.EscalationExpired(
        ticket=ticket.number, at=now, actor=DESK, group=asked, back_to=ticket.owner, offered_at=since.isoformat()
    )
    return [expired]

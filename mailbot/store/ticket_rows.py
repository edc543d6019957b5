"""Tickets as rows: what is written of one, and how it is read with its requester."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import Entry, EntryKind, Filing, Participant, Ticket
from mailbot.desk.vocabulary import Origin, Priority, Role, TicketKind
from mailbot.store.schema import people, tickets
from mailbot.store.storable import storable

WITH_REQUESTER: Select[Any] = select(tickets, people.c.address, people.c.name).outerjoin(
    people, people.c.id == tickets.c.requester
)


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """What may change during a ticket's life."""
    return {
        "subject": storable(ticket.subject, 1000),
        "kind": ticket.kind.value,
        "origin": ticket.origin.value,
        "priority": ticket.priority.value,
        "state": ticket.state.value,
        "language": ticket.language,
        "desk_address": ticket.desk_address,
        "requester": ticket.requester.person if ticket.requester else None,
        "support_group": ticket.group,
        "assignee": ticket.assignee,
        "resolution": ticket.resolution,
        "changed_at": ticket.changed_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "needs_person": ticket.needs_person,
        "needs_contact": ticket.needs_contact,
        "alert_key": storable(ticket.alert_key, 500),
        "owner": ticket.owner,
        "service": ticket.service,
        "offered_at": ticket.offered_at,
        "waits_until": ticket.waits_until,
        "customer": ticket.customer,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "due_at": ticket.due_at,
        "promised_by": ticket.promised_by,
    }


def read_ticket(row: Row[Any]) -> Ticket:
    requester = None
    if row.requester is not None:
        requester = Participant(row.requester, Mailbox(row.address, row.name), Role.REQUESTER, confirmed=True)
    return Ticket(
        row.number,
        row.subject,
        requester,
        row.language,
        row.opened_at,
        row.changed_at,
        State(row.state),
        TicketKind(row.kind),
        Origin(row.origin),
        Priority(row.priority),
        row.desk_address,
        [],
        group=row.support_group,
        assignee=row.assignee,
        resolution=row.resolution,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        needs_person=row.needs_person,
        needs_contact=row.needs_contact,
        follows=row.follows,
        alert_key=row.alert_key,
        owner=row.owner,
        service=row.service,
        offered_at=row.offered_at,
        waits_until=row.waits_until,
        customer=row.customer,
        impact=row.impact,
        urgency=row.urgency,
        due_at=row.due_at,
        promised_by=row.promised_by,
        version=row.version,
    )


def read_entry(row: Row[Any], filed: tuple[Filing, ...]) -> Entry:
    return Entry(
        row.ticket,
        EntryKind(row.kind),
        row.at,
        Mailbox(row.author, row.author_name),
        Role(row.role),
        row.words,
        row.inbox,
        row.intent,
        row.evidence,
        filed,
        row.id,
    )

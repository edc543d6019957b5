"""Tickets, entries and facts as JSON: names that do not change, times in ISO 8601 with zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mailbot.desk.lifecycle import State
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Entry, Ticket
    from mailbot.store.journal import Record


def ticket_form(policy: Policy, ticket: Ticket) -> dict[str, Any]:
    requester = ticket.requester.mailbox if ticket.requester else None
    return {
        "reference": ticket_reference(policy.prefix, ticket.number),
        "number": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "kind": ticket.kind,
        "origin": ticket.origin,
        "priority": ticket.priority,
        "language": ticket.language,
        "requester": {"address": requester.address, "name": requester.name} if requester else None,
        "participants": [p.mailbox.address for p in ticket.participants],
        "affected": [p.mailbox.address for p in ticket.affected],
        "group": ticket.group,
        "assignee": ticket.assignee,
        "owner": ticket.owner,
        "service": ticket.service,
        "offered_at": ticket.offered_at,
        "waits_until": ticket.waits_until.isoformat() if ticket.waits_until else None,
        "resolution": ticket.resolution,
        "needs_person": ticket.needs_person,
        "needs_contact": ticket.needs_contact,
        "opened_at": ticket.opened_at,
        "changed_at": ticket.changed_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "follows": ticket_reference(policy.prefix, ticket.follows) if ticket.follows else None,
        "customer": ticket.customer,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "due_at": ticket.due_at,
        "promised_by": ticket.promised_by,
    }


def entry_form(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "public": entry.public,
        "at": entry.at,
        "author": {"address": entry.author.address, "name": entry.author.name},
        "role": entry.role,
        "words": entry.words,
        "mail": entry.inbox,
        "intent": entry.intent,
        "evidence": entry.evidence,
        "attachments": [
            {"filename": f.filename, "content_type": f.content_type, "size": f.size, "sha256": f.sha256}
            for f in entry.attachments
        ],
    }


CLOSURES = {"resolution_accepted", "resolution_verified", "resolution_expired"}


def closure_form(ticket: Ticket, facts: Sequence[Record], entries: Sequence[Entry]) -> dict[str, Any] | None:
    """What a closed ticket rests on. ``way``: mail, page, phone, visit, chat; or silence, where nobody said it."""
    closed = next((f for f in reversed(facts) if f.name in CLOSURES), None)
    if ticket.state is not State.CLOSED or closed is None:
        return None
    entry = next((e for e in entries if e.id == closed.entry), None)
    return {
        "way": closed.details.get("way") or "silence",
        "at": closed.at,
        "by": closed.actor,
        "entry": closed.entry,
        "mail": entry.inbox if entry else None,
        "words": entry.words if entry else "",
    }


def fact_form(record: Record) -> dict[str, Any]:
    return {"at": record.at, "fact": record.name, "by": record.actor, "entry": record.entry, **record.details}

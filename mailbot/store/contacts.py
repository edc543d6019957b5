"""Phone contacts in the store: added once, and tied to a ticket when it is known which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailbot.desk.contacts import Contact, Outcome
from mailbot.store.schema_contacts import contacts
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

TEXTS = ("system", "key", "caller", "caller_name", "agent", "skill", "customer", "note")
MANY = 500


class Contacts:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_many(self, calls: Sequence[Contact], at: datetime, by: str) -> list[int]:
        """Keep calls that are not known by system and key; the numbers of those that were new, in their order."""
        added: list[int] = []
        for start in range(0, len(calls), MANY):
            rows = [_row(call, at, by) for call in calls[start : start + MANY]]
            kept = self._db.execute(_ADD.on(self._db), rows)
            added += sorted(int(number) for (number,) in kept)
        return added

    def find(self, number: int) -> Contact | None:
        row = self._db.execute(select(contacts).where(contacts.c.id == number)).first()
        return _contact(row) if row else None

    def join(self, number: int, ticket: int) -> None:
        """Say which ticket a contact was about."""
        self._db.execute(update(contacts).where(contacts.c.id == number).values(ticket=ticket))

    def list_offered(
        self, since: datetime, until: datetime, *, customer: str | None = None, limit: int | None = None
    ) -> list[Contact]:
        """Calls that rang from ``since`` to just before ``until``, oldest first."""
        query = select(contacts).where(contacts.c.offered_at >= since, contacts.c.offered_at < until)
        if customer is not None:
            query = query.where(contacts.c.customer == customer)
        query = query.order_by(contacts.c.offered_at, contacts.c.id).limit(limit)
        return [_contact(row) for row in self._db.execute(query)]

    def of_ticket(self, ticket: int) -> list[Contact]:
        query = select(contacts).where(contacts.c.ticket == ticket).order_by(contacts.c.offered_at, contacts.c.id)
        return [_contact(row) for row in self._db.execute(query)]

    def of_caller(self, caller: str, limit: int = 20) -> list[Contact]:
        """The calls from a number or an address, as it was given, newest first."""
        query = select(contacts).where(contacts.c.caller == caller).order_by(contacts.c.offered_at.desc()).limit(limit)
        return [_contact(row) for row in self._db.execute(query)]


def _row(call: Contact, at: datetime, by: str) -> dict[str, Any]:
    return {
        **{name: storable(getattr(call, name), 2_000) for name in TEXTS},
        "offered_at": call.offered_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "outcome": call.outcome.value,
        "ticket": call.ticket,
        "registered_at": at,
        "registered_by": storable(by, 320),
    }


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        key=row.key,
        caller=row.caller,
        offered_at=row.offered_at,
        outcome=Outcome(row.outcome),
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        caller_name=row.caller_name,
        agent=row.agent,
        skill=row.skill,
        customer=row.customer,
        note=row.note,
        system=row.system,
        ticket=row.ticket,
        id=row.id,
    )


_ADD = Upsert(
    lambda insert: insert(contacts).on_conflict_do_nothing(index_elements=["system", "key"]).returning(contacts.c.id)
)

"""The journal: facts in the order in which they happened. Only ever appended to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from mailbot.desk.journal import Fact
from mailbot.store.schema import PROMISE_SETTLED, WORDING_FAILED, journal, tickets
from mailbot.store.storable import storable


@dataclass(frozen=True, slots=True)
class Record:
    """A fact as it stands in the store."""

    id: int
    ticket: int
    at: datetime
    name: str
    actor: str
    entry: int | None
    details: dict[str, Any]
    state: str = ""
    """The ticket's after it; "" where the fact did not look."""


class Journal:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def append(self, fact: Fact, state: str = "") -> int:
        """Write a fact, with the state its ticket is in after it; its number names the occasion of its notices."""
        row = {
            "ticket": fact.ticket,
            "at": fact.at,
            "name": fact.name,
            "actor": storable(fact.actor),
            "entry": fact.entry,
            "details": {k: storable(v) if isinstance(v, str) else v for k, v in fact.details().items()},
            "state": state,
        }
        return int(self._db.execute(_INSERT, row).scalar_one())

    def of_ticket(self, ticket: int) -> list[Record]:
        rows = self._db.execute(select(journal).where(journal.c.ticket == ticket).order_by(journal.c.id))
        return [Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details, r.state) for r in rows]

    def list_wording_failures(self, since: datetime) -> list[Record]:
        """Notices that could not be worded as they should since then, oldest first."""
        query = select(journal).where(WORDING_FAILED, journal.c.at >= since).order_by(journal.c.at, journal.c.id)
        return [Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details) for r in self._db.execute(query)]

    def list_promises(self, since: datetime, until: datetime) -> list[Record]:
        """Every fact about promises, of the tickets of which one was settled from ``since`` up to ``until``."""
        settled = select(journal.c.ticket).where(PROMISE_SETTLED, journal.c.at >= since, journal.c.at < until)
        told = journal.c.name.in_(
            ("promise_made", "promise_renewed", "promise_kept", "promise_missed", "notice_withheld")
        )
        query = select(journal).where(journal.c.ticket.in_(settled), told).order_by(journal.c.ticket, journal.c.id)
        return [
            Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details, r.state) for r in self._db.execute(query)
        ]

    def list_withheld(self, since: datetime) -> list[Record]:
        """Mails that were due and not sent, about tickets opened since then, oldest first."""
        # Numbers rise with time: from the newest ticket down, only those since then are looked at.
        before = select(tickets.c.number).where(tickets.c.opened_at < since).order_by(tickets.c.number.desc()).limit(1)
        last = self._db.execute(before).scalar() or 0
        query = select(journal).where(journal.c.ticket > last, journal.c.name == "notice_withheld")
        return [
            Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details, r.state)
            for r in self._db.execute(query.order_by(journal.c.id))
        ]

    def find_last(self, ticket: int, names: Sequence[str]) -> Record | None:
        """The newest fact of a ticket that has one of these names."""
        query = select(journal).where(journal.c.ticket == ticket, journal.c.name.in_(names))
        row = self._db.execute(query.order_by(journal.c.id.desc()).limit(1)).first()
        return (
            Record(row.id, row.ticket, row.at, row.name, row.actor, row.entry, row.details, row.state) if row else None
        )

    def last_of_each(self, tickets: Sequence[int], names: Sequence[str]) -> dict[int, Record]:
        """The newest fact of each ticket that has one of these names."""
        if not tickets:
            return {}
        last = select(func.max(journal.c.id)).where(journal.c.ticket.in_(tickets), journal.c.name.in_(names))
        query = select(journal).where(journal.c.id.in_(last.group_by(journal.c.ticket)))
        return {
            r.ticket: Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details, r.state)
            for r in self._db.execute(query)
        }

    def named(self, ticket: int, names: Sequence[str]) -> list[Record]:
        """The facts of a ticket that have one of these names, oldest first."""
        query = select(journal).where(journal.c.ticket == ticket, journal.c.name.in_(names)).order_by(journal.c.id)
        return [
            Record(r.id, r.ticket, r.at, r.name, r.actor, r.entry, r.details, r.state) for r in self._db.execute(query)
        ]

    def names_of(self, tickets: Sequence[int]) -> dict[int, list[str]]:
        """The names of the facts of several tickets, oldest first."""
        found: dict[int, list[str]] = {t: [] for t in tickets}
        for row in self._db.execute(
            select(journal.c.ticket, journal.c.name).where(journal.c.ticket.in_(tickets)).order_by(journal.c.id)
        ):
            found[row.ticket].append(row.name)
        return found


_INSERT = insert(journal).returning(journal.c.id)

"""What can be asked about kept mail without changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from mailbot.desk.correspondence import Envelope
from mailbot.desk.vocabulary import Disposition
from mailbot.store.counting import count_each, counting
from mailbot.store.schema import NAMED, UNSETTLED, inbox


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A kept mail without its bytes."""

    id: int
    received_at: datetime
    envelope: Envelope
    queue: str
    sha256: str
    size: int
    disposition: Disposition
    attempts: int
    reasons: tuple[str, ...]
    ticket: int | None
    duplicate_of: int | None
    settled_at: datetime | None
    message_id: str
    author: str
    subject: str


class InboxQuestions:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find(self, row: int) -> InboxRow | None:
        found = self._db.execute(select(inbox).where(inbox.c.id == row)).first()
        return read_row(found) if found else None

    def list_rows(
        self,
        *,
        disposition: Disposition | None = None,
        ticket: int | None = None,
        limit: int = 50,
        before: int = 0,
        after: int = 0,
    ) -> list[InboxRow]:
        """Newest first; ``before`` continues below that row, ``after`` gives those next above it."""
        query = select(inbox).order_by(inbox.c.id.asc() if after else inbox.c.id.desc()).limit(limit)
        if disposition is not None:
            query = query.where(inbox.c.disposition == disposition.value)
        if ticket is not None:
            query = query.where(inbox.c.ticket == ticket)
        if before:
            query = query.where(inbox.c.id < before)
        if after:
            query = query.where(inbox.c.id > after)
        found = [read_row(r) for r in self._db.execute(query)]
        return found[::-1] if after else found

    def count_by_disposition(self) -> dict[str, int]:
        rows = self._db.execute(select(inbox.c.disposition, func.count()).group_by(inbox.c.disposition))
        return {row[0]: row[1] for row in rows}

    def count_some_by_disposition(self, most: int) -> dict[Disposition, int]:
        """How many mails ended each way, counting no further than ``most``."""
        return dict(zip(Disposition, count_each(self._db, _count_by_disposition(most)), strict=True))

    def unread_envelopes(self, quarantined_since: datetime) -> list[Envelope]:
        """Of all mail that nobody has read yet: it waits, for seconds as a rule, or it could not be read."""
        failed = (inbox.c.disposition == Disposition.QUARANTINED.value, inbox.c.received_at >= quarantined_since)
        queries = (select(inbox).where(UNSETTLED), select(inbox).where(*failed))
        return [read_row(r).envelope for query in queries for r in self._db.execute(query)]

    def count_waiting_since(self, moment: datetime) -> int:
        """Mails that came before ``moment`` and have no disposition yet."""
        query = select(func.count()).where(UNSETTLED, inbox.c.received_at < moment)
        return int(self._db.execute(query).scalar_one())

    def count_without_ticket(self) -> int:
        """Mails that are said to be in a ticket, without one. Always 0, or something is broken."""
        kept = (Disposition.TICKET.value, Disposition.REPLY.value, Disposition.HELD.value)
        query = select(func.count()).where(inbox.c.disposition.in_(kept), inbox.c.ticket.is_(None))
        return int(self._db.execute(query).scalar_one())

    def find_tickets_by_message_id(self, message_ids: Sequence[str]) -> dict[str, int]:
        """Tickets that mails with these Message-IDs belong to. Anyone can write a Message-ID: a hint, never a right."""
        rows = self._db.execute(_TICKETS_BY_MESSAGE_ID, {"ids": list(message_ids)})
        return {row.message_id: row.ticket for row in rows}

    def was_used(self, message_id: str, author: str, other_than: int) -> bool:
        """Whether another mail with this Message-ID and author has been dealt with before."""
        query = select(inbox.c.id).where(
            inbox.c.message_id == message_id, NAMED, inbox.c.author == author, inbox.c.id != other_than
        )
        return bool(message_id) and self._db.execute(query.limit(1)).first() is not None

    def workers(self) -> list[str]:
        """Who holds leases."""
        query = select(inbox.c.leased_by).where(UNSETTLED, inbox.c.leased_by != "")
        return list(self._db.execute(query.distinct()).scalars())


def read_row(row: Row[Any]) -> InboxRow:
    envelope = Envelope(
        row.reverse_path,
        tuple(row.forward_paths),
        row.received_at,
        row.way_in,
        row.peer,
        row.helo,
        row.source_key,
        withheld_size=row.withheld_size,
    )
    return InboxRow(
        row.id,
        row.received_at,
        envelope,
        row.queue,
        row.sha256,
        row.size,
        Disposition(row.disposition),
        row.attempts,
        tuple(row.reasons),
        row.ticket,
        row.duplicate_of,
        row.settled_at,
        row.message_id,
        row.author,
        row.subject,
    )


@lru_cache(maxsize=8)
def _count_by_disposition(most: int) -> Select[Any]:
    return counting([select(inbox.c.id).where(inbox.c.disposition == each.value) for each in Disposition], most)


_TICKETS_BY_MESSAGE_ID = (
    select(inbox.c.message_id, inbox.c.ticket)
    .where(inbox.c.message_id.in_(bindparam("ids", expanding=True)), NAMED, inbox.c.ticket.is_not(None))
    .order_by(inbox.c.id.desc())
)

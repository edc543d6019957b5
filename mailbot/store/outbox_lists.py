"""Composed mail in lists: without its bytes and words, which are most of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from mailbot.desk.vocabulary import DeliveryStatus
from mailbot.store.counting import count_each, counting
from mailbot.store.schema_outbox import outbox


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """One mail to one recipient, as a list shows it. ``notice`` is the value of a ``NoticeKind``."""

    id: int
    ticket: int | None
    notice: str
    recipient: str
    subject: str
    status: DeliveryStatus
    attempts: int
    queued_at: datetime
    due_at: datetime
    settled_at: datetime | None
    last_code: int
    last_reply: str


class OutboxLists:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def list_lines(
        self,
        *,
        status: DeliveryStatus | None = None,
        ticket: int | None = None,
        limit: int = 50,
        before: int = 0,
        after: int = 0,
    ) -> list[OutgoingLine]:
        """Newest first; ``before`` continues below that mail, ``after`` gives those next above it."""
        query = select(*OUTGOING_COLUMNS).limit(limit).order_by(outbox.c.id.asc() if after else outbox.c.id.desc())
        if status is not None:
            query = query.where(outbox.c.status == status.value)
        if ticket is not None:
            query = query.where(outbox.c.ticket == ticket)
        if before:
            query = query.where(outbox.c.id < before)
        if after:
            query = query.where(outbox.c.id > after)
        found = [read_line(row) for row in self._db.execute(query)]
        return found[::-1] if after else found

    def count_some_by_status(self, most: int) -> dict[DeliveryStatus, int]:
        """How many mails are in each state, counting no further than ``most``."""
        return dict(zip(DeliveryStatus, count_each(self._db, _count_by_status(most)), strict=True))


OUTGOING_COLUMNS = tuple(
    outbox.c[name]
    for name in (
        "id",
        "ticket",
        "notice",
        "recipient",
        "subject",
        "status",
        "attempts",
        "queued_at",
        "due_at",
        "settled_at",
        "last_code",
        "last_reply",
    )
)


def read_line(row: Row[Any]) -> OutgoingLine:
    return OutgoingLine(
        row.id,
        row.ticket,
        row.notice,
        row.recipient,
        row.subject,
        DeliveryStatus(row.status),
        row.attempts,
        row.queued_at,
        row.due_at,
        row.settled_at,
        row.last_code,
        row.last_reply,
    )


@lru_cache(maxsize=8)
def _count_by_status(most: int) -> Select[Any]:
    return counting([select(outbox.c.id).where(outbox.c.status == status.value) for status in DeliveryStatus], most)

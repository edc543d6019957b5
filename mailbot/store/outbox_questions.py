"""What can be asked about composed mail without changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select

from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.schema_outbox import UNSENT, UNVERIFIED, outbox


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to one recipient. ``words`` is its plain text: what the person will see quoted in their answer."""

    key: str
    ticket: int | None
    notice: NoticeKind
    automatic: bool
    person: int | None
    resolution: int
    recipient: str
    verified: bool
    reverse_path: str
    message_id: str
    subject: str
    revision: str
    words: str
    content: bytes
    queued_at: datetime
    id: int = 0
    status: DeliveryStatus = DeliveryStatus.QUEUED
    attempts: int = 0
    due_at: datetime | None = None
    settled_at: datetime | None = None
    last_code: int = 0
    last_reply: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """To the address in an hour, to it about a ticket in a day; in an hour to unverified ones of its domain, of all."""

    to_address_hour: int
    about_ticket_day: int
    unverified_domain_hour: int
    unverified_hour: int


class OutboxQuestions:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def workers(self) -> list[str]:
        """Who holds leases."""
        query = select(outbox.c.leased_by).where(
            outbox.c.status == DeliveryStatus.SENDING.value, outbox.c.leased_by != ""
        )
        return list(self._db.execute(query.distinct()).scalars())

    def find(self, number: int) -> Outgoing | None:
        row = self._db.execute(select(outbox).where(outbox.c.id == number)).first()
        return read_outgoing(row) if row else None

    def find_by_message_ids(self, message_ids: Sequence[str]) -> dict[str, Outgoing]:
        rows = self._db.execute(select(outbox).where(outbox.c.message_id.in_([m.lower() for m in message_ids])))
        return {row.message_id: read_outgoing(row) for row in rows}

    def contents_of_ticket(self, ticket: int, limit: int = 6) -> list[bytes]:
        """What was sent about a ticket, newest first: what an answer may quote."""
        query = select(outbox.c.content).where(outbox.c.ticket == ticket).order_by(outbox.c.id.desc()).limit(limit)
        return list(self._db.execute(query).scalars())

    def people_reached(self, ticket: int, resolution: int) -> frozenset[int]:
        """To whom the question about this resolution was relayed, the first time or as a reminder."""
        asked = (NoticeKind.RESOLUTION.value, NoticeKind.VERIFICATION_REMINDER.value)
        query = select(outbox.c.person).where(
            outbox.c.ticket == ticket,
            outbox.c.resolution == resolution,
            outbox.c.notice.in_(asked),
            outbox.c.status == DeliveryStatus.RELAYED.value,
        )
        return frozenset(self._db.execute(query).scalars())

    def last_to(self, ticket: int, person: int) -> Outgoing | None:
        """The newest mail about a ticket to a person: what their next mail continues (In-Reply-To)."""
        row = self._db.execute(_LAST_TO, {"ticket": ticket, "person": person}).first()
        return read_outgoing(row) if row else None

    def count_automatic(
        self, recipient: str, ticket: int, now: datetime, most_of_domain: int, most_of_all: int = 0
    ) -> Counted:
        """How many automatic mails were queued lately; those to the unverified are counted no further than told."""
        row = self._db.execute(
            _COUNT,
            {
                "recipient": recipient.lower(),
                "domain": recipient.rpartition("@")[2].lower(),
                "ticket": ticket,
                "hour_ago": now - timedelta(hours=1),
                "day_ago": now - timedelta(days=1),
                "most_of_domain": most_of_domain,
                "most_of_all": most_of_all,
            },
        ).one()
        return Counted(int(row[0]), int(row[1]), int(row[2]), int(row[3]))

    def list_rows(
        self, *, status: DeliveryStatus | None = None, ticket: int | None = None, limit: int = 50
    ) -> list[Outgoing]:
        """Newest first."""
        query = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
        if status is not None:
            query = query.where(outbox.c.status == status.value)
        if ticket is not None:
            query = query.where(outbox.c.ticket == ticket)
        return [read_outgoing(r) for r in self._db.execute(query)]

    def count_proofs(self, recipient: str, since: datetime) -> int:
        """How many wordings this person has had sent to themself to look at."""
        query = select(func.count()).where(
            outbox.c.recipient_key == recipient.lower(), outbox.c.queued_at > since, outbox.c.key.like("proof/%")
        )
        return int(self._db.execute(query).scalar_one())

    def count_unverified_receipts(self, recipient: str, since: datetime) -> int:
        """How many receipts were queued to this address for mails of which nothing showed that they were its own."""
        query = select(func.count()).where(
            outbox.c.recipient_key == recipient.lower(),
            outbox.c.queued_at > since,
            outbox.c.notice == NoticeKind.RECEIPT.value,
            UNVERIFIED,
        )
        return int(self._db.execute(query).scalar_one())

    def count_by_status(self) -> dict[str, int]:
        return {r[0]: r[1] for r in self._db.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))}

    def count_overdue(self, moment: datetime) -> int:
        """Mails that were due before ``moment`` and still wait."""
        return int(self._db.execute(select(func.count()).where(UNSENT, outbox.c.due_at < moment)).scalar_one())

    def count_waiting(self, notices: Sequence[NoticeKind]) -> int:
        """How many mails of these kinds wait for their first attempt, or are in it."""
        query = select(func.count()).where(UNSENT, outbox.c.notice.in_([n.value for n in notices]))
        return int(self._db.execute(query.where(outbox.c.status != DeliveryStatus.DELAYED.value)).scalar_one())

    def next_due(self) -> datetime | None:
        return self._db.execute(select(func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(UNSENT)).scalar()


def read_outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        row.key,
        row.ticket,
        NoticeKind(row.notice),
        row.automatic,
        row.person,
        row.resolution,
        row.recipient,
        row.verified,
        row.reverse_path,
        row.message_id,
        row.subject,
        row.revision,
        row.words,
        row.content,
        row.queued_at,
        row.id,
        DeliveryStatus(row.status),
        row.attempts,
        row.due_at,
        row.settled_at,
        row.last_code,
        row.last_reply,
    )


def _count() -> Any:
    hour = case((outbox.c.queued_at >= bindparam("hour_ago"), 1), else_=0)
    about = case((outbox.c.ticket == bindparam("ticket"), 1), else_=0)
    to_domain = (
        select(outbox.c.id)
        .where(
            outbox.c.recipient_domain == bindparam("domain"),
            outbox.c.queued_at >= bindparam("hour_ago"),
            outbox.c.automatic,
            ~outbox.c.verified,
        )
        .limit(bindparam("most_of_domain"))
        .subquery()
    )
    to_all = (
        select(outbox.c.id)
        .where(UNVERIFIED, outbox.c.queued_at >= bindparam("hour_ago"))
        .limit(bindparam("most_of_all"))
        .subquery()
    )
    return select(
        func.coalesce(func.sum(hour), 0),
        func.coalesce(func.sum(about), 0),
        select(func.count()).select_from(to_domain).scalar_subquery(),
        select(func.count()).select_from(to_all).scalar_subquery(),
    ).where(
        outbox.c.recipient_key == bindparam("recipient"),
        outbox.c.queued_at >= bindparam("day_ago"),
        outbox.c.automatic,
    )


# Built once: building a statement costs more than running it.
_WORDS = (
    select(outbox.c.words)
    .where(outbox.c.ticket == bindparam("ticket"))
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)
_LAST_TO = (
    select(outbox)
    .where(outbox.c.ticket == bindparam("ticket"), outbox.c.person == bindparam("person"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_COUNT = _count()

"""Composed mail: queued once per occasion, claimed with a lease, settled (rules D4, D5). The bytes never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, select, update

from mailbot.desk.vocabulary import DeliveryStatus, NoticeKind
from mailbot.store.schema import UNSENT, outbox
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

WAITING = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DELAYED)


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
class Settlement:
    """What became of one attempt. ``due_at`` is set where it will be tried again."""

    id: int
    status: DeliveryStatus
    due_at: datetime | None = None
    code: int = 0
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """To the address in an hour, to it about one ticket in a day, and to its domain's unverified in an hour."""

    to_address_hour: int
    about_ticket_day: int
    unverified_domain_hour: int


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, mail: Outgoing) -> bool:
        """Queue a mail; False where the same occasion is queued already."""
        added = self._db.execute(
            _INSERT.on(self._db),
            {
                "key": mail.key,
                "ticket": mail.ticket,
                "notice": mail.notice.value,
                "automatic": mail.automatic,
                "person": mail.person,
                "resolution": mail.resolution,
                "recipient": mail.recipient,
                "recipient_key": mail.recipient.lower(),
                "recipient_domain": mail.recipient.rpartition("@")[2].lower(),
                "verified": mail.verified,
                "reverse_path": mail.reverse_path,
                "message_id": mail.message_id,
                "subject": storable(mail.subject, 1000),
                "revision": mail.revision,
                "words": storable(mail.words),
                "content": mail.content,
                "queued_at": mail.queued_at,
                "status": DeliveryStatus.QUEUED.value,
                "due_at": mail.queued_at,
            },
        )
        return added.first() is not None

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> list[Outgoing]:
        """Take due mails for ``lease``, longest due first; whoever dies with a lease loses it when it runs out."""
        rows = self._db.execute(
            _CLAIM[self._db.dialect.name], {"now": now, "until": now + lease, "worker": worker, "most": limit}
        )
        return sorted((_outgoing(r) for r in rows), key=lambda m: m.id)

    def settle(self, worker: str, now: datetime, outcome: Settlement) -> bool:
        """Write down what became of an attempt; False where the lease is no longer this worker's (fencing)."""
        again = outcome.due_at is not None
        changed = self._db.execute(
            _SETTLE,
            {
                "mail": outcome.id,
                "worker": worker,
                "status": outcome.status.value,
                "due_at": outcome.due_at if again else now,
                "leased_by": "",
                "settled_at": None if again else now,
                "last_code": outcome.code,
                "last_reply": storable(outcome.reply, 1000),
            },
        )
        return bool(changed.rowcount)

    def release(self, workers: Sequence[str], now: datetime) -> int:
        """End the leases of workers that are known to be dead: their mail is due again, with the same bytes."""
        if not workers:
            return 0
        return self._db.execute(
            update(outbox)
            .where(outbox.c.leased_by.in_(workers), outbox.c.status == DeliveryStatus.SENDING.value)
            .values(due_at=now, leased_by="")
        ).rowcount

    def workers(self) -> list[str]:
        """Who holds leases."""
        query = select(outbox.c.leased_by).where(
            outbox.c.status == DeliveryStatus.SENDING.value, outbox.c.leased_by != ""
        )
        return list(self._db.execute(query.distinct()).scalars())

    def find(self, number: int) -> Outgoing | None:
        row = self._db.execute(select(outbox).where(outbox.c.id == number)).first()
        return _outgoing(row) if row else None

    def find_by_message_ids(self, message_ids: Sequence[str]) -> dict[str, Outgoing]:
        rows = self._db.execute(select(outbox).where(outbox.c.message_id.in_([m.lower() for m in message_ids])))
        return {row.message_id: _outgoing(row) for row in rows}

    def contents_of_ticket(self, ticket: int, limit: int = 6) -> list[bytes]:
        """What was sent about a ticket, newest first: what an answer may quote."""
        query = select(outbox.c.content).where(outbox.c.ticket == ticket).order_by(outbox.c.id.desc()).limit(limit)
        return list(self._db.execute(query).scalars())

    def last_to(self, ticket: int, person: int) -> Outgoing | None:
        """The newest mail about a ticket to a person: what their next mail continues (In-Reply-To)."""
        row = self._db.execute(_LAST_TO, {"ticket": ticket, "person": person}).first()
        return _outgoing(row) if row else None

    def count_automatic(self, recipient: str, ticket: int, now: datetime, most_unverified: int) -> Counted:
        """How many automatic mails were queued lately; unverified ones are counted up to ``most_unverified``."""
        row = self._db.execute(
            _COUNT,
            {
                "recipient": recipient.lower(),
                "domain": recipient.rpartition("@")[2].lower(),
                "ticket": ticket,
                "hour_ago": now - timedelta(hours=1),
                "day_ago": now - timedelta(days=1),
                "most": most_unverified,
            },
        ).one()
        return Counted(int(row[0]), int(row[1]), int(row[2]))

    def list_rows(
        self, *, status: DeliveryStatus | None = None, ticket: int | None = None, limit: int = 50
    ) -> list[Outgoing]:
        """Newest first."""
        query = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
        if status is not None:
            query = query.where(outbox.c.status == status.value)
        if ticket is not None:
            query = query.where(outbox.c.ticket == ticket)
        return [_outgoing(r) for r in self._db.execute(query)]

    def retry(self, number: int, now: datetime) -> bool:
        """Queue a mail again that failed, was cancelled or is uncertain; also: try a delayed one now."""
        return self._change(number, ("failed", "cancelled", "uncertain", "delayed"), DeliveryStatus.QUEUED, now)

    def cancel(self, number: int, now: datetime) -> bool:
        return self._change(number, ("queued", "delayed"), DeliveryStatus.CANCELLED, now)

    def count_by_status(self) -> dict[str, int]:
        return {r[0]: r[1] for r in self._db.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))}

    def count_overdue(self, moment: datetime) -> int:
        """Mails that were due before ``moment`` and still wait."""
        return int(self._db.execute(select(func.count()).where(UNSENT, outbox.c.due_at < moment)).scalar_one())

    def next_due(self) -> datetime | None:
        return self._db.execute(select(func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(UNSENT)).scalar()

    def _change(self, number: int, of: tuple[str, ...], to: DeliveryStatus, now: datetime) -> bool:
        ended = now if to is DeliveryStatus.CANCELLED else None
        changed = self._db.execute(
            update(outbox)
            .where(outbox.c.id == number, outbox.c.status.in_(of))
            .values(status=to.value, due_at=now, settled_at=ended, leased_by="")
        )
        return bool(changed.rowcount)


def _outgoing(row: Row[Any]) -> Outgoing:
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


def _claim(*, skip_locked: bool) -> Any:
    due = (
        select(outbox.c.id)
        .where(UNSENT, outbox.c.due_at <= bindparam("now"))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(due.with_for_update(skip_locked=True) if skip_locked else due))
        .values(
            status=DeliveryStatus.SENDING.value,
            attempts=outbox.c.attempts + 1,
            due_at=bindparam("until"),
            leased_by=bindparam("worker"),
        )
        .returning(*outbox.c)
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
        .limit(bindparam("most"))
        .subquery()
    )
    return select(
        func.coalesce(func.sum(hour), 0),
        func.coalesce(func.sum(about), 0),
        select(func.count()).select_from(to_domain).scalar_subquery(),
    ).where(
        outbox.c.recipient_key == bindparam("recipient"),
        outbox.c.queued_at >= bindparam("day_ago"),
        outbox.c.automatic,
    )


# Built once: building a statement costs more than running it.
_INSERT = Upsert(lambda insert: insert(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id))
_CLAIM = {"sqlite": _claim(skip_locked=False), "postgresql": _claim(skip_locked=True)}
_SETTLE = update(outbox).where(outbox.c.id == bindparam("mail"), outbox.c.leased_by == bindparam("worker"))
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

"""Raw mail: kept once, claimed with a lease, settled with one disposition (rules D1, D2, D4, D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from mailbot.desk.correspondence import Envelope
from mailbot.desk.vocabulary import Disposition
from mailbot.store.schema import folder_copies, inbox, inbox_raw
from mailbot.store.storable import storable


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail about to be kept. ``copy`` is (account, folder, UIDVALIDITY, UID) where it came from an IMAP folder."""

    raw: bytes
    envelope: Envelope
    queue: str
    sha256: str
    copy: tuple[str, str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The inbox row that a mail became; ``duplicate_of`` is the first row with the same bytes in the same queue."""

    id: int
    duplicate_of: int | None = None


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


class Inbox:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_many(self, arrivals: Sequence[Arrival]) -> list[Received]:
        """Keep the mails, each once. Copies of a known source key or of known bytes do not become new mail."""
        at_source = self._known_sources([a.envelope.source_key for a in arrivals if a.envelope.source_key])
        firsts = self._known_bytes(arrivals)
        results: list[Received] = []
        for arrival in arrivals:
            known = at_source.get(arrival.envelope.source_key)
            if known is None:
                known = self._add(arrival, firsts.get((arrival.queue, arrival.sha256)))
                firsts.setdefault((arrival.queue, arrival.sha256), known.id)
                if arrival.envelope.source_key:
                    at_source[arrival.envelope.source_key] = known
            results.append(known)
        return results

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> list[InboxRow]:
        """Take due mails for ``lease``, oldest first. The attempt is counted now, before the work (rule D7)."""
        due = (
            select(inbox.c.id)
            .where(inbox.c.disposition == Disposition.RECEIVED.value, inbox.c.due_at <= now)
            .order_by(inbox.c.due_at, inbox.c.id)
            .limit(limit)
        )
        if self._db.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        rows = self._db.execute(
            update(inbox)
            .where(inbox.c.id.in_(due))
            .values(attempts=inbox.c.attempts + 1, due_at=now + lease, leased_by=worker)
            .returning(*inbox.c)
        )
        return sorted((_row(r) for r in rows), key=lambda r: r.id)

    def raw_of(self, ids: Sequence[int]) -> dict[int, bytes]:
        rows = self._db.execute(select(inbox_raw).where(inbox_raw.c.inbox.in_(ids)))
        return {row.inbox: row.content for row in rows}

    def settle(
        self,
        row: int,
        now: datetime,
        disposition: Disposition,
        reasons: Sequence[str],
        *,
        ticket: int | None = None,
        about: tuple[str, str, str] | None = None,
        worker: str | None = None,
    ) -> bool:
        """End a mail with one disposition. ``about`` is (Message-ID, author, subject), for lists and threading.

        False where ``worker`` is given and the row is no longer leased to it: somebody else has it (fencing).
        """
        values: dict[str, Any] = {
            "disposition": disposition.value,
            "reasons": [storable(r) for r in reasons],
            "ticket": ticket,
            "settled_at": now,
            "leased_by": "",
        }
        if about:
            message_id, author, subject = about
            values |= {
                "message_id": storable(message_id, 500),
                "author": storable(author, 320),
                "subject": storable(subject, 1000),
            }
        where: list[ColumnElement[bool]] = [inbox.c.id == row]
        if worker is not None:
            where += [inbox.c.leased_by == worker, inbox.c.disposition == Disposition.RECEIVED.value]
        return bool(self._db.execute(update(inbox).where(*where).values(**values)).rowcount)

    def postpone(self, row: int, due_at: datetime, reasons: Sequence[str]) -> None:
        """Leave a mail that failed for a later attempt."""
        self._db.execute(
            update(inbox)
            .where(inbox.c.id == row)
            .values(due_at=due_at, leased_by="", reasons=[storable(r) for r in reasons])
        )

    def give_back(self, rows: Sequence[int], worker: str, due_at: datetime) -> None:
        """Return claimed mails as if they had not been claimed: the trouble was ours, the attempt does not count."""
        self._db.execute(
            update(inbox)
            .where(inbox.c.id.in_(rows), inbox.c.leased_by == worker)
            .values(due_at=due_at, leased_by="", attempts=inbox.c.attempts - 1)
        )

    def release(self, workers: Sequence[str], now: datetime) -> int:
        """End the leases of workers known to be dead. Their attempts stay counted: they may have died of it."""
        if not workers:
            return 0
        return self._db.execute(
            update(inbox)
            .where(inbox.c.leased_by.in_(workers), inbox.c.disposition == Disposition.RECEIVED.value)
            .values(due_at=now, leased_by="")
        ).rowcount

    def workers(self) -> list[str]:
        """Who holds leases."""
        query = select(inbox.c.leased_by).where(
            inbox.c.disposition == Disposition.RECEIVED.value, inbox.c.leased_by != ""
        )
        return list(self._db.execute(query.distinct()).scalars())

    def replay(self, row: int, now: datetime) -> bool:
        """Give a quarantined mail a new first attempt; False where the mail is not in quarantine."""
        changed = self._db.execute(
            update(inbox)
            .where(inbox.c.id == row, inbox.c.disposition == Disposition.QUARANTINED.value)
            .values(disposition=Disposition.RECEIVED.value, attempts=0, due_at=now, settled_at=None, leased_by="")
        )
        return bool(changed.rowcount)

    def find(self, row: int) -> InboxRow | None:
        found = self._db.execute(select(inbox).where(inbox.c.id == row)).first()
        return _row(found) if found else None

    def list_rows(
        self, *, disposition: Disposition | None = None, ticket: int | None = None, limit: int = 50, before: int = 0
    ) -> list[InboxRow]:
        """Newest first; ``before`` continues below that row."""
        query = select(inbox).order_by(inbox.c.id.desc()).limit(limit)
        if disposition is not None:
            query = query.where(inbox.c.disposition == disposition.value)
        if ticket is not None:
            query = query.where(inbox.c.ticket == ticket)
        if before:
            query = query.where(inbox.c.id < before)
        return [_row(r) for r in self._db.execute(query)]

    def count_by_disposition(self) -> dict[str, int]:
        rows = self._db.execute(select(inbox.c.disposition, func.count()).group_by(inbox.c.disposition))
        return {row[0]: row[1] for row in rows}

    def count_waiting_since(self, moment: datetime) -> int:
        """Mails that came before ``moment`` and have no disposition yet."""
        query = select(func.count()).where(
            inbox.c.disposition == Disposition.RECEIVED.value, inbox.c.received_at < moment
        )
        return int(self._db.execute(query).scalar_one())

    def count_without_ticket(self) -> int:
        """Mails that are said to be in a ticket, without one. Always 0, or something is broken."""
        kept = (Disposition.TICKET.value, Disposition.REPLY.value, Disposition.HELD.value)
        query = select(func.count()).where(inbox.c.disposition.in_(kept), inbox.c.ticket.is_(None))
        return int(self._db.execute(query).scalar_one())

    def find_tickets_by_message_id(self, message_ids: Sequence[str]) -> dict[str, int]:
        """Tickets that mails with these Message-IDs belong to. Anyone can write a Message-ID: a hint, never a right."""
        rows = self._db.execute(
            select(inbox.c.message_id, inbox.c.ticket)
            .where(inbox.c.message_id.in_(message_ids), inbox.c.ticket.is_not(None))
            .order_by(inbox.c.id.desc())
        )
        return {row.message_id: row.ticket for row in rows}

    def was_used(self, message_id: str, author: str, other_than: int) -> bool:
        """Whether another mail with this Message-ID and author has been dealt with before."""
        query = select(inbox.c.id).where(
            inbox.c.message_id == message_id, inbox.c.author == author, inbox.c.id != other_than
        )
        return bool(message_id) and self._db.execute(query.limit(1)).first() is not None

    def _known_sources(self, keys: Sequence[str]) -> dict[str, Received]:
        if not keys:
            return {}
        rows = self._db.execute(
            select(inbox.c.source_key, inbox.c.id, inbox.c.duplicate_of).where(inbox.c.source_key.in_(keys))
        )
        return {row.source_key: Received(row.id, row.duplicate_of) for row in rows}

    def _known_bytes(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], int]:
        hashes = {a.sha256 for a in arrivals}
        rows = self._db.execute(
            select(inbox.c.queue, inbox.c.sha256, inbox.c.id).where(
                inbox.c.duplicate_of.is_(None), inbox.c.sha256.in_(hashes)
            )
        )
        return {(row.queue, row.sha256): row.id for row in rows}

    def _add(self, arrival: Arrival, first: int | None) -> Received:
        envelope = arrival.envelope
        number = self._db.execute(
            _INSERT,
            {
                "received_at": envelope.received_at,
                "way_in": envelope.way_in,
                "source_key": envelope.source_key,
                "reverse_path": storable(envelope.reverse_path, 1000),
                "forward_paths": [storable(p) for p in envelope.forward_paths],
                "peer": envelope.peer,
                "helo": storable(envelope.helo, 300),
                "withheld_size": envelope.withheld_size,
                "queue": arrival.queue,
                "sha256": arrival.sha256,
                "size": len(arrival.raw),
                "duplicate_of": first,
                "disposition": (Disposition.RECEIVED if first is None else Disposition.DUPLICATE).value,
                "due_at": envelope.received_at,
                "settled_at": None if first is None else envelope.received_at,
                "reasons": [] if first is None else [f"the same bytes came before, as mail {first}"],
            },
        ).scalar_one()
        if first is None:
            self._db.execute(insert(inbox_raw), {"inbox": number, "content": arrival.raw})
        if arrival.copy:
            account, folder, uidvalidity, uid = arrival.copy
            self._db.execute(
                insert(folder_copies),
                {
                    "account": account,
                    "folder": folder,
                    "uidvalidity": uidvalidity,
                    "uid": uid,
                    "inbox": number,
                    "pending": not envelope.withheld_size,
                },
            )
        return Received(number, first)


_INSERT = insert(inbox).returning(inbox.c.id)


def _row(row: Row[Any]) -> InboxRow:
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

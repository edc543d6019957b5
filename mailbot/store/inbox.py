"""Raw mail: kept once, claimed with a lease, settled with one disposition (rules D1, D2, D4, D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from mailbot.desk.correspondence import Envelope
from mailbot.desk.vocabulary import Disposition
from mailbot.store.inbox_questions import InboxQuestions, InboxRow, read_row
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


class Inbox(InboxQuestions):
    """Changes; what can be asked without changing stands in ``InboxQuestions``."""

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
        return sorted((read_row(r) for r in rows), key=lambda r: r.id)

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

    def replay(self, row: int, now: datetime) -> bool:
        """Give a quarantined mail a new first attempt; False where the mail is not in quarantine."""
        changed = self._db.execute(
            update(inbox)
            .where(inbox.c.id == row, inbox.c.disposition == Disposition.QUARANTINED.value)
            .values(disposition=Disposition.RECEIVED.value, attempts=0, due_at=now, settled_at=None, leased_by="")
        )
        return bool(changed.rowcount)

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

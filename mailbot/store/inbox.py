"""Raw mail: kept once, claimed with a lease, settled with one disposition (rules D1, D2, D4, D7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from mailbot.desk.correspondence import Envelope
from mailbot.desk.vocabulary import Disposition
from mailbot.store.inbox_questions import InboxQuestions, InboxRow, read_row
from mailbot.store.schema import OF_SOURCE, UNSETTLED, inbox, inbox_raw
from mailbot.store.schema_folders import folder_copies
from mailbot.store.storable import storable

_CLAIM_LOCK = 0x6D61696C626F74
"""The name of a lock in PostgreSQL: numbers are all that it takes."""


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
        known = self._known_sources([a.envelope.source_key for a in arrivals if a.envelope.source_key])
        firsts = self._known_bytes(arrivals)
        results: list[Received | None] = [known.get(a.envelope.source_key) for a in arrivals]
        waiting = [at for at, found in enumerate(results) if found is None]
        while waiting:
            # What is a copy of another mail beside it must wait for that one's number: a second turn, seldom a third.
            now, waiting = _first_of_each([(at, arrivals[at]) for at in waiting])
            added = self._add_all([arrivals[at] for at in now], [firsts.get(_bytes_of(arrivals[at])) for at in now])
            for at, received in zip(now, added, strict=True):
                results[at] = received
                firsts.setdefault(_bytes_of(arrivals[at]), received.id)
                if source := arrivals[at].envelope.source_key:
                    known[source] = received
            for at in waiting:
                results[at] = known.get(arrivals[at].envelope.source_key)
            waiting = [at for at in waiting if results[at] is None]
        return [received for received in results if received is not None]

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> list[InboxRow]:
        """Take due mails for ``lease``, oldest first. The attempt is counted now, before the work (rule D7).

        Mail of one sender to one address is never with two workers at a time: "more about it" would overtake the
        mail that it is about. A mail that waits for its next attempt holds back nobody, one that was given back does.
        """
        if self._db.dialect.name == "postgresql":
            self._db.execute(_CLAIMERS_TAKE_TURNS)
        rows = self._db.execute(
            _CLAIM[self._db.dialect.name], {"now": now, "until": now + lease, "worker": worker, "most": limit}
        )
        return sorted((read_row(r) for r in rows), key=lambda r: r.id)

    def raw_of(self, ids: Sequence[int]) -> dict[int, bytes]:
        return {row.inbox: row.content for row in self._db.execute(_RAW, {"ids": list(ids)})}

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
        if worker is None:
            return bool(self._db.execute(_SETTLE, {**values, "mail": row}).rowcount)
        return bool(self._db.execute(_SETTLE_AS_HOLDER, {**values, "mail": row, "worker": worker}).rowcount)

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
            update(inbox).where(inbox.c.leased_by.in_(workers), UNSETTLED).values(due_at=now, leased_by="")
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
        rows = self._db.execute(_BY_SOURCE, {"keys": list(keys)})
        return {row.source_key: Received(row.id, row.duplicate_of) for row in rows}

    def _known_bytes(self, arrivals: Sequence[Arrival]) -> dict[tuple[str, str], int]:
        rows = self._db.execute(_BY_BYTES, {"hashes": list({a.sha256 for a in arrivals})})
        return {(row.queue, row.sha256): row.id for row in rows}

    def _add_all(self, arrivals: Sequence[Arrival], firsts: Sequence[int | None]) -> list[Received]:
        """Keep mails that are no copies of each other: several rows of one statement come back in any order."""
        rows = [_row(arrival, first) for arrival, first in zip(arrivals, firsts, strict=True)]
        found = {(r.queue, r.sha256): r.id for r in self._db.execute(_INSERT, rows)}
        numbers = [found[_bytes_of(arrival)] for arrival in arrivals]
        bytes_of_new = [
            {"inbox": number, "content": arrival.raw}
            for number, arrival, first in zip(numbers, arrivals, firsts, strict=True)
            if first is None
        ]
        if bytes_of_new:
            self._db.execute(_INSERT_RAW, bytes_of_new)
        copies = [_copy(a.copy, number, a) for number, a in zip(numbers, arrivals, strict=True) if a.copy]
        if copies:
            self._db.execute(_INSERT_COPY, copies)
        return [Received(number, first) for number, first in zip(numbers, firsts, strict=True)]


def _bytes_of(arrival: Arrival) -> tuple[str, str]:
    return arrival.queue, arrival.sha256


def _first_of_each(arrivals: Sequence[tuple[int, Arrival]]) -> tuple[list[int], list[int]]:
    """Those with bytes and a source that none before them has; and the rest."""
    now: list[int] = []
    later: list[int] = []
    seen: set[object] = set()
    for at, arrival in arrivals:
        marks = {_bytes_of(arrival), arrival.envelope.source_key or at}
        (later if marks & seen else now).append(at)
        seen |= marks
    return now, later


def _row(arrival: Arrival, first: int | None) -> dict[str, Any]:
    envelope = arrival.envelope
    return {
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
    }


def _copy(copy: tuple[str, str, int, int], number: int, arrival: Arrival) -> dict[str, Any]:
    account, folder, uidvalidity, uid = copy
    place = {"account": account, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    return {**place, "inbox": number, "pending": not arrival.envelope.withheld_size}


def _claim(*, skip_locked: bool) -> Any:
    # Looked up once: asked of each mail anew, SQLite would go through all that wait for each of them.
    held = (
        select(inbox.c.reverse_path, inbox.c.queue, func.min(inbox.c.id).label("first"))
        .where(UNSETTLED, inbox.c.due_at > bindparam("now"), or_(inbox.c.leased_by != "", inbox.c.attempts == 0))
        .group_by(inbox.c.reverse_path, inbox.c.queue)
        .cte("held")
        .prefix_with("MATERIALIZED")
    )
    same_sender = (held.c.reverse_path == inbox.c.reverse_path, held.c.queue == inbox.c.queue)
    held_back = select(held.c.first).where(*same_sender, held.c.first < inbox.c.id).correlate(inbox).exists()
    due = (
        select(inbox.c.id)
        .where(UNSETTLED, inbox.c.due_at <= bindparam("now"), ~held_back)
        .order_by(inbox.c.due_at, inbox.c.id)
        .limit(bindparam("most"))
    )
    return (
        update(inbox)
        .where(inbox.c.id.in_(due.with_for_update(skip_locked=True) if skip_locked else due))
        .values(attempts=inbox.c.attempts + 1, due_at=bindparam("until"), leased_by=bindparam("worker"))
        .returning(*inbox.c)
    )


# Built once: building a statement costs more than running it.
_INSERT = insert(inbox).returning(inbox.c.id, inbox.c.queue, inbox.c.sha256)
_INSERT_RAW = insert(inbox_raw)
_INSERT_COPY = insert(folder_copies)
# Two claims at one moment would not see each other's leases. Held until the claim is committed, which is soon.
_CLAIMERS_TAKE_TURNS = select(func.pg_advisory_xact_lock(_CLAIM_LOCK))
_CLAIM = {"sqlite": _claim(skip_locked=False), "postgresql": _claim(skip_locked=True)}
_RAW = select(inbox_raw).where(inbox_raw.c.inbox.in_(bindparam("ids", expanding=True)))
_SETTLE = update(inbox).where(inbox.c.id == bindparam("mail"))
_SETTLE_AS_HOLDER = _SETTLE.where(inbox.c.leased_by == bindparam("worker"), UNSETTLED)
_BY_SOURCE = select(inbox.c.source_key, inbox.c.id, inbox.c.duplicate_of).where(
    OF_SOURCE, inbox.c.source_key.in_(bindparam("keys", expanding=True))
)
_BY_BYTES = select(inbox.c.queue, inbox.c.sha256, inbox.c.id).where(
    inbox.c.duplicate_of.is_(None), inbox.c.sha256.in_(bindparam("hashes", expanding=True))
)

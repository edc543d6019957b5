"""A reception and mailbox ledger in one SQLite file: what the doors need of the desk and no more.

Durable (synchronous=FULL), as unique as the real store: the same bytes are one mail, one IMAP copy is one
row. ``trouble`` is raised by the next commits, ``gate`` (an Event) holds them until it is set.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mailbot.desk.correspondence import Envelope

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, raw BLOB NOT NULL, source_key TEXT, duplicate_of INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS one_mail ON inbox (sha256) WHERE duplicate_of IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS one_copy ON inbox (source_key) WHERE source_key <> '';
CREATE TABLE IF NOT EXISTS ledger (
    account TEXT, folder TEXT, uidvalidity INTEGER, uid INTEGER, pending INTEGER,
    PRIMARY KEY (account, folder, uidvalidity, uid));
CREATE TABLE IF NOT EXISTS positions (
    account TEXT, folder TEXT, uidvalidity INTEGER, start_uid INTEGER, started_at TEXT, PRIMARY KEY (account, folder));
"""


class Row(NamedTuple):
    id: int
    duplicate_of: int | None


class Position(NamedTuple):
    uidvalidity: int
    start_uid: int
    started_at: datetime | None


class SmallReception:
    """Both protocols of ``mailbot.channels``. ``envelopes[i]`` belongs to ``raws()[i]``."""

    def __init__(self, path: Path, own: Iterable[str] = ("help@desk.example",)) -> None:
        self.own = {address.lower() for address in own}
        self.envelopes: list[Envelope] = []
        self.commits = 0
        self.trouble: BaseException | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Condition()
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(_SCHEMA)
        self._db.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        self._db.close()

    # --- Reception

    def is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" in self.own

    def receive(self, raw: bytes, envelope: Envelope) -> Row:
        return self.receive_many([(raw, envelope)])[0]

    def receive_many(self, mails: Sequence[tuple[bytes, Envelope]]) -> list[Row]:
        self.gate.wait(30)
        if self.trouble is not None:
            raise self.trouble
        # Whoever sees the row must find its envelope: both appear under the one condition that wait_for holds.
        with self.arrived:
            with self._lock, self._db:
                self._db.execute("BEGIN IMMEDIATE")
                rows = [self._keep(raw, envelope) for raw, envelope in mails]
            self.envelopes += [envelope for _, envelope in mails]
            self.commits += 1
            self.arrived.notify_all()
        return rows

    def _keep(self, raw: bytes, envelope: Envelope) -> Row:
        find = "SELECT id, duplicate_of FROM inbox WHERE source_key = ? AND source_key <> ''"
        known = self._db.execute(find, (envelope.source_key,)).fetchone()
        if known:
            return Row(*known)
        sha256 = hashlib.sha256(raw).hexdigest()
        first = self._db.execute("SELECT id FROM inbox WHERE sha256 = ? AND duplicate_of IS NULL", (sha256,)).fetchone()
        duplicate_of = first[0] if first else None
        insert = "INSERT INTO inbox (sha256, raw, source_key, duplicate_of) VALUES (?, ?, ?, ?)"
        new = self._db.execute(insert, (sha256, raw, envelope.source_key, duplicate_of)).lastrowid
        if envelope.source_key.startswith("imap:"):
            account, rest = envelope.source_key.removeprefix("imap:").split("/", 1)
            copy = (account, *rest.rsplit("/", 2), int(not envelope.withheld_size))
            self._db.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", copy)
        assert new is not None
        return Row(new, duplicate_of)

    # --- what the tests look at

    def raws(self, *, duplicates: bool = False) -> list[bytes]:
        where = "" if duplicates else "WHERE duplicate_of IS NULL"
        with self._lock:
            return [raw for (raw,) in self._db.execute(f"SELECT raw FROM inbox {where} ORDER BY id")]

    def wait_for(self, count: int, timeout: float = 15.0) -> list[bytes]:
        """The mails, as soon as ``count`` distinct ones are committed; fails when they do not come."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.raws()) >= count, timeout)
            raws = self.raws()
        assert len(raws) >= count, f"{len(raws)} of {count} mails came"
        return raws

    def ledger(self) -> list[tuple[str, str, int, int, int]]:
        with self._lock:
            return self._db.execute("SELECT * FROM ledger ORDER BY 1, 2, 3, 4").fetchall()

    def forget(self, uid: int) -> None:
        """Lose a row of the ledger, and what ties the mail to it, as by hand."""
        with self._lock:
            self._db.execute("DELETE FROM ledger WHERE uid = ?", (uid,))
            self._db.execute("UPDATE inbox SET source_key = '' WHERE source_key LIKE '%/' || ?", (uid,))

    # --- MailboxLedger

    def find_position(self, account: str, folder: str) -> Position | None:
        find = "SELECT uidvalidity, start_uid, started_at FROM positions WHERE account = ? AND folder = ?"
        with self._lock:
            row = self._db.execute(find, (account, folder)).fetchone()
        return Position(row[0], row[1], datetime.fromisoformat(row[2]) if row[2] else None) if row else None

    def start_from(
        self, account: str, folder: str, uidvalidity: int, start_uid: int, started_at: datetime | None
    ) -> None:
        moment = started_at.isoformat() if started_at else None
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)",
                (account, folder, uidvalidity, start_uid, moment),
            )

    def find_highest_uid(self, account: str, folder: str, uidvalidity: int) -> int:
        find = "SELECT max(uid) FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ?"
        with self._lock:
            return self._db.execute(find, (account, folder, uidvalidity)).fetchone()[0] or 0

    def seen_uids(self, account: str, folder: str, uidvalidity: int, first: int, last: int) -> set[int]:
        find = "SELECT uid FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid BETWEEN ? AND ?"
        with self._lock:
            return {uid for (uid,) in self._db.execute(find, (account, folder, uidvalidity, first, last))}

    def pass_over(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR IGNORE INTO ledger VALUES (?, ?, ?, ?, 0)",
                [(account, folder, uidvalidity, uid) for uid in uids],
            )

    def pending_uids(self, account: str, folder: str, uidvalidity: int, limit: int = 500) -> list[int]:
        find = """SELECT uid FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ? AND pending
                  ORDER BY uid LIMIT ?"""
        with self._lock:
            return [uid for (uid,) in self._db.execute(find, (account, folder, uidvalidity, limit))]

    def settle(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        update = "UPDATE ledger SET pending = 0 WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(update, [(account, folder, uidvalidity, uid) for uid in uids])

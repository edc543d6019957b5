"""Is every mail accounted for? What was handed in and what came out, compared with the store, row by row.

``breaches`` looks at a quiet desk: nothing under way, nothing waiting. It asks the store itself, not the program.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, select, text

from mailbot.desk.lifecycle import ENDED, State, Trigger, advance
from mailbot.store.schema import entries, inbox, inbox_raw, journal, tickets
from mailbot.store.schema_outbox import outbox

TRIGGERS = {
    "reply_received": Trigger.REPLY,
    "ticket_assigned": Trigger.ASSIGN,
    "resolution_proposed": Trigger.RESOLVE,
    "resolution_accepted": Trigger.ACCEPT,
    "resolution_verified": Trigger.VERIFY,
    "resolution_expired": Trigger.EXPIRE,
    "acceptance_undone": Trigger.UNDO,
    "ticket_reopened": Trigger.REOPEN,
    "ticket_cancelled": Trigger.CANCEL,
}
WAITING = ("queued", "sending", "delayed")


@dataclass(frozen=True)
class Injected:
    """A mail that was answered 250: its bytes, and a word that stands in no other mail's text."""

    raw: bytes
    token: str


@dataclass
class Count:
    """``extra`` counts copies of one outgoing mail beyond the first, at the next mail server."""

    mails: int = 0
    duplicates: int = 0
    notices: int = 0
    extra: int = 0
    breaches: list[str] = field(default_factory=list)


def open_quietly(url: str) -> Engine:
    """An engine that changes no setting of the database and waits a little for writers."""
    return create_engine(url, connect_args={"timeout": 10} if url.startswith("sqlite") else {})


def is_quiet(engine: Engine) -> bool:
    """Whether nothing is under way: all mail settled, all notices handed over or given up."""
    received = select(inbox.c.id).where(inbox.c.disposition == "received").limit(1)
    waiting = select(outbox.c.id).where(outbox.c.status.in_(WAITING)).limit(1)
    with engine.connect() as db:
        return db.execute(received).first() is None and db.execute(waiting).first() is None


def count_and_compare(
    engine: Engine,
    injected: Sequence[Injected],
    relayed: Iterable[tuple[str, bytes]],
    *,
    due: dict[str, int],
    most_extra: int = 1,
) -> Count:
    """``relayed`` is (Message-ID, bytes) of all that the next mail server has taken. ``due`` says how many notices of
    each kind there must be. ``most_extra`` is how many copies beyond the first one notice may have."""
    count = Count()
    with engine.connect() as db:
        if engine.dialect.name == "sqlite":
            _claim(count, db.execute(text("PRAGMA integrity_check")).scalar() == "ok", "I7: the database is damaged")
        _compare_inbox(db, count, injected)
        _compare_words(db, count, injected)
        _compare_outbox(db, count, list(relayed), due, most_extra)
        _walk_histories(db, count)
    return count


def _claim(count: Count, holds: bool, otherwise: str) -> None:
    if not holds:
        count.breaches.append(otherwise)


def _compare_inbox(db: Any, count: Count, injected: Sequence[Injected]) -> None:
    rows = db.execute(select(inbox)).all()
    kept = {r.inbox: r.content for r in db.execute(select(inbox_raw))}
    firsts = Counter(r.sha256 for r in rows if r.duplicate_of is None)
    count.mails, count.duplicates = len(firsts), sum(r.duplicate_of is not None for r in rows)
    for mail in injected:
        found = firsts[hashlib.sha256(mail.raw).hexdigest()]
        _claim(count, found == 1, f"I1: {mail.token} was accepted and is there {found} times")
    for row in rows:
        _claim(count, row.disposition != "received", f"I1: mail {row.id} is not settled")
        _claim(count, row.disposition != "quarantined", f"I1: mail {row.id} is in quarantine: {row.reasons}")
        if row.duplicate_of is None:
            same = hashlib.sha256(kept.get(row.id, b"")).hexdigest() == row.sha256
            _claim(count, same, f"I3: mail {row.id} is not the bytes that came")


def _compare_words(db: Any, count: Count, injected: Sequence[Injected]) -> None:
    texts = [r.words for r in db.execute(select(entries.c.words))]
    found = Counter(word for words in texts for word in words.split() if word.startswith("token-"))
    for mail in injected:
        _claim(count, found[mail.token] == 1, f"I2: {mail.token} stands in {found[mail.token]} entries")


def _compare_outbox(
    db: Any, count: Count, relayed: list[tuple[str, bytes]], due: dict[str, int], most_extra: int
) -> None:
    rows = db.execute(select(outbox.c.message_id, outbox.c.notice, outbox.c.status, outbox.c.content)).all()
    notices = Counter(r.notice for r in rows)
    count.notices = len(rows)
    _claim(count, dict(notices) == due, f"I4: due are {due}, queued are {dict(notices)}")
    copies = Counter(message_id for message_id, _ in relayed)
    known = {r.message_id: r.content for r in rows}
    for message_id, content in set(relayed):
        same = known.get(message_id) is not None and _bare(known[message_id]) == _bare(content)
        _claim(count, same, f"I5: {message_id} left with other bytes, or without a row")
    for row in rows:
        arrived = copies[row.message_id]
        _claim(count, row.status != "relayed" or arrived >= 1, f"I4: {row.message_id} is relayed and did not arrive")
        _claim(count, row.status not in WAITING, f"I4: {row.message_id} still waits")
        _claim(count, arrived <= 1 + most_extra, f"I4: {row.message_id} arrived {arrived} times")
        count.extra += max(0, arrived - 1)


def _walk_histories(db: Any, count: Count) -> None:
    states = {r.number: State.NEW for r in db.execute(select(tickets.c.number))}
    for fact in db.execute(select(journal).order_by(journal.c.id)):
        trigger = TRIGGERS.get(fact.name)
        if trigger and not (trigger is Trigger.REPLY and states[fact.ticket] in ENDED):
            states[fact.ticket] = advance(states[fact.ticket], trigger)
    for row in db.execute(select(tickets.c.number, tickets.c.state)):
        legal = states[row.number].value
        _claim(count, legal == row.state, f"I6: ticket {row.number} is {row.state}, its history says {legal}")


def _bare(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").rstrip(b"\n")

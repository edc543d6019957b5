"""Timers are rows: set by key, claimed with a lease, fired once (rule D14). What firing means is decided elsewhere.

A key has one pending timer at most; one that is cancelled is gone. Whoever fires must ``settle`` in the transaction
of the effect: the row goes from pending to fired there, or the lease was lost and nothing may be done. Where a timer
belongs to a ticket, the ticket is locked first and the timer after it, by everybody: two orders could wait for each
other for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, or_, select, update

from mailbot.desk.lifecycle import State
from mailbot.store.schema import tickets
from mailbot.store.schema_timers import FIRED, PENDING, timers
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

SKEW = timedelta(hours=1)
"""The clocks of the machines of one desk differ by less."""


class TimerOutcome(StrEnum):
    PENDING = "pending"
    FIRED = "fired"
    QUARANTINED = "quarantined"
    """It failed every time: a person must look, and may have it tried again."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which something is due. ``attempts`` counts the claims, the present one too."""

    id: int
    key: str
    kind: str
    ticket: int | None
    due_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    next_look_at: datetime | None = None
    attempts: int = 0
    settled_at: datetime | None = None
    outcome: TimerOutcome = TimerOutcome.PENDING
    trouble: str = ""


class Timers:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def set(
        self,
        kind: str,
        due_at: datetime,
        *,
        key: str,
        ticket: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Have ``kind`` happen at ``due_at``. The pending timer of the same key, if any, gives way, leased or not."""
        self._db.execute(
            _SET.on(self._db),
            {
                "key": key,
                "kind": kind,
                "ticket": ticket,
                "due_at": due_at,
                "details": dict(details or {}),
                "next_look_at": due_at,
                "leased_by": "",
                "attempts": 0,
                "outcome": TimerOutcome.PENDING.value,
                "trouble": "",
            },
        )

    def cancel(self, key: str) -> bool:
        """Forget the pending timer of a key; False where there is none."""
        return bool(self._db.execute(_CANCEL, {"of_key": key}).rowcount)

    def claim_due(
        self, worker: str, now: datetime, limit: int, lease: timedelta, *, kinds: Sequence[str], tried: bool = False
    ) -> list[Timer]:
        """Take due timers of these kinds for ``lease``, longest due first; the attempt is counted now (rule D7).

        ``tried``: only those that were claimed before, else only fresh ones. A timer that kills its worker must not
        wear out the attempts of those claimed beside it.
        """
        rows = self._db.execute(
            _CLAIM[self._db.dialect.name, tried],
            {
                "now": now,
                "until": now + lease,
                "stray": now + lease + SKEW,
                "worker": worker,
                "most": limit,
                "kinds": list(kinds),
            },
        )
        return sorted((_timer(r) for r in rows), key=lambda t: (t.due_at, t.id))

    def settle(self, timer: Timer, worker: str, now: datetime) -> bool:
        """The timer goes off in this transaction; False where it is no longer this worker's (fencing)."""
        changed = self._db.execute(
            _SETTLE, {**_held(timer, worker), "outcome": TimerOutcome.FIRED.value, "settled_at": now, "trouble": ""}
        )
        return bool(changed.rowcount)

    def postpone(self, timer: Timer, worker: str, until: datetime, trouble: str) -> bool:
        """It failed, and is tried again from ``until`` on."""
        values = {"next_look_at": until, "trouble": storable(trouble, 500)}
        return bool(self._db.execute(_POSTPONE, {**_held(timer, worker), **values}).rowcount)

    def quarantine(self, timer: Timer, worker: str, now: datetime, trouble: str) -> bool:
        """It failed once too often."""
        values = {"outcome": TimerOutcome.QUARANTINED.value, "settled_at": now, "trouble": storable(trouble, 500)}
        return bool(self._db.execute(_SETTLE, {**_held(timer, worker), **values}).rowcount)

    def count_fired(self, before: datetime) -> int:
        """How many went off before a moment and are still here."""
        fired = (FIRED, timers.c.settled_at < before)
        return int(self._db.execute(select(func.count()).select_from(timers).where(*fired)).scalar_one())

    def forget_fired(self, before: datetime) -> int:
        """Drop what went off before a moment: what came of it stands in the journal."""
        fired = (FIRED, timers.c.settled_at < before)
        return self._db.execute(delete(timers).where(*fired)).rowcount

    def retry(self, number: int, now: datetime) -> bool:
        """Make a quarantined timer due again; False where there is none with this number, or its key is set anew."""
        row = self._db.execute(
            select(timers.c.key).where(timers.c.id == number, timers.c.outcome == TimerOutcome.QUARANTINED.value)
        ).first()
        if row is None or self.find(row.key) is not None:
            return False
        again = {"outcome": TimerOutcome.PENDING.value, "next_look_at": now, "attempts": 0, "settled_at": None}
        return bool(self._db.execute(update(timers).where(timers.c.id == number).values(**again)).rowcount)

    def resolved_without(self, kind: str) -> list[int]:
        """Resolved tickets with somebody to ask, no agent to wait for, and no pending timer of a kind."""
        waits = select(timers.c.id).where(timers.c.ticket == tickets.c.number, timers.c.kind == kind, PENDING)
        query = select(tickets.c.number).where(
            tickets.c.state == State.RESOLVED.value,
            tickets.c.requester.is_not(None),
            ~tickets.c.needs_person,
            ~tickets.c.needs_contact,
            ~waits.exists(),
        )
        return list(self._db.execute(query.order_by(tickets.c.number).limit(1000)).scalars())

    def find(self, key: str) -> Timer | None:
        """The pending timer of a key."""
        row = self._db.execute(select(timers).where(timers.c.key == key, PENDING)).first()
        return _timer(row) if row else None

    def list_rows(
        self,
        *,
        outcomes: Sequence[TimerOutcome] = (TimerOutcome.PENDING,),
        ticket: int | None = None,
        limit: int = 100,
    ) -> list[Timer]:
        """Soonest due first."""
        query = select(timers).where(timers.c.outcome.in_([o.value for o in outcomes]))
        if ticket is not None:
            query = query.where(timers.c.ticket == ticket)
        return [_timer(r) for r in self._db.execute(query.order_by(timers.c.due_at, timers.c.id).limit(limit))]


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        row.id,
        row.key,
        row.kind,
        row.ticket,
        row.due_at,
        row.details,
        row.next_look_at,
        row.attempts,
        row.settled_at,
        TimerOutcome(row.outcome),
        row.trouble,
    )


def _held(timer: Timer, worker: str) -> dict[str, Any]:
    # The count of attempts belongs to the lease: a worker that claims the same timer twice holds only the second.
    return {"timer": timer.id, "worker": worker, "attempt": timer.attempts}


def _claim(*, skip_locked: bool, tried: bool) -> Any:
    due = (
        select(timers.c.id)
        .where(
            PENDING,
            or_(timers.c.next_look_at <= bindparam("now"), _STRAY),
            timers.c.kind.in_(bindparam("kinds", expanding=True)),
            timers.c.attempts > 0 if tried else timers.c.attempts == 0,
        )
        .order_by(timers.c.next_look_at, timers.c.id)
        .limit(bindparam("most"))
    )
    return (
        update(timers)
        .where(timers.c.id.in_(due.with_for_update(skip_locked=True) if skip_locked else due))
        .values(attempts=timers.c.attempts + 1, next_look_at=bindparam("until"), leased_by=bindparam("worker"))
        .returning(*timers.c)
    )


def _set(insert: Any) -> Any:
    new = insert(timers)
    renewed = ("kind", "ticket", "due_at", "details", "next_look_at", "leased_by", "attempts", "trouble")
    kept = {name: new.excluded[name] for name in renewed}
    return new.on_conflict_do_update(index_elements=["key"], index_where=PENDING, set_=kept)


# A lease that ends long after any that is given now was given by a clock that ran ahead, and has been set right since.
_STRAY = and_(timers.c.leased_by != "", timers.c.next_look_at > bindparam("stray"))
_HELD = (
    timers.c.id == bindparam("timer"),
    timers.c.leased_by == bindparam("worker"),
    timers.c.attempts == bindparam("attempt"),
    PENDING,
)
# Built once: building a statement costs more than running it.
_SET = Upsert(_set)
_CANCEL = delete(timers).where(timers.c.key == bindparam("of_key"), PENDING)
_SETTLE = update(timers).where(*_HELD)
_POSTPONE = update(timers).where(*_HELD).values(leased_by="")
_CLAIM = {
    (dialect, tried): _claim(skip_locked=dialect == "postgresql", tried=tried)
    for dialect in ("sqlite", "postgresql")
    for tried in (False, True)
}

"""Recurring work: one row for each workflow with a schedule. Several processes wake; one of them does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from mailbot.store.schema_timers import recurring_work as rows
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class LastRun:
    """How recurring work went the last time. ``failures`` counts those since it last succeeded."""

    name: str
    occurrence: datetime | None
    started_at: datetime | None
    seconds: float
    succeeded_at: datetime | None
    failures: int
    trouble: str


class RecurringWork:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def list_rows(self) -> dict[str, LastRun]:
        """By name of the workflow."""
        return {r.name: _last_run(r) for r in self._db.execute(select(rows))}

    def know(self, name: str, occurrence: datetime | None) -> None:
        """Begin to keep account of work that has no row yet: what was due before today's desk is not made up for."""
        self._db.execute(_KNOW.on(self._db), {"name": name, "occurrence": occurrence})

    def is_due(self, name: str, occurrence: datetime, now: datetime) -> bool:
        """Whether this moment of the timetable waits to be done, and nobody is at it."""
        return self._db.execute(select(rows.c.name).where(*_waits(name, occurrence, now))).first() is not None

    def claim(self, name: str, occurrence: datetime, worker: str, now: datetime, lease: timedelta) -> bool:
        """Take the work of this moment for ``lease``; False where it is done, or somebody is at it."""
        changed = self._db.execute(
            update(rows)
            .where(*_waits(name, occurrence, now))
            .values(leased_by=worker, leased_until=now + lease, started_at=now)
        )
        return bool(changed.rowcount)

    def succeed(self, name: str, started_at: datetime, seconds: float, occurrence: datetime | None = None) -> None:
        """Write down a run that went well; ``occurrence`` is thereby done."""
        done: dict[str, Any] = {"occurrence": occurrence} if occurrence else {}
        self._write(
            name, {"started_at": started_at, "seconds": seconds, "succeeded_at": started_at, "failures": 0}, done
        )

    def fail(self, name: str, started_at: datetime, seconds: float, trouble: str, again_at: datetime | None) -> None:
        """Write down a run that failed. Nobody claims the same moment before ``again_at``."""
        self._write(
            name,
            {"started_at": started_at, "seconds": seconds, "failures": rows.c.failures + 1},
            {"trouble": storable(trouble, 500), "leased_until": again_at},
        )

    def _write(self, name: str, run: dict[str, Any], more: dict[str, Any]) -> None:
        free = {"trouble": "", "leased_by": "", "leased_until": None}
        self._db.execute(update(rows).where(rows.c.name == name).values(**{**free, **run, **more}))


def _waits(name: str, occurrence: datetime, now: datetime) -> tuple[Any, ...]:
    return (
        rows.c.name == name,
        or_(rows.c.occurrence.is_(None), rows.c.occurrence < occurrence),
        or_(rows.c.leased_until.is_(None), rows.c.leased_until <= now),
    )


def _last_run(row: Row[Any]) -> LastRun:
    return LastRun(row.name, row.occurrence, row.started_at, row.seconds, row.succeeded_at, row.failures, row.trouble)


_KNOW = Upsert(lambda insert: insert(rows).on_conflict_do_nothing(index_elements=["name"]))

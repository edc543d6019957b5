"""Announcements in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mailbot.desk.announcements import Announcement
from mailbot.store.schema_announcements import GOES_ON, announcements
from mailbot.store.storable import storable


class Announcements:
    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._current: list[Announcement] | None = None
        """Those that have not ended, as this transaction sees them: every new mail asks, and they seldom change."""

    def add(self, announcement: Announcement, at: datetime) -> Announcement:
        """Keep one; with its number."""
        self._current = None
        row = _values(announcement, at)
        number = self._db.execute(insert(announcements).returning(announcements.c.number), row).scalar_one()
        return replace(announcement, number=int(number), changed_at=at)

    def save(self, announcement: Announcement, at: datetime) -> None:
        self._current = None
        values = _values(announcement, at)
        self._db.execute(update(announcements).where(announcements.c.number == announcement.number).values(**values))

    def find(self, number: int) -> Announcement | None:
        row = self._db.execute(select(announcements).where(announcements.c.number == number)).first()
        return _announcement(row) if row else None

    def find_of_ticket(self, ticket: int) -> Announcement | None:
        """The announcement behind which this ticket stands."""
        row = self._db.execute(select(announcements).where(announcements.c.ticket == ticket)).first()
        return _announcement(row) if row else None

    def list_current(self, now: datetime) -> list[Announcement]:
        """Those that have begun and not ended, oldest first."""
        if self._current is None:
            query = select(announcements).where(GOES_ON).order_by(announcements.c.number)
            self._current = [_announcement(row) for row in self._db.execute(query)]
        return [announcement for announcement in self._current if announcement.is_current(now)]

    def list_page(
        self, which: str, now: datetime, *, beyond: int = 0, backwards: bool = False, limit: int = 50
    ) -> list[Announcement]:
        """Those that go on (``current``), are ahead (``planned``) or have ``ended``, newest first, beyond a number."""
        gone = announcements.c.ended_at
        begun = announcements.c.starts_at <= now
        where: dict[str, list[Any]] = {
            "current": [GOES_ON, begun],
            "planned": [GOES_ON, ~begun],
            "ended": [gone.is_not(None)],
        }
        query = select(announcements).where(*where[which])
        if beyond:
            query = query.where(announcements.c.number > beyond if backwards else announcements.c.number < beyond)
        order = announcements.c.number.asc() if backwards else announcements.c.number.desc()
        found = [_announcement(row) for row in self._db.execute(query.order_by(order).limit(limit))]
        return found[::-1] if backwards else found

    def list_newest(self, limit: int = 100) -> list[Announcement]:
        query = select(announcements).order_by(announcements.c.number.desc()).limit(limit)
        return [_announcement(row) for row in self._db.execute(query)]


def _values(announcement: Announcement, at: datetime) -> dict[str, Any]:
    return {
        "ticket": announcement.ticket,
        "planned": announcement.planned,
        "title": storable(announcement.title, 500),
        "words": storable(announcement.words),
        "starts_at": announcement.starts_at,
        "expected_end": announcement.expected_end,
        "ended_at": announcement.ended_at,
        "patterns": list(announcement.patterns),
        "services": list(announcement.services),
        "customers": list(announcement.customers),
        "changed_at": at,
        "by": storable(announcement.by, 320),
        "to_audience": announcement.to_audience,
        "recent_days": announcement.recent_days,
        "step": announcement.step,
    }


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        row.number,
        row.ticket,
        row.planned,
        row.title,
        row.words,
        row.starts_at,
        row.expected_end,
        row.ended_at,
        tuple(row.patterns),
        tuple(row.services),
        tuple(row.customers),
        row.changed_at,
        row.by,
        row.to_audience,
        row.recent_days,
        row.step,
    )

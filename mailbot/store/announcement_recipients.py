"""Whom an announcement is for, and what became of each of them, in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Addressee, Outcome, Recipient, Why
from mailbot.store.schema_event_audience import announcement_recipients
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

_ROWS = announcement_recipients.c


class AnnouncementRecipients:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, announcement: int, addressees: Iterable[Addressee], now: datetime) -> None:
        """Add those who are not among its recipients yet."""
        rows = [
            {
                "announcement": announcement,
                "key": storable(one.key),
                "address": storable(one.mailbox.address, 320),
                "name": storable(one.mailbox.name, 320),
                "language": one.language,
                "customer": one.customer,
                "why": one.why.value,
                "added_at": now,
                "step": 0,
                "outcome": "",
            }
            for one in addressees
        ]
        if rows:
            self._db.execute(_ADD.on(self._db), rows)

    def list_behind(self, announcement: int, step: int, limit: int) -> list[Recipient]:
        """Those for whom nothing has become of ``step`` yet."""
        query = select(announcement_recipients).where(_ROWS.announcement == announcement, _ROWS.step < step)
        return [_recipient(row) for row in self._db.execute(query.order_by(_ROWS.step, _ROWS.key).limit(limit))]

    def settle(self, recipient: Recipient, step: int, outcome: Outcome, now: datetime) -> None:
        """Write down what became of ``step`` for one of them."""
        values: dict[str, Any] = {"step": step, "outcome": outcome.value}
        if outcome is Outcome.TOLD:
            values |= {"told_at": now, "first_told_at": recipient.first_told_at or now}
        whose = (_ROWS.announcement == recipient.announcement, _ROWS.key == storable(recipient.addressee.key))
        self._db.execute(update(announcement_recipients).where(*whose).values(**values))

    def list_all(self, announcement: int) -> list[Recipient]:
        """By address."""
        query = select(announcement_recipients).where(_ROWS.announcement == announcement).order_by(_ROWS.key)
        return [_recipient(row) for row in self._db.execute(query)]

    def count(self, announcement: int, step: int) -> dict[Outcome, int]:
        """How many have which outcome of ``step``; WAITING are those whose turn has not come."""
        query = select(_ROWS.step, _ROWS.outcome, func.count()).where(_ROWS.announcement == announcement)
        found: dict[Outcome, int] = {}
        for at, outcome, count in self._db.execute(query.group_by(_ROWS.step, _ROWS.outcome)):
            became = Outcome(outcome) if at >= step else Outcome.WAITING
            found[became] = found.get(became, 0) + int(count)
        return found


def _recipient(row: Row[Any]) -> Recipient:
    addressee = Addressee(Mailbox(row.address, row.name), Why(row.why), row.language, row.customer)
    return Recipient(addressee, row.announcement, row.step, Outcome(row.outcome), row.first_told_at, row.told_at)


_ADD = Upsert(
    lambda insert: insert(announcement_recipients).on_conflict_do_nothing(index_elements=["announcement", "key"])
)

"""What is known of the alerts of monitoring systems, by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, literal, select, tuple_, update

from mailbot.desk.monitoring import KnownAlert
from mailbot.store.schema import tickets
from mailbot.store.schema_alerts import alert_sources, alerts
from mailbot.store.storable import storable
from mailbot.store.upsert import Upsert

ENDED = ("closed", "cancelled")


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def hear(self, source: str, at: datetime) -> datetime | None:
        """A source speaks; when it was heard before. Its alerts are ours alone until the transaction ends."""
        name = source[:100]
        before = self._db.execute(select(alert_sources.c.heard_at).where(alert_sources.c.name == name)).scalar()
        self._db.execute(_HEAR.on(self._db), {"name": name, "heard_at": at, "mails": 1})
        return before

    def heard(self) -> dict[str, datetime]:
        """When each source was last heard."""
        return {row.name: row.heard_at for row in self._db.execute(select(alert_sources))}

    def find(self, key: str) -> KnownAlert | None:
        row = self._db.execute(select(alerts).where(alerts.c.key == key)).first()
        return _known(row) if row else None

    def keep(self, known: KnownAlert) -> None:
        """Add what is known of a key, or put it in the place of what was."""
        row = {k: storable(v) if isinstance(v, str) else v for k, v in asdict(known).items()}
        row["alert_group"] = row.pop("group")
        self._db.execute(_KEEP.on(self._db), row)

    def of_ticket(self, ticket: int) -> list[KnownAlert]:
        query = select(alerts).where(alerts.c.ticket == ticket).order_by(alerts.c.began_at, alerts.c.key)
        return [_known(row) for row in self._db.execute(query)]

    def count(self, ticket: int) -> tuple[int, int]:
        """How many alerts an incident has, and how many of them last."""
        query = select(func.count(), func.count().filter(alerts.c.active)).where(alerts.c.ticket == ticket)
        total, active = self._db.execute(query).one()
        return int(total), int(active)

    def list_active(self, limit: int = 500) -> list[KnownAlert]:
        """Problems that last, newest first."""
        query = select(alerts).where(alerts.c.active).order_by(alerts.c.last_at.desc()).limit(limit)
        return [_known(row) for row in self._db.execute(query)]

    def list_page(
        self,
        *,
        active: bool = True,
        source: str = "",
        beyond: tuple[datetime, str] | None = None,
        backwards: bool = False,
        limit: int = 50,
    ) -> list[KnownAlert]:
        """Problems that last, or are over, the one last heard first; ``beyond`` is (when it was heard, its key)."""
        query = select(alerts).where(alerts.c.active == active)
        if source:
            query = query.where(alerts.c.source == source)
        if beyond:
            place = tuple_(literal(beyond[0], alerts.c.last_at.type), literal(beyond[1]))
            here = tuple_(alerts.c.last_at, alerts.c.key)
            query = query.where(here > place if backwards else here < place)
        order = (
            (alerts.c.last_at.asc(), alerts.c.key.asc())
            if backwards
            else (alerts.c.last_at.desc(), alerts.c.key.desc())
        )
        found = [_known(row) for row in self._db.execute(query.order_by(*order).limit(limit))]
        return found[::-1] if backwards else found

    def count_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """How many alerts were folded into each of these incidents."""
        query = select(alerts.c.ticket, func.count()).where(alerts.c.ticket.in_(numbers)).group_by(alerts.c.ticket)
        return {int(row[0]): int(row[1]) for row in self._db.execute(query)} if numbers else {}

    def count_active(self, most: int) -> int:
        """How many last, counting no further than ``most``."""
        some = select(alerts.c.key).where(alerts.c.active).limit(most).subquery()
        return int(self._db.execute(select(func.count()).select_from(some)).scalar_one())

    def find_kindred(self, known: KnownAlert, since: datetime) -> int | None:
        """The oldest open incident since then with an alert of the same group, or of the same host."""
        for column, value in ((alerts.c.alert_group, known.group), (alerts.c.host, known.host)):
            if value:
                query = _open_since(known.source, since).where(alerts.c.tool == known.tool, column == value)
                found = self._db.execute(query.limit(1)).scalar()
                if found is not None:
                    return int(found)
        return None

    def find_storm(self, source: str, since: datetime, least: int) -> int | None:
        """The open incident that has taken at least so many alerts of a source since then."""
        query = _open_since(source, since).with_only_columns(alerts.c.ticket).order_by(None)
        grouped = query.group_by(alerts.c.ticket).having(func.count() >= least).order_by(alerts.c.ticket).limit(1)
        found = self._db.execute(grouped).scalar()
        return None if found is None else int(found)

    def list_incidents(self, source: str, since: datetime) -> list[int]:
        """The open incidents of a source that began since then, oldest first."""
        return list(dict.fromkeys(int(n) for n in self._db.execute(_open_since(source, since)).scalars()))

    def move(self, ticket: int, to: int) -> None:
        """The alerts of one incident become those of another."""
        self._db.execute(update(alerts).where(alerts.c.ticket == ticket).values(ticket=to))


def _open_since(source: str, since: datetime) -> Any:
    return (
        select(alerts.c.ticket)
        .join(tickets, tickets.c.number == alerts.c.ticket)
        .where(alerts.c.source == source, alerts.c.began_at >= since, tickets.c.state.not_in(ENDED))
        .order_by(alerts.c.began_at, alerts.c.ticket)
    )


def _known(row: Row[Any]) -> KnownAlert:
    return KnownAlert(
        key=row.key,
        source=row.source,
        ticket=row.ticket,
        active=row.active,
        began_at=row.began_at,
        last_at=row.last_at,
        tool=row.tool,
        host=row.host,
        group=row.alert_group,
        severity=row.severity,
        occurred_at=row.occurred_at,
        changes=row.changes,
        changes_since=row.changes_since,
        repeats=row.repeats,
        acknowledged=row.acknowledged,
    )


def _hear(insert: Any) -> Any:
    new = insert(alert_sources)
    counted = {"heard_at": new.excluded.heard_at, "mails": alert_sources.c.mails + 1}
    return new.on_conflict_do_update(index_elements=["name"], set_=counted)


def _keep(insert: Any) -> Any:
    new = insert(alerts)
    kept = {column.name: new.excluded[column.name] for column in alerts.c if column.name != "key"}
    return new.on_conflict_do_update(index_elements=["key"], set_=kept)


_HEAR, _KEEP = Upsert(_hear), Upsert(_keep)

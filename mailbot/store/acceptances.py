"""Who has said that a resolution solved it, where several people are asked; the entry is the evidence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from mailbot.store.schema_verification import acceptances
from mailbot.store.upsert import Upsert


class Acceptances:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, ticket: int, resolution: int, person: int, entry: int, now: datetime) -> None:
        """Keep a person's yes; the first one stays."""
        row = {"ticket": ticket, "resolution": resolution, "person": person, "entry": entry, "at": now}
        self._db.execute(_ADD.on(self._db), row)

    def people(self, ticket: int, resolution: int) -> frozenset[int]:
        """Whoever has accepted this resolution."""
        asked = (acceptances.c.ticket == ticket, acceptances.c.resolution == resolution)
        return frozenset(self._db.execute(select(acceptances.c.person).where(*asked)).scalars())

    def take_back(self, ticket: int, resolution: int) -> None:
        """Forget them all: what closed the ticket was a mistake. That they were given stays in the journal."""
        asked = (acceptances.c.ticket == ticket, acceptances.c.resolution == resolution)
        self._db.execute(delete(acceptances).where(*asked))


_ADD = Upsert(lambda insert: insert(acceptances).on_conflict_do_nothing())

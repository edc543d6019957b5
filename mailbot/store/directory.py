"""People: an address, the name they go by, the language they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from mailbot.desk.correspondence import Mailbox
from mailbot.store.schema import people
from mailbot.store.storable import storable
from mailbot.store.ticket_search import learn_name
from mailbot.store.upsert import Upsert


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    mailbox: Mailbox
    language: str


class Directory:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find(self, person: int) -> Person | None:
        row = self._db.execute(_BY_ID, {"person": person}).first()
        return Person(row.id, Mailbox(row.address, row.name), row.language) if row else None

    def find_by_address(self, address: str) -> Person | None:
        row = self._db.execute(_BY_ADDRESS, {"address": storable(address.lower())}).first()
        return Person(row.id, Mailbox(row.address, row.name), row.language) if row else None

    def register(self, mailbox: Mailbox, now: datetime) -> Person:
        """The person with this address, in any case of its letters; made where there is none."""
        known = self.find_by_address(mailbox.address)
        if known is not None and (known.mailbox.name or not mailbox.name):
            return known
        if known is not None:
            name = storable(mailbox.name, 320)
            self._db.execute(update(people).where(people.c.id == known.id).values(name=name))
            learn_name(self._db, known.id, name)
            return Person(known.id, Mailbox(known.mailbox.address, name), known.language)
        # Two processes may meet a new person at once: the constraint decides, and the other one looks again.
        row = {
            "key": storable(mailbox.address.lower()),
            "address": storable(mailbox.address),
            "name": storable(mailbox.name, 320),
            "language": "",
            "created_at": now,
        }
        number = self._db.execute(_INSERT.on(self._db), row).scalar()
        if number is not None:
            return Person(number, Mailbox(storable(mailbox.address), storable(mailbox.name, 320)), "")
        found = self.find_by_address(mailbox.address)
        assert found is not None, "the constraint says that it is there"
        return found

    def choose_language(self, person: int, language: str) -> None:
        self._db.execute(update(people).where(people.c.id == person).values(language=language))

    def count(self) -> int:
        return int(self._db.execute(select(func.count()).select_from(people)).scalar_one())


_BY_ID = select(people).where(people.c.id == bindparam("person"))
_BY_ADDRESS = select(people).where(people.c.key == bindparam("address"))
_INSERT = Upsert(lambda insert: insert(people).on_conflict_do_nothing(index_elements=["key"]).returning(people.c.id))

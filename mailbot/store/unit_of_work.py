"""One open transaction and the rooms of the store in it. Nobody inside commits: leaving the block does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, NestedTransaction

from mailbot.store.directory import Directory
from mailbot.store.engine import reading
from mailbot.store.inbox import Inbox
from mailbot.store.journal import Journal
from mailbot.store.outbox import Outbox
from mailbot.store.tickets import Tickets
from mailbot.store.wording import Wordings


class UnitOfWork:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection)
        self.tickets = Tickets(connection)
        self.journal = Journal(connection)
        self.directory = Directory(connection)
        self.wordings = Wordings(connection)

    def savepoint(self) -> NestedTransaction:
        """A part of the transaction that may fail alone (use as a context manager)."""
        return self._connection.begin_nested()


@contextmanager
def open_unit_of_work(engine: Engine, *, reads_only: bool = False) -> Iterator[UnitOfWork]:
    """Commit when the block ends, roll back when it raises."""
    with (reading(engine) if reads_only else engine).begin() as connection:
        yield UnitOfWork(connection)

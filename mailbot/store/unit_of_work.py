"""One open transaction and the rooms of the store in it. Nobody inside commits: leaving the block does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mailbot.store.acceptances import Acceptances
from mailbot.store.access import Access
from mailbot.store.alerts import Alerts
from mailbot.store.announcement_recipients import AnnouncementRecipients
from mailbot.store.announcements import Announcements
from mailbot.store.changes import Changes
from mailbot.store.contacts import Contacts
from mailbot.store.directory import Directory
from mailbot.store.engine import reading, turn_to_write
from mailbot.store.event_audience import EventAudience
from mailbot.store.inbox import Inbox
from mailbot.store.journal import Journal
from mailbot.store.links import Links
from mailbot.store.obedience import Obedience
from mailbot.store.outbox import Outbox
from mailbot.store.outbox_lists import OutboxLists
from mailbot.store.recurring import RecurringWork
from mailbot.store.roster import Roster
from mailbot.store.sign_ins import SignIns
from mailbot.store.ticket_story import TicketStory
from mailbot.store.tickets import Tickets
from mailbot.store.timers import Timers
from mailbot.store.wording import Wordings


class UnitOfWork:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection)
        self.outbox_lists = OutboxLists(connection)
        self.tickets = Tickets(connection)
        self.story = TicketStory(connection)
        self.journal = Journal(connection)
        self.directory = Directory(connection)
        self.wordings = Wordings(connection)
        self.timers = Timers(connection)
        self.recurring = RecurringWork(connection)
        self.acceptances = Acceptances(connection)
        self.access = Access(connection)
        self.alerts = Alerts(connection)
        self.announcements = Announcements(connection)
        self.announcement_recipients = AnnouncementRecipients(connection)
        self.event_audience = EventAudience(connection)
        self.changes = Changes(connection)
        self.links = Links(connection)
        self.contacts = Contacts(connection)
        self.sign_ins = SignIns(connection)
        self.roster = Roster(connection)
        self.obedience = Obedience(connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that may fail alone. In a part of a part, the one name means the newest."""
        # The words themselves: SQLAlchemy's own savepoints cost as much as all else that intake asks for a mail.
        self._connection.exec_driver_sql("SAVEPOINT part")
        try:
            yield
        except DBAPIError:
            # Where the connection is gone, what went wrong first says more than that nothing can be undone any longer.
            with suppress(SQLAlchemyError):
                self._undo()
            raise
        except BaseException:
            self._undo()
            raise
        self._connection.exec_driver_sql("RELEASE SAVEPOINT part")

    def _undo(self) -> None:
        self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        self._connection.exec_driver_sql("RELEASE SAVEPOINT part")


@contextmanager
def open_unit_of_work(engine: Engine, *, reads_only: bool = False) -> Iterator[UnitOfWork]:
    """Commit when the block ends, roll back when it raises."""
    if reads_only:
        with reading(engine).begin() as connection:
            yield UnitOfWork(connection)
    else:
        with turn_to_write(engine), engine.begin() as connection:
            yield UnitOfWork(connection)

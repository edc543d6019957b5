"""Opening the database. SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE for writers. PostgreSQL: as it is (rule D15)."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Pool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, ProgrammingError

from mailbot.desk.errors import PermanentError
from mailbot.store.mounts import refuse_network_disk
from mailbot.store.turns import Turns

__all__ = [
    "ANY_DATABASE_ERROR",
    "DATABASE_TROUBLE",
    "WON_BY_ANOTHER",
    "Engine",
    "open_engine",
    "reading",
    "shown_url",
    "turn_to_write",
]

BUSY_SECONDS = 30

DATABASE_TROUBLE = (OperationalError, ProgrammingError)
"""What the database raises when it cannot be reached, or has not the tables that it should have."""

ANY_DATABASE_ERROR = DBAPIError
"""Any complaint of a database, also about a file that is none: for whoever only tells people."""

WON_BY_ANOTHER = IntegrityError
"""What it raises when another process wrote the same unique thing first: looking again finds it."""


_TURNS: WeakKeyDictionary[Pool, Turns] = WeakKeyDictionary()


def open_engine(url: str, *, pool_size: int = 10, any_file_system: bool = False) -> Engine:
    """An engine for a SQLAlchemy URL; the folder of a SQLite file is made where it is missing.

    Raises:
        PermanentError: the URL cannot be read, its driver is not installed, or a SQLite file would lie on a network
            file system (which ``any_file_system`` allows).
    """
    try:
        if make_url(url).get_backend_name() == "sqlite":
            return _open_sqlite(url, pool_size, any_file_system)
        return create_engine(url, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size)
    except (ArgumentError, ImportError) as error:
        raise PermanentError(f"[store] url cannot be used: {error}") from error


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: on SQLite they never wait for a writer."""
    return engine.execution_options(mailbot_reads=True)


def turn_to_write(engine: Engine) -> AbstractContextManager[object]:
    """To be held while writing: on SQLite the writers of a process take turns."""
    return _TURNS.get(engine.pool) or nullcontext()


def shown_url(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _open_sqlite(url: str, pool_size: int, any_file_system: bool) -> Engine:
    file = make_url(url).database
    if file and file != ":memory:":
        if not any_file_system:
            refuse_network_disk(Path(file))
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, pool_size=pool_size, max_overflow=20
    )
    _TURNS[engine.pool] = Turns()
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, record: Any) -> None:
    # With the driver's own transactions a SAVEPOINT would not be one: we send BEGIN ourselves.
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another writer came between, whatever
    # the busy timeout says: whoever may write takes the lock at the start.
    reads = connection.get_execution_options().get("mailbot_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

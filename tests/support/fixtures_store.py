"""Databases for tests. A test that asks for one runs on SQLite and on PostgreSQL, each time with a database of its own.

``store_url`` has the newest schema (a copy of a template, so that no test waits for migrations), ``empty_store_url``
nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.store.engine import open_engine
from mailbot.store.migration import upgrade
from tests.support.postgres import Postgres
from tests.support.ready_databases import ReadyDatabases

TEMPLATE = "desk_template"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a worker."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a database with the newest schema, to copy from."""
    postgres.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'")
    _migrate(postgres.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def ready_databases(postgres: Postgres, postgres_template: str) -> ReadyDatabases:
    """Databases with the newest schema, given to one test after the other."""
    return ReadyDatabases(postgres, postgres_template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, to copy from."""
    path = tmp_path_factory.mktemp("template") / "mailbot.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a database at the newest revision, without any rows."""
    if request.param == "sqlite":
        copy = tmp_path / "mailbot.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
    else:
        ready: ReadyDatabases = request.getfixturevalue("ready_databases")
        url = ready.take()
        yield url
        ready.give_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a database in which no migration has run."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
        yield url
        server.drop_database(url)


def _migrate(url: str) -> None:
    engine = open_engine(url)
    try:
        upgrade(engine)
    finally:
        # The last connection that closes folds SQLite's log into the file, which may then be copied.
        engine.dispose()

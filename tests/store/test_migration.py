"""The schema's version: made when empty, refused when not ours, the same as the tables in the program."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Engine, inspect, text

from mailbot.store import migration
from mailbot.store.engine import open_engine
from mailbot.store.schema import REVISION, metadata
from tests.support.desk import WorkingDesk


def test_the_revision_in_the_program_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(migration._config()).get_current_head() == REVISION


def test_an_empty_database_gets_the_tables_of_the_program(empty_store_url: str) -> None:
    engine = open_engine(empty_store_url)
    assert migration.find_revision(engine) is None
    assert migration.prepare(engine) == REVISION
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize(("revision", "hint"), [("9999", "a newer one"), ("", "mailbot db upgrade")])
def test_another_revision_is_refused_with_advice(
    store_url: str, revision: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(store_url)
    if revision:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    else:
        monkeypatch.setattr(migration, "REVISION", "9998")
    with pytest.raises(migration.SchemaError, match=hint):
        migration.prepare(engine)
    engine.dispose()


@pytest.mark.parametrize("change", [migration.prepare, migration.upgrade])
def test_a_database_of_something_else_is_left_alone(empty_store_url: str, change: Callable[[Engine], str]) -> None:
    engine = open_engine(empty_store_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    with pytest.raises(migration.SchemaError, match="empty database"):
        change(engine)
    assert inspect(engine).get_table_names() == ["invoices"]
    engine.dispose()


def test_a_database_of_a_newer_mailbot_is_not_upgraded(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migration.SchemaError, match="a newer one"):
        migration.upgrade(engine)
    engine.dispose()


def test_a_step_back_that_rows_do_not_allow_is_refused_with_advice(desk: WorkingDesk) -> None:
    """On PostgreSQL it is allowed. On SQLite nothing has changed then."""
    from alembic import command

    desk.receive()
    engine = desk.desk.engine
    allowed = engine.dialect.name == "postgresql"
    outcome = nullcontext() if allowed else pytest.raises(CommandError, match="restore the backup")
    with outcome, engine.begin() as connection:
        config = migration._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    assert migration.find_revision(engine) == ("0003" if allowed else REVISION)


def test_the_migrations_can_be_undone(empty_store_url: str) -> None:
    from alembic import command

    engine = open_engine(empty_store_url)
    migration.prepare(engine)
    with engine.begin() as connection:
        config = migration._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert migration.find_revision(engine) is None
    engine.dispose()


def test_the_first_ticket_has_four_digits(store_url: str) -> None:
    engine = open_engine(store_url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            last = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'tickets'")).scalar()
        else:
            last = connection.execute(text("SELECT last_value - 1 FROM tickets_number_seq")).scalar()
    assert last == 1000
    engine.dispose()

"""A database that is given to one test after the other is as good as new, or it is not given again."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.support.desk import WorkingDesk
from tests.support.ready_databases import ReadyDatabases

pytestmark = pytest.mark.system


def test_next_test_finds_no_rows_no_numbers_and_nobody(ready_databases: ReadyDatabases, tmp_path: Path) -> None:
    url = ready_databases.take()
    desk = WorkingDesk(tmp_path, url)
    desk.receive("Den är trasig.")
    still_there = desk.desk.engine.connect()
    ready_databases.give_back(url)
    assert ready_databases.take() == url
    with pytest.raises(Exception, match=r"terminat|closed"):
        still_there.execute(text("SELECT 1"))
    still_there.close()
    again = WorkingDesk(tmp_path, url)
    with again.office() as office:
        assert (office.work.inbox.list_rows(), office.work.tickets.count_by_state()) == ([], {})
    assert again.receive("Den är trasig.").ticket == 1001
    again.desk.engine.dispose()
    ready_databases.give_back(url)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE tickets ADD COLUMN x int",
        "CREATE TABLE x (y int)",
        "DROP TABLE links CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE tickets DISABLE TRIGGER ALL",
        "INSERT INTO people (key, address, name, language, created_at) VALUES ('a', 'a', '', '', now()); ANALYZE people",  # noqa: E501
    ],
)
def test_one_that_was_changed_otherwise_is_dropped(ready_databases: ReadyDatabases, change: str) -> None:
    url = ready_databases.take()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    ready_databases.give_back(url)
    other = ready_databases.take()
    assert other != url
    ready_databases.give_back(other)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url.replace("+psycopg", ""))

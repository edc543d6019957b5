"""PostgreSQL databases at the newest revision, given to one test after the other.

To copy a template takes a hundred times as long as to empty the few tables that a test has filled. What is given again
is as good as a copy: it has the schema of the template, no rows, no sequence that has begun, no statistics, and nobody
is connected to it. Whatever is not, because a test changed more than rows, is dropped.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tests.support.postgres import Postgres

MOST_GROWTH = 8_000_000
END_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
SCHEMA = """
SELECT md5(concat(
  (SELECT string_agg(concat_ws('/', oid, relname, relkind, reltuples, relhastriggers, reloptions), ';' ORDER BY oid)
     FROM pg_class WHERE relnamespace = 'public'::regnamespace),
  (SELECT string_agg(concat_ws('/', attrelid, attname, atttypid, atttypmod, attnotnull, atthasdef), ';'
                     ORDER BY attrelid, attnum)
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
  (SELECT string_agg(concat_ws('/', oid, tgenabled), ';' ORDER BY oid) FROM pg_trigger),
  (SELECT string_agg(oid::text, ';' ORDER BY oid) FROM pg_constraint),
  (SELECT string_agg(oid::text, ';' ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
  (SELECT string_agg(concat_ws('/', setdatabase, setconfig), ';') FROM pg_db_role_setting),
  (SELECT string_agg(version_num, ';') FROM alembic_version)))"""
TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"""
SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
SIZE = "SELECT pg_database_size(current_database())"


class ReadyDatabases:
    """``take`` gives the SQLAlchemy URL of an empty one, ``give_back`` makes it ready for the next test."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server, self._template = server, template
        self._ready: list[str] = []
        self._was: dict[str, tuple[str, int]] = {}
        self._begins: list[tuple[str, int]] = []

    def take(self) -> str:
        return self._ready.pop() if self._ready else self._make()

    def give_back(self, url: str) -> None:
        if self._empty(url):
            self._ready.append(url)
        else:
            self._was.pop(url, None)
            self._server.drop_database(url)

    def _make(self) -> str:
        url = self._server.new_database(self._template)
        with self._connect(url) as connection:
            self._was[url] = (_value(connection, SCHEMA), _value(connection, SIZE))
            self._begins = self._begins or _sequences(connection)
        return url

    def _empty(self, url: str) -> bool:
        """False where rows are not all that was changed."""
        schema, size = self._was[url]
        try:
            with self._connect(url) as connection:
                connection.execute(END_OTHERS)
                if _value(connection, SCHEMA) != schema or _value(connection, SIZE) > size + MOST_GROWTH:
                    return False
                connection.execute("SET session_replication_role = replica")  # whatever refers to whatever
                for table in _filled(connection):
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                for sequence, first in self._begins:
                    connection.execute("SELECT setval(%s::regclass, %s, false)", (sequence, first))
        except psycopg.Error:
            return False
        return True

    def _connect(self, url: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self._server.port,
            user="postgres",
            dbname=url.rpartition("/")[2],
            autocommit=True,
        )


def _filled(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    tables = [str(name) for (name,) in connection.execute(TABLES)]
    one = sql.SQL("(SELECT {} WHERE EXISTS (SELECT FROM {}))")
    asked = sql.SQL(" UNION ALL ").join(one.format(sql.Literal(name), sql.Identifier(name)) for name in tables)
    return [str(name) for (name,) in connection.execute(asked)]


def _sequences(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, int]]:
    """Each with the number that it gives first: the migrations let tickets begin at 1001."""
    names = [str(name) for (name,) in connection.execute(SEQUENCES)]
    first = sql.SQL("SELECT last_value FROM {}")
    return [(n, _value(connection, first.format(sql.Identifier(n)))) for n in names]


def _value(connection: psycopg.Connection[tuple[object, ...]], query: LiteralString | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]

"""INSERT … ON CONFLICT: each database has its own, and a statement that is built once is quicker than one a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


class Upsert:
    """A statement in the words of both databases. ``build`` is given the ``insert`` of each."""

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._statements = {"postgresql": build(postgresql.insert), "sqlite": build(sqlite.insert)}

    def on(self, connection: Connection) -> Any:
        return self._statements[connection.dialect.name]

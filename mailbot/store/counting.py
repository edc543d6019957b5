"""How many rows have each of some values, counting no further than is worth saying: as quick with a million rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select


def count_each(db: Connection, queries: Sequence[Select[Any]], most: int) -> list[int]:
    """How many rows each query finds, ``most`` where there are more; one statement."""
    some = [query.limit(most).subquery() for query in queries]
    row = db.execute(select(*(select(func.count()).select_from(one).scalar_subquery() for one in some))).one()
    return [int(count) for count in row]

"""The query behind lists of tickets. However many there are, it reads about as many rows as it gives back.

A database that sorts what it has found must find all of it first. So the newest of each state are taken from an index
that has them in order, a few from each, and those few are sorted. Only a search for what is seldom found reads every
subject: an index for words inside a text is a different thing in each database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, func, or_, select, union_all

from mailbot.store.schema import UNREAD, people, tickets

NEWEST = (tickets.c.changed_at.desc(), tickets.c.number.desc())

Condition = ColumnElement[bool] | TextClause


def numbers_of(
    *,
    states: Sequence[str],
    assignee: str | None,
    group: str | None,
    requester: str | None,
    needs_person: bool | None,
    search: str,
    limit: int,
    postgres: bool,
) -> Select[Any]:
    """The numbers of the tickets that meet all conditions: at least the newest ``limit`` of them, in any order."""
    wanted: list[Condition] = []
    if assignee is not None:
        wanted.append(tickets.c.assignee == assignee)
    if group is not None:
        wanted.append(func.lower(tickets.c.support_group) == group.lower())
    if requester is not None:
        wanted.append(tickets.c.requester.in_(select(people.c.id).where(people.c.key == requester.lower())))
    if needs_person is not None:
        wanted.append(UNREAD if needs_person else ~tickets.c.needs_person)
    if search:
        wanted.append(_mentions(search, postgres))
    if not states:
        return _newest(wanted, limit)
    each = [_newest([tickets.c.state == state, *wanted], limit).subquery() for state in dict.fromkeys(states)]
    return select(union_all(*(select(one.c.number) for one in each)).subquery().c.number)


def _newest(wanted: Sequence[Condition], limit: int) -> Select[Any]:
    return select(tickets.c.number).where(*wanted).order_by(*NEWEST).limit(limit)


def _mentions(words: str, postgres: bool) -> ColumnElement[bool]:
    """In the subject or the requester's address, in any case of its letters (on SQLite: of those of ASCII)."""

    def holds(column: Any) -> Any:
        # SQLite's LIKE pays no regard to case anyhow, and lower() of every row would double the time.
        return column.icontains(words, autoescape=True) if postgres else column.contains(words, autoescape=True)

    return or_(holds(tickets.c.subject), tickets.c.requester.in_(select(people.c.id).where(holds(people.c.address))))

"""What stands beside a ticket, a page at a time: a problem may have thousands of children."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from mailbot.desk.lifecycle import State
from mailbot.desk.links import Link, LinkKind
from mailbot.store.schema import tickets
from mailbot.store.schema_links import STANDS, links

UPWARDS = (LinkKind.CHILD_OF.value,)


class LinkLists:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def list_beside(self, ticket: int, limit: int) -> list[Link]:
        """The newest links that stand, from it and to it, oldest first; those of its children left out."""
        child = (links.c.other == ticket) & links.c.kind.in_(UPWARDS)
        query = select(links).where(STANDS, or_(links.c.ticket == ticket, links.c.other == ticket), ~child)
        return [read_link(row) for row in self._db.execute(query.order_by(links.c.id.desc()).limit(limit))][::-1]

    def page_children(
        self, ticket: int, *, beyond: int = 0, backwards: bool = False, limit: int = 50
    ) -> Sequence[Link]:
        """The links of its children, newest first, from beyond the link of that number on."""
        query = select(links).where(STANDS, links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value)
        if beyond:
            query = query.where(links.c.id > beyond if backwards else links.c.id < beyond)
        found = self._db.execute(query.order_by(links.c.id.asc() if backwards else links.c.id.desc()).limit(limit))
        rows = [read_link(row) for row in found]
        return rows[::-1] if backwards else rows

    def count_children(self, ticket: int) -> dict[State, tuple[int, int]]:
        """By state: how many children it has, and how many of these have a requester who can be asked."""
        query = (
            select(tickets.c.state, func.count(), func.count(tickets.c.requester))
            .join(links, links.c.ticket == tickets.c.number)
            .where(STANDS, links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value)
            .group_by(tickets.c.state)
        )
        return {State(row[0]): (int(row[1]), int(row[2])) for row in self._db.execute(query)}

    def count_children_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """How many children each of these has; those without any are left out."""
        query = (
            select(links.c.other, func.count())
            .where(STANDS, links.c.other.in_(numbers), links.c.kind == LinkKind.CHILD_OF.value)
            .group_by(links.c.other)
        )
        return {int(row[0]): int(row[1]) for row in self._db.execute(query)} if numbers else {}

    def with_parent(self, numbers: Sequence[int]) -> frozenset[int]:
        """Those of these tickets that are children of another."""
        query = select(links.c.ticket).where(
            STANDS, links.c.ticket.in_(numbers), links.c.kind == LinkKind.CHILD_OF.value
        )
        return frozenset(self._db.execute(query).scalars()) if numbers else frozenset()

    def count_undone_children(self, ticket: int) -> int:
        """How many tickets were its children, and are no longer."""
        gone = (links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value, links.c.undone_at.is_not(None))
        stays = select(links.c.ticket).where(STANDS, links.c.other == ticket, links.c.kind == LinkKind.CHILD_OF.value)
        query = select(func.count(links.c.ticket.distinct())).where(*gone, links.c.ticket.not_in(stays))
        return int(self._db.execute(query).scalar_one())


def read_link(row: Row[Any]) -> Link:
    return Link(row.ticket, LinkKind(row.kind), row.other, row.at, row.by, row.joined, row.undone_at, row.id)

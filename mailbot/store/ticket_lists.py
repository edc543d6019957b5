"""Lists of tickets, a page at a time, and how many there are of each state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, select

from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import Ticket
from mailbot.store.counting import count_each, counting
from mailbot.store.schema import tickets
from mailbot.store.ticket_queue import ORDERS, Wanted, numbers_of, states_of_narrow
from mailbot.store.ticket_rows import WITH_REQUESTER, read_ticket
from mailbot.store.ticket_search import Sought, seek


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list begins or ends: the ordering moment of a ticket, and its number."""

    at: datetime
    number: int


class TicketLists:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def list_tickets(
        self,
        *,
        states: Sequence[State] = (),
        assignee: str | None = None,
        group: str | None = None,
        groups: Sequence[str] = (),
        requester: str | None = None,
        needs_person: bool | None = None,
        needs_contact: bool | None = None,
        search: str | Sought | None = "",
        limit: int = 50,
        order: str = "newest",
        beyond: Place | None = None,
        backwards: bool = False,
    ) -> list[Ticket]:
        """The newest change first, or with ``order="due"`` what is due next; people other than the requester left out.

        ``search`` are beginnings of words in subject, requester's address and name, all of which a ticket must have, or
        what ``seek`` found for them.
        ``groups`` are names of support groups as they are written in settings. ``beyond`` continues after that place,
        ``backwards`` before it: then the tickets nearest to it are given, in the order of the list all the same.
        """
        sought = self.seek(search) if isinstance(search, str) else search
        wanted = Wanted(
            tuple(s.value for s in states),
            assignee,
            group,
            tuple(groups),
            requester,
            needs_person,
            needs_contact,
            sought,
        )
        place = (beyond.at, beyond.number) if beyond else None
        numbers = numbers_of(wanted, ORDERS[order], place, backwards=backwards, limit=limit)
        query = WITH_REQUESTER.where(tickets.c.number.in_(numbers))
        found = [
            read_ticket(r) for r in self._db.execute(query.order_by(*ORDERS[order].sorted(backwards)).limit(limit))
        ]
        return found[::-1] if backwards else found

    def list_numbered(self, numbers: Sequence[int]) -> dict[int, Ticket]:
        """Those of these tickets that there are, by number; people other than the requester left out."""
        if not numbers:
            return {}
        query = WITH_REQUESTER.where(tickets.c.number.in_(numbers))
        return {row.number: read_ticket(row) for row in self._db.execute(query)}

    def count_by_state(self) -> dict[str, int]:
        return {r[0]: r[1] for r in self._db.execute(select(tickets.c.state, func.count()).group_by(tickets.c.state))}

    def seek(self, text: str) -> Sought | None:
        """What lists and counts of the same search share; None where ``text`` has no word."""
        return seek(self._db, text) if text else None

    def count_some(
        self,
        most: int,
        *,
        assignee: str | None = None,
        groups: Sequence[str] = (),
        requester: str | None = None,
        needs_person: bool | None = None,
        needs_contact: bool | None = None,
        search: Sought | None = None,
    ) -> dict[State, int] | None:
        """How many such tickets each state has, counting no further than ``most``: as quick with a million tickets.

        None where only a walk through many tickets could tell.
        """
        wanted = Wanted((), assignee, None, tuple(groups), requester, needs_person, needs_contact, search)
        narrow = states_of_narrow(wanted)
        if narrow is not None:
            counted = {State(row[0]): int(row[1]) for row in self._db.execute(narrow)}
            return {state: counted.get(state, 0) for state in State}
        if search is not None:
            return None
        return dict(zip(State, count_each(self._db, _count_by_state(wanted, most)), strict=True))


@lru_cache(maxsize=500)
def _count_by_state(wanted: Wanted, most: int) -> Select[Any]:
    """Built once for each agent and group that looks."""
    queries = [
        numbers_of(replace(wanted, states=(state.value,)), ORDERS["newest"], None, backwards=False, limit=most)
        for state in State
    ]
    return counting(queries, most)

"""The query behind lists of tickets. However many there are, it reads about as many rows as it gives back.

A database that sorts what it has found must find all of it first. So the newest of each state (of one group, of one
agent) are taken from an index that has them in order, a few from each, and those few are sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, literal, or_, select, tuple_, union_all

from mailbot.store.schema import UNCONTACTED, UNREAD, WITH_TARGET, people, tickets
from mailbot.store.ticket_search import Sought

Condition = ColumnElement[bool] | TextClause


@dataclass(frozen=True, slots=True)
class Order:
    """By which column of a moment a list is sorted, and whether the latest comes first."""

    column: Any
    latest_first: bool

    def sorted(self, backwards: bool = False) -> tuple[Any, Any]:
        if self.latest_first is not backwards:
            return self.column.desc(), tickets.c.number.desc()
        return self.column.asc(), tickets.c.number.asc()

    def beyond(self, place: tuple[datetime, int], backwards: bool) -> ColumnElement[bool]:
        mine = tuple_(self.column, tickets.c.number)
        there = tuple_(literal(place[0], self.column.type), literal(place[1]))
        return mine < there if self.latest_first is not backwards else mine > there


ORDERS = {"newest": Order(tickets.c.changed_at, True), "due": Order(tickets.c.due_at, False)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; None or empty: not by this. ``group`` in any case of its letters."""

    states: tuple[str, ...] = ()
    assignee: str | None = None
    group: str | None = None
    groups: tuple[str, ...] = ()
    requester: str | None = None
    needs_person: bool | None = None
    needs_contact: bool | None = None
    sought: Sought | None = None


def numbers_of(
    wanted: Wanted, order: Order, place: tuple[datetime, int] | None, *, backwards: bool, limit: int
) -> Select[Any]:
    """The numbers of the tickets that meet all conditions: at least the first ``limit`` of them, in any order."""
    shared = _conditions(wanted)
    if place:
        shared.append(order.beyond(place, backwards))
    if order is ORDERS["due"]:
        shared.append(WITH_TARGET)
    if _is_narrow(wanted):
        return _of_narrow([*shared, *_plainly(wanted)], order, backwards, limit)
    if order is ORDERS["due"]:
        return _first([*shared, *_plainly(wanted)], order, backwards, limit)
    each = [_first([*shared, *one], order, backwards, limit).subquery() for one in _lanes(wanted.states, wanted.groups)]
    return select(union_all(*(select(one.c.number) for one in each)).subquery().c.number)


def states_of_narrow(wanted: Wanted) -> Select[Any] | None:
    """The state of each ticket, and how many have it, where few tickets can meet the conditions; else None."""
    if not _is_narrow(wanted):
        return None
    found = select(tickets.c.state).where(*_conditions(wanted), *_plainly(wanted)).cte().prefix_with("MATERIALIZED")
    return select(found.c.state, func.count()).group_by(found.c.state)


def _is_narrow(wanted: Wanted) -> bool:
    """Whether what is asked for beside state and group leaves few tickets: these are found first, and then sorted."""
    by_number = wanted.sought is not None and wanted.sought.numbers is not None
    marked = wanted.needs_person is True or wanted.needs_contact is True
    return by_number or marked or wanted.requester is not None


def _conditions(wanted: Wanted) -> list[Condition]:
    found: list[Condition] = []
    if wanted.assignee is not None:
        found.append(tickets.c.assignee == wanted.assignee)
    if wanted.group is not None:
        found.append(func.lower(tickets.c.support_group) == wanted.group.lower())
    if wanted.requester is not None:
        found.append(tickets.c.requester.in_(select(people.c.id).where(people.c.key == wanted.requester.lower())))
    if wanted.needs_person is not None:
        found.append(UNREAD if wanted.needs_person else ~tickets.c.needs_person)
    if wanted.needs_contact is not None:
        found.append(UNCONTACTED if wanted.needs_contact else ~tickets.c.needs_contact)
    if wanted.sought:
        found.append(wanted.sought.condition)
    return found


def _lanes(states: Sequence[str], groups: Sequence[str]) -> list[list[Condition]]:
    """One lane for each state of each group: an index has each in the order that is wanted."""
    by_state: list[list[Condition]] = [[tickets.c.state == s] for s in dict.fromkeys(states)] or [[]]
    by_group: list[list[Condition]] = [[tickets.c.support_group == g] for g in dict.fromkeys(groups)] or [[]]
    return [[*state, *group] for state in by_state for group in by_group]


def _plainly(wanted: Wanted) -> list[Condition]:
    """The same for tickets that are found by something else: said so that no index of these columns is taken."""
    said: list[Condition] = []
    if wanted.states:
        said.append(or_(*(tickets.c.state.concat("") == state for state in wanted.states)))
    if wanted.groups:
        said.append(or_(*(tickets.c.support_group.concat("") == group for group in wanted.groups)))
    return [and_(True, *said)] if said else []


def _first(wanted: Sequence[Condition], order: Order, backwards: bool, limit: int) -> Select[Any]:
    return select(tickets.c.number).where(*wanted).order_by(*order.sorted(backwards)).limit(limit)


def _of_narrow(wanted: Sequence[Condition], order: Order, backwards: bool, limit: int) -> Select[Any]:
    # MATERIALIZED: or an index in the order that is wanted looks better, and is walked to its end for a few tickets.
    found = select(tickets.c.number, order.column.label("at")).where(*wanted).cte().prefix_with("MATERIALIZED")
    later = order.latest_first is not backwards
    sorted_by = (found.c.at.desc(), found.c.number.desc()) if later else (found.c.at, found.c.number)
    return select(found.c.number).order_by(*sorted_by).limit(limit)

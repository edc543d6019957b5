"""Who works at the desk: agents with skills, hours and room for so much work; groups of them; days they are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from mailbot.desk.business_hours import Calendar, NeverOpen
from mailbot.desk.correspondence import Mailbox


class Level(IntEnum):
    """How well somebody knows a thing."""

    BASIC = 1
    GOOD = 2
    EXPERT = 3


@dataclass(frozen=True, slots=True)
class Agent:
    """``skills`` are (skill, level 1-3). Without a ``calendar`` the agent counts as at work always.

    ``capacity`` is how many open tickets the agent has room for; 0: as many as come.
    """

    mailbox: Mailbox
    groups: tuple[str, ...] = ()
    language: str = ""
    admin: bool = False
    skills: tuple[tuple[str, int], ...] = ()
    calendar: Calendar | None = None
    capacity: int = 0

    def level_of(self, skill: str) -> int:
        """1-3, or 0 where the agent lacks the skill."""
        return next((level for name, level in self.skills if name == skill), 0)

    def is_in(self, group: str) -> bool:
        return group.lower() in (g.lower() for g in self.groups)

    def works_from(self, now: datetime) -> datetime | None:
        """``now`` where the agent is at work, else the next start of work; None where there is none in years."""
        if self.calendar is None:
            return now
        try:
            return self.calendar.next_opening(now)
        except NeverOpen:
            return None

    def day_of(self, moment: datetime) -> date:
        """The agent's own day at that moment."""
        return self.calendar.local_day(moment) if self.calendar else moment.date()


@dataclass(frozen=True, slots=True)
class Group:
    """A support group. ``address`` is where its notices go; empty: to each of its agents.

    ``accept_hours`` is how many working hours it has to accept a ticket handed to it; 0: the desk's rule holds.
    """

    name: str
    address: str = ""
    accept_hours: int = 0


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent is away from ``first`` to ``last``, both days included. ``id`` is its number in the store."""

    agent: str
    first: date
    last: date
    note: str = ""
    id: int = 0

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def find_absence(absences: Iterable[Absence], agent: str, day: date) -> Absence | None:
    """The absence that keeps an agent away on a day: the one that lasts longest."""
    found = [a for a in absences if a.agent.lower() == agent.lower() and a.covers(day)]
    return max(found, key=lambda a: (a.last, a.id), default=None)

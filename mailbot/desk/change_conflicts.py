"""What stands in the way of a change: announced events, other changes, and times in which nothing is changed.

Two things meet where their times overlap and something is touched by both. What names no service, or no customer, may
touch any of them: shown once too often is better than not at all. Times are half-open: what ends at nine does not meet
what begins at nine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.desk.announcements import Announcement
from mailbot.desk.business_hours import Calendar


class ConflictKind(StrEnum):
    ANNOUNCEMENT = "announcement"
    CHANGE = "change"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Touched:
    """Names of services and customers; empty: nobody has said, so perhaps any."""

    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """``ends_at`` None: nobody knows how long."""

    starts_at: datetime
    ends_at: datetime | None = None

    def overlaps(self, other: Window) -> bool:
        begins_before = other.ends_at is None or self.starts_at < other.ends_at
        return begins_before and (self.ends_at is None or other.starts_at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nothing is changed, of these services and customers (empty: all), and why."""

    name: str
    window: Window
    why: str = ""
    touched: Touched = Touched()


@dataclass(frozen=True, slots=True)
class Rival:
    """Another change whose window counts."""

    ticket: int
    subject: str
    window: Window
    touched: Touched


@dataclass(frozen=True, slots=True)
class Conflict:
    """``number`` is that of the announcement, or of the other change's ticket; 0 for a freeze.

    ``services`` and ``customers`` are touched by both; where both are empty, one of the two does not say what it
    touches.
    """

    kind: ConflictKind
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime | None
    services: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    why: str = ""


def find_conflicts(
    window: Window,
    touched: Touched,
    *,
    ticket: int,
    now: datetime,
    announcements: Iterable[Announcement] = (),
    rivals: Iterable[Rival] = (),
    freezes: Iterable[Freeze] = (),
) -> tuple[Conflict, ...]:
    """Everything that stands in the way of the change that is ``ticket``: freezes first, then by time.

    Its own announcement, and the change itself, do not. An event that should be over and is not goes on for nobody
    knows how long.
    """
    found = [_with_freeze(window, touched, freeze) for freeze in freezes]
    found += [_with_announcement(window, touched, a, now) for a in announcements if a.ticket != ticket]
    found += [_with_rival(window, touched, rival) for rival in rivals if rival.ticket != ticket]
    order = {ConflictKind.FREEZE: 0}
    there = [conflict for conflict in found if conflict]
    return tuple(sorted(there, key=lambda c: (order.get(c.kind, 1), c.starts_at, c.kind, c.number, c.title)))


def meeting(one: Touched, other: Touched) -> Touched | None:
    """What both touch; None where they meet nowhere."""
    services = _shared(one.services, other.services)
    customers = _shared(one.customers, other.customers)
    return None if services is None or customers is None else Touched(services, customers)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...] | None:
    if not one or not other:
        return ()
    there = {name.lower() for name in other}
    return tuple(name for name in one if name.lower() in there) or None


def _with_freeze(window: Window, touched: Touched, freeze: Freeze) -> Conflict | None:
    return _meet(window, touched, freeze.window, freeze.touched, ConflictKind.FREEZE, 0, freeze.name, freeze.why)


def _with_announcement(window: Window, touched: Touched, a: Announcement, now: datetime) -> Conflict | None:
    if a.ended_at and a.ended_at <= a.starts_at:
        return None
    hoped = a.expected_end if a.expected_end and a.expected_end >= now else None
    there = Window(a.starts_at, a.ended_at or hoped)
    return _meet(window, touched, there, Touched(a.services, a.customers), ConflictKind.ANNOUNCEMENT, a.number, a.title)


def _with_rival(window: Window, touched: Touched, rival: Rival) -> Conflict | None:
    return _meet(window, touched, rival.window, rival.touched, ConflictKind.CHANGE, rival.ticket, rival.subject)


def _meet(
    window: Window,
    touched: Touched,
    there: Window,
    theirs: Touched,
    kind: ConflictKind,
    number: int,
    title: str,
    why: str = "",
) -> Conflict | None:
    both = meeting(touched, theirs) if window.overlaps(there) else None
    if both is None:
        return None
    return Conflict(kind, number, title, there.starts_at, there.ends_at, both.services, both.customers, why)


class Hours(StrEnum):
    """When changes are to be made, measured by the service hours of those whom they touch."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    ANY = "any"


def is_against_hours(window: Window, calendar: Calendar, hours: Hours) -> bool:
    """Whether a window lies (partly) inside service hours though changes are made outside them, or the other way."""
    if hours is Hours.ANY or window.ends_at is None:
        return False
    worked = calendar.working_time_between(window.starts_at, window.ends_at)
    return bool(worked) if hours is Hours.OUTSIDE else worked < window.ends_at - window.starts_at

"""Service levels: what was agreed, and the clocks that measure it, read from a ticket's journal.

A ticket has two clocks: to the first answer and to the solution. Both run, stand still and stop as ``lifecycle.CLOCKS``
says of the state that each fact left the ticket in; the first one stops for good at the first answer. Time counts while
the clock runs *and* the customer's calendar is open. The target is that of the ticket's priority as it is now, counted
from the beginning; of a clock that has stopped, the priority when it did. Nothing is kept but the facts: reading again
gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer, Target
from mailbot.desk.lifecycle import CLOCKS, Clock, State
from mailbot.desk.vocabulary import Priority

# What counts as an answer to the requester. The receipt does not: a machine wrote it.
ANSWERS = frozenset({"agent_replied", "resolution_proposed", "resolution_verified", "ticket_cancelled"})
# Where nobody waits for an answer (monitoring), somebody taking the ticket is the response.
TAKINGS = frozenset({"ticket_assigned", "escalation_accepted"})

_NOTHING = timedelta(0)


class ClockKind(StrEnum):
    RESPONSE = "response"
    RESOLUTION = "resolution"


class Happening(Protocol):
    """A fact as the store has it. ``state`` is the ticket's after it, "" where the fact did not touch it."""

    @property
    def at(self) -> datetime: ...
    @property
    def name(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def details(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """The desk's own targets and how it watches over them. Shares are of a target's time: 0.75, 1.5.

    ``rungs`` are the shares at which each of ``escalate_to`` is told. ``silence`` is how long a requester hears nothing
    before they are told how it goes; none where it is zero.
    """

    targets: Mapping[Priority, Target] = field(default_factory=dict)
    warning: float = 0.75
    escalate_to: tuple[str, ...] = ()
    rungs: tuple[float, ...] = (1.0, 1.5)
    promises: tuple[ClockKind, ...] = (ClockKind.RESPONSE,)
    renewal: float = 0.9
    renewal_extra: float = 0.5
    silence: timedelta = _NOTHING


@dataclass(frozen=True, slots=True)
class Agreement:
    """What holds for the tickets of one customer."""

    customer: Customer = field(default_factory=Customer)
    calendar: Calendar = field(default_factory=Calendar)
    levels: ServiceLevels = field(default_factory=ServiceLevels)

    def find_target(self, kind: ClockKind, priority: Priority) -> timedelta | None:
        """The working time that a clock may use; the customer's own goes before the desk's."""
        own, general = (t.get(priority, Target()) for t in (self.customer.targets, self.levels.targets))
        if kind is ClockKind.RESPONSE:
            return own.response or general.response
        return own.resolution or general.resolution

    def source_of(self, kind: ClockKind, priority: Priority) -> str:
        """Whose target it is, in words."""
        own = self.customer.targets.get(priority, Target())
        is_own = own.response if kind is ClockKind.RESPONSE else own.resolution
        return f"agreed with {self.customer.title or self.customer.name}" if is_own else "the desk's own"

    @property
    def untimed(self) -> Agreement:
        """The same for a ticket with a time of its own: a change is made in its window, not within so many hours."""
        customer = replace(self.customer, targets={})
        return replace(self, customer=customer, levels=replace(self.levels, targets={}, silence=_NOTHING))

    @property
    def ladder(self) -> tuple[tuple[float, str], ...]:
        """(share of a target's time, whom to tell then)."""
        return tuple(zip(self.levels.rungs, self.customer.escalate_to or self.levels.escalate_to, strict=False))


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in which a clock ran, stood still or had stopped; ``worked`` is what counted of it. ``rule`` says why."""

    begins: datetime
    ends: datetime
    clock: Clock
    worked: timedelta
    rule: str
    state: str


@dataclass(frozen=True)
class Measured:
    """One clock of one ticket at ``now``: the last interval goes on, if it runs. ``met_at``: when it stopped."""

    kind: ClockKind
    priority: Priority
    target: timedelta | None
    calendar: Calendar
    now: datetime
    intervals: tuple[Interval, ...]
    met_at: datetime | None

    @property
    def used(self) -> timedelta:
        return sum((i.worked for i in self.intervals), _NOTHING)

    @property
    def remaining(self) -> timedelta | None:
        """Working time left of the target; negative where more has been used."""
        return None if self.target is None else self.target - self.used

    @property
    def clock(self) -> Clock:
        return self.intervals[-1].clock

    @cached_property
    def due_at(self) -> datetime | None:
        return self.moment_at(1.0)

    def moment_at(self, share: float) -> datetime | None:
        """When ``share`` of the target's time had gone, or will have if the clock runs on; None where it never has."""
        if not self.target:
            return None
        left = self.target * share
        for interval in self.intervals:
            if interval.clock is not Clock.RUNNING:
                continue
            if left <= interval.worked or interval is self.intervals[-1]:
                return self.calendar.after_working_time(interval.begins, left)
            left -= interval.worked
        return None

    @property
    def is_breached(self) -> bool:
        """Whether the target ended before the deed; at its very end it is still kept, if the deed is done by then."""
        due = self.due_at
        return due is not None and (due < self.met_at if self.met_at else due <= self.now)


def measure(
    happenings: Sequence[Happening], agreement: Agreement, priority: Priority, requester: str, now: datetime
) -> tuple[Measured, Measured]:
    """The clocks to the first answer and to the solution. ``requester`` is an address, "" where nobody waits."""
    changes = _changes_of_state(happenings)
    solution = tuple(_intervals(changes, agreement.calendar, now))
    answered = _first_answer(happenings, requester)
    if answered is None:
        response = solution
    else:
        by = f"{_told(answered)}: the first answer, the clock stops for good"
        before = [c for c in changes if c.at < answered.at] or changes[:1]
        response = tuple(
            _intervals([*before, _Change(answered.at, Clock.STOPPED, by, before[-1].state)], agreement.calendar, now)
        )
    found = []
    for kind, intervals in ((ClockKind.RESPONSE, response), (ClockKind.RESOLUTION, solution)):
        met_at = _since(intervals) if intervals[-1].clock is Clock.STOPPED else None
        then = _priority_at(happenings, met_at, priority) if met_at else priority
        target = agreement.find_target(kind, then)
        found.append(Measured(kind, then, target, agreement.calendar, now, intervals, met_at))
    return found[0], found[1]


def _priority_at(happenings: Sequence[Happening], moment: datetime, now: Priority) -> Priority:
    """The priority that a ticket had; ``now`` is what it has."""
    for happening in happenings:
        if happening.name == "priority_changed" and happening.at > moment:
            return Priority(happening.details["was"])
    return now


def _since(intervals: Sequence[Interval]) -> datetime:
    """When the clock stopped: resolved and then closed is one standstill."""
    last = len(intervals)
    while last and intervals[last - 1].clock is Clock.STOPPED:
        last -= 1
    return intervals[last].begins


@dataclass(frozen=True, slots=True)
class _Change:
    at: datetime
    clock: Clock
    rule: str
    state: str


_DOES = {Clock.RUNNING: "the clock runs", Clock.PAUSED: "the clock stands still", Clock.STOPPED: "the clock stops"}


def _changes_of_state(happenings: Sequence[Happening]) -> list[_Change]:
    changes: list[_Change] = []
    for happening in happenings:
        if happening.state and (not changes or changes[-1].state != happening.state):
            clock = CLOCKS[State(happening.state)]
            rule = f"{_told(happening)}: {happening.state.replace('_', ' ')}, {_DOES[clock]}"
            changes.append(_Change(happening.at, clock, rule, happening.state))
    if not changes:
        raise ValueError("a journal begins with the registration of its ticket")
    return changes


def _intervals(changes: Sequence[_Change], calendar: Calendar, now: datetime) -> Iterator[Interval]:
    ends = [c.at for c in changes[1:]] + [max(now, changes[-1].at)]
    for change, end in zip(changes, ends, strict=True):
        running = change.clock is Clock.RUNNING
        worked = calendar.working_time_between(change.at, end) if running else _NOTHING
        yield Interval(change.at, end, change.clock, worked, change.rule, change.state)


def _first_answer(happenings: Sequence[Happening], requester: str) -> Happening | None:
    first = happenings[0]
    if requester and first.name == "ticket_registered" and first.actor.lower() not in (requester.lower(), "desk"):
        return first  # an agent wrote down what the requester said to them: they have been answered
    return next((h for h in happenings if spoke(h) or (not requester and h.name in TAKINGS)), None)


def spoke(happening: Happening) -> bool:
    """Whether somebody of the desk spoke to the requester, in writing or on the phone."""
    return happening.name in ANSWERS or bool(happening.name == "contact_joined" and happening.details.get("answered"))


def _told(happening: Happening) -> str:
    name = happening.name.replace("_", " ")
    return name if happening.actor == "desk" else f"{name} by {happening.actor}"

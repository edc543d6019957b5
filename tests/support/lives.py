"""Lives of tickets for the tests of clocks: facts as the store would have them, without a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.customers import Customer, Target
from mailbot.desk.lifecycle import State
from mailbot.desk.service_level import Agreement, ClockKind, ServiceLevels
from mailbot.desk.ticket import Participant, Ticket
from mailbot.desk.vocabulary import Priority, Role
from mailbot.desk.watch import Watch, read_watch

ANNA, LISA = "anna@kommun.example", "lisa@desk.example"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Nine o'clock in Stockholm."""


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


TARGETS = {
    Priority.HIGH: Target(hours(2), hours(8)),
    Priority.MEDIUM: Target(hours(4), hours(20)),
    Priority.LOW: Target(hours(8), None),
}
LEVELS = ServiceLevels(
    targets=TARGETS,
    escalate_to=("chief@desk.example", "head@desk.example"),
    promises=(ClockKind.RESPONSE, ClockKind.RESOLUTION),
    silence=hours(20),
)


@dataclass(frozen=True)
class Fact:
    at: datetime
    name: str
    actor: str = "desk"
    state: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """A ticket of Anna's and what has happened to it, at working hours after Monday morning at nine."""

    agreement: Agreement = field(default_factory=lambda: Agreement(Customer(), Calendar(), LEVELS))
    facts: list[Fact] = field(default_factory=list)
    state: State = State.NEW
    priority: Priority = Priority.MEDIUM
    requester: str = ANNA

    def __post_init__(self) -> None:
        if not self.facts:
            self.add(0, "ticket_registered", State.NEW, actor=self.requester or "desk")

    def moment(self, after: float) -> datetime:
        return self.agreement.calendar.after_working_time(MONDAY, hours(after))

    def add(self, after: float, name: str, state: State | None = None, actor: str = LISA, **details: Any) -> Life:
        return self.add_at(self.moment(after), name, state, actor, **details)

    def add_at(self, at: datetime, name: str, state: State | None = None, actor: str = LISA, **details: Any) -> Life:
        self.state = state or self.state
        self.facts.append(Fact(at, name, actor, self.state.value, details))
        return self

    def prioritise(self, after: float, to: Priority) -> Life:
        self.add(after, "priority_changed", priority=to.value, was=self.priority.value, impact="", urgency="")
        self.priority = to
        return self

    def promise(self, clock: str, by: float, made: float = 0) -> Life:
        return self.add(made, "promise_made", actor="desk", clock=clock, promised_by=self.moment(by).isoformat())

    def watch(self, after: float) -> Watch:
        return self.watch_at(self.moment(after))

    def watch_at(self, now: datetime) -> Watch:
        who = Participant(1, Mailbox(self.requester), Role.REQUESTER) if self.requester else None
        ticket = Ticket(1001, "Skrivaren", who, "sv", MONDAY, MONDAY, self.state, priority=self.priority)
        return read_watch(ticket, self.agreement, self.facts, now)

    def record(self, facts: Iterable[Any]) -> None:
        """Facts of the desk's own, as the workflow would write them down."""
        for fact in facts:
            self.facts.append(Fact(fact.at, fact.name, fact.actor, self.state.value, fact.details()))

    def pass_time(self, until: datetime) -> None:
        """Whatever comes true before ``until`` is recorded when it does."""
        now = self.facts[-1].at
        while (due := self.watch_at(now).milestones()) and due[0].at <= until:
            now = max(now, due[0].at)
            self.record([m.fact for m in self.watch_at(now).milestones() if m.at <= now])

"""How long business time takes: tables of a year, questions to a calendar, the whole watch over a ticket.

.venv/bin/python -m bench.business_time [--questions 100000]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mailbot.agreements import ClosedDays
from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.customers import Target
from mailbot.desk.service_level import Agreement, ServiceLevels
from mailbot.desk.ticket import Participant, Ticket
from mailbot.desk.vocabulary import Priority, Role
from mailbot.desk.watch import read_watch

YEARS = (2024, 2033)


@dataclass(frozen=True)
class Fact:
    at: datetime
    name: str
    state: str = ""
    actor: str = "desk"
    details: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100_000)
    many = parser.parse_args().questions
    seed = random.Random(1)
    first, last = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[1], 12, 1, tzinfo=UTC)
    seconds = int((last - first).total_seconds())
    moments = [first + timedelta(seconds=seed.randrange(seconds)) for _ in range(many)]
    hours = [timedelta(minutes=seed.randrange(1, 6000)) for _ in range(many)]

    ClosedDays(frozenset(), "SE").__contains__(first.date())  # the package that knows the holidays is imported here
    calendar = Calendar(closed_days=ClosedDays(frozenset(), "SE"))
    started = time.process_time()
    for year in range(YEARS[0], YEARS[1] + 1):
        calendar.working_time_between(datetime(year, 6, 1, tzinfo=UTC), datetime(year, 6, 2, tzinfo=UTC))
    print(f"table of a year, with its holidays: {(time.process_time() - started) / 10 * 1000:.2f} ms, ten years kept")

    say("when so much time has passed", many, lambda n: calendar.after_working_time(moments[n], hours[n]))
    say("time between two moments", many, lambda n: calendar.working_time_between(moments[n], moments[n - 1]))
    say("whether it is open", many, lambda n: calendar.is_open(moments[n]))
    say("ten working days later", many // 10, lambda n: calendar.after_working_days(moments[n], 10))
    say("the watch over a ticket of 12 facts", many // 20, watch_of(calendar, first))


def watch_of(calendar: Calendar, start: datetime) -> Callable[[int], object]:
    targets = {p: Target(timedelta(hours=4), timedelta(hours=20)) for p in Priority}
    levels = ServiceLevels(targets, escalate_to=("a@desk.example", "b@desk.example"), silence=timedelta(hours=20))
    agreement = Agreement(calendar=calendar, levels=levels)
    anna = Participant(1, Mailbox("anna@kommun.example"), Role.REQUESTER)
    ticket = Ticket(1001, "Skrivaren", anna, "sv", start, start)
    states = ("new", "in_progress", "pending", "in_progress")
    facts = [
        Fact(start + timedelta(hours=7 * n), "reply_received" if n else "ticket_registered", states[n % 4])
        for n in range(12)
    ]
    now = start + timedelta(hours=90)
    return lambda _: read_watch(ticket, agreement, facts, now).milestones()


def say(what: str, many: int, ask: Callable[[int], object]) -> None:
    started = time.process_time()
    for number in range(many):
        ask(number)
    took = time.process_time() - started
    print(f"{what}: {many:,} in {took:.2f} s, {took / many * 1e6:.1f} µs each")


if __name__ == "__main__":
    main()

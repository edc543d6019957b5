"""Time brings something about: a warning, a breach, an escalation, a new promise in time, a word about the status.

Once a day the clocks of all open tickets are read again: settings may have changed what was agreed, and tickets older
than these clocks have no timer yet.
"""

from __future__ import annotations

from mailbot.desk.lifecycle import CLOCKS, Clock
from mailbot.desk.schedule import Daily
from mailbot.store.timers import Timer
from mailbot.workflows import clocks
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office, OpenOffice

SCHEDULE = Daily(5, 30)
PAGE = 200
OPEN = tuple(state for state, clock in CLOCKS.items() if clock is not Clock.STOPPED)


def watch_ticket(office: Office, timer: Timer) -> None:
    """Record what has come true by now. Where the clocks have been moved since the timer was set, set it anew."""
    if timer.ticket is None:
        return
    ticket = office.work.tickets.get(timer.ticket, lock=True)
    watch = clocks.read(office, ticket)
    if due := [milestone.fact for milestone in watch.milestones() if milestone.at <= office.now]:
        record(office, ticket, due)
    else:
        clocks.wind(office, watch)


TIMERS = {clocks.TIMER: watch_ticket}


def run(open_office: OpenOffice) -> None:
    """Set right what is due, promised and next of every open ticket. Each in a transaction of its own, if at all."""
    last = 0
    while True:
        with open_office(reads_only=True) as office:
            numbers = office.work.tickets.numbers_in(OPEN, beyond=last, limit=PAGE)
            wrong = [number for number in numbers if not clocks.is_wound(office, office.work.tickets.get(number))]
        for number in wrong:
            with open_office() as office:
                clocks.wind(office, clocks.read(office, office.work.tickets.get(number, lock=True)))
        if len(numbers) < PAGE:
            return
        last = numbers[-1]

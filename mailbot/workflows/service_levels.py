"""Time brings something about: a warning, a breach, an escalation, a new promise in time, a word about the status."""

from __future__ import annotations

from mailbot.store.timers import Timer
from mailbot.workflows import clocks
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office


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

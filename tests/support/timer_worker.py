"""One of several processes that fire timers: ``python -m tests.support.timer_worker SETTINGS``.

Prints ``ready``, waits for a line on standard input, works until nothing is due, and prints how many went off.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mailbot.app import Desk, worker_name
from mailbot.desk.journal import PersonNeeded
from mailbot.settings import load_settings
from mailbot.store.timers import Timer
from mailbot.workflows.office import Office
from mailbot.workflows.timers import fire_due

TICKET = 1001


def write_down(office: Office, timer: Timer) -> None:
    """An effect that can be counted: one fact a firing."""
    office.work.journal.append(PersonNeeded(ticket=TICKET, at=office.now, reason=timer.key))


TIMERS = {"write_down": write_down}


def main(settings: str) -> None:
    desk = Desk(load_settings(Path(settings), {}))
    with desk.open_office(reads_only=True) as office:
        assert office.work.tickets.find(TICKET)
    print("ready", flush=True)
    sys.stdin.readline()
    fired = 0
    while now := fire_due(desk.open_office, TIMERS, worker_name()):
        fired += now
    print(fired, flush=True)


if __name__ == "__main__":
    import structlog

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    main(sys.argv[1])

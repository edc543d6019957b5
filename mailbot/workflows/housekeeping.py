"""What would stay undone is seen: leases of the dead are ended, and what does not add up is told to the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from mailbot.desk.schedule import Every
from mailbot.workflows.audit import audit
from mailbot.workflows.office import OpenOffice

log = structlog.get_logger()

SCHEDULE = Every(minutes=5)
KEEP_TIMERS = timedelta(days=90)
"""How long a timer that has gone off can be looked at."""


def run(open_office: OpenOffice) -> None:
    """Look the desk over; one warning for each finding."""
    with open_office(reads_only=True) as office:
        for finding in audit(office).findings:
            log.warning("audit finding", finding=finding)
        forgettable = office.now - KEEP_TIMERS
        fired = office.work.timers.count_fired(forgettable)
    if fired:
        with open_office() as office:
            office.work.timers.forget_fired(forgettable)


def release_dead(open_office: OpenOffice, is_dead: Callable[[str], bool]) -> int:
    """End the leases of workers that died, so that their work need not wait for its lease to run out."""
    with open_office() as office:
        dead = [w for w in {*office.work.inbox.workers(), *office.work.outbox.workers()} if is_dead(w)]
        released = office.work.inbox.release(dead, office.now) + office.work.outbox.release(dead, office.now)
    if released:
        log.warning("took over from workers that died", rows=released)
    return released

"""What is due happens: each timer once, whatever becomes of the processes that look after them (rules D7, D14).

A workflow that has timers names them: ``TIMERS = {"kind": function(office, timer)}``. Claiming is one transaction;
then each timer goes off in a transaction of its own, in which it is settled first. So its row is locked while it goes
off, and effect and settlement are kept together or not at all. What fails is tried again after a pause, and in the
end put in quarantine, where people are told of it and can have it tried again.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache

import structlog

import mailbot.workflows
from mailbot.desk import journal
from mailbot.desk.schedule import Every
from mailbot.store.timers import Timer
from mailbot.workflows.notification import record
from mailbot.workflows.office import Office, OpenOffice

log = structlog.get_logger()

SCHEDULE = Every(seconds=10)
LEASE = timedelta(minutes=2)
BATCH = 100
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 20, 60))
"""After each failure; the failure after the last pause is the end."""
LONGEST_ROUND = 20.0
"""Seconds after which a round ends, with work left for the next one: a desk that stops must not wait for thousands."""

Fire = Callable[[Office, Timer], None]


def run(open_office: OpenOffice) -> None:
    """Fire what is due."""
    worker = f"{socket.gethostname()[:30]}/{os.getpid()}/{secrets.token_hex(4)}#t"
    fire_due(open_office, find_timers(), worker)


def fire_due(open_office: OpenOffice, timers: Mapping[str, Fire], worker: str) -> int:
    """Claim and fire until nothing is due, or the round has lasted long enough; how many went off."""
    fired, ends = 0, time.monotonic() + LONGEST_ROUND
    while time.monotonic() < ends:
        with open_office() as office:
            # What was claimed before may kill its worker: it goes alone, so that it takes nobody with it.
            claim = office.work.timers.claim_due
            claimed = claim(worker, office.now, BATCH, LEASE, kinds=tuple(timers))
            claimed += claim(worker, office.now, 1, LEASE, kinds=tuple(timers), tried=True)
        if not claimed:
            break
        fired += sum(_fire(open_office, timers[timer.kind], worker, timer) for timer in claimed)
    return fired


@cache
def find_timers() -> Mapping[str, Fire]:
    """What happens, by kind: the TIMERS of every module of ``workflows`` that has some."""
    folder = mailbot.workflows.__path__
    modules = (importlib.import_module(f"mailbot.workflows.{m.name}") for m in pkgutil.iter_modules(folder))
    return {kind: fire for m in modules for kind, fire in getattr(m, "TIMERS", {}).items()}


def _fire(open_office: OpenOffice, fire: Fire, worker: str, timer: Timer) -> bool:
    try:
        if timer.attempts > len(PAUSES) + 1:
            raise WorkerDied("its worker died every time")
        with open_office() as office:
            _lock_ticket(office, timer)
            if not office.work.timers.settle(timer, worker, office.now):
                log.warning("timer lost to another worker", timer=timer.id, kind=timer.kind)
                return False
            fire(office, timer)
        log.info("timer fired", timer=timer.id, kind=timer.kind, ticket=timer.ticket, due_at=timer.due_at.isoformat())
    except Exception as error:
        log.exception("timer failed", timer=timer.id, kind=timer.kind, attempt=timer.attempts)
        _fail(open_office, worker, timer, f"{type(error).__name__}: {error}"[:500])
        return False
    return True


class WorkerDied(Exception):
    """Nobody who tried came back to tell."""


def _lock_ticket(office: Office, timer: Timer) -> None:
    """Before the timer, as everybody does: a reply that cancels a timer holds its ticket first."""
    if timer.ticket is not None:
        office.work.tickets.find(timer.ticket, lock=True)


def _fail(open_office: OpenOffice, worker: str, timer: Timer, trouble: str) -> None:
    with open_office() as office:
        if timer.attempts <= len(PAUSES):
            until = office.now + PAUSES[timer.attempts - 1]
            office.work.timers.postpone(timer, worker, until, trouble)
            return
        _lock_ticket(office, timer)
        if office.work.timers.quarantine(timer, worker, office.now, trouble):
            log.error("timer quarantined", timer=timer.id, kind=timer.kind, ticket=timer.ticket, trouble=trouble)
            _tell_desk(office, timer, trouble)


def _tell_desk(office: Office, timer: Timer, trouble: str) -> None:
    ticket = office.work.tickets.find(timer.ticket) if timer.ticket is not None else None
    if ticket is None:
        return
    failed = journal.TimerFailed(ticket=ticket.number, at=office.now, kind=timer.kind, timer=timer.id, trouble=trouble)
    facts = [failed, *ticket.need_person(office.now, journal.DESK, None, f"what was due did not happen: {timer.kind}")]
    office.work.tickets.save(ticket)
    record(office, ticket, facts)

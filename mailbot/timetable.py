"""The clock: APScheduler wakes the workflows that name a SCHEDULE. It decides nothing, and keeps nothing.

Its jobs live in memory and say "look now"; what is due stands in the store. So several processes may all run one:
work of an interval is done by each, work of a time of day by one of them, and by the first that is up again where all
were down at that time. How each went is written down for ``mailbot timetable``.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

import mailbot.workflows
from mailbot.desk.schedule import Every
from mailbot.workflows.office import OpenOffice

log = structlog.get_logger()

LOOK_SECONDS = 60
"""How often it is asked whether work of a time of day waits."""
LEASE = timedelta(minutes=30)
PAUSE = timedelta(minutes=10)
"""After such work has failed, before it is tried again."""
TOLD_EVERY = timedelta(minutes=1)
"""Work that goes well every few seconds is written down this often."""
MOST_DRIFT = 300.0
DOUBT = 900.0


def find_timed() -> Mapping[str, Any]:
    """The workflows driven by time, by name: every module of ``workflows`` that has a SCHEDULE."""
    folder = mailbot.workflows.__path__
    modules = (importlib.import_module(f"mailbot.workflows.{m.name}") for m in pkgutil.iter_modules(folder))
    return {m.__name__.rpartition(".")[2]: m for m in modules if hasattr(m, "SCHEDULE")}


def steady_seconds() -> float:
    """A clock that nobody sets; it goes on while the machine sleeps, where the system has such a one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass
class ClockWatch:
    """Notices that the clock was set forward by more than ``MOST_DRIFT`` seconds while the desk was running.

    All that is due then would happen at once, and no mail can be called back. So nothing is done for ``DOUBT``
    seconds: a clock that was set by mistake is set right in that time, and one that was right at last is then believed.
    """

    steady: Callable[[], float] = steady_seconds
    _ahead: float | None = None
    _until: float = 0.0

    def is_doubted(self, now: datetime) -> bool:
        steady = self.steady()
        ahead = now.timestamp() - steady
        if self._ahead is None or ahead <= self._ahead + MOST_DRIFT or steady >= self._until > 0:
            self._ahead, self._until = ahead, 0.0
        elif not self._until:
            self._until = steady + DOUBT
            log.error(
                "the clock was set forward: what is timed waits", seconds=round(ahead - self._ahead), now=str(now)
            )
        return self._until > 0


class Timetable:
    """``timed`` are the modules with SCHEDULE and ``run``, by name; those of ``workflows`` where none are given."""

    def __init__(
        self, open_office: OpenOffice, timed: Mapping[str, Any] | None = None, clock: ClockWatch | None = None
    ) -> None:
        self._open_office = open_office
        self._timed = find_timed() if timed is None else timed
        self._clock = clock or ClockWatch()
        self._worker = f"{socket.gethostname()[:30]}/{os.getpid()}#c"
        self._told: dict[str, datetime] = {}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        for name, workflow in self._timed.items():
            every = workflow.SCHEDULE.period if isinstance(workflow.SCHEDULE, Every) else LOOK_SECONDS
            self._scheduler.add_job(self.wake, "interval", [name], id=name, seconds=every, misfire_grace_time=None)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def wake(self, name: str) -> None:
        """Do the work ``name`` if it is to be done now. Whatever goes wrong, the next waking comes by itself."""
        try:
            with self._open_office(reads_only=True) as office:
                now = office.now
            if self._clock.is_doubted(now):
                return
            if isinstance(self._timed[name].SCHEDULE, Every):
                self._run(name, now, None)
            else:
                self._run_if_due(name)
        except Exception:
            # What this run should have done is still due in the store.
            log.exception("timed work failed", workflow=name)

    def _run_if_due(self, name: str) -> None:
        """Do the work of the latest moment of the timetable, unless it is done or somebody is at it."""
        with self._open_office(reads_only=True) as office:
            occurrence = self._timed[name].SCHEDULE.latest(office.now, ZoneInfo(office.policy.timezone))
            known = name in office.work.recurring.list_rows()
            due = office.work.recurring.is_due(name, occurrence, office.now)
        if not known:
            with self._open_office() as office:
                office.work.recurring.know(name, occurrence)
        elif due:
            with self._open_office() as office:
                started_at = office.now
                mine = office.work.recurring.claim(name, occurrence, self._worker, started_at, LEASE)
            if mine:
                self._run(name, started_at, occurrence)

    def _run(self, name: str, started_at: datetime, occurrence: datetime | None) -> None:
        began = time.monotonic()
        try:
            self._timed[name].run(self._open_office)
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
            with self._open_office() as office:
                office.work.recurring.know(name, None)
                again_at = office.now + PAUSE if occurrence else None
                office.work.recurring.fail(name, started_at, time.monotonic() - began, trouble, again_at)
            self._told.pop(name, None)
            raise
        if occurrence or self._is_to_be_told(name, started_at):
            with self._open_office() as office:
                office.work.recurring.know(name, None)
                office.work.recurring.succeed(name, started_at, time.monotonic() - began, occurrence)

    def _is_to_be_told(self, name: str, started_at: datetime) -> bool:
        last = self._told.get(name)
        if last is not None and last <= started_at < last + TOLD_EVERY:
            return False
        self._told[name] = started_at
        return True

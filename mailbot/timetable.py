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
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import ModuleType
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


def find_timed() -> Mapping[str, ModuleType]:
    """The workflows driven by time, by name: every module of ``workflows`` that has a SCHEDULE."""
    folder = mailbot.workflows.__path__
    modules = (importlib.import_module(f"mailbot.workflows.{m.name}") for m in pkgutil.iter_modules(folder))
    return {m.__name__.rpartition(".")[2]: m for m in modules if hasattr(m, "SCHEDULE")}


class Timetable:
    def __init__(self, open_office: OpenOffice, timed: Mapping[str, ModuleType] | None = None) -> None:
        self._open_office = open_office
        self._timed = find_timed() if timed is None else timed
        self._worker = f"{socket.gethostname()[:30]}/{os.getpid()}#c"
        self._told: dict[str, datetime] = {}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        for name, workflow in self._timed.items():
            interval = isinstance(workflow.SCHEDULE, Every)
            seconds = workflow.SCHEDULE.period if interval else LOOK_SECONDS
            run = self.run_interval if interval else self.run_if_due
            self._scheduler.add_job(run, "interval", [name], id=name, seconds=seconds, misfire_grace_time=None)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def run_interval(self, name: str) -> None:
        """Do the work, whoever else does it too."""
        try:
            with self._open_office(reads_only=True) as office:
                started_at = office.now
            self._run(name, started_at, None)
        except Exception:
            # The next run comes by itself; what this one should have done is still due in the store.
            log.exception("timed work failed", workflow=name)

    def run_if_due(self, name: str) -> None:
        """Do the work of the latest moment of the timetable, unless it is done or somebody is at it."""
        try:
            schedule = self._timed[name].SCHEDULE
            with self._open_office(reads_only=True) as office:
                occurrence = schedule.latest(office.now, ZoneInfo(office.policy.timezone))
                known = office.work.recurring.list_rows().get(name)
                due = office.work.recurring.is_due(name, occurrence, office.now)
            if known is None:
                self._begin_account(name, occurrence)
            elif due and (started_at := self._claim(name, occurrence)):
                self._run(name, started_at, occurrence)
        except Exception:
            log.exception("timed work failed", workflow=name)

    def _begin_account(self, name: str, occurrence: datetime) -> None:
        with self._open_office() as office:
            office.work.recurring.know(name, occurrence)

    def _claim(self, name: str, occurrence: datetime) -> datetime | None:
        with self._open_office() as office:
            mine = office.work.recurring.claim(name, occurrence, self._worker, office.now, LEASE)
            return office.now if mine else None

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

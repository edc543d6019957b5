"""The clock: APScheduler wakes the workflows that name a SCHEDULE. It decides nothing, and keeps nothing.

Its jobs live in memory and say "look now"; what is due stands in the store. So several processes may all run one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

import mailbot.workflows
from mailbot.desk.schedule import Every, Schedule
from mailbot.workflows.office import OpenOffice

log = structlog.get_logger()


def find_timed() -> Mapping[str, ModuleType]:
    """The workflows driven by time, by name: every module of ``workflows`` that has a SCHEDULE."""
    folder = mailbot.workflows.__path__
    modules = (importlib.import_module(f"mailbot.workflows.{m.name}") for m in pkgutil.iter_modules(folder))
    return {m.__name__.rpartition(".")[2]: m for m in modules if hasattr(m, "SCHEDULE")}


class Timetable:
    def __init__(self, open_office: OpenOffice, zone: str = "Europe/Stockholm") -> None:
        self._open_office = open_office
        self._scheduler = BackgroundScheduler(timezone=zone, job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        for name, workflow in find_timed().items():
            trigger, when = _trigger(workflow.SCHEDULE)
            self._scheduler.add_job(self._run, trigger, [name, workflow], id=name, misfire_grace_time=3600, **when)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    def _run(self, name: str, workflow: ModuleType) -> None:
        try:
            workflow.run(self._open_office)
        except Exception:
            # The next run comes by itself; what this one should have done is still due in the store.
            log.exception("timed work failed", workflow=name)


def _trigger(schedule: Schedule) -> tuple[str, dict[str, Any]]:
    if isinstance(schedule, Every):
        return "interval", {"seconds": schedule.period}
    return "cron", {"hour": schedule.hour, "minute": schedule.minute}

"""Each timer goes off once, whatever becomes of the processes that look after them (test R37)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from mailbot.store.schema import journal
from mailbot.store.schema_timers import timers
from mailbot.workflows.timers import BATCH, LEASE, fire_due
from tests.support.desk import WorkingDesk
from tests.support.running import wait_until
from tests.support.timer_worker import TIMERS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


def set_many(desk: WorkingDesk, count: int) -> None:
    """Timers that have been due for three days: as after a long stand-still."""
    desk.receive()
    due_at = desk.now - timedelta(days=3)
    row = {"kind": "write_down", "details": {}, "due_at": due_at, "next_look_at": due_at, "outcome": "pending"}
    with desk.desk.engine.begin() as connection:
        connection.execute(insert(timers), [{**row, "key": str(n)} for n in range(count)])


def start_worker(desk: WorkingDesk) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.timer_worker", str(desk.folder / "settings.toml")]
    worker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def let_go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def count_effects(desk: WorkingDesk) -> int:
    with desk.desk.engine.connect() as connection:
        query = select(func.count()).select_from(journal).where(journal.c.name == "person_needed")
        return int(connection.execute(query).scalar_one())


def effects(desk: WorkingDesk) -> Counter[str]:
    with desk.office() as office:
        facts = office.work.journal.of_ticket(1001)
    return Counter(f.details["reason"] for f in facts if f.name == "person_needed")


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_ten_thousand_timers_go_off_once_each_on_four_processes_one_of_which_is_killed(
    open_desk: Callable[..., WorkingDesk],
) -> None:
    desk = open_desk()
    set_many(desk, 10_000)
    workers = [start_worker(desk) for _ in range(4)]
    try:
        for worker in workers:
            let_go(worker)
        wait_until(lambda: count_effects(desk) >= 1000)
        workers[0].kill()
        counts = [int(w.communicate(timeout=PATIENCE)[0]) for w in workers[1:]]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    with desk.office() as office:
        left = office.work.timers.list_rows(limit=10_000)
    # What it was about to claim when it died counts as never claimed.
    assert {t.attempts for t in left} <= {0, 1}
    assert len(left) <= BATCH
    assert min(counts) > 0
    # What the killed one had claimed is done when its lease has run out.
    desk.now = max([t.next_look_at for t in left if t.next_look_at], default=desk.now) + LEASE
    while fire_due(desk.desk.open_office, TIMERS, "late"):
        pass
    assert effects(desk) == Counter({str(n): 1 for n in range(10_000)})


def test_timers_go_off_once_each_on_two_processes_of_one_file(desk: WorkingDesk) -> None:
    set_many(desk, 300)
    workers = [start_worker(desk) for _ in range(2)]
    try:
        for worker in workers:
            let_go(worker)
        counts = [int(w.communicate(timeout=PATIENCE)[0]) for w in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert sum(counts) == 300
    assert effects(desk) == Counter({str(n): 1 for n in range(300)})

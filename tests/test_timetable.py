"""The clock wakes; what is done when, and once, stands in the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from mailbot.desk.schedule import Daily, Every, Schedule
from mailbot.timetable import DOUBT, PAUSE, ClockWatch, Timetable
from mailbot.workflows.office import OpenOffice
from tests.support.desk import WorkingDesk

MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven o'clock in Stockholm
Waking = Callable[[], None]


class Work:
    """A workflow that counts its runs, and fails while it is told to."""

    def __init__(self, schedule: Schedule) -> None:
        self.SCHEDULE = schedule
        self.runs: list[datetime] = []
        self.fails = False

    def run(self, open_office: OpenOffice) -> None:
        with open_office() as office:
            self.runs.append(office.now)
        if self.fails:
            raise OSError("no paper")


def table_of(desk: WorkingDesk, work: Work, clock: ClockWatch | None = None) -> Timetable:
    return Timetable(desk.desk.open_office, {"work": work}, clock or ClockWatch(lambda: desk.now.timestamp()))


def test_daily_work_is_done_once_a_day_by_one_of_two_processes(desk: WorkingDesk) -> None:
    desk.now = MORNING - timedelta(hours=3)
    work = Work(Daily(7))
    tables = [table_of(desk, work), table_of(desk, work)]
    for _ in range(20):
        for table in tables:
            table.wake("work")
        desk.later(hours=3)
    assert work.runs == [MORNING, MORNING + timedelta(days=1), MORNING + timedelta(days=2)]


def test_daily_work_of_days_when_all_were_down_is_made_up_for_once(desk: WorkingDesk) -> None:
    work = Work(Daily(7))
    desk.now = MORNING - timedelta(hours=1)
    table_of(desk, work).wake("work")
    desk.later(days=3, hours=2)
    for _ in range(3):
        table_of(desk, work).wake("work")
    assert work.runs == [desk.now]


def test_work_of_a_new_desk_waits_for_its_first_moment(desk: WorkingDesk) -> None:
    desk.now = MORNING + timedelta(hours=5)
    work = Work(Daily(7))
    for _ in range(2):
        table_of(desk, work).wake("work")
    assert work.runs == []


def test_daily_work_that_fails_is_tried_again_after_a_pause(desk: WorkingDesk) -> None:
    desk.now = MORNING - timedelta(hours=1)
    work = Work(Daily(7))
    table = table_of(desk, work)
    table.wake("work")
    desk.now, work.fails = MORNING, True
    table.wake("work")
    table.wake("work")
    with desk.office() as office:
        row = office.work.recurring.list_rows()["work"]
    assert (row.failures, row.trouble, row.succeeded_at) == (1, "OSError: no paper", None)
    desk.now, work.fails = MORNING + PAUSE, False
    table.wake("work")
    table.wake("work")
    with desk.office() as office:
        row = office.work.recurring.list_rows()["work"]
    assert (row.failures, row.trouble, row.succeeded_at, row.occurrence) == (0, "", desk.now, MORNING)
    assert work.runs == [MORNING, MORNING + PAUSE]


def test_work_of_an_interval_is_done_at_every_waking_and_written_down_once_a_minute(desk: WorkingDesk) -> None:
    work, start = Work(Every(seconds=10)), desk.now
    table = table_of(desk, work)
    for _ in range(4):
        table.wake("work")
        desk.later(seconds=10)
    with desk.office() as office:
        row = office.work.recurring.list_rows()["work"]
    assert (len(work.runs), row.started_at, row.failures) == (4, start, 0)
    work.fails = True
    table.wake("work")
    with desk.office() as office:
        row = office.work.recurring.list_rows()["work"]
    assert (row.started_at, row.failures, row.trouble) == (start + timedelta(seconds=40), 1, "OSError: no paper")


def test_clock_that_is_set_forward_by_mistake_lets_nothing_happen(desk: WorkingDesk) -> None:
    steady = [1000.0]
    work = Work(Every(seconds=10))
    table = table_of(desk, work, ClockWatch(lambda: steady[0]))
    table.wake("work")
    right = desk.now
    desk.later(days=3650)
    table.wake("work")
    steady[0] += 600
    table.wake("work")
    desk.now = right + timedelta(minutes=10)
    table.wake("work")
    assert work.runs == [right, desk.now]


def test_clock_that_was_set_right_is_believed_after_a_while(desk: WorkingDesk) -> None:
    steady = [1000.0]
    watch = ClockWatch(lambda: steady[0])
    assert not watch.is_doubted(desk.now)
    later = desk.now + timedelta(days=1)
    assert watch.is_doubted(later)
    steady[0] += DOUBT
    assert not watch.is_doubted(later + timedelta(seconds=DOUBT))
    assert not watch.is_doubted(later - timedelta(days=10))


STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("schedule", "now", "latest", "following"),
    [
        (Daily(7), "2026-11-23T06:00", "2026-11-23T06:00", "2026-11-24T06:00"),
        (Daily(7), "2026-11-23T05:59", "2026-11-22T06:00", "2026-11-23T06:00"),
        # 25 October 2026 has 02:30 twice, 28 March 2027 not at all
        (Daily(2, 30), "2026-10-25T01:45", "2026-10-25T00:30", "2026-10-26T01:30"),
        (Daily(2, 30), "2027-03-28T01:29", "2027-03-27T01:30", "2027-03-28T01:30"),
        (Daily(2, 30), "2027-03-28T05:00", "2027-03-28T01:30", "2027-03-29T00:30"),
    ],
)
def test_daily_moments_follow_the_clock_on_the_wall(schedule: Daily, now: str, latest: str, following: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert schedule.latest(moment, STOCKHOLM).isoformat()[:16] == latest
    assert schedule.following(moment, STOCKHOLM).isoformat()[:16] == following


def test_scheduler_wakes_the_work(desk: WorkingDesk) -> None:
    from threading import Event

    ran = Event()
    work = SimpleNamespace(SCHEDULE=Every(seconds=1), run=lambda open_office: ran.set())
    table = Timetable(desk.desk.open_office, {"work": work})
    table.start()
    assert ran.wait(20)
    table.stop()

"""``mailbot timetable``: what runs when, and what is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailbot.workflows.timers import PAUSES
from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk

DUE = datetime(2031, 11, 25, 7, 0, tzinfo=UTC)


def set_timers(desk: WorkingDesk) -> None:
    desk.receive()
    with desk.office() as office:
        office.work.timers.cancel("service_level/1001")  # the ticket's own clock; these two are enough here
        office.work.timers.set("reminder", DUE, key="reminder/1001", ticket=1001, details={"step": 1})
        office.work.timers.set("broken", desk.now, key="broken")
        (timer,) = office.work.timers.claim_due("w", desk.now, 1, PAUSES[0], kinds=("broken",))
        office.work.timers.quarantine(timer, "w", desk.now, "OSError: no paper")


def test_timetable_shows_what_failed_and_what_comes(desk: WorkingDesk, cli: CommandLine) -> None:
    set_timers(desk)
    shown = cli.json("timetable")
    assert [t["key"] for t in shown["timers"]] == ["broken", "reminder/1001"]
    assert cli.json("timetable", "--ticket", "SD-1001") == {
        "work": [],
        "timers": [
            {
                "id": 1,
                "key": "reminder/1001",
                "kind": "reminder",
                "ticket": "SD-1001",
                "due_at": DUE.isoformat(),
                "details": {"step": 1},
                "outcome": "pending",
                "attempts": 0,
                "trouble": "",
            }
        ],
    }


def test_timetable_shows_when_work_last_ran_and_how_it_went(desk: WorkingDesk, cli: CommandLine) -> None:
    started_at = datetime.now(UTC) - timedelta(minutes=1)
    with desk.office() as office:
        office.work.recurring.know("housekeeping", None)
        office.work.recurring.fail("housekeeping", started_at, 1.5, "OSError: no paper", None)
    work = {w["name"]: w for w in cli.json("timetable")["work"]}
    assert work["housekeeping"] == {
        "name": "housekeeping",
        "when": "every 5 min",
        "next_at": (started_at + timedelta(minutes=5)).isoformat(),
        "last_at": started_at.isoformat(),
        "seconds": 1.5,
        "succeeded_at": None,
        "failures": 1,
        "trouble": "OSError: no paper",
    }
    assert (work["timers"]["when"], work["timers"]["last_at"]) == ("every 10 s", None)
    cli.columns = 120
    shown = cli("timetable").stdout
    assert "failed (1 in a row): OSError: no paper" in shown
    assert "has not run yet" in shown
    assert shown.endswith("No timers are set.\n")


def test_quarantined_timer_is_tried_again_when_somebody_says_so(desk: WorkingDesk, cli: CommandLine) -> None:
    set_timers(desk)
    assert cli.lines("timetable", "--retry", "2") == ["Timer 2 will be tried again."]
    assert [(t["key"], t["outcome"]) for t in cli.json("timetable")["timers"]] == [
        ("broken", "pending"),
        ("reminder/1001", "pending"),
    ]
    assert cli.error("timetable", "--retry", "2") == (
        "Error: timer 2 is not in quarantine, or its like has been set anew meanwhile"
    )

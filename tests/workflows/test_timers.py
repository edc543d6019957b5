"""Timers go off once, with their effect or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.desk.journal import PersonNeeded
from mailbot.store.timers import Timer, TimerOutcome
from mailbot.workflows.clocks import TIMER
from mailbot.workflows.office import Office
from mailbot.workflows.timers import LEASE, PAUSES, fire_due
from tests.support.desk import WorkingDesk


def note(office: Office, timer: Timer) -> None:
    """An effect that can be counted: a fact in the journal of the ticket."""
    assert timer.ticket is not None
    fact = PersonNeeded(ticket=timer.ticket, at=office.now, reason=f"{timer.kind} {timer.details['step']}")
    office.work.journal.append(fact)


def fail(office: Office, timer: Timer) -> None:
    note(office, timer)
    raise OSError("no paper")


def set_timer(desk: WorkingDesk, key: str, kind: str = "note", **later: float) -> None:
    with desk.office() as office:
        office.work.timers.set(kind, desk.now + timedelta(**later), key=key, ticket=1001, details={"step": key})


def effects(desk: WorkingDesk) -> list[str]:
    with desk.office() as office:
        return [r.details["reason"] for r in office.work.journal.of_ticket(1001) if r.name == "person_needed"]


def outcomes(desk: WorkingDesk) -> list[tuple[str, TimerOutcome]]:
    """Of the timers that the test has set: the ticket has one of its own for its service levels."""
    with desk.office() as office:
        rows = office.work.timers.list_rows(outcomes=list(TimerOutcome))
        return [(t.key, t.outcome) for t in rows if t.kind != TIMER]


def test_due_timers_go_off_once_in_the_order_in_which_they_are_due(desk: WorkingDesk) -> None:
    desk.receive()
    for key, hours in (("second", 2), ("first", 1), ("third", 3)):
        set_timer(desk, key, hours=hours)
    desk.later(hours=2)
    assert fire_due(desk.desk.open_office, {"note": note}, "w") == 2
    assert fire_due(desk.desk.open_office, {"note": note}, "w") == 0
    assert effects(desk) == ["note first", "note second"]
    assert outcomes(desk) == [
        ("first", TimerOutcome.FIRED),
        ("second", TimerOutcome.FIRED),
        ("third", TimerOutcome.PENDING),
    ]


def test_timer_that_fails_leaves_no_effect_is_tried_again_and_told_of_in_the_end(desk: WorkingDesk) -> None:
    desk.receive()
    set_timer(desk, "bad", "fail")
    set_timer(desk, "good")
    kinds = {"note": note, "fail": fail}
    for pause in PAUSES:
        fire_due(desk.desk.open_office, kinds, "w")
        with desk.office() as office:
            found = office.work.timers.find("bad")
        assert found is not None
        assert (found.next_look_at, found.trouble) == (desk.now + pause, "OSError: no paper")
        desk.later(seconds=pause.total_seconds())
    fire_due(desk.desk.open_office, kinds, "w")
    assert outcomes(desk) == [("bad", TimerOutcome.QUARANTINED), ("good", TimerOutcome.FIRED)]
    assert effects(desk) == ["note good", "what was due did not happen: fail"]
    assert desk.facts()[-2:] == ["timer_failed", "person_needed"]
    assert desk.ticket().needs_person


def test_timer_whose_worker_dies_every_time_is_put_in_quarantine(desk: WorkingDesk) -> None:
    desk.receive()
    set_timer(desk, "deadly")
    for tried in (False, *[True] * len(PAUSES)):
        with desk.office() as office:
            assert office.work.timers.claim_due("dead", desk.now, 1, LEASE, kinds=("note",), tried=tried)
        desk.later(seconds=LEASE.total_seconds())
    assert fire_due(desk.desk.open_office, {"note": note}, "w") == 0
    assert outcomes(desk) == [("deadly", TimerOutcome.QUARANTINED)]


def test_timer_set_by_its_own_firing_waits_for_its_time(desk: WorkingDesk) -> None:
    desk.receive()

    def again(office: Office, timer: Timer) -> None:
        note(office, timer)
        step = timer.details["step"] + 1
        office.work.timers.set(
            "again", office.now + timedelta(days=1), key=timer.key, ticket=timer.ticket, details={"step": step}
        )

    with desk.office() as office:
        office.work.timers.set("again", desk.now, key="k", ticket=1001, details={"step": 1})
    for _ in range(2):
        assert fire_due(desk.desk.open_office, {"again": again}, "w") == 1
        desk.later(days=1)
    assert effects(desk) == ["again 1", "again 2"]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3650)])
def test_clock_that_goes_back_fires_nothing_twice(desk: WorkingDesk, back: timedelta) -> None:
    desk.receive()
    set_timer(desk, "a")
    fire_due(desk.desk.open_office, {"note": note}, "w")
    start = desk.now
    desk.now = start - back
    set_timer(desk, "b", hours=1)
    assert fire_due(desk.desk.open_office, {"note": note}, "w") == 0
    desk.now = start
    fire_due(desk.desk.open_office, {"note": note}, "w")
    assert effects(desk) == ["note a", "note b"]

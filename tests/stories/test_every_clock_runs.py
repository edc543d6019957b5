"""Every clock runs: first answer, solution, verification and the telephone, read at any moment, with the rule of each.

Row 3 of what the desk is for: continuous measurement of the agreed service level.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.doors import DeskBehindDoors

ANNA = "anna@kommun.example"
BOLAGET = """
[[customers]]
name = "kommunen"
domains = ["kommun.example"]
response_hours = { medium = 2 }
"""


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    """Monday the 23rd of November 2026, nine o'clock in Stockholm."""
    return open_desk(BOLAGET)


def clocks(desk: DeskBehindDoors) -> dict[str, tuple[str, float, bool]]:
    """What each clock does, the working hours on it, and whether it is over its target."""
    explained: dict[str, Any] = desk.json("sla", "explain", "SD-1001")
    return {c["clock"]: (c["does"], c["used_hours"], c["breached"]) for c in explained["clocks"]}


def test_clocks_of_a_ticket_are_measured_all_the_time(desk: DeskBehindDoors) -> None:
    desk.receive("Den skriver tomma sidor.")
    desk.until("2026-11-23 10:30")
    assert clocks(desk) == {"response": ("running", 1.5, False), "resolution": ("running", 1.5, False)}
    (due,) = desk.json("sla", "list")
    assert (due["reference"], due["due_at"]) == ("SD-1001", "2026-11-23T10:00:00+00:00")

    desk.until("2026-11-23 11:30")
    assert clocks(desk)["response"] == ("running", 2.5, True)
    desk.cli("ticket", "reply", "SD-1001", "Vilken skrivare är det?", "--as", "lisa")
    desk.cli("ticket", "wait", "SD-1001", "--as", "lisa")
    desk.until("2026-11-24 09:00")
    assert clocks(desk) == {"response": ("stopped", 2.5, True), "resolution": ("paused", 2.5, False)}

    desk.answer(desk.letter_to(ANNA), "Den på plan 3.")
    desk.until("2026-11-24 12:00")
    desk.cli("ticket", "resolve", "SD-1001", "Trumman är bytt.", "--as", "lisa")
    desk.until("2026-11-24 17:00")
    assert clocks(desk)["resolution"][:2] == ("stopped", 5.5), "while Anna is asked, it is her time and not the desk's"
    (asked,) = [t for t in desk.json("timetable", "--ticket", "SD-1001")["timers"] if t["kind"] == "verification"]
    assert asked["due_at"].startswith("2026-11-26"), "the clock of the verification runs instead"

    desk.answer(desk.letter_to(ANNA), "Acceptera")
    desk.until("2026-11-25 12:00")
    assert clocks(desk) == {"response": ("stopped", 2.5, True), "resolution": ("stopped", 5.5, False)}
    facts = [f["fact"] for f in desk.json("ticket", "log", "SD-1001")]
    assert [facts.count(f) for f in ("response_warned", "response_breached", "resolution_breached")] == [1, 1, 0]


def test_time_to_answer_the_telephone_is_measured(desk: DeskBehindDoors) -> None:
    def figures() -> list[tuple[int, int, float]]:
        period = ("--from", "2026-11-23", "--to", "2026-11-24")
        shown = desk.json("contact", "figures", *period)
        return [(f["offered"], f["answered"], f["mean_seconds"]) for f in shown]

    desk.cli("contact", "add", "070-1", "--waited", "20", "--as", "lisa")
    assert figures() == [(1, 1, 20.0)]
    desk.later(minutes=10)
    desk.cli("contact", "add", "070-2", "--waited", "40", "--as", "lisa")
    desk.cli("contact", "add", "070-3", "--waited", "90", "--abandoned", "--as", "lisa")
    assert figures() == [(3, 2, 30.0)]

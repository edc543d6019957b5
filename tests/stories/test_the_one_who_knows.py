"""The one who knows: what comes by mail or by phone goes to the most competent who is at work and has room; and why.

Row 2 of what the desk is for: skills-based routing by skills, working hours, absence and load; the choice is explained.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.support.doors import DeskBehindDoors
from tests.support.routed import ASSIGNED

EVA, GUN, SAM = "eva@desk.example", "gun@desk.example", "sam@desk.example"


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    """Monday morning. Eva knows networks best, Gun begins at six and ends at two, Sam has room for one ticket."""
    return open_desk(ASSIGNED)


def why(desk: DeskBehindDoors, ticket: str) -> list[str]:
    steps = desk.json("ticket", "why", ticket)["steps"]
    (reasons,) = [step["reasons"] for step in steps if step["fact"] == "ticket_routed"]
    return reasons  # type: ignore[no-any-return]


def test_the_best_who_is_there_gets_it_and_the_desk_tells_why(desk: DeskBehindDoors) -> None:
    desk.receive("Vpn kopplar ner hela tiden.", subject="Hjälp")
    assert (desk.ticket(1001).group, desk.ticket(1001).assignee) == ("network", EVA)
    assert desk.letter_to(EVA)["Subject"] == "[SD-1001] Nytt ärende: Hjälp"
    assert why(desk, "SD-1001") == [
        "service network (1): «vpn» in the body (+1)",
        "group network: supports network",
        f"{EVA} fits best (100)",
        "skill 60: network 3, needed 2",
        "room 30: 0 open tickets",
        "hours 10: at work",
    ]

    # Eva is away: the next best. What Lisa hears on the phone goes the same way as a mail.
    desk.cli("agent", "absence", "eva", "--from", "2026-11-23", "--to", "2026-11-25")
    caller = ("--requester", "bo@kommun.example", "--as", "lisa")
    assert desk.json("contact", "add", "070-1", "--open", "Vpn", *caller)["ticket"] == "SD-1002"
    assert (desk.ticket(1002).assignee, desk.ticket(1002).origin) == (GUN, "phone")
    assert "skill 57: network 2, needed 2" in why(desk, "SD-1002")

    # Gun has one by now and goes home at two: she is still the best of those who can, and it is said what that cost.
    desk.now = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    desk.receive("Vpn kopplar ner igen.", subject="Hjälp", sender="Cia <cia@kommun.example>")
    assert desk.ticket(1003).assignee == GUN
    assert why(desk, "SD-1003")[-3:] == [
        "skill 57: network 2, needed 2",
        "room 25: 1 open tickets",
        "hours 0: at work from 2026-11-24 06:00",
    ]


def test_who_is_full_gets_no_more_and_a_dry_run_says_so_before(desk: DeskBehindDoors) -> None:
    mail = desk.folder / "next.eml"
    mail.write_bytes(
        desk.write("Den piper.", sender="bo@kommun.example", to="support@desk.example", subject="Skrivaren")
    )
    assert desk.json("route", str(mail))["agent"] == SAM
    desk.receive("Den skriver tomma sidor.", subject="Skrivaren")
    assert desk.ticket(1001).assignee == SAM

    tried = desk.json("route", str(mail))
    desk.hand_in([mail.read_bytes()], "bo@kommun.example")
    desk.work()
    assert (tried["agent"], tried["group"]) == (None, "printing")
    assert (desk.ticket(1002).assignee, desk.ticket(1002).group) == ("", "printing")

    desk.receive("Hej, jag undrar en sak.", subject="Fråga")
    assert (desk.ticket(1003).assignee, desk.ticket(1003).group) == ("lisa@desk.example", "desk"), "somebody always"

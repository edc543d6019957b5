"""The closure: whatever ended a ticket, the desk names the words or the event that it rests on.

Rows 11, 12 and 18 of what the desk is for: verified by mail or by personal contact before it closes, with evidence; and
taken back where it was a mistake. By page and button it is told in ``test_the_demo``, after silence in
``test_the_silence_after_the_fix``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.console import open_console
from tests.support.doors import DeskBehindDoors

ANNA = "anna@kommun.example"
SILENCE_CLOSES = """
[[customers]]
name = "bolaget"
domains = ["bolaget.example"]
closes_on_silence = true
silence_working_days = 3
reminders_working_days = []
"""


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    desk = open_desk(SILENCE_CLOSES)
    for sender in ("Anna Berg <anna@kommun.example>", "Bo <bo@kommun.example>", "Eva <eva@bolaget.example>"):
        desk.receive("Den är trasig.", sender=sender)
    for ticket in ("SD-1001", "SD-1002", "SD-1003"):
        desk.cli("ticket", "resolve", ticket, "Kabeln är bytt.", "--as", "lisa")
    return desk


def closure(desk: DeskBehindDoors, ticket: str) -> tuple[str, str, str]:
    """The way, who, and what they said."""
    named: dict[str, Any] = desk.json("ticket", "show", ticket)["closure"]
    return named["way"], named["by"], named["words"]


def test_each_closure_names_its_evidence(desk: DeskBehindDoors) -> None:
    answer = desk.answer(desk.letter_to(ANNA), "Tack, nu fungerar det!")
    desk.cli("ticket", "verify", "SD-1002", "--by", "phone", "--note", "Bo säger att det går.", "--as", "lisa")
    assert (desk.ticket(1003).state, desk.json("ticket", "show", "SD-1003")["closure"]) == ("resolved", None)
    desk.until("2026-11-26 17:00")
    assert [desk.ticket(n).state for n in (1001, 1002, 1003)] == ["closed"] * 3

    assert closure(desk, "SD-1001") == ("mail", ANNA, "Tack, nu fungerar det!")
    assert desk.json("ticket", "show", "SD-1001")["closure"]["mail"] == answer.id
    assert b"nu fungerar det!" in desk.cli("mail", "raw", str(answer.id)).encode()
    assert closure(desk, "SD-1002") == ("phone", "lisa@desk.example", "Bo säger att det går.")
    assert closure(desk, "SD-1003")[:2] == ("silence", "desk")
    with open_console(desk) as console:
        console.sign_in("lisa@desk.example")
        page = console.get("/tickets/SD-1002").text
    assert "Bo säger att det går." in page


def test_thanks_and_a_machine_are_no_evidence(desk: DeskBehindDoors) -> None:
    desk.answer(desk.letter_to(ANNA), "Tack!")
    desk.answer(desk.letter_to(ANNA), "Jag är ledig till fredag.", Auto_Submitted="auto-replied")
    desk.answer(desk.letter_to(ANNA), "Acceptera", sender="Mallory <mallory@evil.example>", In_Reply_To="<x@y.example>")
    shown = desk.json("ticket", "show", "SD-1001")
    assert (shown["state"], shown["closure"]) == ("resolved", None)


def test_closure_that_was_a_mistake_is_taken_back_and_no_longer_named(desk: DeskBehindDoors) -> None:
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    desk.cli("ticket", "undo-accept", "SD-1001", "--note", "Det gällde ett annat ärende.", "--as", "lisa")
    shown = desk.json("ticket", "show", "SD-1001")
    assert (shown["state"], shown["closure"]) == ("resolved", None)
    desk.answer(desk.letter_to(ANNA), "Återöppna")
    assert desk.ticket().state == "in_progress"

"""Everybody is told once, and in order: also where the next mail server says no, and where the desk dies in between.

Row 9 of what the desk is for: the user is told when the fault is remedied, and that the status has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.support.doors import DeskBehindDoors
from tests.support.scripted_smtp import ScriptedSmtp

ANNA, BO = "anna@kommun.example", "bo@kommun.example"


def test_each_change_of_status_reaches_each_person_once_and_in_order(open_desk: Callable[..., DeskBehindDoors]) -> None:
    desk = open_desk()
    desk.receive("Vi kommer inte åt G:", subject="Mappen")
    desk.cli("ticket", "affected", "SD-1001", f"Bo Ek <{BO}>", "--as", "lisa")
    desk.cli("ticket", "reply", "SD-1001", "Vi letar.", "--as", "lisa")
    desk.cli("ticket", "resolve", "SD-1001", "Behörigheten är tillbaka.", "--as", "lisa")
    desk.answer(desk.letter_to(BO), "Nej, det går fortfarande inte.", sender=f"Bo Ek <{BO}>")
    desk.cli("ticket", "resolve", "SD-1001", "Bo låg i fel grupp.", "--as", "lisa")
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    desk.answer(desk.letter_to(BO), "Acceptera", sender=f"Bo Ek <{BO}>")
    told = {address: [kind for kind, to in desk.notices() if to == address] for address in (ANNA, BO)}
    assert told == {
        ANNA: ["receipt", "public_reply", "resolution", "reopened", "resolution", "acceptance_noted", "closed"],
        BO: ["resolution", "reopened", "resolution", "closed"],
    }
    assert {address: len(desk.letters(address)) for address in told} == {ANNA: 7, BO: 4}
    identifiers = [letter["Message-ID"] for letter in desk.letters(ANNA) + desk.letters(BO)]
    assert len(set(identifiers)) == 11


def test_no_notice_overtakes_one_that_the_next_server_did_not_take_yet(tmp_path: Path, store_url: str) -> None:
    with ScriptedSmtp({"RCPT": ["450 4.2.1 not now"]}) as sink:
        desk = DeskBehindDoors(tmp_path, store_url, sink=sink)
        with closing(desk):
            desk.receive("Den är trasig.")
            assert desk.letters(ANNA) == []
            desk.cli("ticket", "reply", "SD-1001", "Vi letar.", "--as", "lisa")
            desk.cli("ticket", "resolve", "SD-1001", "Lagat.", "--as", "lisa")
            assert desk.letters(ANNA) == [], "the receipt comes first, and the next server has not taken it"
            for _ in range(2):
                desk.later(hours=1)
                letters = desk.letters(ANNA)
    assert [str(letter["Subject"]) for letter in letters] == [
        "[SD-1001] Vi har tagit emot ditt ärende",
        "Re: [SD-1001] Skrivaren",
        "[SD-1001] Är det löst? Skrivaren",
    ]

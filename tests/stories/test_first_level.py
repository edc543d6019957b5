"""First level: what comes is seen in one queue, weighed, answered with first support, and solved there where it can be.

Row 13 of what the desk is for: incident agents at level 1 register, evaluate and give first support.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.console import Console, open_console
from tests.support.doors import DeskBehindDoors
from tests.support.ready_answers import READY_ANSWERS, SWEDISH
from tests.support.routed import ROUTED

ANNA, LISA = "anna@kommun.example", "lisa@desk.example"


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    return open_desk(ROUTED)


def queue(console: Console, query: str = "") -> list[str]:
    """The tickets that a page of the queue shows, from above."""
    shown = console.get(f"/tickets?{query}").text
    return list(dict.fromkeys(re.findall(r'href="/tickets/(SD-\d+)"', shown)))


def act(console: Console, ticket: str, name: str, **fields: str) -> None:
    page = f"/tickets/{ticket}"
    version = re.search(r'name="version" value="(\d+)"', console.get(page).text)
    assert version
    done = console.post(f"{page}/act", {"act": name, "version": version[1], **fields}, page=page)
    assert done.status_code == 303, done.text[-2000:]


def test_registered_weighed_answered_and_solved_at_the_desk(desk: DeskBehindDoors) -> None:
    desk.receive("Jag har glömt mitt lösenord.", subject="Lösenord")
    desk.receive("Vpn kopplar ner.", subject="Vpn", sender="Bo <bo@kommun.example>")
    desk.cli("ticket", "new", "Cia <cia@kommun.example>", "Tangentbord", "Kaffe i det.", "--as", "lisa")
    with open_console(desk) as console:
        console.sign_in(LISA)
        assert sorted(queue(console, "whose=groups")) == ["SD-1001", "SD-1003"], "the network's is not the desk's to do"
        act(console, "SD-1001", "take")
        act(console, "SD-1001", "priority", to="high")
        act(console, "SD-1001", "reply", words="Har du provat att byta det på lösenordssidan?")
        assert queue(console, "whose=mine") == ["SD-1001"]
    assert "Har du provat att byta det på lösenordssidan?" in desk.words_to(ANNA)
    assert desk.ticket(1001).priority == "high"
    desk.answer(desk.letter_to(ANNA), "Ja, och nu gick det.")
    desk.cli("ticket", "resolve", "SD-1001", "Lösenordet byttes på lösenordssidan.", "--as", "lisa")
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    assert (desk.ticket(1001).state, desk.ticket(1001).group) == ("closed", "desk")
    assert [f for f in desk.facts(1001) if f.startswith("escalat")] == []


def test_what_many_ask_is_answered_with_what_stands_ready(open_desk: Callable[..., DeskBehindDoors]) -> None:
    desk = open_desk(READY_ANSWERS)
    desk.receive("Jag har glömt mitt lösenord.", subject="Lösenord")
    desk.receive("I have forgotten my password.", subject="Password", sender="Bo <bo@kommun.example>")
    assert "#svara @lösenord" in desk.words_to(LISA)
    desk.answer(desk.letter_to(LISA), "#reply @password Call us if it does not work.", sender=f"Lisa Lind <{LISA}>")
    assert "Change it on the page My account.\n\nCall us if it does not work." in "\n".join(
        desk.words_to("bo@kommun.example").splitlines()
    )
    assert [a["name"] for a in desk.json("first-aid", "list", "--ticket", "SD-1001") if a["fits"]] == ["lösenord"]
    with open_console(desk) as console:
        console.sign_in(LISA)
        page = console.get("/tickets/SD-1001").text
        assert re.search(r'<optgroup label="Passar ärendet">\s*<option value="lösenord"', page)
        act(console, "SD-1001", "reply", words=SWEDISH, first_aid="lösenord")
    assert SWEDISH.splitlines()[1] in desk.words_to(ANNA)
    desk.cli("ticket", "resolve", "SD-1001", "--answer", "lösenord", "--as", "lisa")
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    assert desk.ticket(1001).state == "closed"
    log = desk.json("ticket", "log", "SD-1001")
    assert [(f["fact"], f["first_aid"]) for f in log if f.get("first_aid")] == [
        ("agent_replied", "lösenord"),
        ("resolution_proposed", "lösenord"),
    ]

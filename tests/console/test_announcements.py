"""Announced events on their pages: tried, announced, followed, ended, and what cannot be announced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Choice, Member, Way
from mailbot.desk.lifecycle import State
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

FORM = {"title": "E-posten är långsam", "words": "Vi arbetar med felet.", "patterns": "mejl*\noutlook", "planned": "no"}
NEW = "/announcements/new"


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    sqlite_desk.receive("Mina mejl kommer inte fram.", subject="Mejl?")
    sqlite_desk.receive("Trasig.", subject="Skrivaren", sender="Bo Ek <bo@kommun.example>")
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        yield console


def send(console: Console, act: str, path: str = NEW, **fields: str) -> httpx.Response:
    return console.post(path, {"act": act, **fields}, page=NEW)


def test_event_lives_from_the_try_to_the_last_answer(console: Console) -> None:
    desk = console.desk
    tried = send(console, "try", **FORM)
    assert re.findall(r'name="join" value="(\d+)"', tried.text) == ["1001"]
    assert "1 öppet ärende gäller det. De 2 senaste öppna ärendena är genomgångna." in words_of(tried.text)
    assert len(desk.notices(1001)) == 2
    made = send(console, "announce", join="1001", tell="yes", **FORM)
    assert made.headers["location"] == "/announcements/1"
    told = desk.letter_to("anna@kommun.example").get_body(("plain",))
    assert told and "Vi arbetar med felet." in told.get_content()
    desk.receive("outlook står still", subject="Hjälp", sender="Eva Ek <eva@kommun.example>")
    page = words_of(console.get("/announcements/1").text)
    assert ("Ute nu: E-posten är långsam. 1 ärende är tillagt." in page, "2 ärenden gäller det" in page) == (True, True)
    desk.later(minutes=9)
    send(console, "update", "/announcements/1/act", words="Hälften går igen.", ends="2026-11-23T15:00")
    desk.later(minutes=9)
    send(console, "end", "/announcements/1/act", words="Allt går igen.")
    assert [desk.ticket(n).state for n in (1001, 1002, 1004)] == [State.RESOLVED, State.NEW, State.RESOLVED]
    desk.answer(desk.letter_to("anna@kommun.example"), "Ja, nu fungerar det!")
    ended = words_of(console.get("/announcements/1").text)
    for part in ("berättade för 2 anmälare", "Hälften går igen.", "Säger att det fungerar", "Är tillfrågad"):
        assert part in ended, part
    assert (
        "E-posten är långsam" in console.get("/announcements").text,
        "E-posten är långsam" in console.get("/announcements?state=ended").text,
    ) == (False, True)


def test_ticket_that_was_left_out_of_the_try_does_not_join(console: Console) -> None:
    again = send(console, "try", shown="1001", **FORM)
    assert re.search(r'name="join" value="1001"(?! checked)', again.text)
    send(console, "announce", shown="1001", **FORM)
    more = console.get("/announcements/1?seek=yes").text
    assert ("Inget ärende gäller det än." in more, 'name="join" value="1001"' in more) == (True, True)
    send(console, "join", "/announcements/1/act", join="1001")
    assert len(console.desk.notices(1001)) == 2
    gone = send(console, "detach", "/announcements/1/act", ticket="1001")
    assert gone.headers["location"] == "/announcements/1"
    assert "Något annat 1" in words_of(console.get("/announcements/1").text)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": " "}, "Skriv vad det gäller."),
        ({"words": ""}, "Skriv hur det står till"),
        ({"patterns": " , "}, "Ange ord eller tjänster"),
        ({"ends": "i morgon"}, "Skriv en dag och en tid"),
        ({"starts": "2026-11-24T08:00", "ends": "2026-11-24T07:00"}, "Det skulle sluta innan det börjar."),
        ({"ticket": "nej"}, "Det finns inget sådant ärende."),
    ],
)
def test_form_with_a_fault_comes_back_with_what_was_typed(console: Console, changed: dict[str, str], told: str) -> None:
    answer = send(console, "announce", **{**FORM, **changed})
    assert (answer.status_code, told in words_of(answer.text)) == (409, True), words_of(answer.text)[:1000]
    assert 'value="E-posten är långsam"' in answer.text or "title" in changed
    assert "Ingenting pågår" in console.get("/announcements").text


def test_event_of_a_ticket_is_announced_once_and_ended_once(console: Console) -> None:
    assert 'value="SD-1002"' in console.get(f"{NEW}?ticket=SD-1002").text
    send(console, "announce", ticket="SD-1002", **FORM)
    assert console.get(f"{NEW}?ticket=SD-1002").headers["location"] == "/announcements/1"
    assert send(console, "end", "/announcements/1/act", words="").status_code == 409
    assert send(console, "end", "/announcements/1/act", words="Klart.").status_code == 303
    assert send(console, "update", "/announcements/1/act", words="Mer.").status_code == 409


def test_those_who_have_not_written_are_previewed_and_counted(console: Console) -> None:
    desk = console.desk
    with desk.office() as office:
        audience = office.work.event_audience
        boxes = [Mailbox(f"p{n}@kommun.example", f"Person {n}") for n in range(3)]
        audience.keep_members(Member(box, office.now, LISA.address) for box in boxes)
        audience.choose(Choice("p1@kommun.example", False, office.now, Way.PAGE, "p1@kommun.example"))
    tried = words_of(send(console, "try", audience="yes", **FORM).text)
    assert ("2 personer skulle få mejl. 1 har avsagt sig." in tried, "Person 2 p2@kommun.example" in tried) == (
        True,
        True,
    )
    assert len(desk.deliver()) == 4
    send(console, "announce", audience="yes", **FORM)
    page = words_of(console.get("/announcements/1?people=yes").text)
    assert ("Det får också 3 personer" in page, "p1@kommun.example Har avsagt sig" in page) == (True, True)


def test_announcement_that_is_not_there_is_missing(console: Console) -> None:
    found = [console.get(f"/announcements/{n}").status_code for n in ("7", "x", "9" * 14)]
    assert [*found, send(console, "end", "/announcements/7/act", words="Nej").status_code] == [404] * 4

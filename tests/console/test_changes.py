"""Changes on their pages: planned, approved by phone, made; the calendar; and what stands in the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk

FREEZE = """
[[change_freezes]]
name = "Bokslut"
begins = 2026-12-01T00:00:00+01:00
ends = 2026-12-04T00:00:00+01:00
"""
PLAN = {
    "subject": "Ny mejlserver",
    "plan": "Flytta till mx2.",
    "back_out": "Peka tillbaka.",
    "starts": "2026-11-25T18:00",
    "ends": "2026-11-25T20:00",
    "approvers": "chef@kommun.example",
}


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    desk = WorkingDesk(sqlite_desk.folder, sqlite_desk.url, FREEZE)
    with open_console(desk) as console:
        console.sign_in("lisa@desk.example")
        yield console


def plan(console: Console, **changed: str) -> httpx.Response:
    return console.post("/changes/new", {**PLAN, **changed})


def act(console: Console, name: str, number: int = 1001, **fields: str) -> httpx.Response:
    page = f"/changes/SD-{number}"
    form = rf'action="{page}/act".*?name="version" value="(\d+)"'
    seen = re.search(form, console.get(page).text, re.DOTALL)
    assert seen
    return console.post(f"{page}/act", {"act": name, "version": seen[1], **fields}, page=page)


def page_of(console: Console, number: int = 1001) -> str:
    return words_of(console.get(f"/changes/SD-{number}").text)


def test_change_is_planned_approved_by_phone_made_and_reviewed(console: Console) -> None:
    assert plan(console).headers["location"] == "/changes/SD-1001"
    assert "Ska tillfrågas: chef@kommun.example." in page_of(console)
    act(console, "ask")
    assert ("1 godkännare är tillfrågad." in (page := page_of(console)), "Inget svar än" in page) == (True, True)
    assert act(console, "approve", of="chef@kommun.example", way="phone", words="").status_code == 409
    act(console, "approve", of="chef@kommun.example", way="phone", answer="approve", words="Ja, efter sex.")
    page = page_of(console)
    assert ("I kalendern" in page, "Ja, efter sex." in page, "i telefon" in page) == (True, True, True)
    assert "18:00–20:00 SD-1001 Ny mejlserver" in words_of(console.get("/changes?state=calendar").text)
    act(console, "announce", words="Inga mejl på onsdag kväll.", patterns="mejl*")
    act(console, "start")
    act(console, "done", words="Alla är på mx2.", end_announcement="yes")
    act(console, "review", words="Gick som det skulle.")
    assert "Uppföljd" in page_of(console)
    assert ("SD-1001" in console.get("/changes").text, "SD-1001" in console.get("/changes?state=ended").text) == (
        False,
        True,
    )


def test_another_plan_makes_approvals_worthless(console: Console) -> None:
    plan(console)
    act(console, "ask")
    act(console, "approve", of="chef@kommun.example", answer="approve", words="Ja.")
    told = act(console, "plan", **{**PLAN, "plan": "Flytta till mx3."})
    page = words_of(console.get(told.headers["location"]).text)
    assert "Den nya planen är sparad. 1 godkännare tillfrågas igen." in page
    assert ("Plan 2" in page, "Godkände en tidigare plan" in page, "Inget svar än" in page) == (True, True, True)


def test_what_stands_in_the_way_is_shown_with_its_times(console: Console) -> None:
    plan(console)
    plan(console, subject="Brandvägg", starts="2026-11-25T19:00", ends="2026-11-25T21:00")
    assert "Något står i vägen En annan ändring: SD-1001 Ny mejlserver , ons 25 nov. 18:00" in page_of(console, 1002)
    plan(console, subject="Frusen", starts="2026-12-02T18:00", ends="2026-12-02T19:00")
    assert "Ändringsstopp: Bokslut" in page_of(console, 1003)
    assert act(console, "ask", 1003).status_code == 409
    assert act(console, "ask", 1003, despite_freeze="Hålet används redan.").status_code == 303
    assert "Den görs ändå: Hålet används redan." in page_of(console, 1003)
    assert "Ändringsstopp: Bokslut" in words_of(console.get("/changes?state=calendar&from=2026-12-01").text)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"subject": ""}, "Skriv vad som ändras."),
        ({"starts": ""}, "Skriv också när fönstret börjar."),
        ({"ends": "2026-11-25T17:00"}, "Det skulle sluta innan det börjar."),
        ({"starts": "snart"}, "Skriv en dag och en tid"),
    ],
)
def test_plan_with_a_fault_comes_back_with_what_was_typed(console: Console, changed: dict[str, str], told: str) -> None:
    answer = plan(console, **changed)
    assert (answer.status_code, told in words_of(answer.text)) == (409, True)
    assert "Flytta till mx2.</textarea>" in answer.text
    assert "Ingen ändring är öppen" in console.get("/changes").text


def test_change_that_somebody_else_moved_on_is_not_touched(console: Console) -> None:
    plan(console)
    answer = console.post("/changes/SD-1001/act", {"act": "ask", "version": "0"}, page="/changes/SD-1001")
    assert (answer.status_code, "Någon har ändrat den" in answer.text) == (409, True)
    assert act(console, "start").status_code == 409
    assert console.desk.facts()[-1] == "approvers_named"


@pytest.mark.parametrize("query", ["", "&from=0001-01-01", "&from=9999-12-31", "&from=x", "&from=2026-02-30"])
def test_calendar_is_drawn_for_any_day(console: Console, query: str) -> None:
    answer = console.get(f"/changes?state=calendar{query}")
    assert (answer.status_code, answer.text.count('<section class="week">')) == (200, 4)


def test_ticket_that_is_no_change_has_no_page_among_them(console: Console) -> None:
    console.desk.receive("Hej")
    assert [console.get(f"/changes/{n}").status_code for n in ("SD-1001", "SD-9", "x")] == [404] * 3

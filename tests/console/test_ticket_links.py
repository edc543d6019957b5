"""Tickets are joined and parted on their page: by number, by words, and back again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from mailbot.desk.announcements import Announcement
from mailbot.desk.lifecycle import State
from mailbot.desk.links import LinkKind
from mailbot.desk.vocabulary import TicketKind
from mailbot.workflows import announcements, event_tickets
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

BO = "Bo Ek <bo@kommun.example>"


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        sqlite_desk.receive("Den skriver tomma sidor.", subject="Skrivaren på plan 3")
        sqlite_desk.receive("Skrivaren här också.", subject="Utskrifter", sender=BO)
        sqlite_desk.receive("Och hos mig.", subject="Tomma blad", sender="Eva Ek <eva@kommun.example>")
        yield console


def act(console: Console, number: int, name: str, **fields: str) -> httpx.Response:
    page = f"/tickets/SD-{number}"
    seen = re.search(r'name="version" value="(\d+)"', console.get(page).text)
    assert seen
    return console.post(f"{page}/act", {"act": name, "version": seen[1], **fields}, page=page)


def said(console: Console, answer: httpx.Response) -> tuple[str, str]:
    """Where the act led, and what is told there."""
    assert answer.status_code == 303, words_of(answer.text)
    where = answer.headers["location"]
    shown = re.search(r'<div class="box \w+ said".*?<p>(.*?)</p>', console.get(where).text, re.DOTALL)
    assert shown
    return where, unescape(shown[1])


def standing(console: Console) -> list[tuple[int, str, int]]:
    with console.desk.office() as office:
        return [(k.ticket, k.kind.value, k.other) for n in (1001, 1002) for k in office.work.links.of_ticket(n)]


def test_link_is_made_by_number_shown_on_both_and_taken_back(console: Console) -> None:
    led = said(console, act(console, 1001, "link", kind="related", to="1002"))
    assert led == ("/tickets/SD-1001", "SD-1001 och SD-1002 är länkade.")
    assert "Hör ihop med SD-1001 Skrivaren på plan 3" in words_of(console.get("/tickets/SD-1002").text)
    assert said(console, act(console, 1002, "unlink", to="SD-1001"))[1] == "SD-1002 och SD-1001 är inte längre länkade."
    assert standing(console) == []


@pytest.mark.parametrize("kind", ["of_child_of", "child_of"])
def test_link_goes_the_way_that_was_chosen(console: Console, kind: str) -> None:
    act(console, 1001, "link", kind=kind, to="SD-1002")
    low, high = (1002, 1001) if kind == "of_child_of" else (1001, 1002)
    assert set(standing(console)) == {(low, LinkKind.CHILD_OF.value, high)}


def test_words_in_place_of_a_number_are_answered_with_what_may_be_meant(console: Console) -> None:
    page = act(console, 1001, "merge", to="utskr").text
    assert ("Vilket ärende är ”utskr”?" in page, 'value="SD-1002"' in page, 'value="SD-1003"' in page) == (
        True,
        True,
        False,
    )
    assert "Inget ärende passar till ”zebra”." in words_of(act(console, 1001, "merge", to="zebra").text)
    assert (
        said(console, act(console, 1001, "merge", to="utskr", chosen="SD-1002"))[1] == "SD-1001 fortsätter i SD-1002."
    )


def test_field_is_told_while_one_types_and_never_of_the_ticket_itself(console: Console) -> None:
    def found(typed: str, act: str = "link") -> list[str]:
        answer = console.get("/tickets/SD-1001/others", params={"q": typed, "act": act})
        return [one["reference"] for one in answer.json()]

    assert (found("ek"), found("1001"), found("1002"), found("?"), found("")) == (
        ["SD-1003", "SD-1002"],
        [],
        ["SD-1002"],
        [],
        [],
    )
    act(console, 1002, "cancel", words="Nej.")
    assert (found("utskr"), found("utskr", "merge")) == (["SD-1002"], [])


def test_merged_ticket_says_where_it_goes_on_and_goes_on_by_itself_again(console: Console) -> None:
    act(console, 1001, "merge", to="1002")
    page = words_of(console.get("/tickets/SD-1001").text)
    assert ("Det här ärendet fortsätter som SD-1002" in page, "Öppna igen" in page) == (True, False)
    assert said(console, act(console, 1002, "unmerge", to="SD-1001"))[1].startswith("SD-1002 och SD-1001 går vidare")
    assert console.desk.ticket(1001).state is State.IN_PROGRESS


def test_part_is_split_off_and_put_back(console: Console) -> None:
    desk = console.desk
    desk.answer(desk.letter_to("anna@kommun.example"), "Jag behöver ett tangentbord också.")
    entry = desk.entries()[-1].id
    told = said(console, act(console, 1001, "split", entry=str(entry), subject="Tangentbord"))
    assert told == ("/tickets/SD-1004", "SD-1004 är avdelat från SD-1001.")
    assert desk.ticket(1004).subject == "Tangentbord"
    assert said(console, act(console, 1001, "unsplit", to="SD-1004"))[1].startswith("Delningen är upphävd")
    assert "Välj något som en användare har skrivit" in act(console, 1001, "split").text


def test_problem_is_opened_with_what_is_known_and_asks_everybody(console: Console) -> None:
    told = said(console, act(console, 1001, "problem", subject="Trumman", also="SD-1002 1003"))
    assert told == ("/tickets/SD-1004", "SD-1004 är nu ett problem, med SD-1001 och andra under sig: 3 ärenden.")
    fields = {"cause": "Torr trumma.", "workaround": "Skriv ut på plan 2.", "tell": "yes"}
    assert said(console, act(console, 1004, "known_error", **fields))[1].endswith("3 anmälare får veta det.")
    page = words_of(console.get("/tickets/SD-1004").text)
    assert ("Torr trumma." in page, "3 anmälare får läsa vad som är gjort" in page) == (True, True)
    assert "Det här kan man göra tills SD-1004 är löst Skriv ut på plan 2." in words_of(
        console.get("/tickets/SD-1001").text
    )
    act(console, 1004, "resolve", words="Ny trumma.")
    assert [console.desk.ticket(n).state for n in (1001, 1002, 1003, 1004)] == [State.RESOLVED] * 4
    assert console.desk.ticket(1004).kind is TicketKind.PROBLEM


def test_problem_of_a_ticket_that_is_not_there_is_not_opened(console: Console) -> None:
    page = act(console, 1001, "problem", subject="Trumman", also="SD-1002, SD-9").text
    assert ("Inget ärende passar till ”SD-9”." in page, 'value="SD-1002, SD-9"' in page) == (True, True)
    with console.desk.office() as office:
        assert office.work.links.list_open_problems() == []


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("link", {"kind": "related", "to": "SD-1001"}, "kan inte länkas till eller slås ihop med sig självt"),
        ("link", {"kind": "caused_by", "to": "SD-1002"}, "SD-1002 är ingen ändring."),
        ("unlink", {"to": "SD-1002"}, "SD-1001 och SD-1002 är inte länkade."),
        ("unmerge", {}, "SD-1001 är inte hopslaget med något annat ärende."),
        ("unsplit", {}, "SD-1001 är inte delat från något annat ärende."),
        ("detach", {}, "Ärendet gäller ingen driftinformation."),
    ],
)
def test_what_cannot_be_joined_or_parted_says_why(
    console: Console, name: str, fields: dict[str, str], told: str
) -> None:
    answer = act(console, 1001, name, **fields)
    assert (answer.status_code, told in words_of(answer.text)) == (409, True), words_of(answer.text)[:800]


def test_ticket_is_taken_out_of_an_announced_event(console: Console) -> None:
    with console.desk.office() as office:
        event = Announcement(0, 0, False, "Utskrift", "Vi byter.", office.now, patterns=("utskrift*",))
        made = announcements.announce(office, event, LISA)
        event_tickets.join(office, made, [office.work.tickets.get(1001, lock=True)], LISA)
    assert "Det gäller inte SD-1004" in console.get("/tickets/SD-1001").text
    assert said(console, act(console, 1001, "detach"))[1] == "Ärendet står för sig självt igen."
    assert console.desk.facts()[-1] == "announcement_denied"

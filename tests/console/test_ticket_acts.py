"""Working in a ticket: each act through its form, what is refused, and what two do at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import httpx
import pytest

from mailbot.console.phone import phone_forms
from mailbot.desk.contacts import Contact, Outcome
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import Priority
from mailbot.workflows import assignment, contacts, resolution
from tests.console.test_mail import as_reader
from tests.console.test_tickets import words_of
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

PAGE = "/tickets/SD-1001"


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        sqlite_desk.receive("Den skriver tomma sidor.")
        yield console


def act(console: Console, name: str, *, version: str | None = None, **fields: str) -> httpx.Response:
    seen = re.search(r'name="version" value="(\d+)"', console.get(PAGE).text)
    assert seen
    return console.post(f"{PAGE}/act", {"act": name, "version": version or seen[1], **fields}, page=PAGE)


def said(console: Console, answer: httpx.Response) -> str:
    assert answer.status_code == 303, words_of(answer.text)
    assert answer.headers["location"] == f"{PAGE}#latest"
    shown = re.search(r'<div class="box \w+ said".*?<p>(.*?)</p>', console.get(PAGE).text, re.DOTALL)
    assert shown
    return unescape(shown[1])


def test_agent_takes_answers_notes_and_resolves(console: Console) -> None:
    desk = console.desk
    told = [
        said(console, act(console, "take")),
        said(console, act(console, "reply", words="Vilket plan?")),
        said(console, act(console, "note", words="Samma som i fjol.")),
        said(console, act(console, "priority", to="high")),
        said(console, act(console, "resolve", words="Trumman är bytt.\r\nSäg till!")),
    ]
    ticket, entries = desk.ticket(), desk.entries()
    assert told == [
        "Ärendet är ditt.",
        "Svaret är på väg.",
        "Anteckningen är sparad.",
        "Prioriteten är ändrad.",
        "Lösningen är på väg till anmälaren.",
    ]
    assert (ticket.state, ticket.assignee, ticket.priority) == (State.RESOLVED, LISA.address, Priority.HIGH)
    assert [(e.kind, e.words, e.author) for e in entries[1:]] == [
        (EntryKind.PUBLIC_REPLY, "Vilket plan?", LISA),
        (EntryKind.NOTE, "Samma som i fjol.", LISA),
        (EntryKind.RESOLUTION, "Trumman är bytt.\nSäg till!", LISA),
    ]
    assert [n for n in desk.notices() if n[1] == "anna@kommun.example"] == [
        ("receipt", "anna@kommun.example"),
        ("public_reply", "anna@kommun.example"),
        ("resolution", "anna@kommun.example"),
    ]


def test_agent_verifies_by_phone_reopens_and_cancels(console: Console) -> None:
    states = []
    for name, words in (
        ("resolve", "Bytt."),
        ("verify", "Anna säger att det fungerar."),
        ("reopen", "Hon ringde igen."),
        ("cancel", "Skrivaren skrotas."),
    ):
        assert act(console, name, words=words).status_code == 303
        states.append(console.desk.ticket().state)
    assert states == [State.RESOLVED, State.CLOSED, State.IN_PROGRESS, State.CANCELLED]
    assert "resolution_verified" in console.desk.facts()


def test_agent_hands_over_gives_back_and_lets_wait(console: Console) -> None:
    desk = console.desk
    seen = []
    for name, fields in (
        ("assign", {"to": "omar@desk.example"}),
        ("give_back", {"why": "Det är skrivaren."}),
        ("escalate", {"to": "network", "why": "Nej, det är nätet."}),
        ("give_back", {"why": "Nätet är helt."}),
        ("pause", {"why": "Reservdel", "until": "2026-12-01"}),
        ("resume", {}),
    ):
        assert act(console, name, **fields).status_code == 303, name
        ticket = desk.ticket()
        seen.append((ticket.group, ticket.assignee, ticket.state.value))
    assert seen == [
        ("network", "omar@desk.example", "in_progress"),
        ("desk", "", "in_progress"),
        ("network", "", "in_progress"),
        ("desk", "", "in_progress"),
        ("desk", "", "pending"),
        ("desk", "", "in_progress"),
    ]


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("reply", {"words": "  "}, "Skriv det som läsaren behöver veta."),
        ("resolve", {"words": ""}, "Skriv det som läsaren behöver veta."),
        ("escalate", {"to": "desk", "why": "Hjälp"}, "desk äger ärendet. Lämna tillbaka det i stället."),
        ("verify", {"words": "Anna är nöjd med allt."}, "Det går inte när ärendet är i läget Mottaget."),
        ("assign", {"to": "nobody"}, "Det finns ingen handläggare eller grupp med det namnet."),
        ("escalate", {"to": "network", "why": ""}, "Skriv varför"),
        ("priority", {"to": "nonsense"}, "Det går inte så."),
    ],
)
def test_act_that_cannot_be_done_says_why_and_keeps_the_words(
    console: Console, name: str, fields: dict[str, str], told: str
) -> None:
    before = console.desk.facts()
    answer = act(console, name, **fields)
    assert (answer.status_code, told in words_of(answer.text)) == (409, True), words_of(answer.text)[:1500]
    assert fields.get("words", "") in answer.text
    assert console.desk.facts() == before


def test_act_that_does_not_exist_is_refused(console: Console) -> None:
    assert act(console, "delete").status_code == 400


def test_ticket_that_changed_meanwhile_keeps_the_typed_words(console: Console) -> None:
    desk = console.desk
    seen = re.search(r'name="version" value="(\d+)"', console.get(PAGE).text)
    assert seen
    desk.answer(desk.letter_to("anna@kommun.example"), "Det är redan löst!")
    answer = act(console, "reply", version=seen[1], words="Jag <byter> trumman.")
    page = answer.text
    assert (answer.status_code, [e.kind for e in desk.entries()]) == (409, [EntryKind.REQUEST, EntryKind.REPLY])
    assert "Ärendet har ändrats medan du hade det öppet" in page
    assert "Jag &lt;byter&gt; trumman.</textarea>" in page
    assert "Det är redan löst!" in page
    assert re.search(r'value="reply" checked', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert act(console, "reply", version=version[1], words="Jag <byter> trumman.").status_code == 303


def test_note_is_kept_whatever_has_happened(console: Console) -> None:
    assert act(console, "note", version="0", words="Ring mig.").status_code == 303
    assert console.desk.entries()[-1].words == "Ring mig."


def test_of_two_who_take_it_the_second_hears_of_the_first(console: Console) -> None:
    desk = console.desk
    page = console.get(PAGE).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    with desk.office() as office:
        assignment.assign(office, office.work.tickets.get(1001, lock=True), LISA, "omar")
    answer = act(console, "take", version=version[1])
    assert (answer.status_code, desk.ticket().assignee) == (409, "omar@desk.example")
    assert "Omar Nasser" in words_of(answer.text)


def test_reader_has_no_forms_and_may_not_act(console: Console) -> None:
    as_reader(console)
    page = console.get(PAGE).text
    assert ('name="words"' in page, f'action="{PAGE}/act"' in page) == (False, False)


def test_page_says_who_else_has_it_open(console: Console) -> None:
    desk = console.desk
    assert "har ärendet öppet" not in console.get(PAGE).text
    console.sign_in("omar@desk.example")
    assert "Lisa Lind har ärendet öppet" in words_of(console.get(PAGE).text)
    console.post(f"{PAGE}/here", {"writes": "yes", "version": "1"}, page=PAGE)
    console.sign_in("lisa@desk.example")
    answer = console.post(f"{PAGE}/here", {"version": "x"}, page=PAGE).json()
    assert answer["changed"].startswith("Ärendet har ändrats")
    desk.now += timedelta(seconds=61)
    assert "har ärendet öppet" not in console.get(PAGE).text


@pytest.mark.parametrize(
    "typed", ["SD-1001", "anna", "Anna Berg", "ANNA@kommun.example", "08-123 45 67", "+4681234567"]
)
def test_caller_hears_how_it_goes_after_one_search(console: Console, typed: str) -> None:
    desk = console.desk
    desk.receive("Annat", sender="Bo Ek <bo@k.example>", subject="Boken")
    with desk.office() as office:
        call = Contact("k1", "081234567", desk.now, Outcome.ANSWERED, desk.now, system="växel")
        kept = contacts.register_contact(office, call, LISA)
        contacts.join_ticket(office, kept, office.work.tickets.get(1001, lock=True), LISA)
        resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA, "Bytt.")
    page = words_of(console.get(f"/phone?q={quote(typed)}").text)
    assert "Anna Berg anna@kommun.example" in page
    assert "SD-1001 Skrivaren" in page
    assert "Vi tror att felet är löst och väntar på besked om det stämmer." in page
    assert "Boken" not in page


def test_caller_whom_nobody_knows_is_not_found(console: Console) -> None:
    assert "Ingen hittad" in console.get("/phone?q=zebra").text
    assert "Ingen hittad" not in console.get("/phone").text


def test_phone_number_is_sought_in_the_ways_systems_write_it() -> None:
    assert phone_forms("08-123 45 67") == ["08-123 45 67", "081234567", "+4681234567", "004681234567"]
    assert phone_forms("+46 (0)8 123 45 67")[1:] == ["+46081234567", "081234567", "+4681234567", "004681234567"]
    assert phone_forms("Anna") == phone_forms("SD-1001") == []

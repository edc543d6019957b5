"""Registering a ticket in the console: for somebody on the phone, at the desk, and for the desk itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import expect

from bench.console_gallery import find_faults
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.desk.announcements import Announcement
from mailbot.desk.ticket import Ticket
from mailbot.workflows import announcements
from tests.console.test_tickets import words_of
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

NEW = "/tickets/new"
ANNA = "anna@kommun.example"
SETTINGS = """
[[services]]
name = "mail"
title = "E-post"
words = { sv = ["mejl*"] }
[[services]]
name = "print"
title = "Utskrift"
words = { sv = ["skriv*"] }
"""
CALL = {
    "origin": "phone",
    "email": ANNA,
    "caller": "070-12345",
    "subject": "Skrivaren krånglar",
    "words": "Den blinkar rött.",
    "receipt": "yes",
}


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    with open_console(WorkingDesk(sqlite_desk.folder, sqlite_desk.url, SETTINGS)) as console:
        console.sign_in("lisa@desk.example")
        yield console


def send(console: Console, **changed: str) -> httpx.Response:
    return console.post(NEW, {**CALL, **changed})


def ticket_of(console: Console, number: int = 1001) -> Ticket:
    with console.desk.office() as office:
        return office.work.tickets.get(number)


def announce(console: Console) -> None:
    with console.desk.office() as office:
        slow = Announcement(0, 0, False, "Mejlen är långsam", "Vi ser.", office.now, patterns=("mejl*",))
        announcements.announce(office, slow, LISA)


def test_call_becomes_a_ticket_with_its_contact_and_a_receipt(console: Console) -> None:
    console.desk.receive("Hej", sender=f"Anna Berg <{ANNA}>", subject="Något annat")
    assert send(console, waited="30", talked="4").headers["location"] == "/tickets/SD-1002"
    page = words_of(console.get("/tickets/SD-1002").text)
    assert [w in page for w in ("SD-1002 är registrerat.", "Den blinkar rött.", "070-12345")] == [True] * 3
    made = ticket_of(console, 1002)
    assert (made.origin, made.kind, made.service, made.requester and made.requester.mailbox.name) == (
        "phone",
        "incident",
        "print",
        "Anna Berg",
    )
    with console.desk.office() as office:
        (call,) = office.work.contacts.of_ticket(1002)
    assert (call.caller, call.agent, call.talked, call.waited) == (
        "070-12345",
        "lisa@desk.example",
        timedelta(minutes=4),
        timedelta(seconds=30),
    )
    assert ("receipt", ANNA) in console.desk.notices(1002)


def test_what_the_agent_says_goes_before_the_words(console: Console) -> None:
    send(console, kind="service_request", service="mail", impact="high", urgency="high", language="en")
    made = ticket_of(console)
    assert (made.kind, made.service, made.priority, made.language) == ("service_request", "mail", "critical", "en")


def test_without_receipt_nobody_is_mailed_and_nothing_is_promised(console: Console) -> None:
    send(console, receipt="")
    assert [name for name, to in console.desk.notices(1001) if to == ANNA] == []
    said = "Mottagningsbevis till anna@kommun.example skickades inte: den som registrerade ärendet valde det."
    page = words_of(console.get("/tickets/SD-1001").text)
    assert (ticket_of(console).promised_by, said in page) == (None, True)


@pytest.mark.parametrize(
    ("changed", "requester", "origin"),
    [
        ({"origin": "staff", "email": "", "caller": ""}, None, "staff"),
        ({"email": "", "name": "Bo", "caller": "08-1"}, None, "phone"),
        ({"origin": "user"}, ANNA, "user"),
    ],
)
def test_tickets_of_other_origins(console: Console, changed: dict[str, str], requester: str, origin: str) -> None:
    assert send(console, **changed).status_code == 303
    made = ticket_of(console)
    assert (made.requester.mailbox.address if made.requester else None, made.origin) == (requester, origin)
    with console.desk.office() as office:
        assert len(office.work.contacts.of_ticket(1001)) == (origin == "phone")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"email": "anna"}, "email"),
        ({"email": "support@desk.example"}, "email"),
        ({"origin": "user", "email": ""}, "email"),
        ({"origin": "staff", "email": "", "name": "Bo"}, "email"),
        ({"email": "", "caller": ""}, "caller"),
        ({"talked": "länge"}, "talked"),
        ({"waited": "-1"}, "waited"),
    ],
)
def test_fault_stands_at_its_field_and_nothing_typed_is_lost(
    console: Console, changed: dict[str, str], field: str
) -> None:
    answer = send(console, service="mail", **changed)
    assert (answer.status_code, answer.text.count('class="error"')) == (409, 1)
    assert f'id="f-{field}-error"' in answer.text
    assert ("Den blinkar rött." in answer.text, '<option value="mail" selected>' in answer.text) == (True, True)
    with console.desk.office() as office:
        assert office.work.tickets.find(1001) is None


def test_try_shows_what_would_become_of_it_and_registers_nothing(console: Console) -> None:
    console.desk.receive("Hej", subject="Något annat")
    announce(console)
    answer = send(console, act="try", subject="Mejlen är seg", words="Akut!")
    page = words_of(answer.text)
    shown = ("Går till", "E-post", "Hög", "Det liknar ”Mejlen är långsam”", "SD-1001 Något annat")
    assert (answer.status_code, [w in page for w in shown]) == (200, [True] * 5)
    assert ticket_of(console, 1002).subject == "Mejlen är långsam"
    send(console, subject="Mejlen är seg")
    with console.desk.office() as office:
        assert [one.other for one in office.work.links.of_ticket(1003)] == [1002]


def test_phone_page_leads_here_with_what_it_knows(console: Console) -> None:
    console.desk.receive("Hej", sender=f"Anna Berg <{ANNA}>")
    found = console.get("/phone?q=anna").text
    assert f"{NEW}?origin=phone&amp;email=anna%40kommun.example&amp;name=Anna+Berg&amp;caller=" in found.replace(
        "%20", "+"
    )
    assert f"{NEW}?caller=070-99999&amp;origin=phone" in console.get("/phone?q=070-99999").text
    page = console.get(f"{NEW}?origin=phone&email={ANNA}&name=Anna+Berg&caller=070-1").text
    assert [f'value="{w}"' in page for w in (ANNA, "Anna Berg", "070-1")] == [True] * 3
    assert console.get("/tickets/new/people?q=ann").json() == [{"email": ANNA, "name": "Anna Berg"}]
    assert console.get("/tickets/new/people?q=").json() == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_ticket_is_registered_by_keys_from_the_queue(console: Console, scripts: bool) -> None:
    console.desk.receive("Hej", sender=f"Anna Berg <{ANNA}>")
    announce(console)
    with open_browser() as browser:
        context = browser.new_context(locale="sv", java_script_enabled=scripts, viewport={"width": 390, "height": 800})
        token = console.sign_in("lisa@desk.example")
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": console.url}])
        view = context.new_page()
        view.goto(f"{console.url}/tickets")
        view.keyboard.press("n") if scripts else view.get_by_role("link", name="Nytt ärende").click()
        expect(view.locator("#f-email")).to_be_focused()
        if scripts:
            view.keyboard.type("anna")
            expect(view.locator("#people option")).to_have_count(1)
        view.locator("#f-email").fill(ANNA)
        if scripts:
            expect(view.locator("#f-name")).to_have_value("Anna Berg")
        view.locator("#f-subject").fill("Mejlen är seg")
        if not scripts:
            view.get_by_role("button", name="Titta först").click()
        expect(view.locator("#tried")).to_contain_text("Det liknar ”Mejlen är långsam”")
        if scripts:
            assert list(find_faults(view)) == []
        view.get_by_role("button", name="Registrera").click()
        expect(view.locator(".said")).to_have_text("SD-1003 är registrerat.")

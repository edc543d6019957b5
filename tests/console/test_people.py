"""Admins give roles and take them: it holds from the next click, and nobody shuts the last door behind themselves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.store.access import Account
from mailbot.workflows.members import COMMAND_LINE
from mailbot.workflows.sign_in import invite
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk
from tests.support.sign_in import mailed_links

BOSS, LISA, EVA = "boss@desk.example", "lisa@desk.example", "eva@kund.example"


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    """In the browser of an admin."""
    with desk.office() as office:
        invite(office, Mailbox(BOSS, "Karin Lund"), "admin", COMMAND_LINE, "http://127.0.0.1")
    with open_console(desk) as console:
        console.sign_in(BOSS)
        yield console


@pytest.fixture
def hers(console: Console) -> Iterator[Console]:
    """Lisa's browser; she is an agent by the settings."""
    with httpx.Client(base_url=console.url, timeout=20) as client:
        browser = Console(console.desk, console.url, client)
        browser.sign_in(LISA)
        yield browser


def press(console: Console, what: str, address: str, **fields: str) -> httpx.Response:
    return console.post(f"/people/{what}", {"address": address, **fields}, page="/people")


def said(console: Console) -> str:
    """What the next page tells once."""
    shown = console.get("/people").text
    return shown.partition(' said"')[2].partition("<p>")[2].partition("</p>")[0]


def test_invited_person_comes_in_with_the_role_they_were_given(console: Console) -> None:
    press(console, "invite", EVA, name="Eva Ek", role="reader")
    assert said(console) == f"{EVA} är inbjuden."
    (link,) = mailed_links(console.desk, EVA)
    with httpx.Client(base_url=console.url, timeout=20) as client:
        eva = Console(console.desk, console.url, client)
        assert "Välkommen" in eva.get(link).text
        eva.post(link, {})
        assert [eva.get(path).status_code for path in ("/sessions", "/people")] == [200, 403]


def test_role_changes_from_the_next_click(console: Console, hers: Console) -> None:
    assert hers.get("/people").status_code == 403
    press(console, "role", LISA, role="admin")
    assert said(console) == f"{LISA} är nu administratör."
    assert hers.get("/people").status_code == 200
    press(console, "role", LISA, role="agent")
    assert hers.get("/people").status_code == 403


def test_settings_give_at_least_what_they_give(console: Console) -> None:
    answer = press(console, "role", LISA, role="reader")
    assert (answer.status_code, f"{LISA} is agent by the settings file" in answer.text) == (403, True)
    assert 'value="reader"' not in console.get(f"/people/{LISA}").text


def test_removed_person_is_out_with_the_next_click_and_can_come_back(console: Console, hers: Console) -> None:
    hers.post("/sign-in", {"address": LISA}, page="/sessions")
    (link,) = mailed_links(console.desk, LISA)
    press(console, "remove", LISA)
    assert hers.get("/sessions").headers["location"].startswith("/sign-in")
    assert hers.get(link).status_code == 410
    hers.post("/sign-in", {"address": LISA})
    assert len(mailed_links(console.desk, LISA)) == 1
    press(console, "invite", LISA, role="agent")
    hers.post(mailed_links(console.desk, LISA)[-1], {})
    assert hers.get("/sessions").status_code == 200


def test_nobody_changes_their_own_role(console: Console) -> None:
    """So that one admin is left, whatever is pressed."""
    answers = [press(console, "remove", BOSS), press(console, "role", BOSS.upper(), role="reader")]
    assert [answer.status_code for answer in answers] == [403, 403]
    again = press(console, "invite", BOSS, role="reader")
    assert (again.status_code, "Ingen ändrar sin egen roll" in again.text) == (400, True)
    assert console.get("/people").status_code == 200


def test_sessions_of_somebody_can_be_ended(console: Console, hers: Console) -> None:
    assert "i en webbläsare" in console.get("/people").text
    press(console, "sessions", LISA)
    assert said(console) == "En session avslutad."
    assert hers.get("/sessions").status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "",
        "eva",
        "eva@",
        "@kund.example",
        "eva@kund.example, b@evil.example",
        "eva@kund.example\r\nBcc: x@y.example",
        "support@desk.example",
        "support+x@desk.example",
        "Eva <eva@kund.example>",
        "\u0435va@kund.example",
        "a" * 300 + "@b.se",
    ],
)
def test_what_is_no_address_is_not_invited(console: Console, address: str) -> None:
    before = console.get("/people").text.count("/people/")
    answer = press(console, "invite", address, name="<b>Eva</b>", role="reader")
    assert (answer.status_code, "Det där går inte att bjuda in" in answer.text) == (400, True)
    assert "&lt;b&gt;Eva&lt;/b&gt;" in answer.text
    assert console.get("/people").text.count("/people/") == before


@pytest.mark.parametrize("role", ["", "owner", "ADMIN", "admin "])
def test_role_that_does_not_exist_is_not_given(console: Console, role: str) -> None:
    assert [press(console, what, EVA, role=role).status_code for what in ("invite", "role")] == [400, 400]
    assert EVA not in console.get("/people").text


def test_person_who_does_not_exist_has_no_page_and_no_buttons(console: Console) -> None:
    assert console.get("/people/nobody@desk.example").status_code == 404
    assert press(console, "remove", "nobody@desk.example").status_code == 400


def test_own_sessions_are_listed_and_ended_one_by_one_or_all(console: Console) -> None:
    first, second = (httpx.Client(base_url=console.url, timeout=20) for _ in range(2))
    for client, agent in ((first, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"), (second, "curl/8")):
        client.headers["User-Agent"] = agent
        browser = Console(console.desk, console.url, client)
        browser.post("/sign-in", {"address": LISA})
        browser.post(mailed_links(console.desk, LISA)[-1], {})
    shown = first.get("/sessions").text
    assert [word in shown for word in ("Firefox, Linux", "curl/8", "den här")] == [True] * 3
    own = Console(console.desk, console.url, first)
    foreign = own.post("/sessions/end", {"session": "0" * 16}, page="/sessions")
    assert (foreign.status_code, second.get("/sessions").status_code) == (404, 200)
    own.post("/sessions/end", {"session": "others"}, page="/sessions")
    assert (first.get("/sessions").status_code, second.get("/sessions").status_code) == (200, 303)
    ended = own.post("/sessions/end", {"session": "all"}, page="/sessions")
    assert (ended.headers["location"], first.get("/sessions").status_code) == ("/sign-in", 303)


def test_session_of_somebody_else_cannot_be_ended_by_its_name(console: Console, hers: Console) -> None:
    with console.desk.office() as office:
        sessions = office.work.access.list_sessions(
            office.now, console.desk.now - console.desk.now.replace(hour=1), BOSS
        )
    name = sessions[0].token_hash[:16]
    assert hers.post("/sessions/end", {"session": name}, page="/sessions").status_code == 404
    assert console.get("/sessions").status_code == 200


def test_many_people_are_shown_a_page_at_a_time(console: Console) -> None:
    with console.desk.office() as office:
        for number in range(120):
            account = Account(f"p{number:03}@kund.example", "", "reader", "test", office.now)
            office.work.access.save_account(account)
    path, pages = "/people", []
    while path:
        shown = console.get(path).text
        pages.append(re.findall(r'href="/people/([^"]+)"', shown))
        onward = re.search(r'rel="next" href="([^"]+)"', shown)
        path = onward[1] if onward else ""
    assert [len(page) for page in pages] == [50, 50, 23]
    named = [name for page in pages for name in page]
    assert named == sorted({*named})
    back = re.search(r'rel="prev" href="([^"]+)"', shown)
    assert back
    assert re.findall(r'href="/people/([^"]+)"', console.get(back[1]).text) == pages[1]

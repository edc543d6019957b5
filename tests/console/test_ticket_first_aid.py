"""Ready answers beside the field: those that fit first, put in with and without scripts, and counted when sent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from bench.console_gallery import find_faults
from tests.console.test_mail import as_reader
from tests.console.test_ticket_acts import PAGE, act
from tests.console.test_ticket_keys import signed_in
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk
from tests.support.ready_answers import READY_ANSWERS, SWEDISH


@pytest.fixture
def console(sqlite_template: Path, tmp_path: Path) -> Iterator[Console]:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    desk = WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", READY_ANSWERS)
    with open_console(desk) as console:
        console.sign_in("lisa@desk.example")
        desk.receive("Jag har glömt det.", subject="Lösenord")
        yield console


def offered(page: str) -> list[tuple[str, list[str]]]:
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', page, re.DOTALL)
    return [(label, re.findall(r">([^<]+)</option>", inside)) for label, inside in groups]


def field(answer: httpx.Response, name: str) -> str:
    if name == "words":
        found = re.search(r'<textarea id="f-words"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    else:
        found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found[1])


def used(console: Console) -> list[tuple[str, str]]:
    with console.desk.office() as office:
        facts = office.work.journal.of_ticket(1001)
    return [(f.name, f.details["first_aid"]) for f in facts if "first_aid" in f.details]


def test_fitting_answers_stand_first(console: Console) -> None:
    assert offered(console.get(PAGE).text) == [("Passar ärendet", ["Byta lösenord"]), ("Övriga", ["Utskrift"])]
    console.client.cookies.set("mailbot-language", "en", domain="127.0.0.1")
    assert offered(console.get(PAGE).text) == [("Fits the ticket", ["Password"]), ("Others", ["Utskrift"])]


def test_answer_is_put_in_without_scripts_and_nothing_is_lost_or_sent(console: Console) -> None:
    before = console.desk.facts()
    back = act(console, "reply", words="Hej <du>!\r\nSå här:", ready="lösenord", insert="yes")
    assert (back.status_code, field(back, "words")) == (200, f"Hej <du>!\nSå här:\n\n{SWEDISH}")
    assert (field(back, "first_aid"), console.desk.facts()) == ("lösenord", before)
    assert re.search(r'value="reply" checked', back.text)
    sent = act(console, "reply", words=field(back, "words"), first_aid="lösenord", ready="lösenord")
    assert (sent.status_code, used(console)) == (303, [("agent_replied", "lösenord")])
    assert console.desk.entries()[-1].words == f"Hej <du>!\nSå här:\n\n{SWEDISH}"


def test_answer_is_sent_as_a_solution(console: Console) -> None:
    back = act(console, "resolve", words="", ready="lösenord", insert="yes")
    assert act(console, "resolve", words=field(back, "words"), first_aid="lösenord").status_code == 303
    assert (console.desk.entries()[-1].words, used(console)) == (SWEDISH, [("resolution_proposed", "lösenord")])


@pytest.mark.parametrize(("name", "words"), [("lösenord", "Något helt annat."), ("semester", SWEDISH), ("", SWEDISH)])
def test_answer_that_is_not_in_the_words_is_not_counted(console: Console, name: str, words: str) -> None:
    assert act(console, "reply", words=words, first_aid=name).status_code == 303
    assert used(console) == [("agent_replied", "")]


def test_answer_that_is_no_longer_there_keeps_what_was_typed(console: Console) -> None:
    back = act(console, "reply", words="Mina ord", ready="semester", insert="yes")
    assert (back.status_code, field(back, "words"), field(back, "first_aid")) == (200, "Mina ord", "")


def test_ticket_that_changed_meanwhile_is_told_and_the_words_kept(console: Console) -> None:
    back = act(console, "reply", version="99", words="Mina ord", ready="lösenord", insert="yes")
    assert (back.status_code, field(back, "words")) == (409, f"Mina ord\n\n{SWEDISH}")
    assert "Ärendet har ändrats medan du hade det öppet" in back.text


def test_name_of_a_requester_stays_text(console: Console) -> None:
    console.desk.receive("Hej", subject="Lösenord", sender='"\\"><script>{reference}" <eve@k.example>')
    page = console.get("/tickets/SD-1002").text
    found = re.search(r'<option value="lösenord" data-text="([^"]*)"', page)
    assert found
    assert (unescape(found[1]).splitlines()[0], "<script>{" in page) == ('Hej "><script>{reference}!', False)


def test_reader_is_offered_none(console: Console) -> None:
    as_reader(console)
    assert offered(console.get(PAGE).text) == []


def test_desk_without_answers_has_no_choice(sqlite_desk: WorkingDesk) -> None:
    sqlite_desk.receive("Hej")
    with open_console(sqlite_desk) as console:
        console.sign_in("lisa@desk.example")
        assert 'name="ready"' not in console.get(PAGE).text


def test_answer_is_put_in_where_the_cursor_is(console: Console) -> None:
    with open_browser() as browser:
        context = signed_in(browser, console, "lisa@desk.example")
        view = context.new_page()
        view.goto(f"{console.url}{PAGE}")
        choice, words = view.locator("#f-ready"), view.locator("#f-words")
        expect(choice).to_be_hidden()
        view.keyboard.press("r")
        expect(choice).to_be_visible()
        assert list(find_faults(view)) == []
        words.fill("Före.\n\nEfter.")
        words.press("Control+Home")
        words.press("End")
        view.get_by_role("button", name="Infoga").click()
        expect(words).to_have_value(f"Före.\n\n{SWEDISH}\n\nEfter.")
        expect(words).to_be_focused()
        view.get_by_role("button", name="Skicka svaret").click()
        expect(view.locator(".said")).to_contain_text("Svaret är på väg.")
        context.close()
    assert (used(console), console.desk.entries()[-1].words) == (
        [("agent_replied", "lösenord")],
        f"Före.\n\n{SWEDISH}\n\nEfter.",
    )

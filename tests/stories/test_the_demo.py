"""A newcomer starts the desk and opens the demo in a real browser: every mail goes through the real doors.

Rows 1, 9, 11 and 12 of what the desk is for, as anybody can try them: the console's way in, the notices, the buttons
and the page by which a solution is accepted or the ticket opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bench.console_gallery import find_faults
from tests.support.browser import open_browser
from tests.support.demo import Demo, open_demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with open_demo(tmp_path) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.told = []  # type: ignore[attr-defined]
    page.on("console", lambda m: page.told.append(m.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda e: page.told.append(str(e)))  # type: ignore[attr-defined]
    yield page
    context.close()


def newest(page: Page, subject: str) -> None:
    """Wait until a mail with this in its subject is open: the page shows what comes by itself."""
    expect(page.locator("#letter-head")).to_contain_text(subject)


def test_a_newcomer_writes_solves_answers_and_changes_their_mind(demo: Demo, page: Page) -> None:
    assert demo.told[1].startswith(f"Open {demo.url}/demo in a browser")
    assert "mailbot admin invite" in demo.told[3]
    page.goto(demo.url)
    assert page.url == f"{demo.url}/demo"
    page.locator("form.compose button").click()
    newest(page, "[SD-1001] Vi har tagit emot ditt ärende")

    page.locator("button[value=take]").click()
    page.locator("#f-act-words").fill("Tonern satt snett. Jag har satt den rätt.")
    page.locator("button[value=resolve]").click()
    newest(page, "Är det löst?")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Tonern satt snett.")).to_be_visible()
    mail.get_by_role("link", name="Ja, det är löst").click()
    expect(page.locator("#f-to")).to_have_value(re.compile(r"desk\+1001-\d+-1-[a-z0-9]+@localhost"))
    page.locator("form.compose button").click()
    newest(page, "Ditt ärende är stängt")
    assert (demo.ticket().state, demo.ticket().assignee) == ("closed", "robin@helpdesk.example")

    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name=re.compile("på webben")).click()
    answer = opened.value
    answer.locator("textarea").fill("Nu är sidorna tomma igen.")
    answer.locator("button.no").click()
    expect(answer.locator("h1")).to_have_text("Ärendet är öppet")
    answer.close()
    newest(page, "öppet igen")
    expect(page.locator(".agent .talk li").last).to_contain_text("Nu är sidorna tomma igen.")
    wanted = {"ticket_registered", "resolution_proposed", "resolution_accepted", "ticket_reopened"}
    assert [f for f in demo.facts() if f in wanted] == [
        "ticket_registered",
        "resolution_proposed",
        "resolution_accepted",
        "ticket_reopened",
    ]
    assert page.told == []  # type: ignore[attr-defined]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert list(find_faults(page)) == []


def test_the_agent_works_from_their_own_mail(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}/demo")
    page.locator("form.compose button").click()
    newest(page, "tagit emot")
    page.get_by_role("link", name="robin@helpdesk.example").click()
    newest(page, "SD-1001")
    page.get_by_role("link", name="Svara", exact=True).click()
    page.locator("#f-words").fill("#resolve\nKassetten är bytt.")
    page.locator("form.compose button").click()
    page.get_by_role("link", name="anna@kommun.example").first.click()
    newest(page, "Är det löst?")
    page.get_by_role("link", name="Svara", exact=True).click()
    page.locator("#f-words").fill("Tack, nu fungerar det!")
    page.locator("form.compose button").click()
    newest(page, "Ditt ärende är stängt")


def test_the_whole_of_it_works_without_scripts(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{demo.url}/demo")
    page.locator("form.compose button").click()
    look_until(page, "[SD-1001]")
    page.locator("#f-act-words").fill("Mended.")
    page.locator("button[value=resolve]").click()
    look_until(page, "Is it solved")
    page.frame_locator("iframe").get_by_role("link", name=re.compile("Yes")).click()
    page.locator("form.compose button").click()
    look_until(page, "closed")
    assert demo.ticket().state == "closed"
    context.close()


def look_until(page: Page, subject: str) -> None:
    """«Look again» until the mail is there; each look waits a moment."""
    for _ in range(60):
        page.get_by_role("link", name="Look again").click()
        if page.locator("#letter-head").count() and subject in page.locator("#letter-head").inner_text():
            return
        page.wait_for_timeout(250)
    raise AssertionError(page.locator("main").inner_text())


def test_the_demo_knows_nobody_real_and_writes_to_the_desk_alone(demo: Demo) -> None:
    with httpx.Client(base_url=demo.url, timeout=20) as client:
        first = client.get("/demo", headers={"Accept-Language": "en"}).text

        def post(path: str, **fields: str) -> httpx.Response:
            token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/demo").text)
            assert token
            known: dict[str, Any] = {"csrf": token[1], **fields}
            return client.post(path, data=known, headers={"Origin": demo.url, "Accept-Language": "en"})

        good = {"name": "Bo", "address": "bo@kommun.example", "to": "desk@localhost", "subject": "X", "words": "Hello"}
        wrong = [
            {**good, "address": "bo@gmail.com"},
            {**good, "address": "bo"},
            {**good, "address": "bö@kommun.example"},
            {**good, "to": "boss@kommun.example"},
            {**good, "to": "desk@localhost, x@y.example"},
            {**good, "words": "  "},
        ]
        codes = [post("/demo/write", **fields).status_code for fields in wrong]
        assert (codes, "Try the service desk" in first) == ([422] * 6, True)
        acts = [
            post("/demo/act", ticket=t, act="resolve", words="x").status_code for t in ("1001", "x", "-1", "9" * 30)
        ]
        assert acts == [404, 404, 404, 404]
        assert client.post("/demo/write", data=good, headers={"Origin": demo.url}).status_code == 403
        client.headers["Accept-Language"] = "en"
        people = ("x@y.example", "robin@helpdesk.example")
        filled = ["empty pages" in client.get(f"/demo?who={who}&write=1").text for who in people]
        assert filled == [True, False]
        with demo.desk.open_office(reads_only=True) as office:
            assert office.work.inbox.list_rows() == []

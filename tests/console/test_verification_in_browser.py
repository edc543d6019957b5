"""The answer page in real Chromium: by a person's hand it answers, by a robot it does not, and anybody can read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bench.console_gallery import find_faults
from mailbot.desk.reference import ReplyToken, sign_page
from mailbot.workflows import resolution
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    desk.receive("Trasig", subject="Skrivaren-på-plan-tre-" + "ä" * 80)
    desk.resolve("Bytt.\n\n" + "Donaudampfschifffahrt" * 12)
    with open_console(desk) as console:
        yield console


def link(console: Console, resolution_number: int = 1) -> str:
    desk = console.desk
    requester = desk.ticket().requester
    assert requester
    token = ReplyToken(1001, requester.person, resolution_number)
    return f"{console.url}/answer/{sign_page(desk.desk.policy.keyring, token)}"


def test_phone_without_scripts_and_cookies_answers_both_ways(console: Console, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700}, locale="sv-SE")
    page = context.new_page()

    def come_anew() -> None:
        context.clear_cookies()
        page.goto(link(console))
        context.clear_cookies()

    come_anew()
    page.get_by_role("button", name="Ja, det är löst").click()
    expect(page.locator("h1")).to_have_text("Tack! Ärendet är stängt")
    come_anew()
    page.get_by_label("Vad är fortfarande fel?").fill("Nej, det är «sämre» nu")
    page.get_by_role("button", name="Öppna ärendet igen").click()
    expect(page.locator("h1")).to_have_text("Ärendet är öppet")
    assert (console.desk.ticket().state, console.desk.entries()[-1].words) == ("in_progress", "Nej, det är «sämre» nu")
    context.close()


def test_browser_that_runs_scripts_and_follows_every_link_answers_nothing(console: Console, browser: Browser) -> None:
    """What a scanner's browser does: loads, waits, moves about, sends forms without a button, opens what it finds."""
    before = (console.desk.facts(), console.desk.ticket().version)
    page = browser.new_page()
    page.goto(link(console), wait_until="networkidle")
    for form in range(page.locator("form.press").count()):
        with page.expect_navigation():
            page.evaluate("n => document.querySelectorAll('form.press')[n].submit()", form)
        page.goto(link(console))
    for href in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
        if href.startswith(console.url):
            page.goto(href, wait_until="networkidle")
    page.evaluate("address => fetch(address, {method: 'POST'})", link(console))
    page.close()
    assert (console.desk.facts(), console.desk.ticket().version) == before


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_stage_can_be_read_by_everybody(console: Console, browser: Browser, lang: str) -> None:
    desk, faults = console.desk, {}
    page = browser.new_page(viewport={"width": 320, "height": 700})

    def look(stage: str, number: int = 1) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{link(console, number)}?lang={lang}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults[stage, scheme] = list(find_faults(page)) + ([f"{wide} px wide"] if wide > 320 else [])

    look("asked")
    look("unknown", 7)
    page.goto(link(console))
    page.locator("button.yes").click()
    look("closed")
    page.locator("button.no").click()
    look("open")
    with desk.office() as office:
        resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA, "Igen")
    look("superseded")
    page.goto(link(console, 2))
    page.locator("button.yes").click()
    desk.later(days=60)
    look("expired", 2)
    assert {key: found for key, found in faults.items() if found} == {}
    page.close()

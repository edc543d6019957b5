"""The keyboard, drafts and presence, in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.console_gallery import find_faults
from mailbot.desk.ticket import EntryKind
from mailbot.workflows import resolution
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    for number in range(3):
        sqlite_desk.receive("Hej", sender=f"P{number} <p{number}@k.example>", subject=f"Fel {number}")
        sqlite_desk.later(minutes=1)
    with open_console(sqlite_desk) as opened:
        yield opened


def signed_in(browser: Browser, console: Console, address: str) -> BrowserContext:
    context = browser.new_context(locale="sv")
    token = console.sign_in(address)
    context.add_cookies([{"name": "mailbot-session", "value": token, "url": console.url}])
    return context


@pytest.fixture
def view(browser: Browser, console: Console) -> Iterator[Page]:
    context = signed_in(browser, console, "lisa@desk.example")
    yield context.new_page()
    context.close()


def test_list_is_walked_and_searched_by_keys(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets")
    for key in "jjjjk":
        view.keyboard.press(key)
    view.keyboard.press("Enter")
    view.wait_for_url("**/tickets/SD-1002")
    view.keyboard.press("/")
    view.wait_for_url("**/tickets?focus=search")
    view.keyboard.type("fel 1")
    view.keyboard.press("Enter")
    view.wait_for_url("**q=fel+1**")
    expect(view.locator(".list tbody tr")).to_have_count(1)


def test_ticket_is_answered_and_resolved_by_keys_alone(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets/SD-1001")
    view.keyboard.press("t")
    expect(view.locator(".said")).to_have_text("Ärendet är ditt.")
    for key, words in (("r", "Vilket rum?"), ("n", "just nu"), ("e", "Klart.")):
        view.keyboard.press(key)
        view.keyboard.type(words)
        view.keyboard.press("Control+Enter")
        expect(view.locator(".said")).to_be_visible()
        expect(view.locator("#f-words")).to_have_value("")
    kinds = [(e.kind, e.words) for e in console.desk.entries()[1:]]
    assert kinds == [
        (EntryKind.PUBLIC_REPLY, "Vilket rum?"),
        (EntryKind.NOTE, "just nu"),
        (EntryKind.RESOLUTION, "Klart."),
    ]


def test_keys_are_told_and_do_nothing_while_somebody_writes(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets/SD-1001")
    view.keyboard.press("?")
    expect(view.locator("dialog")).to_be_visible()
    assert view.locator("dialog dl div").count() == 15
    assert list(find_faults(view)) == []
    view.keyboard.press("Escape")
    expect(view.locator("dialog")).to_be_hidden()
    view.keyboard.press("n")
    view.keyboard.type("rent ?/")
    expect(view.locator("#f-words")).to_have_value("rent ?/")
    assert view.locator("[name=act]:checked").get_attribute("value") == "note"


def test_draft_survives_leaving_and_goes_when_it_is_sent(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets/SD-1001")
    view.keyboard.press("r")
    view.keyboard.type("Halvskrivet")
    view.goto(f"{console.url}/tickets/SD-1002")
    expect(view.locator("#f-words")).to_have_value("")
    view.goto(f"{console.url}/tickets/SD-1001")
    expect(view.locator("#f-words")).to_have_value("Halvskrivet")
    expect(view.locator("[data-kept]")).to_be_visible()
    assert view.locator("[name=act]:checked").get_attribute("value") == "reply"
    view.locator(".compose button[type=submit]").click()
    expect(view.locator(".said")).to_have_text("Svaret är på väg.")
    view.reload()
    expect(view.locator("#f-words")).to_have_value("")


def test_words_stay_when_the_ticket_has_changed(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets/SD-1001")
    view.keyboard.press("r")
    view.keyboard.type("Mitt svar")
    with console.desk.office() as office:
        resolution.note(office, office.work.tickets.get(1001, lock=True), LISA, "Någon annan var här.")
    view.keyboard.press("Control+Enter")
    expect(view.locator(".box.warning").first).to_contain_text("Ärendet har ändrats")
    expect(view.locator("#f-words")).to_have_value("Mitt svar")
    expect(view.locator("#story")).to_contain_text("Någon annan var här.")
    assert list(find_faults(view)) == []
    view.locator(".compose button[type=submit]").click()
    expect(view.locator(".said")).to_have_text("Svaret är på väg.")


def test_another_agent_is_seen_without_loading_the_page_again(view: Page, browser: Browser, console: Console) -> None:
    view.clock.install()
    view.goto(f"{console.url}/tickets/SD-1001")
    other = signed_in(browser, console, "omar@desk.example")
    page = other.new_page()
    page.goto(f"{console.url}/tickets/SD-1001")
    expect(page.locator("[data-present]")).to_contain_text("Lisa Lind har ärendet öppet")
    page.keyboard.press("n")
    with page.expect_response("**/here"):
        page.keyboard.type("x")
    with view.expect_response("**/here"):
        view.clock.run_for(16_000)
    expect(view.locator("[data-present]")).to_contain_text("Omar Nasser skriver i ärendet")
    other.close()


def test_everything_works_without_scripts(browser: Browser, console: Console) -> None:
    context = browser.new_context(locale="sv", java_script_enabled=False)
    token = console.sign_in("lisa@desk.example")
    context.add_cookies([{"name": "mailbot-session", "value": token, "url": console.url}])
    page = context.new_page()
    page.goto(f"{console.url}/tickets/SD-1001")
    page.locator("[name=act][value=reply]").check()
    page.locator("#f-words").fill("Utan skript")
    page.locator(".compose button[type=submit]").click()
    expect(page.locator(".said")).to_have_text("Svaret är på väg.")
    context.close()


@pytest.mark.parametrize("path", ["/tickets/SD-1001", "/phone?q=p1", "/phone?q=zebra"])
def test_page_has_no_fault_that_axe_finds_and_fits_a_phone(view: Page, console: Console, path: str) -> None:
    for scheme in ("light", "dark"):
        view.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        view.set_viewport_size({"width": 320, "height": 800})
        view.goto(console.url + path)
        assert view.evaluate("document.documentElement.scrollWidth") == 320
        view.set_viewport_size({"width": 1280, "height": 900})
        assert list(find_faults(view)) == []

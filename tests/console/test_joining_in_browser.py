"""Joining and parting tickets by keys, and an announced event from the live try to its end: in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.console_gallery import find_faults
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.desk.lifecycle import State
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def console(sqlite_desk: WorkingDesk) -> Iterator[Console]:
    for number, subject in enumerate(("Mejl borta", "Mejl sena", "Skrivaren")):
        sqlite_desk.receive("Hej", sender=f"P{number} <p{number}@k.example>", subject=subject)
    letter = sqlite_desk.letter_to("p0@k.example")
    sqlite_desk.answer(letter, "Jag behöver ett tangentbord också.", sender="P0 <p0@k.example>")
    with open_console(sqlite_desk) as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def view(browser: Browser, console: Console, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale="sv", java_script_enabled=request.param)
    token = console.sign_in("lisa@desk.example")
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": console.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("view", [True], indirect=True, ids=["scripts"])
def test_tickets_are_linked_merged_and_split_by_keys_alone(view: Page, console: Console) -> None:
    press, said = view.keyboard.press, view.locator(".said")
    view.goto(f"{console.url}/tickets/SD-1001")
    press("l")
    view.keyboard.type("skri")
    found = view.locator("#f-link-found [role=option]")
    expect(found).to_have_count(1)
    press("ArrowDown")
    assert list(find_faults(view)) == []
    press("Enter")
    expect(view.locator("#f-link")).to_have_value("SD-1003")
    expect(view.locator("#f-link ~ .seen")).to_contain_text("SD-1003 Skrivaren")
    press("Enter")
    expect(said).to_have_text("SD-1001 och SD-1003 är länkade.")
    press("s")
    press("Space")
    press("Tab")
    press("Tab")
    view.keyboard.type("Tangentbord")
    press("Enter")
    expect(said).to_have_text("SD-1004 är avdelat från SD-1001.")
    expect(view.locator("h1")).to_have_text("Tangentbord")
    view.goto(f"{console.url}/tickets/SD-1001")
    press("m")
    view.keyboard.type("sena")
    press("ArrowDown")
    expect(view.locator("#f-merge-found [role=option]")).to_have_count(1)
    press("ArrowDown")
    press("Enter")
    press("Enter")
    expect(said).to_have_text("SD-1001 fortsätter i SD-1002.")
    expect(view.locator(".box.warning")).to_contain_text("Det här ärendet fortsätter som SD-1002")


def test_ticket_named_in_words_is_merged_and_the_merger_undone(view: Page, console: Console) -> None:
    view.goto(f"{console.url}/tickets/SD-1001")
    view.locator("summary[data-key=m]").click()
    view.locator("#f-merge").fill("sena")
    view.get_by_role("button", name="Slå ihop", exact=True).click()
    view.get_by_label("SD-1002 Mejl sena").check()
    view.get_by_role("button", name="Slå ihop", exact=True).click()
    expect(view.locator(".said")).to_have_text("SD-1001 fortsätter i SD-1002.")
    view.get_by_role("button", name="Ångra sammanslagningen").click()
    expect(view.locator(".said")).to_have_text("SD-1001 och SD-1002 går vidare var för sig igen.")


def test_event_is_tried_announced_and_ended(view: Page, console: Console, request: pytest.FixtureRequest) -> None:
    view.goto(f"{console.url}/announcements/new")
    view.get_by_label("Vad det gäller").fill("E-posten")
    view.get_by_label("Hur det står till").fill("Vi arbetar med felet.")
    view.locator("#f-patterns").fill("mejl*")
    if "no scripts" in request.node.name:
        view.get_by_role("button", name="Pröva på de öppna ärendena").click()
    expect(view.locator("#tried [name=join]:checked")).to_have_count(2)
    view.get_by_label("SD-1002 Mejl sena").uncheck()
    view.get_by_role("button", name="Gå ut med det").click()
    expect(view.locator(".said")).to_have_text("Ute nu: E-posten. 1 ärende är tillagt.")
    view.locator("#f-end-words").fill("Allt går igen.")
    view.get_by_role("button", name="Avsluta och fråga alla").click()
    expect(view.locator(".said")).to_have_text("Avslutat. 1 anmälare är tillfrågad.")
    assert [console.desk.ticket(n).state for n in (1001, 1002)] == [State.RESOLVED, State.NEW]

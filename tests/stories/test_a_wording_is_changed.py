"""An admin changes what receipts say, in a browser, at a running desk: a slip is caught, the next receipt has it.

Rows 8 and 9 of what the desk is for: what receipts and notices say is the owner's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailbot.app import Desk
from mailbot.console.sessions import SESSION_COOKIE, hash_token
from mailbot.settings import load_settings
from mailbot.store.access import Session
from tests.support.browser import open_browser
from tests.support.running import RunningMailbot
from tests.support.scripted_smtp import ScriptedSmtp

KIM = "kim@desk.example"
ADMIN = f"""
[[agents]]
address = "{KIM}"
name = "Kim Sand"
role = "admin"
"""


@pytest.fixture
def mailbot(tmp_path: Path, store_url: str, sink: ScriptedSmtp) -> Iterator[RunningMailbot]:
    with RunningMailbot(tmp_path, store_url, sink, ADMIN) as running:
        yield running


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en")
        page.set_default_timeout(30_000)
        yield page


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def sign_in(mailbot: RunningMailbot, page: Page) -> str:
    """Kim has a session at the running desk; the address of its console."""
    desk = Desk(load_settings(mailbot.settings, {}))
    with desk.open_office() as office:
        now = office.now
        session = Session(hash_token("kims"), KIM, "link", "test", now, now, now + timedelta(hours=1))
        office.work.access.begin_session(session)
    desk.engine.dispose()
    found = re.search(r"console=(http://[\w.:]+)", mailbot.ready)
    assert found, mailbot.ready
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": "kims", "url": found[1]}])
    return found[1]


def test_a_wording_is_changed_and_comes_back(mailbot: RunningMailbot, page: Page) -> None:
    console = sign_in(mailbot, page)
    page.goto(f"{console}/wording")
    page.get_by_role("link", name="Receipt for a ticket", exact=True).click()
    content = page.locator("#editor .cm-content")
    content.get_by_text("Hej", exact=False).first.click()
    for _ in range(3):
        page.keyboard.press("Home")

    page.keyboard.type("{{ desk.nam }} hälsar. ")
    expect(page.locator("#problems li")).to_contain_text("Did you mean desk.name?")
    expect(page.locator("#editor .cm-lint-marker-error")).to_have_count(1)
    for _ in range(len(" }} hälsar. ")):
        page.keyboard.press("Backspace")
    page.keyboard.type("e }} hälsar. ")
    expect(page.locator("#verdict")).to_have_text("No problems. It can be saved.")
    page.get_by_role("button", name="Text only").click()
    expect(page.locator("#shown-text")).to_contain_text("IT-supporten hälsar. Hej Åsa!")

    page.locator("#f-why").fill("Warmer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Saved as revision 1")
    mailbot.send("Skrivaren", "Hej! Skrivaren på plan 3 är trasig. Kan ni hjälpa mig?")
    receipt = mailbot.letter_to("anna@kommun.example", 1)
    assert "Servicedesk hälsar. Hej!" in text_of(receipt).splitlines()

    page.goto(f"{console}/wording/receipt/sv/history")
    page.locator("details.more summary").last.click()
    page.get_by_role("button", name="Bring back").last.click()
    expect(page.locator(".said")).to_contain_text("Packaged is in force again, now as revision 2.")
    mailbot.send("Kopiatorn", "Hej! Kopiatorn på plan 3 är trasig. Kan ni hjälpa mig?")
    assert "hälsar" not in text_of(mailbot.letter_to("anna@kommun.example", 2))
    assert [m["revision"].partition(":")[0] for m in mailbot.json("outbox", "list") if m["notice"] == "receipt"] == [
        "packaged",
        "sv/1",
    ]

"""A person comes in, in real Chromium, at a running desk: asks, opens the mail, presses, signs out; and once only.

Row 13 of what the desk is for: agents work in a console that is theirs alone.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import open_browser
from tests.support.openid_provider import CLIENT, SECRET, OpenIdServer
from tests.support.ports import free_port
from tests.support.running import RunningMailbot
from tests.support.scripted_smtp import ScriptedSmtp

KIM = "kim@desk.example"
SETTINGS = """
[console.oidc]
issuer = "{issuer}"
client_id = "{client}"
client_secret = "{secret}"
name = "Almby ID"
[[agents]]
address = "{kim}"
name = "Kim Sand"
role = "admin"
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the console is reached: said beforehand, for it stands in mails and at the identity provider."""
    port = free_port()
    monkeypatch.setenv("MAILBOT_CONSOLE__PORT", str(port))
    monkeypatch.setenv("MAILBOT_CONSOLE__BASE_URL", f"http://127.0.0.1:{port}")
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def server(home: str) -> Iterator[OpenIdServer]:
    claims = {"sub": "kim-1", "email": KIM, "email_verified": True}
    with OpenIdServer(back=f"{home}/sign-in/oidc/back", claims=claims) as server:
        yield server


@pytest.fixture
def mailbot(
    tmp_path: Path, sqlite_template: Path, sink: ScriptedSmtp, server: OpenIdServer
) -> Iterator[RunningMailbot]:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    extra = SETTINGS.format(issuer=server.issuer, client=CLIENT, secret=SECRET, kim=KIM)
    with RunningMailbot(tmp_path, f"sqlite:///{tmp_path}/mailbot.db", sink, extra) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def open_page(browser: Browser, home: str, *, scripts: bool = True, phone: bool = False) -> Page:
    """In a browser that nobody has used."""
    size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
    context = browser.new_context(
        viewport=size,
        locale="sv",
        color_scheme="dark" if phone else "light",
        base_url=home,
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def link_in(mailbot: RunningMailbot, number: int) -> str:
    body = mailbot.letter_to(KIM, number).get_body(("plain",))
    assert body
    found = re.search(r"<(http://127\.0\.0\.1:\d+/sign-in/[\w-]{43})>", body.get_content())
    assert found, body.get_content()
    return found[1]


def test_kim_comes_in_by_the_link_in_the_mail_and_once_only(
    mailbot: RunningMailbot, home: str, browser: Browser
) -> None:
    """On a phone, by night, without scripts."""
    page = open_page(browser, home, scripts=False, phone=True)
    page.goto("/people")
    page.get_by_label("E-postadress").fill(KIM)
    page.get_by_role("button", name="Skicka länk").click()
    expect(page.get_by_role("heading", name="Titta i din inkorg")).to_be_visible()

    link = link_in(mailbot, 1)
    page.goto(link)
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{home}/people")
    expect(page.get_by_role("link", name=KIM)).to_be_visible()

    page.locator("details.drop summary", has_text="Ditt konto").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_text("Du är utloggad.")).to_be_visible()
    page.goto("/people")
    expect(page.get_by_role("heading", name="Logga in")).to_be_visible()

    page.goto(link)
    expect(page.get_by_role("heading", name="Länken är redan använd")).to_be_visible()
    page.get_by_role("link", name="Be om en ny länk").click()
    page.get_by_label("E-postadress").fill(KIM)
    page.get_by_role("button", name="Skicka länk").click()
    page.goto(link_in(mailbot, 2))
    page.get_by_role("button", name="Logga in").click()
    page.goto("/sessions")
    expect(page.get_by_text("Chrome, ", exact=False)).to_be_visible()


def test_kim_comes_in_by_the_identity_provider(mailbot: RunningMailbot, home: str, browser: Browser) -> None:
    page = open_page(browser, home)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto("/people")
    page.get_by_role("link", name="Logga in med Almby ID").click()
    expect(page).to_have_url(f"{home}/people")
    page.goto("/sessions")
    expect(page.get_by_text("inloggningstjänst")).to_be_visible()
    assert refused == []
    assert not any(word in mailbot.log() for word in (SECRET, "canary-access-token-5c2e", "code-0"))


def test_kim_comes_in_by_the_identity_provider_without_scripts(
    mailbot: RunningMailbot, home: str, browser: Browser
) -> None:
    page = open_page(browser, home, scripts=False)
    page.goto("/sign-in?to=/sessions")
    page.get_by_role("link", name="Logga in med Almby ID").click()
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{home}/sessions")

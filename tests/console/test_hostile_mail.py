"""Hostile mails through the pages that show them, in real Chromium: nothing runs, is fetched or is sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Request

from bench.console_gallery import find_faults
from mailbot.console.mail_html import clean_html
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import ADDRESS, WorkingDesk

EVIL = "https://evil.example"
ALARM = "window.top.document.title='RUN';document.title='RUN';fetch('/look')"
LINES = Path(__file__).parents[1] / "corpus" / "hostile" / "html.txt"
HTML = [
    *LINES.read_text("utf-8").replace("EVIL", EVIL).replace("ALARM", ALARM).splitlines(),
    "<p title='" + "x" * 200_000 + "'>x</p>",
    "<b>" * 5_000 + "x",
]
ACTIVE = "script, style, form, input, button, iframe, object, embed, link, meta[http-equiv], base, svg, video, [id]"
"""What must not be in the frame, its own one style apart."""
SIGNS = ("evil.example", "javascript:", "url(", "onerror", "onload", "<script", "position", "expression", "style>")
HEADS = [
    f'"><script>{ALARM}</script>',
    f"<img src=x onerror={ALARM}>",
    "</title><script>alert(1)</script>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "\u202egnp.exe \u2066x\u2069 \u200b",
    "x" * 900,
]


def hostile_mails() -> list[EmailMessage]:
    mails = []
    for number, html in enumerate(HTML):
        head = HEADS[number % len(HEADS)]
        mail = EmailMessage()
        mail["From"] = f'"{head.replace(chr(34), "").replace(chr(92), "")[:200]}" <a{number}@evil.example>'
        mail["To"], mail["Message-ID"], mail["Subject"] = ADDRESS, f"<x{number}@evil.example>", head
        mail.set_content(f"{head}\n> {html[:300]}\n")
        mail.add_alternative(html, subtype="html")
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ALARM}"/>'.encode()
        mail.add_attachment(svg, maintype="image", subtype="svg+xml", filename=f"{head[:60]}.svg", cid="<evil>")
        mails.append(mail)
    return mails


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def console(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A desk to which every hostile mail has come."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "mailbot.db")
    desk = WorkingDesk(folder, f"sqlite:///{folder / 'mailbot.db'}")
    for number, mail in enumerate(hostile_mails()):
        desk.receive_raw(mail.as_bytes(), f"a{number}@evil.example")
    with open_console(desk) as opened:
        yield opened


class Watched:
    """A signed-in browser that writes down whatever wants to leave the console, run, or open."""

    def __init__(self, browser: Browser, console: Console) -> None:
        self.left: list[str] = []
        self.posted: list[str] = []
        self.context: BrowserContext = browser.new_context(locale="sv")
        token = console.sign_in("lisa@desk.example")
        self.context.add_cookies([{"name": "mailbot-session", "value": token, "url": console.url}])
        self.page = self.context.new_page()
        self._home = console.url
        self.context.on("request", self._on_request)
        self.context.on("page", lambda page: self.left.append(f"opened {page.url}"))
        self.page.on("dialog", lambda dialog: self.left.append(f"dialog {dialog.message}"))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._home, "data:", "about:")):
            self.left.append(request.url)
        if request.method != "GET":
            self.posted.append(request.url)


@pytest.fixture
def watched(browser: Browser, console: Console) -> Iterator[Watched]:
    found = Watched(browser, console)
    yield found
    found.context.close()


@pytest.mark.parametrize("number", range(1, len(HTML) + 1))
def test_mail_runs_fetches_and_sends_nothing(watched: Watched, console: Console, number: int) -> None:
    page = watched.page
    page.goto(f"{console.url}/mail/{number}?view=mail")
    frame = next((f for f in page.frames if f.url.endswith("/frame")), None)
    if frame:
        frame.wait_for_load_state()
        assert frame.locator(f"body :is({ACTIVE})").count() == 0
        for link in frame.locator("a").all()[:3]:
            link.click(force=True, timeout=20_000)
    for view in ("text", "reading"):
        page.goto(f"{console.url}/mail/{number}?view={view}")
    page.goto(f"{console.url}/tickets/SD-{1000 + number}")
    assert (watched.left, watched.posted, page.title() == "RUN") == ([], [], False)
    assert page.locator("main script, main [onerror], main [onload], main img").count() == 0


def test_lists_show_hostile_heads_as_text(watched: Watched, console: Console) -> None:
    for path in ("/tickets", "/tickets?q=script", "/mail", "/outbox"):
        watched.page.goto(console.url + path)
        assert watched.page.locator("main script, main img").count() == 0
        assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    watched.page.goto(f"{console.url}/tickets")
    assert (watched.left, watched.posted) == ([], [])
    assert "49 " not in watched.page.locator("main").inner_text()


@pytest.mark.parametrize("html", HTML)
def test_cleaned_html_names_nothing_that_could_be_fetched(html: str) -> None:
    cleaned = clean_html(html, {"evil": b"<svg onload=alert(1)>"}).html.lower().replace("&lt;", "")
    assert [sign for sign in SIGNS if sign in cleaned] == []


def test_link_is_told_and_leads_nowhere() -> None:
    found = clean_html('<a href="https://x.example/?a=1&amp;b=2">Klicka</a>', {})
    assert (found.html, found.links) == ("<a>Klicka</a>", ("https://x.example/?a=1&b=2",))


def test_picture_of_the_mail_itself_is_shown_and_another_kept_out() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    found = clean_html('<img src="cid:a@b" alt="logga"><img src="https://x.example/p.gif">', {"a@b": png})
    assert (found.kept_out, found.html.count("data:image/png;base64,"), found.html.count("x.example")) == (1, 1, 0)


def test_pictures_have_a_limit_all_together() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 1_400_000
    assert clean_html('<img src="cid:a">' * 4, {"a": png}).kept_out == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/tickets",
        "/tickets?state=closed",
        "/tickets?q=finnsinte",
        "/tickets/SD-1001",
        "/mail",
        "/mail/4",
        "/mail/4?view=text",
        "/mail/4?view=reading",
        "/mail/4?view=headers",
        "/mail/4?view=source",
        "/mail?state=bounce",
        "/outbox",
        "/outbox/1",
        "/outbox/1?view=headers",
    ],
)
def test_page_has_no_fault_that_axe_finds_and_fits_a_phone(
    watched: Watched, console: Console, path: str, scheme: str
) -> None:
    page = watched.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(console.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 1280, "height": 900})
    assert list(find_faults(page)) == []

"""Every page of the list, in real Chromium, with a living desk behind it: on a screen by day and on a phone by night.

Nothing is refused by the policy of content, nothing is wider than the window, and axe-core (WCAG 2.2 A and AA, and its
best practices) finds nothing. A page that nobody put here is missed by the first test.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.console_gallery import find_faults
from mailbot.console.app import PAGES
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.desk.announcements import Announcement
from mailbot.desk.change import Plan
from mailbot.desk.event_tokens import EventToken, Purpose, sign_event
from mailbot.store.access import Account
from mailbot.workflows import announcements, changes, event_tickets
from tests.support.browser import open_browser
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk

ADMIN = "maja@desk.example"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikationshalle" * 2
VISITED = {
    "/sign-in": "/sign-in",
    "/sign-in/{token}": "/sign-in/0123456789",
    "/sessions": "/sessions",
    "/people": "/people",
    "/people/{address}": "/people/lisa@desk.example",
    "/demo": "/demo",
    "/answer/{token}": "ANSWER",
    "/unsubscribe/{token}": "LEAVE",
    "/tickets": "/tickets",
    "/tickets/new": "/tickets/new?email=anna@kommun.example&subject=toner",
    "/tickets/{reference}": "/tickets/SD-1001",
    "/announcements": "/announcements",
    "/announcements/new": "/announcements/new?ticket=SD-1001",
    "/announcements/{number}": "/announcements/1?seek=yes",
    "/changes": "/changes?state=calendar",
    "/changes/new": "/changes/new",
    "/changes/{reference}": "/changes/SD-1004",
    "/alerts": "/alerts",
    "/phone": "/phone?q=anna",
    "/mail": "/mail",
    "/mail/{number}": "/mail/1",
    "/outbox": "/outbox",
    "/outbox/{number}": "/outbox/1",
    "/wording": "/wording",
    "/wording/{notice}/{language}": "/wording/receipt/sv",
    "/wording/{notice}/{language}/history": "/wording/receipt/sv/history",
    "/wording/{notice}/{language}/diff": "/wording/receipt/sv/diff",
}
NO_PAGES = {
    "/": "leads on",
    "/sign-in/oidc": "leads to the identity provider",
    "/sign-in/oidc/back": "comes back from it",
    "/demo/state": "JSON",
    "/tickets/{reference}/files/{sha256}": "a file",
    "/mail/{number}/raw": "a file",
    "/tickets/{reference}/others": "JSON",
    "/tickets/new/people": "JSON",
}
FOR_NOBODY_IN_PARTICULAR = ("/sign-in", "/answer", "/unsubscribe")
LOOKS = [("light", 1280, "sv-SE"), ("dark", 390, "en-GB")]


@pytest.fixture(scope="module")
def console(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("living")
    shutil.copyfile(sqlite_template, folder / "mailbot.db")
    desk = WorkingDesk(folder, f"sqlite:///{folder}/mailbot.db")
    desk.receive("Hej!\nSkrivaren skriver tomma sidor.\n\nAnna", subject="Skrivaren på våning tre")
    desk.receive(f"Se {LONG}", sender=f"{LONG[:60]} <{LONG[:50]}@kommun.example>", subject=LONG)
    desk.receive("Bort till måndag.", subject="Frånvaro", Auto_Submitted="auto-replied")
    desk.later(minutes=5)
    with desk.office() as office:
        event = Announcement(0, 0, False, LONG, "Vi arbetar med det.", desk.now, patterns=(LONG, "toner*"))
        made = announcements.announce(office, event, LISA)
        event_tickets.join(office, made, [office.work.tickets.get(1002, lock=True)], LISA)
        plan = Plan(plan=LONG, back_out="Tillbaka.", starts_at=desk.now, ends_at=desk.now + timedelta(days=2))
        changes.propose(office, LISA, LONG, plan)
        office.work.access.save_account(Account(ADMIN, "Maja Malm", "admin", "test", desk.now))
    with open_console(desk, demo=True) as console:
        yield console


@pytest.fixture(scope="module")
def question(console: Console) -> str:
    """The path of the page where Anna answers whether it is solved."""
    text = console.desk.resolve("Trumman är bytt.").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"(/answer/[a-z0-9-]+)>", text)
    assert found, text
    return found[1]


def leaving(console: Console) -> str:
    """The path of the page where Anna unsubscribes."""
    keyring, anna = console.desk.desk.policy.keyring, EventToken(1, 1)
    return f"/unsubscribe/{sign_event(keyring, Purpose.LEAVE, anna, 'anna@kommun.example')}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


def test_every_page_is_visited_here() -> None:
    shown = {page.path for page in PAGES if page.method == "GET" and not page.framed}
    assert shown == set(VISITED) | set(NO_PAGES)


@pytest.mark.parametrize("name", VISITED)
def test_page_can_be_used_by_everybody(console: Console, question: str, browser: Browser, name: str) -> None:
    path = VISITED[name].replace("ANSWER", question).replace("LEAVE", leaving(console))
    found = {look: list(_visit(console, browser, path, look)) for look in LOOKS}
    assert found == {look: [] for look in LOOKS}


def _visit(console: Console, browser: Browser, path: str, look: tuple[str, int, str]) -> Iterator[str]:
    """What is wrong with one page at one width, in one theme and one language."""
    scheme, width, locale = look
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", locale=locale
    )
    if not path.startswith(FOR_NOBODY_IN_PARTICULAR):
        context.add_cookies([{"name": SESSION_COOKIE, "value": console.sign_in(ADMIN), "url": console.url}])
    view = context.new_page()
    told: list[str] = []
    view.on("console", lambda message: told.append(message.text))
    view.on("pageerror", lambda error: told.append(str(error)))
    answer = view.goto(console.url + path, wait_until="load")
    assert answer is not None and answer.status in (200, 404, 410), (path, answer and answer.status)
    yield from (line for line in told if "status of 4" not in line)
    over = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"{over} px too wide"
    yield from find_faults(view)
    context.close()

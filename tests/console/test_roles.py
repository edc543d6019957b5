"""Every page × every role (S48), and every form × every sender (S47), from the list of pages itself.

LEAST is written by hand: what somebody adds to ``PAGES`` must be added here too, with the role that it was meant for.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import MetaData, create_engine

from mailbot.console.app import PAGES
from mailbot.console.gate import Page
from mailbot.console.sessions import SESSION_COOKIE, hash_token
from mailbot.console.texts import load_texts
from mailbot.console.visit import FORM_COOKIE
from mailbot.desk.correspondence import Mailbox
from mailbot.store.access import Session
from mailbot.workflows.sign_in import invite
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk

ROLES = ("anyone", "reader", "agent", "admin")
LEAST = {
    "GET /": "anyone",
    "POST /look": "anyone",
    "GET /sign-in": "anyone",
    "POST /sign-in": "anyone",
    "GET /sign-in/oidc": "anyone",
    "GET /sign-in/oidc/back": "anyone",
    "POST /sign-in/oidc/back": "anyone",
    "GET /sign-in/{token}": "anyone",
    "POST /sign-in/{token}": "anyone",
    "POST /sign-out": "anyone",
    "GET /sessions": "reader",
    "POST /sessions/end": "reader",
    "GET /people": "admin",
    "GET /people/{address}": "admin",
    "POST /people/invite": "admin",
    "POST /people/role": "admin",
    "POST /people/remove": "admin",
    "POST /people/sessions": "admin",
    "GET /demo": "anyone",
    "GET /demo/state": "anyone",
    "GET /demo/mail/{number}": "anyone",
    "POST /demo/write": "anyone",
    "POST /demo/act": "anyone",
    "GET /answer/{token}": "anyone",
    "POST /answer/{token}": "anyone",
    "GET /unsubscribe/{token}": "anyone",
    "POST /unsubscribe/{token}": "anyone",
    "GET /tickets": "reader",
    "GET /tickets/new": "agent",
    "POST /tickets/new": "agent",
    "GET /tickets/new/people": "agent",
    "GET /tickets/{reference}": "reader",
    "GET /tickets/{reference}/files/{sha256}": "reader",
    "POST /tickets/{reference}/act": "agent",
    "POST /tickets/{reference}/here": "agent",
    "GET /tickets/{reference}/others": "agent",
    "GET /announcements": "reader",
    "GET /announcements/new": "agent",
    "POST /announcements/new": "agent",
    "GET /announcements/{number}": "reader",
    "POST /announcements/{number}/act": "agent",
    "GET /changes": "reader",
    "GET /changes/new": "agent",
    "POST /changes/new": "agent",
    "GET /changes/{reference}": "reader",
    "POST /changes/{reference}/act": "agent",
    "GET /alerts": "reader",
    "GET /phone": "reader",
    "GET /mail": "reader",
    "GET /mail/{number}": "reader",
    "GET /mail/{number}/frame": "reader",
    "GET /mail/{number}/raw": "agent",
    "POST /mail/{number}/replay": "agent",
    "GET /outbox": "reader",
    "GET /outbox/{number}": "reader",
    "GET /outbox/{number}/frame": "reader",
    "POST /outbox/{number}/retry": "agent",
    "POST /outbox/{number}/cancel": "agent",
    "GET /wording": "admin",
    "GET /wording/frames/{name}": "admin",
    "GET /wording/{notice}/{language}": "admin",
    "POST /wording/{notice}/{language}": "admin",
    "POST /wording/{notice}/{language}/try": "admin",
    "POST /wording/{notice}/{language}/proof": "admin",
    "GET /wording/{notice}/{language}/history": "admin",
    "GET /wording/{notice}/{language}/diff": "admin",
    "POST /wording/{notice}/{language}/restore": "admin",
}
ARGUMENTS = {
    "address": "lisa@desk.example",
    "language": "sv",
    "name": "x",
    "notice": "receipt",
    "number": "1",
    "reference": "SD-1001",
    "sha256": "0" * 64,
    "token": "x" * 43,
}
"""What stands in the paths: things that are there, so that a page has something to show or to change."""

PEOPLE = {
    "reader": "reader@desk.example",
    "agent": "lisa@desk.example",
    "admin": "admin@desk.example",
}
OUTSIDE = {
    "no token": {},
    "a wrong token": {"csrf": "0" * 64},
}


@pytest.fixture(scope="module")
def console(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A desk with a ticket, its mails and people of every role."""
    folder = tmp_path_factory.mktemp("roles")
    desk = WorkingDesk(folder, f"sqlite:///{folder / 'mailbot.db'}")
    desk.receive("Skrivaren är trasig")
    desk.deliver()
    with desk.office() as office:
        for role in ("reader", "admin"):
            invite(office, Mailbox(PEOPLE[role], role), role, Mailbox("", "command line"), "http://127.0.0.1")
    desk.deliver()
    with open_console(desk) as opened:
        yield opened


def name_of(page: Page) -> str:
    return f"{page.method} {page.path}"


def path_of(page: Page) -> str:
    unknown = set(re.findall(r"{(\w+)", page.path)) - ARGUMENTS.keys()
    assert not unknown, f"{name_of(page)}: add an example of {', '.join(sorted(unknown))} to ARGUMENTS in {__file__}"
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: ARGUMENTS[found[1]], page.path)


def visit(
    console: Console, page: Page, role: str, fields: dict[str, str] | None = None, **headers: str
) -> httpx.Response:
    """As somebody of this role, in a browser of their own; a form has its right token where ``fields`` say no other."""
    key = secrets.token_urlsafe(32)
    cookies = {FORM_COOKIE: key}
    if role != "anyone":
        cookies = {SESSION_COOKIE: key}
        now = console.desk.now
        with console.desk.office() as office:
            session = Session(hash_token(key), PEOPLE[role], "link", "test", now, now, now + timedelta(hours=1))
            office.work.access.begin_session(session)
    sent = {"csrf": hashlib.sha256(b"form\0" + key.encode()).hexdigest()} if fields is None else fields
    with httpx.Client(base_url=console.url, cookies=cookies, timeout=20) as browser:
        return browser.request(
            page.method,
            path_of(page),
            data=sent if page.method == "POST" else None,
            headers={"Accept-Language": "en", **headers},
        )


def ours(console: Console) -> dict[str, str]:
    return {"Origin": console.url, "Sec-Fetch-Site": "same-origin"}


def is_refused(answer: httpx.Response) -> bool:
    """Whether the gate let nobody in: to the sign-in page, or one of its two refusals."""
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/sign-in?to=")
    words = load_texts("en")
    told = {401: words("error.sign_in"), 403: words("error.rank")}
    return answer.status_code in told and f">{told[answer.status_code]}<" in answer.text


def test_every_page_has_a_role_that_was_meant_for_it() -> None:
    found = {name_of(page): page.least.name.lower() for page in PAGES}
    missing = sorted(found.keys() - LEAST.keys())
    assert not missing, f"who may open these? Add them to LEAST in {__file__}: {missing}"
    assert found == LEAST


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_opens_for_its_role_and_for_those_above(console: Console, page: Page, role: str) -> None:
    answer = visit(console, page, role, **(ours(console) if page.method == "POST" else {}))
    assert is_refused(answer) is (ROLES.index(role) < ROLES.index(LEAST[name_of(page)])), answer.text[:2000]
    assert answer.status_code < 500, answer.text[:2000]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_page_that_is_not_in_the_list_opens_for_nobody(console: Console, method: str, role: str) -> None:
    answer = visit(console, Page(method, "/admin", lambda _: None, 0), role, **ours(console))  # type: ignore[arg-type, return-value]
    assert answer.status_code == 404


@pytest.mark.parametrize("page", [p for p in PAGES if p.method == "POST"], ids=name_of)
def test_form_counts_only_from_our_own_page_and_with_its_token(console: Console, page: Page) -> None:
    """All senders in one test, and the store compared around them: none of them changed anything."""
    before = dump(console)
    refusals = {
        "no origin": visit(console, page, "admin"),
        "foreign origin": visit(console, page, "admin", Origin="https://evil.example"),
        "opaque origin": visit(console, page, "admin", Origin="null"),
        "cross-site": visit(console, page, "admin", **{"Sec-Fetch-Site": "cross-site"}),
        "same-site": visit(console, page, "admin", **{"Sec-Fetch-Site": "same-site", "Origin": console.url}),
    }
    if not page.own_token:
        for what, fields in OUTSIDE.items():
            refusals[what] = visit(console, page, "admin", fields, **ours(console))
    assert {what: answer.status_code for what, answer in refusals.items()} == dict.fromkeys(refusals, 403)
    assert dump(console) == before


def test_every_answer_keeps_its_page_to_itself(console: Console) -> None:
    """S49: nothing from elsewhere or inline, nobody frames it, nothing is kept; a mail in its frame runs nothing."""
    lacking = []
    for page in PAGES:
        for role in ("anyone", "admin"):
            headers = visit(console, page, role).headers
            policy = headers["content-security-policy"]
            framed = page.framed and headers["content-type"].startswith("text/html")
            sound = [
                "default-src 'none'" in policy,
                "script-src" not in policy if framed else "script-src 'self';" in policy,
                "sandbox" in policy if framed else "frame-ancestors 'none'" in policy,
                framed or "unsafe-" not in policy,
                headers["x-content-type-options"] == "nosniff",
                headers["referrer-policy"] in ("same-origin", "no-referrer"),
                headers["cache-control"] == "no-store",
            ]
            lacking += [] if all(sound) else [(name_of(page), role, sound, policy)]
    assert lacking == []


@pytest.mark.parametrize("role", ROLES)
def test_looking_at_pages_changes_nothing(console: Console, role: str) -> None:
    before = dump(console)
    for page in PAGES:
        if page.method == "GET":
            visit(console, page, role)
            visit(console, page, role, **{"X-HTTP-Method-Override": "POST"})
    assert dump(console) == before


def dump(console: Console) -> dict[str, list[tuple[object, ...]]]:
    """All that the store holds, but for the sessions of the visits themselves."""
    engine = create_engine(console.desk.url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        held = {
            table.name: sorted(tuple(row) for row in connection.execute(table.select()))
            for table in tables.sorted_tables
            if table.name != "sessions"
        }
    engine.dispose()
    return held

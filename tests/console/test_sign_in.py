"""Coming in by a mailed link: once, in time, for its owner; and nothing to learn for anybody else (S46, S50)."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from mailbot.console.sessions import SESSION_COOKIE
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.sign_in import hash_token, is_token
from mailbot.workflows.sign_in import INVITE_LIVES, invite
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk
from tests.support.sign_in import mailed_links

LISA, OMAR = "lisa@desk.example", "omar@desk.example"


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    """One database is enough here: the links themselves are tried on both in ``tests/workflows``."""
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    with open_console(desk) as console:
        yield console


@pytest.fixture
def elsewhere(console: Console) -> Iterator[Console]:
    """Another browser."""
    with httpx.Client(base_url=console.url, timeout=20) as client:
        yield Console(console.desk, console.url, client)


def ask(console: Console, address: str = LISA, to: str = "/", **options: object) -> httpx.Response:
    return console.post("/sign-in", {"address": address, "to": to}, **options)


def link_to(console: Console, address: str = LISA) -> str:
    ask(console, address)
    return mailed_links(console.desk, address)[-1]


def is_in(console: Console) -> bool:
    return console.get("/sessions").status_code == 200


def test_link_signs_in_its_owner_and_leads_to_the_page_that_was_asked_for(console: Console) -> None:
    assert console.get("/sessions?a=b").headers["location"] == "/sign-in?to=/sessions%3Fa%3Db"
    ask(console, LISA, "/sessions?a=b")
    (link,) = mailed_links(console.desk, LISA)
    pressed = console.post(link, {})
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/sessions?a=b")
    assert is_in(console)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_link_leads_nowhere_but_into_the_console(console: Console, to: str) -> None:
    ask(console, LISA, to)
    assert console.post(mailed_links(console.desk, LISA)[0], {}).headers["location"] == "/"


def test_looking_at_the_link_uses_nothing_up(console: Console, elsewhere: Console) -> None:
    link = link_to(console)
    for _ in range(3):
        assert elsewhere.get(link).status_code == 200
        assert elsewhere.client.head(link).status_code == 200
    assert not is_in(elsewhere)
    assert console.post(link, {}).status_code == 303


def test_link_works_once_and_then_says_so(console: Console, elsewhere: Console) -> None:
    link = link_to(console)
    console.post(link, {})
    seen = elsewhere.get(link)
    pressed = elsewhere.post(link, {}, page="/sign-in")
    assert (seen.status_code, pressed.status_code, is_in(elsewhere)) == (410, 410, False)
    assert ["Länken är redan använd" in page.text for page in (seen, pressed)] == [True, True]


def test_link_that_two_press_at_once_lets_one_in(console: Console) -> None:
    link = link_to(console)
    token = re.search(r'name="csrf" value="(\w+)"', console.get("/sign-in").text)
    cookies = dict(console.client.cookies)
    gate, answers = threading.Barrier(4), []

    def press() -> None:
        with httpx.Client(base_url=console.url, cookies=cookies, timeout=20) as browser:
            gate.wait()
            headers = {"Origin": console.url}
            answers.append(browser.post(link, data={"csrf": token[1] if token else ""}, headers=headers).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410, 410, 410]


@pytest.mark.parametrize(("minutes", "works"), [(14.9, True), (15, False), (60, False)])
def test_link_is_short_lived(console: Console, minutes: float, works: bool) -> None:
    link = link_to(console)
    console.desk.later(minutes=minutes)
    assert console.get(link).status_code == (200 if works else 410)
    console.post(link, {}, page="/sign-in")
    assert is_in(console) is works


def test_invitation_lives_for_a_day_at_most(console: Console) -> None:
    assert timedelta(hours=24) >= INVITE_LIVES
    with console.desk.office() as office:
        invite(office, Mailbox("eva@kund.example", "Eva"), "reader", Mailbox("", "command line"), console.url)
    (link,) = mailed_links(console.desk, "eva@kund.example")
    console.desk.later(hours=24)
    assert console.get(link).status_code == 410


def test_link_that_was_overtaken_explains_itself(console: Console, elsewhere: Console) -> None:
    """Asking again ends nothing, or strangers could keep somebody out; coming in does."""
    first, second = link_to(console), link_to(elsewhere)
    assert first != second
    assert [console.get(link).status_code for link in (first, second)] == [200, 200]
    console.post(second, {})
    seen = elsewhere.get(first)
    assert (seen.status_code, "Länken har ersatts" in seen.text) == (410, True)
    assert elsewhere.post(first, {}, page="/sign-in").status_code == 410


def test_new_invitation_ends_the_one_before(console: Console) -> None:
    with console.desk.office() as office:
        for role in ("reader", "agent"):
            invite(office, Mailbox("eva@kund.example"), role, Mailbox("", "command line"), console.url)
    first, second = mailed_links(console.desk, "eva@kund.example")
    assert sorted(console.get(link).status_code for link in (first, second)) == [200, 410]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.swapcase(),
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: f"{token}%20",
        lambda token: f"%20{token}",
        lambda token: f"{token}%0A",
        lambda token: f"{token}%00",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token[0] + "%EF%BC%A1" + token[2:],
        lambda token: hash_token(token),
        lambda token: f"{token}=",
        lambda token: "%20",
        lambda token: "_" * 43,
        lambda token: "%F0%9F%94%91" * 11,
        lambda token: "null",
        lambda token: "x" * 5000,
    ],
)
def test_token_is_compared_letter_by_letter(console: Console, change: object) -> None:
    token = link_to(console).rpartition("/")[2]
    changed = f"/sign-in/{change(token)}"  # type: ignore[operator]
    answers = [console.get(changed).status_code, console.post(changed, {}, page="/sign-in").status_code]
    assert answers == [404, 404]
    assert not is_in(console)


def test_empty_token_is_no_link(console: Console) -> None:
    ask(console)
    assert console.get("/sign-in/").status_code == 404


def test_tokens_are_256_bits_and_never_the_same(console: Console, elsewhere: Console) -> None:
    links = [link_to(console, who).rpartition("/")[2] for who in (LISA, OMAR, LISA, OMAR)]
    assert len({*links}) == 4
    assert [is_token(link) for link in links] == [True] * 4


def test_link_of_one_is_not_the_link_of_another(console: Console) -> None:
    omars = link_to(console, OMAR)
    console.sign_in(LISA)
    console.post(omars, {}, page="/sessions")
    shown = console.get("/sessions").text
    assert (OMAR in shown, LISA in shown) == (True, False)


def test_session_that_a_browser_brought_is_not_the_one_it_gets(console: Console) -> None:
    """Session fixation: neither a made-up token nor one that was somebody's goes on."""
    link = link_to(console)
    console.client.cookies.set(SESSION_COOKIE, "chosen-by-an-attacker", domain="127.0.0.1")
    answer = console.post(link, {})
    begun = answer.cookies[SESSION_COOKIE]
    assert (len(begun), begun == "chosen-by-an-attacker") == (43, False)
    old = console.sign_in(OMAR)
    again = console.post(link_to_of(console, LISA), {}, page="/sessions").cookies[SESSION_COOKIE]
    console.client.cookies.clear()
    for token, works in ((old, False), ("chosen-by-an-attacker", False), (again, True)):
        console.client.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1")
        assert is_in(console) is works
        console.client.cookies.clear()


def link_to_of(console: Console, address: str) -> str:
    """Asked for in another browser, so that this one keeps its session."""
    with httpx.Client(base_url=console.url, timeout=20) as client:
        ask(Console(console.desk, console.url, client), address)
    return mailed_links(console.desk, address)[-1]


def test_signing_out_ends_the_session_and_not_only_the_cookie(console: Console) -> None:
    console.post(link_to(console), {})
    token = console.client.cookies[SESSION_COOKIE]
    answer = console.post("/sign-out", {}, page="/sessions")
    assert (answer.headers["location"], SESSION_COOKIE in console.client.cookies) == ("/sign-in", False)
    console.client.cookies.set(SESSION_COOKIE, token, domain="127.0.0.1")
    assert not is_in(console)


def test_every_answer_to_an_address_is_the_same(console: Console) -> None:
    """Known, unknown, removed or no address at all: only the words that were typed differ."""
    with console.desk.office() as office:
        from mailbot.workflows.members import COMMAND_LINE, remove_member

        remove_member(office, OMAR, COMMAND_LINE)
    typed = [LISA, OMAR, "nobody@desk.example", "nobody", "", "Lisa@desk.example", "\u212aim@desk.example", "a@b\r\nc"]
    answers = [ask(console, address) for address in typed]
    pages = {
        answer.text.replace(address.strip(), "ADDRESS")
        for answer, address in zip(answers, typed, strict=True)
        if address
    }
    assert ({answer.status_code for answer in answers}, len(pages)) == ({200}, 1)
    assert [len(mailed_links(console.desk, who)) for who in (LISA, OMAR)] == [2, 0]


def test_mail_goes_to_the_address_that_the_desk_knows_and_not_to_what_was_typed(console: Console) -> None:
    """Of letters that are equal in some case only (the Kelvin sign and k), none opens somebody's mailbox elsewhere."""
    with console.desk.office() as office:
        invite(office, Mailbox("kim@desk.example"), "admin", Mailbox("", "command line"), console.url)
    before = len(mailed_links(console.desk, "kim@desk.example"))
    for typed in (
        "\u212aim@desk.example",
        "kim@desk.example\u0131",
        "ｋim@desk.example",
        "kim@desk.example,x@evil.example",
    ):
        ask(console, typed)
    console.desk.deliver()
    with console.desk.office() as office:
        recipients = {mail.recipient for mail in office.work.outbox.list_rows()}
    assert (recipients, len(mailed_links(console.desk, "kim@desk.example"))) == ({"kim@desk.example"}, before)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "666"},
        {"X-Original-URL": "https://evil.example/"},
    ],
)
def test_link_leads_where_settings_say(console: Console, headers: dict[str, str]) -> None:
    console.client.headers.update(headers)
    ask(console)
    console.desk.deliver()
    sent = next((console.desk.folder / "out").glob("*.eml")).read_bytes()
    assert (b"evil" in sent, b"666" in sent, b"http://127.0.0.1:8026/sign-in/" in sent) == (False, False, True)


def test_foreign_host_sends_no_link(desk: WorkingDesk) -> None:
    with open_console(desk, base_url="https://desk.example") as console:
        headers = {"Host": "evil.example", "Origin": "https://evil.example"}
        answer = console.client.post("/sign-in", data={"address": LISA}, headers=headers)
    assert (answer.status_code, mailed_links(desk, LISA)) == (421, [])


def test_behind_https_cookies_are_of_this_host_and_secure(desk: WorkingDesk) -> None:
    with open_console(desk, base_url="https://desk.example") as console:
        console.client.headers["Host"] = "desk.example"
        ours = {"Origin": "https://desk.example"}
        shown = console.get("/sign-in")
        jar = re.search(r"mailbot-form=([\w-]{43})", shown.headers["set-cookie"])
        token = re.search(r'name="csrf" value="(\w+)"', shown.text)
        assert jar and token
        cookie = {"Cookie": f"mailbot-form={jar[1]}"}
        console.client.post("/sign-in", data={"csrf": token[1], "address": LISA}, headers=ours | cookie)
        sent = next((desk.folder / "out").glob("*.eml")) if desk.deliver() else None
        assert sent and b"https://desk.example/sign-in/" in sent.read_bytes()
        (link,) = mailed_links(desk, LISA)
        answer = console.client.post(link, data={"csrf": token[1]}, headers=ours | cookie)
    begun = [c for c in answer.headers.get_list("set-cookie") if "session" in c]
    assert [re.sub(r"=[\w-]{43};", "=…;", c) for c in begun] == [
        "__Host-mailbot-session=…; HttpOnly; Path=/; SameSite=lax; Secure"
    ]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"

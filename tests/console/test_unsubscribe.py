"""Unsubscribing: one click of somebody's mail program from anywhere, or a button of the page; never by looking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from mailbot.console.one_click import read_one_click, says_one_click
from mailbot.console.unsubscribe import form_token
from mailbot.desk.announcements import Announcement
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.event_audience import Choice, Member, Way
from mailbot.workflows import announcements, event_mail
from mailbot.workflows.timers import fire_due
from tests.support.console import Console, open_console
from tests.support.desk import LISA, WorkingDesk, read_letter

ON_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
BO = "bo@kommun.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    with desk.office() as office:
        office.work.event_audience.keep_members([Member(Mailbox(BO, "Bo Ek"), office.now, LISA.address)])
        said = Announcement(0, 0, False, "E-posten", "Den är långsam.", desk.now, patterns=("mejl*",), to_audience=True)
        announcements.announce(office, said, LISA)
    fire_due(desk.desk.open_office, {event_mail.KIND: event_mail.send_round}, "test#t")
    with open_console(desk) as console:
        yield console


@pytest.fixture
def link(console: Console) -> str:
    """The path of the link in Bo's mail."""
    with console.desk.office() as office:
        letter = next(m for m in office.work.outbox.list_rows() if m.recipient == BO)
    text = str(read_letter(letter.content).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    found = re.search(r"<(http://127\.0\.0\.1:8026/unsubscribe/[a-z0-9-]+)>", text)
    assert found, text
    return urlsplit(found[1]).path


def choice(console: Console) -> Choice | None:
    with console.desk.office() as office:
        return office.work.event_audience.find_choice(BO)


def press(console: Console, link: str, wish: str, **more: str) -> httpx.Response:
    fields = {"token": form_token(link.rpartition("/")[2]), "wish": wish, **more}
    return console.client.post(link, data=fields, headers={"Origin": console.url, "Sec-Fetch-Site": "same-origin"})


def from_anywhere(console: Console, link: str, **request: object) -> httpx.Response:
    """As a mail provider sends it: a client of its own, no cookie, no Origin, nothing that a browser says."""
    return httpx.post(f"{console.url}{link}", timeout=20, **request)  # type: ignore[arg-type]


@pytest.mark.parametrize("request_", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}])
def test_one_click_from_anywhere_unsubscribes(console: Console, link: str, request_: dict[str, object]) -> None:
    answer = from_anywhere(console, link, **request_)
    assert (answer.status_code, answer.text, answer.cookies) == (200, "OK", httpx.Cookies())
    assert choice(console) == Choice(BO, False, console.desk.now, Way.ONE_CLICK, BO, 1)


@ON_SQLITE
def test_one_click_again_changes_nothing(console: Console, link: str) -> None:
    from_anywhere(console, link, data=ONE_CLICK)
    first = choice(console)
    console.desk.later(hours=1)
    again = from_anywhere(console, link, data=ONE_CLICK)
    assert (again.status_code, again.text, choice(console)) == (200, "OK", first)


@ON_SQLITE
def test_browser_of_a_foreign_page_may_click_too(console: Console, link: str) -> None:
    """A web mail's page sends its own Origin; the token is what counts."""
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert from_anywhere(console, link, data=ONE_CLICK, headers=headers).status_code == 200
    assert choice(console) is not None


@ON_SQLITE
def test_link_that_is_not_ours_is_answered_alike_and_does_nothing(console: Console, link: str) -> None:
    ours = from_anywhere(console, link, data=ONE_CLICK)
    forged = [
        link[:-1] + ("a" if link[-1] != "a" else "b"),
        link.replace("unsubscribe/u", "unsubscribe/e"),
        "/unsubscribe/x",
        f"{link}%00",
    ]
    answers = [from_anywhere(console, path, data=ONE_CLICK) for path in forged]
    assert [(a.status_code, a.text) for a in answers] == [(ours.status_code, ours.text)] * 4
    known = ("content-type", "cache-control", "content-length")
    assert [[a.headers[n] for n in known] for a in answers] == [[ours.headers[n] for n in known]] * 4


@ON_SQLITE
def test_looking_changes_nothing(console: Console, link: str) -> None:
    for look in (console.get(link), console.get(link), console.client.head(link)):
        assert look.status_code == 200
    assert choice(console) is None
    shown = console.get(link).text
    assert ("b…@kommun.example" in shown, BO in shown, "Bo Ek" in shown) == (True, False, False)


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"List-Unsubscribe=One-Clic",
        b"List-Unsubscribe=One-Click&wish=return",
        b"wish=leave",
        b"x" * 20_000,
        b"\xff",
    ],
)
def test_post_from_anywhere_that_does_not_say_it_changes_nothing(console: Console, link: str, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert from_anywhere(console, link, content=body, headers=headers).status_code == 403
    assert choice(console) is None


@ON_SQLITE
def test_one_click_opens_no_other_form(console: Console) -> None:
    for path in ("/sign-out", "/look", "/answer/1-1-1-kaaaaaaaaaaaaaaaaaaaaaaaaaa"):
        assert from_anywhere(console, path, data=ONE_CLICK).status_code == 403


@ON_SQLITE
def test_button_unsubscribes_and_another_takes_it_back(console: Console, link: str) -> None:
    answer = press(console, link, "leave")
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert choice(console) == Choice(BO, False, console.desk.now, Way.PAGE, BO, 1)
    assert 'value="return"' in console.get(link).text
    press(console, link, "return")
    assert choice(console) == Choice(BO, True, console.desk.now, Way.PAGE, BO, 1)
    assert 'value="leave"' in console.get(link).text


@ON_SQLITE
def test_coming_back_takes_the_page(console: Console, link: str) -> None:
    from_anywhere(console, link, data=ONE_CLICK)
    assert press(console, link, "return", token="0" * 64).status_code == 403
    foreign = from_anywhere(console, link, data={"wish": "return", "token": form_token(link.rpartition("/")[2])})
    assert foreign.status_code == 403
    assert choice(console) == Choice(BO, False, console.desk.now, Way.ONE_CLICK, BO, 1)


@ON_SQLITE
def test_button_without_a_wish_does_nothing(console: Console, link: str) -> None:
    assert press(console, link, "").status_code == 303
    assert choice(console) is None


@ON_SQLITE
def test_unknown_link_is_told_how_to_reach_the_desk(console: Console) -> None:
    answer = console.get("/unsubscribe/u1-1-kaaaaaaaaaaaaaaaaaaaaaaaaaa?lang=en")
    assert (answer.status_code, "We do not know this link" in answer.text) == (404, True)


@ON_SQLITE
@pytest.mark.parametrize(("tag", "title"), [("sv", "Vill du inte ha mejl"), ("en", "No more messages")])
def test_page_speaks_the_language_that_is_asked_for(console: Console, link: str, tag: str, title: str) -> None:
    assert title in console.get(f"{link}?lang={tag}").text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        ("", b"List-Unsubscribe=One-Click"),
        ("application/x-www-form-urlencoded; charset=utf-8", b"List%2DUnsubscribe=One-Click"),
        (
            'multipart/form-data; boundary="x"',
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
    ],
)
def test_one_click_is_understood_in_both_its_forms(content_type: str, body: bytes) -> None:
    assert says_one_click(read_one_click(content_type, body))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\nOne-Click"),
        ("multipart/form-data; boundary=x\r\nX: y", b"--x"),
        ("application/x-www-form-urlencoded", b"&" * 9_000),
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click" * 1_000),
        ("text/plain", "List-Unsubscribe=One-Click\u2028".encode()),
    ],
)
def test_everything_else_is_not_one_click(content_type: str, body: bytes) -> None:
    assert not says_one_click(read_one_click(content_type, body))

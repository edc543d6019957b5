"""The gate: foreign hosts, forms that are not ours, sessions that have ended, and pages that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk


@pytest.fixture
def console(desk: WorkingDesk) -> Iterator[Console]:
    with open_console(desk) as console:
        yield console


def test_answer_has_the_headers_that_keep_a_page_to_itself(console: Console) -> None:
    headers = console.get("/nowhere").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["referrer-policy"], headers["cache-control"]) == ("same-origin", "no-store")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_foreign_host_is_not_answered(console: Console, host: str) -> None:
    assert console.get("/", headers={"Host": host}).status_code in (400, 421)


def test_page_that_does_not_exist_is_missing_in_the_visitors_language(console: Console) -> None:
    answers = [console.get("/nowhere", headers={"Accept-Language": tag}) for tag in ("en-GB,en", "sv-SE,sv;q=0.9")]
    assert [a.status_code for a in answers] == [404, 404]
    assert ['<html lang="en"' in answers[0].text, '<html lang="sv"' in answers[1].text] == [True, True]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_form_of_another_place_changes_nothing(console: Console, headers: dict[str, str]) -> None:
    console.get("/nowhere")
    answer = console.client.post("/look", data={"theme": "dark"}, headers=headers)
    assert (answer.status_code, "mailbot-theme" in answer.cookies) == (403, False)


def test_form_without_its_token_changes_nothing(console: Console) -> None:
    console.get("/nowhere")
    answer = console.client.post("/look", data={"theme": "dark", "csrf": "0" * 64}, headers={"Origin": console.url})
    assert (answer.status_code, "mailbot-theme" in answer.cookies) == (403, False)


def test_form_too_large_is_refused(console: Console) -> None:
    answer = console.client.post("/look", content=b"theme=" + b"x" * 2_100_000, headers={"Origin": console.url})
    assert answer.status_code == 413


@pytest.mark.parametrize("minutes", [31, 12 * 60 + 1])
def test_session_ends_by_itself(console: Console, minutes: int) -> None:
    console.sign_in("lisa@desk.example")
    assert console.get("/").headers["location"] == "/tickets"
    console.desk.later(minutes=minutes)
    assert console.get("/").headers["location"] == "/sign-in"


def test_session_in_use_lives_its_longest_and_no_longer(console: Console) -> None:
    console.sign_in("lisa@desk.example")
    seen = []
    for _ in range(49):
        console.desk.later(minutes=15)
        seen.append(console.get("/").headers["location"])
    assert (seen[:47], seen[47:]) == (["/tickets"] * 47, ["/sign-in"] * 2)


def test_session_that_was_ended_opens_nothing(console: Console) -> None:
    from mailbot.console.sessions import hash_token

    token = console.sign_in("lisa@desk.example")
    with console.desk.office() as office:
        office.work.access.end_session(hash_token(token), console.desk.now)
    assert console.get("/").headers["location"] == "/sign-in"


def test_session_of_a_stranger_opens_nothing(console: Console) -> None:
    console.sign_in("nobody@elsewhere.example")
    assert console.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ("/tickets?state=open", "/tickets?state=open"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        ("/a//b", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_way_back_stays_in_the_console(sent: str, where: str) -> None:
    from mailbot.console.frame import local_path

    assert local_path(sent) == where

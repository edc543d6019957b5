"""``mailbot admin``: the first admin comes in by it, and whoever must go, goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import CommandLine
from tests.support.console import open_console
from tests.support.desk import WorkingDesk
from tests.support.sign_in import mailed_links

KIM = "kim@kommun.example"


def test_first_admin_comes_in_by_the_printed_link(cli: CommandLine, desk: WorkingDesk) -> None:
    told, link = cli.lines("admin", "invite", KIM, "--name", "Kim")
    assert told == f"{KIM} is admin and has been sent a link; it works once, for 24 hours."
    assert re.fullmatch(r"http://127\.0\.0\.1:8026/sign-in/[\w-]{43}", link)
    assert mailed_links(desk, KIM) == [link.removeprefix("http://127.0.0.1:8026")]
    with open_console(desk) as console:
        console.post(mailed_links(desk, KIM)[0], {})
        assert console.get("/people").status_code == 200


def test_list_says_who_and_by_what(cli: CommandLine) -> None:
    cli("admin", "invite", KIM, "--role", "reader")
    cli("admin", "invite", "lisa@desk.example")
    cli("admin", "remove", "omar@desk.example")
    assert [(row["address"], row["role"], row["by"]) for row in cli.json("admin", "list")] == [
        (KIM, "reader", "invited by command line"),
        ("lisa@desk.example", "admin", "settings, invited by command line"),
        ("omar@desk.example", None, "settings, invited by command line"),
    ]


def test_sessions_are_listed_and_ended(cli: CommandLine, desk: WorkingDesk) -> None:
    assert cli.lines("admin", "sessions") == ["Nobody is signed in."]
    desk.now = datetime.now(UTC)
    with open_console(desk) as console:
        console.sign_in("lisa@desk.example")
        console.sign_in("omar@desk.example")
        (session,) = cli.json("admin", "sessions", "lisa@desk.example")
        assert (session["address"], session["way"]) == ("lisa@desk.example", "link")
        assert console.get("/sessions").status_code == 200
        assert cli.lines("admin", "sessions", "omar@desk.example", "--end") == ["1 ended."]
        assert console.get("/sessions").status_code == 303
    assert [row["address"] for row in cli.json("admin", "sessions")] == ["lisa@desk.example"]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("support@desk.example", "support@desk.example is the desk's own address: invite people by theirs"),
        ("kim", "'kim' is not an e-mail address"),
    ],
)
def test_what_cannot_be_invited_is_told(cli: CommandLine, address: str, problem: str) -> None:
    assert cli.error("admin", "invite", address) == f"Error: {problem}"


def test_removing_a_stranger_is_told(cli: CommandLine) -> None:
    assert cli.error("admin", "remove", KIM) == f"Error: nobody with the address {KIM} may come into the console"


def test_link_needs_a_place_to_lead_to(cli: CommandLine) -> None:
    nowhere = {"MAILBOT_CONSOLE__PORT": "0"}
    assert cli.error("admin", "invite", KIM, **nowhere).startswith("Error: a link needs to know where the console is")
    assert cli.error("admin", "invite", KIM, MAILBOT_CONSOLE__ON="false").startswith("Error: the console is off")


def test_link_is_not_printed_where_mail_leaves_the_machine(cli: CommandLine) -> None:
    smtp = {
        "MAILBOT_DELIVERY__MODE": "smtp",
        "MAILBOT_DELIVERY__HOST": "127.0.0.1",
        "MAILBOT_CONSOLE__BASE_URL": "https://desk.example",
    }
    assert len(cli.lines("admin", "invite", KIM, **smtp)) == 1

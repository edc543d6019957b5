"""``mailbot check`` and what stands between a command and its desk: settings, doors, databases that do not answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from mailbot.cli import main as command_line
from mailbot.store import mounts
from tests.cli.conftest import CommandLine
from tests.support.ports import free_port
from tests.support.scripted_smtp import ScriptedSmtp


def with_settings(cli: CommandLine, *more: str, without: str = "") -> None:
    """The settings of the desk, with tables added, and one table replaced by those."""
    text = cli.settings.read_text()
    if without:
        before, _, rest = text.partition(f"[{without}]\n")
        text = before + rest.partition("\n[")[1].lstrip("\n") + rest.partition("\n[")[2]
    cli.settings.write_text(text + "\n" + "\n".join(more))


def test_all_doors_of_a_good_desk_work(cli: CommandLine) -> None:
    with_settings(cli, f"[smtp]\nport = {free_port()}")
    assert [(d["door"], d["works"]) for d in cli.json("check")] == [
        (door, True)
        for door in (
            "database",
            "delivery",
            "templates",
            "smtp door",
            "calendars",
            "agents",
            "console",
            "authentication",
        )
    ]


def test_doors_for_mail_are_tried_with_their_certificate_and_the_one_for_lmtp_too(
    cli: CommandLine, tmp_path: Path
) -> None:
    port = free_port()
    with_settings(
        cli,
        f'[smtp]\nport = {port}\ntls_certificate_file = "{__file__}"\ntls_key_file = "{__file__}"',
        f'[lmtp]\non = true\nsocket = "{tmp_path}/lmtp"',
    )
    found = {d["door"]: (d["works"], d["found"]) for d in cli.json("check", fails=1)}
    assert found["smtp door"][0] is False
    assert found["smtp door"][1].startswith(f"the certificate {__file__} or its key {__file__} cannot be used: ")
    assert found["lmtp door"] == (True, f"{tmp_path}/lmtp can be opened")


def test_place_of_the_lmtp_door_that_cannot_be_had_is_told(cli: CommandLine, tmp_path: Path) -> None:
    with_settings(cli, f'[lmtp]\non = true\nsocket = "{tmp_path}/nowhere/lmtp"')
    found = {d["door"]: (d["works"], d["found"]) for d in cli.json("check", fails=1)}
    assert found["lmtp door"] == (
        False,
        f"{tmp_path}/nowhere/lmtp cannot be opened: there is no folder {tmp_path}/nowhere",
    )


def test_doors_that_do_not_answer_are_marked_and_no_secret_is_shown(cli: CommandLine) -> None:
    secret, password, mailbox = "S" * 40, "delivery-password", "mailbox-password"
    sink, imap = free_port(), free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with_settings(
            cli,
            f'[delivery]\nmode = "smtp"\nhost = "127.0.0.1"\nport = {sink}\ntls = "none"',
            f'username = "desk"\npassword = "{password}"',
            f"[smtp]\nport = {taken.getsockname()[1]}",
            f'[[imap]]\nname = "helpdesk"\nhost = "127.0.0.1"\nport = {imap}\ntls = "none"',
            f'username = "help"\npassword = "{mailbox}"',
            without="delivery",
        )
        cli.settings.write_text(cli.settings.read_text().replace("secret_file = ", f'secret = "{secret}"\n# '))
        shown = cli("check", fails=1).stdout
    lines = [line for line in shown.splitlines() if line.startswith(("✓", "✗"))]
    assert [(line[0], line[2:16].strip()) for line in lines] == [
        ("✓", "database"),
        ("✗", "delivery"),
        ("✓", "templates"),
        ("✗", "smtp door"),
        ("✗", "imap helpdesk"),
        ("✓", "calendars"),
        ("✓", "agents"),
        ("✓", "console"),
        ("✓", "authentication"),
    ]
    assert lines[-6].endswith("cannot be opened: Address already in use")
    assert lines[-5].endswith(f"127.0.0.1:{imap}: Connection refused")
    assert 'addresses = ["support@desk.example", "help@desk.example"]' in shown
    assert [word for word in (secret, password, mailbox) if word in shown] == []


def test_a_delivery_that_answers_works(cli: CommandLine) -> None:
    with ScriptedSmtp() as server:
        with_settings(
            cli,
            f'[delivery]\nmode = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"',
            without="delivery",
        )
        works = {d["door"]: d["works"] for d in cli.json("check")}
    assert works["delivery"] is True
    assert server.mails == []


@pytest.mark.parametrize("arguments", [("check",), ("ticket", "list"), ("serve",), ("people", "list")], ids=" ".join)
def test_wrong_settings_are_told_all_at_once(cli: CommandLine, arguments: tuple[str, ...]) -> None:
    with_settings(cli, '[smtp]\nprot = 25\nconnections = "many"')
    error = cli.error(*arguments)
    assert "smtp.prot" in error and "smtp.connections" in error and "port" in error


def test_settings_file_that_is_not_there_is_named(cli: CommandLine) -> None:
    cli.settings.unlink()
    assert str(cli.settings) in cli.error("ticket", "list")


UNREACHABLE = "postgresql+psycopg://desk:hunter2@127.0.0.1:{port}/desk"


@pytest.mark.parametrize("arguments", [("ticket", "list"), ("serve",), ("db", "revision")], ids=" ".join)
def test_unreachable_database_is_told_without_a_traceback_or_its_password(
    cli: CommandLine, arguments: tuple[str, ...]
) -> None:
    cli.settings.write_text(cli.settings.read_text().replace(desk_url(cli), UNREACHABLE.format(port=free_port())))
    error = cli.error(*arguments)
    assert error.startswith("Error: the database does not answer as it should: ")
    assert error.endswith("Try `mailbot check`.")
    assert "refused" in error and "hunter2" not in error
    found = {d["door"]: d for d in cli.json("check", fails=1)}
    assert (found["database"]["works"], "hunter2" in str(found)) == (False, False)


@pytest.mark.parametrize("url", ["nonsense", "oracle://desk", "mysql+nosuch://desk"])
def test_database_that_mailbot_does_not_know_is_told(cli: CommandLine, url: str) -> None:
    cli.settings.write_text(cli.settings.read_text().replace(desk_url(cli), url))
    assert cli.error("ticket", "list").startswith("Error: ")


def test_database_on_a_network_disk_is_refused_by_every_command(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"28 22 0:25 / {tmp_path} rw - nfs4 files.example:/desk rw\n")
    monkeypatch.setattr(mounts, "MOUNT_TABLE", table)
    refused = (
        f"[store] url: {tmp_path} lies on a network file system (nfs4 at {tmp_path}), where SQLite loses mail. Put the "
        "database on a disk of this machine, or use PostgreSQL (postgresql://…). Is it a local disk after all: [store] "
        "any_file_system = true"
    )
    assert {cli.error("serve"), cli.error("ticket", "list"), cli.error("db", "upgrade")} == {f"Error: {refused}"}
    assert next((d["works"], d["found"]) for d in cli.json("check", fails=1) if d["door"] == "database") == (
        False,
        refused,
    )
    cli.settings.write_text(cli.settings.read_text().replace("[store]", "[store]\nany_file_system = true"))
    assert cli.lines("ticket", "list") == ["No tickets. Mail to the desk, or `mailbot ticket new`, makes one."]


def test_file_that_is_no_database_is_told(cli: CommandLine) -> None:
    Path(desk_url(cli).removeprefix("sqlite:///")).write_bytes(
        b"this is not a database, it is a letter to my mother" * 99
    )
    assert cli.error("ticket", "list").startswith("Error: the database does not answer as it should: ")


def desk_url(cli: CommandLine) -> str:
    return cli.settings.read_text().partition('url = "')[2].partition('"')[0]


def test_command_line_is_what_the_program_runs() -> None:
    from mailbot import __main__ as program

    assert program.main.__module__ == "mailbot.__main__"
    assert command_line.name == "main"


def test_console_says_who_may_come_and_what_is_missing(cli: CommandLine) -> None:
    def console() -> tuple[bool, str]:
        return next((d["works"], d["found"]) for d in cli.json("check", fails=int(broken)) if d["door"] == "console")

    broken = False
    assert console() == (True, "reached at http://127.0.0.1:8026; 2 may come in")
    with_settings(cli, '[console]\nbase_url = "https://desk.example"')
    alone = "reached at https://desk.example; proxies is empty: all visitors count as one place"
    assert console() == (True, f"{alone}; 2 may come in")
    broken, closed = True, free_port()
    with_settings(cli, f'[console.oidc]\nissuer = "http://127.0.0.1:{closed}"\nclient_id = "m"')
    assert console() == (False, f"http://127.0.0.1:{closed}: ConnectError")

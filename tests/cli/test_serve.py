"""``mailbot serve`` as a service manager meets it: one line when it is ready, and a clear word when it cannot be."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.conftest import CommandLine
from tests.support.desk import WorkingDesk
from tests.support.ports import stop_program


def run(cli: CommandLine, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mailbot", "--settings", str(cli.settings), *arguments]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(cli: CommandLine, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program and its first line."""
    program = run(cli, "serve", *arguments)
    assert program.stdout is not None
    try:
        yield program, program.stdout.readline()
    finally:
        stop_program(program)  # type: ignore[arg-type]
        program.communicate()


def test_ready_line_names_the_real_ports_and_the_store(cli: CommandLine) -> None:
    cli.settings.write_text(
        cli.settings.read_text() + "[smtp]\nport = 0\n[lmtp]\non = true\nport = 0\n[console]\nport = 0\n"
    )
    with serving(cli) as (program, line):
        found = re.fullmatch(
            r"ready smtp=127\.0\.0\.1:(\d+) lmtp=127\.0\.0\.1:(\d+) console=http://127\.0\.0\.1:(\d+) store=(sqlite:///\S+)\n",
            line,
        )
        assert found, line
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=30) as guest:
            assert guest.recv(4) == b"220 "
        program.terminate()
        assert program.stdout is not None
        assert (program.wait(30), program.stdout.read()) == (0, "stopped\n")


def test_parts_without_doors_are_ready_without_ports(cli: CommandLine) -> None:
    with serving(cli, "--only", "intake, delivery") as (_, line):
        assert re.fullmatch(r"ready store=sqlite:///\S+\n", line)


def test_second_desk_on_the_same_port_is_told(cli: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        cli.settings.write_text(cli.settings.read_text() + f"[smtp]\nport = {port}\n[console]\nport = 0\n")
        program = run(cli, "serve")
        shown, errors = program.communicate(timeout=60)
    assert (program.returncode, shown) == (1, "")
    said = errors.splitlines()[-1]
    assert said.startswith("Error: a door cannot be opened: ") and said.endswith("; is another desk running?")
    assert f"{port}" in said and "address already in use" in said.lower()
    assert "Traceback" not in errors


def test_unknown_part_is_told_with_all_there_are(cli: CommandLine) -> None:
    error = cli.error("serve", "--only", "smtp,pop3,intake", fails=2)
    assert error.endswith(
        "Error: --only does not know pop3; there are smtp, lmtp, imap, console, intake, delivery, timetable."
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [(("ticket", "list"), 0), (("ticket", "show", "1"), 1), (("ticket", "shwo", "1"), 2)]
)
def test_exit_code_tells_a_script_how_it_went(cli: CommandLine, arguments: tuple[str, ...], code: int) -> None:
    program = run(cli, *arguments)
    shown, errors = program.communicate(timeout=60)
    assert program.returncode == code
    assert (shown == "", errors == "") == (code != 0, code == 0)
    assert "Traceback" not in errors


def test_reader_that_goes_away_is_no_trouble(cli: CommandLine) -> None:
    program = run(cli, "check")
    assert program.stdout is not None and program.stderr is not None
    program.stdout.close()
    assert "Traceback" not in program.stderr.read()
    program.wait(60)
    program.stderr.close()


def test_mail_on_a_terminal_cannot_steer_it_and_in_a_file_is_whole(desk: WorkingDesk, cli: CommandLine) -> None:
    raw = b"From: anna@kommun.example\r\nSubject: S\r\n\r\n\x1b]0;title\x07 \x1b[2Jhej\xe5 \xc2\x9b5m\r\n"
    row = desk.receive_raw(raw, "anna@kommun.example")
    terminal, theirs = pty.openpty()
    program = run(cli, "mail", "raw", str(row.id), stdout=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says EIO when the other side is closed
        while piece := os.read(terminal, 65_536):
            shown += piece
    os.close(terminal)
    assert (program.wait(60), program.communicate()[1]) == (0, "")
    assert shown.decode().splitlines()[3] == " ]0;title   [2Jhej\ufffd  5m"
    assert cli("mail", "raw", str(row.id)).stdout_bytes == raw

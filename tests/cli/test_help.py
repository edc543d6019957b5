"""Every command says what it does and shows an example; a mistyped one is told what was perhaps meant."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from mailbot import __version__
from mailbot.cli import COMMANDS, main


def every_command() -> Iterator[tuple[str, ...]]:
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(f"mailbot.cli.{module}").command
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, under) for under in command.commands)


@pytest.mark.parametrize("path", [(), *every_command()], ids=lambda path: " ".join(path) or "mailbot")
def test_help_has_an_example_of_this_very_command(path: tuple[str, ...]) -> None:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*path, "--help"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"  {' '.join(('mailbot', *path))}" in done.stdout.partition("Example")[2]
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert CliRunner().invoke(main, [*path, "-h"]).stdout.split() == done.stdout.split()


def test_commands_of_the_first_line_of_help_can_all_be_called() -> None:
    assert {"serve", "ticket", "mail", "outbox", "people", "check", "db", "audit"} <= set(COMMANDS)
    acts = set(importlib.import_module("mailbot.cli.ticket").command.commands)
    assert " ".join(sorted(acts)) == (
        "affected assign cancel escalate link links list log merge new note priority reopen reply resolve resume "
        "return show split take undo-accept unlink unmerge unsplit verify wait watch-list why"
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tickets", "There is no command `tickets`. Did you mean `ticket`?"),
        ("outobx", "There is no command `outobx`. Did you mean `outbox`?"),
        ("frobnicate", f"There is no command `frobnicate`. There are: {', '.join(COMMANDS)}."),
    ],
)
def test_mistyped_command_is_told_the_nearest(typed: str, said: str) -> None:
    done = CliRunner().invoke(main, [typed])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == f"Error: {said}"


def test_mistyped_command_of_a_noun_is_told_the_nearest() -> None:
    done = CliRunner().invoke(main, ["ticket", "resolv", "SD-1001"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "There is no command `ticket resolv`. Did you mean `ticket resolve`?" in done.stderr


def test_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"mailbot, version {__version__}\n"


# What is heavy, and what a look at the tickets does not need: doors, parsers, templates, holidays, the clock.
HEAVY = """aiosmtpd alembic apscheduler babel css_inline dkim dns email_validator flufl holidays imapclient jinja2 nh3
publicsuffixlist selectolax smtplib spf structlog tnefparse"""
LOADED = """
import runpy, sys
sys.argv = ["mailbot", *{arguments!r}]
try:
    runpy.run_module("mailbot", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
loaded = {{name.split(".")[0] for name in sys.modules}} & set({heavy!r}.split())
closed = ("mailbot.parsers", "mailbot.templates", "mailbot.channels", "mailbot.courier")
rooms = {{name for name in sys.modules if name.startswith(closed)}}
print(sorted(loaded | rooms), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "beyond"),
    [
        (["--help"], "msgspec sqlalchemy"),
        (["ticket", "resolve", "--help"], "msgspec sqlalchemy"),
        (["ticket", "list"], ""),
        (["outbox", "list", "--json"], ""),
        (["people", "list"], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_command_imports_only_what_it_needs(
    arguments: list[str], beyond: str, settings_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILBOT_SETTINGS", settings_file)
    program = LOADED.format(arguments=arguments, heavy=f"{HEAVY} {beyond}")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == "[]"

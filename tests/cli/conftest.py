"""The command line on a working desk: ``cli("ticket", "list")`` as a terminal of 80 columns would show it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mailbot.cli import main
from tests.support.desk import WorkingDesk


class CommandLine:
    """Runs commands in this process. ``columns`` is the width of the window, ``colour`` whether it shows colours."""

    def __init__(self, settings: Path) -> None:
        self.settings = settings
        self.columns, self.colour = 80, False

    def __call__(self, *arguments: str, typed: str | bytes = "", fails: int = 0, **environment: str) -> Result:
        done = CliRunner(env={"COLUMNS": str(self.columns), **environment}).invoke(
            main, ["--settings", str(self.settings), *arguments], input=typed, color=self.colour
        )
        assert done.exit_code == fails, f"{done.output}\n{done.exception!r}"
        return done

    def lines(self, *arguments: str, **more: Any) -> list[str]:
        return self(*arguments, **more).stdout.splitlines()

    def json(self, *arguments: str, **more: Any) -> Any:
        return json.loads(self(*arguments, "--json", **more).stdout)

    def error(self, *arguments: str, fails: int = 1, **more: Any) -> str:
        """What stands on standard error; nothing may stand on standard output."""
        done = self(*arguments, fails=fails, **more)
        assert done.stdout == ""
        return done.stderr.strip()


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    """One database is enough here: what the commands ask of it is tested on both in the store."""
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


@pytest.fixture
def cli(desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("LOGNAME", "nobody-of-the-desk")
    monkeypatch.delenv("MAILBOT_AGENT", raising=False)
    return CommandLine(desk.folder / "settings.toml")


@pytest.fixture
def settings_file(cli: CommandLine) -> str:
    return str(cli.settings)

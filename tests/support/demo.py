"""The embedded default as a newcomer starts it: the real program, SQLite, outgoing mail in a folder, its demo inbox.

with open_demo(folder) as demo:
    page.goto(f"{demo.url}/demo")
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailbot.app import Desk
from mailbot.settings import load_settings
from tests.support.ports import free_port, stop_program

SETTINGS = "[smtp]\nport = 0\n[console]\nport = {port}\n"


@dataclass(frozen=True)
class Demo:
    """``told`` is what the program printed when it was ready; ``desk`` looks into its store."""

    url: str
    told: tuple[str, ...]
    desk: Desk

    def facts(self, ticket: int = 1001) -> list[str]:
        with self.desk.open_office(reads_only=True) as office:
            return [record.name for record in office.work.journal.of_ticket(ticket)]

    def ticket(self, number: int = 1001) -> Any:
        with self.desk.open_office(reads_only=True) as office:
            return office.work.tickets.get(number)


@contextmanager
def open_demo(folder: Path) -> Iterator[Demo]:
    """Run ``mailbot serve`` in ``folder``; ended by its own process number."""
    port = free_port()
    (folder / "settings.toml").write_text(SETTINGS.format(port=port))
    (folder / "var").mkdir()
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "mailbot", "--settings", "settings.toml", "serve"]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=folder)
    try:
        assert program.stdout is not None
        told = tuple(program.stdout.readline().decode() for _ in range(4))
        assert told[0].startswith("ready "), (folder / "log").read_text()
        settings = load_settings(None, {"MAILBOT_STORE__URL": f"sqlite:///{folder}/var/mailbot.db"})
        desk = Desk(settings)
        yield Demo(f"http://127.0.0.1:{port}", told, desk)
        desk.engine.dispose()
    finally:
        stop_program(program)
        program.communicate()

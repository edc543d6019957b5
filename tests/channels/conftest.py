"""A small durable reception, and doors that are closed again after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailbot.channels.imap_account import ImapAccount
from mailbot.channels.imap_poller import ImapPoller
from mailbot.channels.smtp_door import SmtpDoor
from mailbot.channels.smtp_limits import SmtpDoorSettings
from tests.support.small_reception import SmallReception


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[SmallReception]:
    kept = SmallReception(tmp_path / "mail.db")
    yield kept
    kept.close()


@pytest.fixture
def open_door(reception: SmallReception) -> Iterator[Callable[..., int]]:
    """``open_door(size_limit=...)`` opens a door on a free port with these settings and returns the port."""
    doors: list[SmtpDoor] = []

    def open_with(**settings: Any) -> int:
        chosen = {"port": 0, "hostname": "mx.desk.example", "error_delay": 0.0, "stop_grace": 1.0, **settings}
        doors.append(SmtpDoor(SmtpDoorSettings(**chosen), reception))
        return doors[-1].start()

    yield open_with
    reception.gate.set()
    for door in doors:
        door.stop()


@pytest.fixture
def poll(reception: SmallReception) -> Iterator[Callable[..., ImapPoller]]:
    """``poll(account, ...)`` starts collecting; with short pauses, as ``make_account`` makes them."""
    pollers: list[ImapPoller] = []

    def start(*accounts: ImapAccount) -> ImapPoller:
        pollers.append(ImapPoller(accounts, reception, reception))
        pollers[-1].start()
        return pollers[-1]

    yield start
    for poller in pollers:
        poller.stop(grace=2.0)

"""What the tests of the IMAP collection share: an account with short pauses, and waiting for something to come true."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mailbot.channels.credentials import Password
from mailbot.channels.imap_account import ImapAccount


def make_account(port: int, username: str = "help@desk.example", **changes: Any) -> ImapAccount:
    """A mailbox on 127.0.0.1 without TLS, collected from its first mail."""
    usual: dict[str, Any] = {
        "name": "helpdesk",
        "host": "127.0.0.1",
        "port": port,
        "username": username,
        "credentials": Password("secret"),
        "address": "help@desk.example",
        "tls": "none",
        "start": "beginning",
        "poll_seconds": 20.0,
        "timeout_seconds": 5.0,
        "backoff_first": 0.02,
        "backoff_longest": 0.2,
    }
    return ImapAccount(**{**usual, **changes})


def wait_until(condition: Callable[[], bool], timeout: float = 30.0) -> None:
    """Return when ``condition()`` holds; fail when it does not come true in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.005)

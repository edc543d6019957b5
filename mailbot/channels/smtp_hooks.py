"""What aiosmtpd wants beside the session: a table of line limits, an object with hooks, the names of methods.

It looks all of it up at each connection, so it is kept small and ready. Imports nothing of the library.
"""

from __future__ import annotations

from typing import Any


class OneLimit(dict[str, int]):
    """The same line limit for each command. The library keeps one table for all sessions, and adds to it."""

    def __init__(self, octets: int) -> None:
        super().__init__()
        self._octets = octets

    def __missing__(self, command: str) -> int:
        return self._octets

    def __setitem__(self, command: str, octets: int) -> None:
        pass


class Hooks:
    """Passes the library's calls on to the session that they are about (an ``SmtpSession``)."""

    def __dir__(self) -> list[str]:
        return ["handle_MAIL", "handle_RCPT"]

    async def handle_MAIL(self, session: Any, _: Any, transaction: Any, address: str, _options: Any) -> str:
        return str(session.take_sender(transaction, address))

    async def handle_RCPT(self, session: Any, _: Any, transaction: Any, address: str, _options: Any) -> str:
        return str(session.take_recipient(transaction, address))


HOOKS = Hooks()


def commands_named(words: str) -> list[str]:
    """``"HELO MAIL"`` → ``["smtp_HELO", "smtp_MAIL"]``, the names of the library's methods."""
    return [f"smtp_{word}" for word in words.split()]

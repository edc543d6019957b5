"""The SMTP client of the standard library, apart from the reading of replies.

There, a server that sends a byte now and then would hold a thread for ever, a reply could grow without end, and what
somebody put between STARTTLS and the handshake would go unnoticed.
"""

from __future__ import annotations

import math
import re
import smtplib
import time
from typing import Any

LONGEST_LINE = 2048
MOST_LINES = 100


class Replies:
    """Reading of replies with one deadline for the whole reply; mixed into the standard library's clients."""

    sock: Any
    timeout: float

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.patience = 0.0
        self.give_up_at = math.inf
        self._unread = bytearray()
        super().__init__(*arguments, **options)

    def getreply(self) -> tuple[int, bytes]:
        """The reply's code and its lines.

        Raises:
            SMTPServerDisconnected: it does not come in time, or is not SMTP. The connection is closed.
        """
        deadline = min(time.monotonic() + (self.patience or self.timeout), self.give_up_at)
        lines: list[bytes] = []
        while len(lines) < MOST_LINES:
            line = self._read_line(deadline)
            if not re.match(rb"[2-5][0-9][0-9](?:[ -]|$)", line):
                raise self._broken("what came is not a reply of SMTP")
            lines.append(line[4:])
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        raise self._broken("the reply has no end")

    def has_unread(self) -> bool:
        return bool(self._unread)

    def _read_line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread:
            if len(self._unread) > LONGEST_LINE:
                raise self._broken("a line of the reply is too long")
            self._unread += self._receive(deadline)
        line, _, rest = bytes(self._unread).partition(b"\n")
        self._unread[:] = rest
        return line.rstrip(b"\r")

    def _receive(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if self.sock is None or left <= 0:
            raise self._broken("no reply in time" if self.sock else "not connected")
        self.sock.settimeout(left)
        try:
            received: bytes = self.sock.recv(4096)
        except TimeoutError:
            raise self._broken("no reply in time") from None
        except OSError as error:
            raise self._broken(f"the connection broke: {error}") from None
        if not received:
            raise self._broken("the server closed the connection")
        return received

    def _broken(self, why: str) -> smtplib.SMTPServerDisconnected:
        self.close()  # type: ignore[attr-defined]
        return smtplib.SMTPServerDisconnected(why)


class Client(Replies, smtplib.SMTP):
    pass


class TlsClient(Replies, smtplib.SMTP_SSL):
    pass

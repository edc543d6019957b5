"""One SMTP connection to the next server: connected, protected, signed in, and bounded in time at every step."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mailbot.courier.replies import Client, TlsClient

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Smarthost:
    """The next mail server. ``token`` gives a fresh OAuth access token and is used instead of the password (XOAUTH2).

    The last three are seconds: until connected and greeted, for all replies until the content may be sent, and for
    sending it as well as for the reply to its final dot. ``longest_seconds`` bounds a whole relay of one mail.
    """

    host: str
    port: int = 587
    tls: Literal["tls", "starttls", "none"] = "starttls"
    ca_file: str = ""
    username: str = ""
    password: str = ""
    token: Callable[[], str] | None = None
    client_name: str = ""
    connections: int = 2
    connect_seconds: float = 30
    reply_seconds: float = 300
    final_reply_seconds: float = 600

    @property
    def longest_seconds(self) -> float:
        """A relay takes no longer, whatever the server does: a kept connection tried in vain, a new one, the mail.

        A lease on a mail that is being sent must be longer, or the mail may go out twice.
        """
        connecting = 4 * self.connect_seconds  # a name with an IPv6 and an IPv4 address, the look-up, the greeting
        return connecting + 3 * self.reply_seconds + 2 * self.final_reply_seconds

    def __repr__(self) -> str:
        return f"Smarthost({self.host}:{self.port} {self.tls} {self.username})"


class Connection:
    """An open connection, past EHLO, TLS and sign-in. Not to be shared between threads."""

    def __init__(self, client: Client | TlsClient, smarthost: Smarthost) -> None:
        client.command_encoding = "utf-8"
        self.client = client
        self.smarthost = smarthost
        self.used_at = time.monotonic()
        self.mails = 0

    def command(self, line: str) -> tuple[int, str]:
        """Send one command line and read its reply."""
        self.client.putcmd(line)
        return self.reply()

    def reply(self) -> tuple[int, str]:
        """The next reply; what ``allow`` gave may run out before it."""
        code, text = self.client.getreply()
        return code, text.decode("utf-8", "replace")

    def allow(self, seconds: float) -> None:
        """From now on, this much time for all replies together."""
        self.client.patience = seconds
        self.client.give_up_at = time.monotonic() + seconds

    def send(self, raw: bytes, patience: float) -> None:
        self.client.sock.settimeout(patience)
        self.client.send(raw)

    def offers(self, extension: str) -> bool:
        return bool(self.client.has_extn(extension))

    @property
    def is_open(self) -> bool:
        return self.client.sock is not None

    @property
    def authentication(self) -> tuple[str, ...]:
        """The mechanisms that the server offers (RFC 4954)."""
        return tuple(self.client.esmtp_features.get("auth", "").upper().split())

    @property
    def size_limit(self) -> int:
        """The largest mail that the server announces (RFC 1870), 0 where it sets none."""
        announced = self.client.esmtp_features.get("size", "")
        return int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 16 else 0

    @property
    def protection(self) -> str:
        """``TLSv1.3``, or that there is none."""
        sock = self.client.sock
        return str(sock.version()) if isinstance(sock, ssl.SSLSocket) else "without protection"

    def close(self) -> None:
        """Drop it, without a word to the server."""
        self.client.close()

    def quit(self) -> None:
        try:
            self.allow(2)
            self.client.quit()
        except (OSError, smtplib.SMTPException):
            self.client.close()

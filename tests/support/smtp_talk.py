"""A bare SMTP client that sends exactly the octets it is given: the rude guest at the door."""

from __future__ import annotations

import socket
import ssl
from types import TracebackType


class SmtpTalk:
    """One connection. ``say`` sends a line and returns the whole reply; ``greeting`` is the first reply."""

    def __init__(self, address: int | str, timeout: float = 15.0) -> None:
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(("127.0.0.1", address), timeout)
        self._buffer = b""
        self.greeting = self.hear()

    def __enter__(self) -> SmtpTalk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def hear(self) -> str:
        """The next reply, its lines joined by LF; "" when the server has closed."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = self._hear_line()
            if not line:
                return "\n".join(lines)
            lines.append(line)
        return "\n".join(lines)

    def _hear_line(self) -> str:
        while b"\r\n" not in self._buffer:
            try:
                piece = self.socket.recv(65_536)
            except ConnectionResetError:
                piece = b""
            if not piece:
                return ""
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("utf-8")

    def say(self, line: str) -> str:
        self.send(line.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.hear()

    def open_mail(
        self, *recipients: str, sender: str = "anna@customer.example", hello: str = "EHLO client.example"
    ) -> None:
        """Up to the 354 of DATA."""
        lines = [hello, f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{to}>" for to in recipients or ("help@desk.example",))]
        for line in lines:
            assert self.say(line).startswith("250"), line
        assert self.say("DATA").startswith("354")

    def send_mail(self, content: bytes, *recipients: str, hello: str = "EHLO client.example") -> str:
        """A whole transaction; ``content`` goes out as it is, followed by the final dot. The reply to the dot."""
        self.open_mail(*recipients, hello=hello)
        self.send(content + b"\r\n.\r\n")
        return self.hear()

    def start_tls(self, context: ssl.SSLContext, injected: bytes = b"") -> str:
        """STARTTLS with octets smuggled in behind the command; the reply to the command."""
        self.send(b"STARTTLS\r\n" + injected)
        reply = self.hear()
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self._buffer = b""
        return reply

"""Mail handed to the next server by SMTP, with an outcome for each recipient.

What counts is when trouble comes. Before the final dot nothing was accepted: try again. After it, without a reply, the
server may have the mail (RFC 1047): that is UNCERTAIN, and whoever knows what the mail is decides.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from mailbot.courier.addressing import is_sendable
from mailbot.courier.connection import Connection, Smarthost
from mailbot.courier.opening import open_connection
from mailbot.courier.outcome import CourierError, Outcome, OutgoingMail, failed
from mailbot.courier.transaction import NotBegun, transfer

IDLE_SECONDS = 60.0
MAILS_PER_CONNECTION = 100


class SmtpCourier:
    """Keeps up to ``smarthost.connections`` connections and uses them again. May be called from several threads."""

    def __init__(self, smarthost: Smarthost) -> None:
        self.smarthost = smarthost
        self._room = threading.BoundedSemaphore(smarthost.connections)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []

    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        """Never raises on trouble of the network or the server; see ``Outcome``."""
        outcomes = _refused_by_grammar(mail)
        wanted = [recipient for recipient in dict.fromkeys(mail.recipients) if recipient not in outcomes]
        if wanted:
            with self._room:
                outcomes |= self._relay(mail, wanted)
        return outcomes

    def try_connect(self) -> str:
        connection = open_connection(self.smarthost)
        protection = connection.protection
        connection.quit()
        signed_in = f", signed in as {self.smarthost.username}" if self.smarthost.username else ""
        return f"{self.smarthost.host}:{self.smarthost.port} answers, {protection}{signed_in}"

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

    def _relay(self, mail: OutgoingMail, wanted: list[str]) -> dict[str, Outcome]:
        kept = self._take()
        if kept is not None:
            try:
                return self._transfer(kept, mail, wanted)
            except NotBegun:
                pass  # servers close what was idle; that says nothing of the mail
        try:
            return self._transfer(open_connection(self.smarthost), mail, wanted)
        except (CourierError, NotBegun) as trouble:
            return dict.fromkeys(wanted, trouble.outcome)

    def _transfer(self, connection: Connection, mail: OutgoingMail, wanted: list[str]) -> dict[str, Outcome]:
        outcomes = transfer(connection, mail, wanted)
        self._keep(connection)
        return outcomes

    def _take(self) -> Connection | None:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection and time.monotonic() - connection.used_at > IDLE_SECONDS:
            connection.quit()
            return None
        return connection

    def _keep(self, connection: Connection) -> None:
        connection.used_at = time.monotonic()
        if connection.is_open and connection.mails >= MAILS_PER_CONNECTION:
            connection.quit()
        elif connection.is_open:
            with self._lock:
                self._idle.append(connection)


def _refused_by_grammar(mail: OutgoingMail) -> dict[str, Outcome]:
    if mail.reverse_path and not is_sendable(mail.reverse_path):
        return dict.fromkeys(mail.recipients, failed("the envelope sender is not an address", 501, "5.1.7"))
    bad = failed("the recipient is not an address", 501, "5.1.3")
    return {recipient: bad for recipient in mail.recipients if not is_sendable(recipient)}

"""One connection to one IMAP folder (RFC 9051): the few commands that the collection needs, each checked.

Only integers and names from the settings are ever sent. A session that has raised is of no more use: close it. Nothing
here sets \\Seen (bodies are read with BODY.PEEK), nothing removes a mail but by UID (MOVE, or UIDPLUS).
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient  # type: ignore[import-untyped, unused-ignore]
from imapclient.exceptions import (  # type: ignore[import-untyped, unused-ignore]
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)
from structlog import get_logger

from mailbot.channels.imap_account import KEPT, FolderState, ImapAccount
from mailbot.desk.errors import TransientError

log = get_logger()
# the library would log the lines of each connection
logging.getLogger("imapclient").setLevel(logging.WARNING)

_SEARCH_WINDOW = 50_000
"""Mails per SEARCH: imaplib refuses an answer of more than a million octets."""
_LONGEST_HEADER = 65_536


class MailboxTrouble(TransientError):
    """The mailbox cannot be used now: refused, unreachable, or answering nonsense."""


class LoginRefused(MailboxTrouble):
    """The server does not take the name and the secret."""


class CommandRefused(MailboxTrouble):
    """The server said NO to a change; the connection is good."""


class _Client(IMAPClient):
    """The library, mindful of what a server announces while it answers something else."""

    def forget_announcements(self) -> None:
        self._imap.untagged_responses.pop("EXISTS", None)

    def idle(self) -> bool:
        """True if mails were announced before the server's ``+``, and so will not be announced again."""
        announced = bool(self._imap.untagged_responses.pop("EXISTS", None))
        self._idle_tag = self._imap._command("IDLE")
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands.get(self._idle_tag):
                raise IMAPClientError("IDLE refused")
            announced = True
        return announced or self._has_buffered_line()

    def _has_buffered_line(self) -> bool:
        """Did a line come in one packet with the ``+``? Waiting on the socket, as ``idle_check`` does, misses it."""
        connection = self.socket()
        connection.setblocking(False)
        try:
            return bool(self._imap._get_line())
        except (OSError, IMAPClientAbortError):
            return False
        finally:
            connection.setblocking(True)
            self._set_read_timeout()


class ImapSession:
    """Use as a context manager: connected, logged in; ``select`` comes next."""

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._client = self._log_in()
        self._flags: tuple[bytes, ...] = ()

    def __enter__(self) -> ImapSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """LOGOUT where the server still listens; the socket is closed in any case."""
        with contextlib.suppress(Exception):
            self._client.socket().settimeout(2.0)
            self._client.logout()
        _abandon(self._client)

    def interrupt(self) -> None:
        """From another thread: end whatever this session waits for, with an error."""
        with contextlib.suppress(OSError, AttributeError):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    # --- getting in

    def _log_in(self) -> _Client:
        """Once more with a new secret where the first is refused and can be renewed: a token may end at any time."""
        try:
            return self._try_login()
        except LoginRefused:
            if not self.account.credentials.renew():
                raise
            return self._try_login()

    def _try_login(self) -> _Client:
        account = self.account
        secret = account.credentials.secret()
        client = self._connect()
        try:
            if account.credentials.mechanism == "xoauth2":
                client.oauth2_login(account.username, secret)
            elif (account.username + secret).isascii():
                client.login(account.username, secret)
            else:  # LOGIN knows ASCII only
                client.plain_login(account.username, secret)
        except LoginError as refusal:
            _abandon(client)
            # a provider that is down says NO [UNAVAILABLE] (RFC 5530): the secret is not at fault
            kind = MailboxTrouble if "UNAVAILABLE" in str(refusal) else LoginRefused
            raise kind(f"{account.host} refused the login of {account.username}") from None
        except BaseException:
            _abandon(client)
            raise
        client.normalise_times = False
        return client

    def _connect(self) -> _Client:
        account = self.account
        wrapped = account.tls == "tls"
        context = ssl.create_default_context(cafile=account.ca_file or None) if account.tls != "none" else None
        client = _Client(
            account.host,
            account.port,
            ssl=wrapped,
            ssl_context=context,
            timeout=account.timeout_seconds,
        )
        if account.tls == "starttls":
            try:
                client.starttls(context)
            except BaseException:
                _abandon(client)
                raise
        return client

    # --- the folder

    def select(self) -> FolderState:
        """Open the folder: read-only where the desk leaves no trace on the server."""
        answer = self._client.select_folder(self.account.folder, readonly=self.account.after == "keep")
        uidvalidity = answer.get(b"UIDVALIDITY")
        if not isinstance(uidvalidity, int) or uidvalidity <= 0:
            raise MailboxTrouble(f"{self.account.host} tells no UIDVALIDITY for {self.account.folder}")
        self._flags = tuple(answer.get(b"PERMANENTFLAGS", ()))
        return FolderState(uidvalidity, int(answer.get(b"UIDNEXT", 0)), int(answer.get(b"EXISTS", 0)), self._flags)

    def capabilities(self) -> tuple[str, ...]:
        return tuple(word.decode("ascii", "replace").upper() for word in self._client.capabilities())

    def find_uids(self, above: int) -> list[int]:
        """UIDs greater than ``above``, ascending. NOOP first: some servers search what they knew before."""
        self._client.noop()
        self._client.forget_announcements()
        # "n:*" always gives the last mail too, however low its UID (RFC 9051, 6.4.8)
        return sorted({uid for uid in self._client.search(["UID", f"{above + 1}:*"]) if uid > above})

    def all_uids(self, exists: int) -> list[int]:
        """Every UID of the folder, ascending, asked for in windows of the ``exists`` mails that SELECT told."""
        uids: set[int] = set()
        self._client.forget_announcements()
        for first in range(1, max(exists, 1) + 1, _SEARCH_WINDOW):
            last = first + _SEARCH_WINDOW - 1
            window = f"{first}:{last}" if last < exists else f"{first}:*"
            uids.update(self._client.search([window]) if exists > _SEARCH_WINDOW else self._client.search(["ALL"]))
        return sorted(uids)

    def present(self, uids: Sequence[int]) -> set[int]:
        """Those of ``uids`` that are still in the folder."""
        self._client.noop()
        return set(self._client.search(["UID", ",".join(str(uid) for uid in uids)])) & set(uids) if uids else set()

    # --- fetching

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """RFC822.SIZE by UID: a hint, for some servers are wrong. A mail without an answer is left out."""
        answer = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: item[b"RFC822.SIZE"] for uid, item in answer.items() if isinstance(item.get(b"RFC822.SIZE"), int)}

    def dates(self, uids: Sequence[int]) -> dict[int, datetime]:
        """INTERNALDATE by UID, in UTC; a mail without a readable one is left out."""
        dates = {uid: item.get(b"INTERNALDATE") for uid, item in self._client.fetch(uids, ["INTERNALDATE"]).items()}
        return {uid: date.astimezone(UTC) for uid, date in dates.items() if isinstance(date, datetime) and date.tzinfo}

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The whole mails. One cut short never comes back: the library raises when a literal ends before its length."""
        return self._fetch_octets(uids, "BODY.PEEK[]", b"BODY[]")

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header sections, at most 64 kB of each."""
        return self._fetch_octets(uids, f"BODY.PEEK[HEADER]<0.{_LONGEST_HEADER}>", b"BODY[HEADER]<0>")

    def _fetch_octets(self, uids: Sequence[int], item: str, key: bytes) -> dict[int, bytes]:
        answer = self._client.fetch(uids, [item])
        return {uid: found[key] for uid, found in answer.items() if isinstance(found.get(key), bytes) and found[key]}

    # --- what becomes of a copy

    def finish(self, uids: Sequence[int]) -> None:
        """Mark, move or delete these copies. Raises CommandRefused at a NO: then they are as they were, or half-way.

        Without MOVE and UIDPLUS nothing can be removed without the risk of removing what others have marked as deleted,
        so those copies are marked instead; without keywords nothing is done.
        """
        try:
            self._finish(uids)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as refusal:
            raise CommandRefused(str(refusal)[:200]) from None

    def _finish(self, uids: Sequence[int]) -> None:
        may_remove = self._client.has_capability("UIDPLUS")
        if self.account.after == "move" and (may_remove or self._client.has_capability("MOVE")):
            self._move(uids)
        elif self.account.after == "delete" and may_remove:
            self._delete(uids)
        else:
            self._mark(uids, self.account.mark if self.account.after == "mark" else KEPT)

    def _move(self, uids: Sequence[int]) -> None:
        try:
            self._transfer(uids)
        except IMAPClientError as refusal:
            if "TRYCREATE" not in str(refusal):
                raise
            self._client.create_folder(self.account.move_to)
            self._transfer(uids)

    def _transfer(self, uids: Sequence[int]) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move(uids, self.account.move_to)
        else:
            self._client.copy(uids, self.account.move_to)  # all or nothing (RFC 9051, 6.4.7); raises unless OK
            self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        self._client.add_flags(uids, [b"\\Deleted"], silent=True)
        self._client.uid_expunge(uids)

    def _mark(self, uids: Sequence[int], flag: str) -> None:
        mark = flag.encode("ascii")
        if mark.lower() in {flag.lower() for flag in self._flags} or (b"\\*" in self._flags and mark[:1] != b"\\"):
            self._client.add_flags(uids, [mark], silent=True)
        else:
            log.info("mailbox keeps no marks", account=self.account.name, mark=flag)

    # --- waiting

    def can_idle(self) -> bool:
        return self.account.idle and self._client.has_capability("IDLE")

    def wait_for_news(self, seconds: float) -> bool:
        """IDLE until the server announces something, or the time is over. A dead connection shows itself at its end.

        True if there was an announcement. Anything at all ends the wait: a look costs little.
        """
        announced: Any = self._client.idle()
        if not announced:
            began = time.monotonic()
            announced = self._client.idle_check(timeout=seconds)
            if not announced and time.monotonic() - began < seconds * 0.9:
                raise MailboxTrouble(f"{self.account.host} closed the connection")
        self._client.idle_done()
        return bool(announced)


def _abandon(client: IMAPClient) -> None:
    """Close without the courtesies. After a failed handshake even that may raise."""
    with contextlib.suppress(Exception):
        client.shutdown()


def in_chunks(uids: Iterable[int], size: int) -> Iterable[list[int]]:
    """``uids`` in lists of at most ``size``."""
    pending = list(uids)
    for first in range(0, len(pending), size):
        yield pending[first : first + size]

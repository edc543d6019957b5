"""The doors where mail comes in, and what they ask of the rooms behind them.

A door takes bytes from the world, has them kept, and only then says "accepted" (rule D1: raw first). It decides nothing
about tickets. The protocols here are all it knows of the desk: ``Reception`` keeps mail, ``MailboxLedger`` remembers
which copies in which IMAP folder have been dealt with.

    smtp_door       the SMTP and LMTP door             SmtpDoor(settings, reception).start() / .stop()
    imap_poller     the collection from mailboxes      ImapPoller(accounts, reception, ledger).start() / .stop()
    credentials     passwords and OAuth2 tokens        Credentials.secret()

Behind the first stand smtp_server (one session), group_commit, smtp_content, smtp_limits and smtp_replies; behind the
second imap_collection (what is new, and what becomes of it) and imap_session (the commands).

Both protocols are called from several threads at once, and never from an asyncio loop (except ``Reception.is_ours``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from mailbot.desk.correspondence import Envelope
from mailbot.desk.imap_key import ImapKey

__all__ = ["FolderPosition", "ImapKey", "MailboxLedger", "ReceivedMail", "Reception"]


class ReceivedMail(Protocol):
    """The inbox row that a mail became."""

    @property
    def id(self) -> int: ...

    @property
    def duplicate_of(self) -> int | None:
        """The row with the same bytes that was there before, or None for the first."""


class Reception(Protocol):
    """Keeps mail. What ``receive`` has returned for survives a power cut."""

    def receive(self, raw: bytes, envelope: Envelope) -> ReceivedMail:
        """Keep one mail in one transaction; durable when this returns; raises on any trouble of ours.

        A mail with ``envelope.source_key`` that is known already is not kept again: the row it became is returned.
        For an ``imap:`` key (see ``ImapKey``) the ledger row is written in the same transaction as the raw mail.
        """

    def receive_many(self, mails: Sequence[tuple[bytes, Envelope]]) -> Sequence[ReceivedMail]:
        """Keep all of them with one commit, or none of them and raise. Results in the order of ``mails``."""

    def is_ours(self, address: str) -> bool:
        """Is this an address of the desk, after removing its +detail, in any case? From memory: never blocks."""


class FolderPosition(Protocol):
    """Where the collection from a folder began: one row per (account, folder)."""

    @property
    def uidvalidity(self) -> int: ...

    @property
    def start_uid(self) -> int:
        """Copies with this UID or a lower one were there before the desk came, and are none of its business."""

    @property
    def started_at(self) -> datetime | None:
        """INTERNALDATE of the newest such mail (UTC); None where the desk began from the first mail.

        It tells old mail apart where UIDs no longer can: after a UIDVALIDITY reset.
        """


class MailboxLedger(Protocol):
    """Which copies in an IMAP folder are dealt with: rows of (account, folder, UIDVALIDITY, UID), pending or settled.

    ``Reception.receive`` inserts the row of a mail, *pending*: kept here, not yet marked or moved on the server. It is
    *settled* at birth where ``envelope.withheld_size`` is set, because then the body exists only on the server.
    Each call is its own short transaction.
    """

    def find_position(self, account: str, folder: str) -> FolderPosition | None:
        """None before the first visit to the folder."""

    def start_from(
        self, account: str, folder: str, uidvalidity: int, start_uid: int, started_at: datetime | None
    ) -> None:
        """Set the position: at the first visit, and with the new UIDVALIDITY after a reset. Replaces what was there."""

    def find_highest_uid(self, account: str, folder: str, uidvalidity: int) -> int:
        """Highest UID with a row; 0 where there is none."""

    def seen_uids(self, account: str, folder: str, uidvalidity: int, first: int, last: int) -> set[int]:
        """UIDs with a row, whatever its state, between ``first`` and ``last`` inclusive."""

    def pass_over(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        """Insert settled rows without mail: copies that are never to be fetched. Known UIDs are left as they are."""

    def pending_uids(self, account: str, folder: str, uidvalidity: int, limit: int = 500) -> list[int]:
        """The lowest pending UIDs, ascending."""

    def settle(self, account: str, folder: str, uidvalidity: int, uids: Iterable[int]) -> None:
        """Pending → settled: the server has done what was asked for these copies, or they are gone from the folder."""

"""A mailbox to collect from, as configured, and what is known of how its collection goes. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from mailbot.channels.credentials import Credentials

KEPT = "$MailbotKept"
"""The keyword of a copy that the desk has."""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Sizes in octets, times in seconds.

    ``tls`` is "tls" (from the first octet), "starttls" or "none"; certificates are verified, by ``ca_file`` if set.
    ``address`` is the desk's address that this mailbox is for. ``start`` is "now" (only mail newer than
    the first visit) or "beginning". ``after`` says what becomes of a copy once the desk has it: keep, mark (with the
    flag ``mark``: a keyword, or \\Seen), move (to ``move_to``) or delete.
    """

    name: str
    host: str
    username: str
    credentials: Credentials
    address: str
    port: int = 993
    tls: str = "tls"
    ca_file: str = ""
    folder: str = "INBOX"
    start: str = "now"
    after: str = "keep"
    mark: str = KEPT
    move_to: str = "Processed"
    idle: bool = True
    poll_seconds: float = 120.0
    """Longest wait between two looks, whatever IDLE says."""
    reidle_seconds: float = 540.0
    """IDLE is begun anew before a firewall or a provider forgets it (RFC 2177 says 29 minutes, networks say less)."""
    reconcile_seconds: float = 3600.0
    timeout_seconds: float = 30.0
    size_limit: int = 50 * 1024 * 1024
    batch_octets: int = 8 * 1024 * 1024
    batch_mails: int = 50
    backoff_first: float = 5.0
    backoff_longest: float = 900.0


@dataclass(frozen=True, slots=True)
class FolderState:
    """What SELECT tells (RFC 9051, 6.3.2)."""

    uidvalidity: int
    uidnext: int
    exists: int
    flags: tuple[bytes, ...] = ()
    """PERMANENTFLAGS: the flags that may be set for good."""


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """What a trial login found: the number of mails, and the capabilities that matter here."""

    exists: int
    capabilities: tuple[str, ...]


@dataclass(slots=True)
class CollectionState:
    """How it goes with one account; read by the health report."""

    account: str
    connected: bool = False
    last_visit: datetime | None = None
    """When the server was last heard from and everything found was kept."""
    failures: int = 0
    """In a row."""
    last_error: str = ""
    collected: int = 0
    repaired: int = 0
    """Mails that only the reconciliation found."""
    parked: set[int] = field(default_factory=set)
    """UIDs that could not be fetched three times; tried again at each reconciliation."""

"""What the reader must know of this desk: its own addresses, its ticket prefix, whose word on authentication counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A monitoring source with its own mail template, described by the admin (``[[alerts.sources]]`` in settings).

    ``pattern`` is a regular expression with named groups host, service, state, severity, key, summary, link, tried on
    "subject LF text" of mails whose From address is ``sender``. ``states`` maps the words found to AlertState values.
    """

    name: str
    sender: str
    pattern: str
    states: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """``own_addresses`` are lower-case addr-specs without sub-address detail; ``domain`` is that of our Message-IDs.

    ``own_mark`` is what our own mail bears in X-Mailbot-Desk; another mailbot's bears its own, and is no loop of ours.
    """

    own_addresses: frozenset[str] = frozenset()
    domain: str = "localhost"
    ticket_prefix: str = "SD"
    own_mark: str = ""
    trusted_authserv: tuple[str, ...] = ()
    alert_rules: tuple[AlertRule, ...] = ()

"""What the console is given when it is built: the desk's workflows to call, and how it presents itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from mailbot.console.presence import Presence
from mailbot.console.studio import Studio
from mailbot.desk.policy import Policy
from mailbot.reading_room import ReadingRoom
from mailbot.wording_room import WordingRoom
from mailbot.workflows.identities import Identity
from mailbot.workflows.office import OpenOffice


@dataclass(frozen=True, slots=True)
class Proofs:
    """What shows that an answer of a provider belongs to the visit that asked (RFC 7636; OIDC Core, 3.1.2.1)."""

    state: str
    nonce: str
    verifier: str


class IdentityTrouble(Exception):
    """The identity provider could not say who came. The message is for the log."""


class IdentityProvider(Protocol):
    """``name`` is what the button says, ``domains`` whose addresses may come in; empty: all. See ``oidc``."""

    name: str
    domains: tuple[str, ...]

    def look(self) -> None: ...

    def begin(self, proofs: Proofs, back: str) -> str: ...

    def finish(self, code: str, proofs: Proofs, back: str) -> Identity: ...


LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


@dataclass(frozen=True, slots=True)
class ConsoleTerms:
    """How the console is reached and how long a session lasts.

    ``base_url`` has no slash at its end; empty: whatever loopback name the visitor used. ``demo`` opens the demo inbox.
    """

    base_url: str = ""
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    link_lives: timedelta = timedelta(minutes=15)
    demo: bool = False
    mail_door: tuple[str, int] = ("127.0.0.1", 0)
    """Where the demo hands in the mails of its newcomer: the desk's own SMTP door."""

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by HTTPS, so that cookies may say so."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """``desk.example`` or ``desk.example:8443``: the one Host that is answered; empty for loopback names."""
        return urlsplit(self.base_url).netloc.lower()


@dataclass(frozen=True)
class ConsoleRoom:
    """``wake_intake`` and ``wake_delivery`` tell the loops that there is work; without them it waits for their turn.

    ``reading`` reads a mail and makes it safe to see (``mail_shown.show_mail``), ``wording`` tries a wording: both in
    bounded children.
    """

    open_office: OpenOffice
    policy: Policy
    clock: Callable[[], datetime]
    reading: ReadingRoom[Any]
    wording: WordingRoom
    terms: ConsoleTerms = field(default_factory=ConsoleTerms)
    identity: IdentityProvider | None = None
    wake_intake: Callable[[], None] = lambda: None
    wake_delivery: Callable[[], None] = lambda: None
    studio: Studio = field(default_factory=Studio)
    presence: Presence = field(default_factory=Presence)

"""What a courier is given and what it tells: the envelope, and one outcome for each recipient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from mailbot.desk.errors import TransientError
from mailbot.desk.vocabulary import DeliveryStatus

TEXT_LIMIT = 500

_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
# The trouble is the desk's own sign-in, not the mail: it is mended by the admin, and the mail must wait for that.
_SIGN_IN_TROUBLE = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """``raw`` is sent as it is, apart from line ends. ``reverse_path`` may be empty (RFC 5321, 4.5.5)."""

    raw: bytes
    reverse_path: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``status`` is RELAYED, DELAYED (try again), FAILED (never will) or UNCERTAIN (it may have arrived).

    ``code`` is the server's reply code, 0 where it gave none; ``enhanced`` its code by RFC 3463; ``text`` is what the
    server or the network said: one line of printable characters, at most 500.
    """

    status: DeliveryStatus
    code: int = 0
    enhanced: str = ""
    text: str = ""


class Courier(Protocol):
    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        """Try to hand the mail over now. The answer has every recipient of the mail, as it was written there."""
        ...

    def try_connect(self) -> str:
        """One sentence on what answers there; nothing is sent.

        Raises:
            CourierError: mail cannot be handed over; the message says why.
        """
        ...

    def close(self) -> None:
        """Give back what is held open. The courier may be used again."""
        ...


class CourierError(TransientError):
    """No connection that mail may be sent over."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.outcome = delayed(text, code)


def delayed(text: str, code: int = 0) -> Outcome:
    clean = cleaned(text)
    return Outcome(DeliveryStatus.DELAYED, code, _enhanced(code, clean) if code else "4.4.0", clean)


def failed(text: str, code: int, enhanced: str) -> Outcome:
    """Refused by us, before the server was asked."""
    return Outcome(DeliveryStatus.FAILED, code, enhanced, cleaned(text))


def uncertain(text: str, code: int = 0) -> Outcome:
    return Outcome(DeliveryStatus.UNCERTAIN, code, "4.4.2", cleaned(text))


def replied(code: int, text: str) -> Outcome:
    """The outcome that a reply of the server means (RFC 5321, 4.2.1)."""
    clean = cleaned(text)
    if 200 <= code <= 299:
        status = DeliveryStatus.RELAYED
    elif 500 <= code <= 599 and code not in _SIGN_IN_TROUBLE:
        status = DeliveryStatus.FAILED
    else:
        status = DeliveryStatus.DELAYED
    return Outcome(status, code, _enhanced(code, clean), clean)


def cleaned(text: str) -> str:
    """One line of printable characters: what a server says ends up on screens and in logs."""
    bounded = text[: 4 * TEXT_LIMIT]
    line = " ".join("".join(c if c.isprintable() else " " for c in bounded).split())
    return line if len(line) <= TEXT_LIMIT else line[: TEXT_LIMIT - 1] + "…"


def _enhanced(code: int, text: str) -> str:
    found = _ENHANCED.match(text)
    if found and found[1][0] == str(code // 100):
        return found[1]
    return f"{code // 100}.0.0" if code // 100 in (2, 4, 5) else ""

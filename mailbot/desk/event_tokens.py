"""Tokens in mails about announced events: what lets their reader answer them, and unsubscribe with one click.

A token names an announcement and a person under a 128-bit HMAC. It is signed for one purpose, and for the address that
it was sent to: it is worth nothing for another purpose, nor where the number of the person means somebody else by now.
It stands in sub-address details (RFC 5233), Message-IDs and links, in lower case, and reads back in any case.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum

from mailbot.desk.reference import MAC_BYTES, Keyring

_TOKEN = re.compile(r"([eu])([0-9]{1,12})-([0-9]{1,12})-([a-z0-9])([a-z2-7]{26})")
_MESSAGE = re.compile(r"(e[0-9]{1,12}-[0-9]{1,12}-[a-z0-9]{27})\.[a-z2-7]{16}")


class Purpose(StrEnum):
    ANSWER = "e"
    """Answering a mail about an event, and reporting that it did not arrive."""
    LEAVE = "u"
    """Unsubscribing, and taking that back."""


@dataclass(frozen=True, slots=True)
class EventToken:
    """What a text says of itself. It is believed only where ``is_genuine`` says so."""

    announcement: int
    person: int


def sign_event(keyring: Keyring, purpose: Purpose, token: EventToken, address: str) -> str:
    """The token as text of ``[a-z0-9-]``, at most 54 characters."""
    return _signed(keyring, keyring.current, purpose, token, address)


def read_event(purpose: Purpose, text: str) -> EventToken | None:
    """What a text claims to be a token of; None where it has not even the form."""
    found = _TOKEN.fullmatch(text.lower())
    return EventToken(int(found[2]), int(found[3])) if found and found[1] == purpose.value else None


def is_genuine(keyring: Keyring, purpose: Purpose, text: str, address: str) -> bool:
    """Whether we signed exactly this text for this purpose and for the person with this address."""
    claimed, text = read_event(purpose, text), text.lower()
    name = text.rpartition("-")[2][:1]
    if claimed is None or keyring.find(name) is None:
        return False
    return hmac.compare_digest(_signed(keyring, name, purpose, claimed, address), text)


def event_address(keyring: Keyring, desk_address: str, purpose: Purpose, token: EventToken, address: str) -> str:
    """``support@desk.example`` → ``support+e3-17-k…@desk.example``."""
    local, _, domain = desk_address.rpartition("@")
    return f"{local}+{sign_event(keyring, purpose, token, address)}@{domain}"


def event_message_id(keyring: Keyring, domain: str, token: EventToken, address: str, key: str) -> str:
    """The Message-ID (no angle brackets) of the mail about an event that ``key`` identifies."""
    return f"{sign_event(keyring, Purpose.ANSWER, token, address)}.{_digest(key)}@{domain}"


def find_event_in_message_id(domain: str, message_id: str) -> str:
    """The token in a Message-ID that has the form of ours; empty where there is none."""
    left, _, right = message_id.lower().rpartition("@")
    found = _MESSAGE.fullmatch(left) if right == domain.lower() else None
    return found[1] if found else ""


def bounce_address(keyring: Keyring, desk_address: str, key: str) -> str:
    """Where reports come back to about the mail that ``key`` identifies, which belongs to no ticket."""
    local, _, domain = desk_address.rpartition("@")
    mac = _mac(keyring, keyring.current, f"bounce|{key}")
    return f"{local}+b{keyring.current}{mac}@{domain}"


def _signed(keyring: Keyring, name: str, purpose: Purpose, token: EventToken, address: str) -> str:
    body = f"{purpose.value}{token.announcement}-{token.person}"
    return f"{body}-{name}{_mac(keyring, name, f'event|{name}|{body}|{address.lower()}')}"


def _mac(keyring: Keyring, name: str, text: str) -> str:
    secret = keyring.find(name)
    assert secret is not None, "the caller names a key of this ring"
    mac = hmac.new(secret, text.encode("utf-8", "replace"), hashlib.sha256).digest()[:MAC_BYTES]
    return b32encode(mac).decode().rstrip("=").lower()


def _digest(key: str) -> str:
    return b32encode(hashlib.sha256(key.encode()).digest()[:10]).decode().lower()

"""References, reply addresses and Message-IDs: what ties a mail to a ticket, and can be neither guessed nor forged.

The spoken reference (``SD-1042``) grants nothing. Authority is a ``ReplyToken``: ticket, person and resolution under a
128-bit HMAC. It travels as sub-address detail (RFC 5233) of the reply address and inside every minted Message-ID
(RFC 5322, 3.6.4), so it survives clients that drop the one or the other. Base32 in lower case, because mail systems
change the case of local parts. The link to the page where a resolution is answered carries such a token too, signed for
that page alone.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass

MAC_BYTES = 16
REPLY, PAGE, APPROVAL = "reply", "page", "approval"
"""What a token was signed for: it is worth nothing for the others."""
_DETAIL = re.compile(r"([0-9]{1,12})-([0-9]{1,12})-([0-9]{1,6})-([a-z0-9])([a-z2-7]{26})")
_MESSAGE = re.compile(r"([0-9]{1,12})-([0-9]{1,12})-([0-9]{1,6})-([a-z0-9])([a-z2-7]{26})\.([a-z2-7]{16})")


@dataclass(frozen=True, slots=True)
class Keyring:
    """Secrets by one-character identifier. The first signs, all verify: that is how a key is rotated."""

    keys: tuple[tuple[str, bytes], ...]

    def __post_init__(self) -> None:
        for name, secret in self.keys:
            if len(secret) < MAC_BYTES or not re.fullmatch("[a-z0-9]", name):
                raise ValueError("a key needs a one-character name (a-z, 0-9) and at least 16 secret bytes")

    @property
    def current(self) -> str:
        return self.keys[0][0]

    def find(self, name: str) -> bytes | None:
        return dict(self.keys).get(name)


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """``resolution`` is the number of the resolution that the mail asked about, 0 where it asked about none.

    Signed as APPROVAL it is the revision of the plan that the mail asked to have approved.
    """

    ticket: int
    person: int
    resolution: int = 0


def ticket_reference(prefix: str, number: int) -> str:
    return f"{prefix}-{number}"


def read_ticket_reference(prefix: str, text: str) -> int | None:
    """The number in "SD-1042", "sd 1042" or "1042"; None where the text is none of these."""
    found = re.fullmatch(rf"\s*(?:{re.escape(prefix)}[- ]?)?#?([0-9]{{1,12}})\s*", text, re.IGNORECASE)
    return int(found[1]) if found else None


def sign_detail(keyring: Keyring, token: ReplyToken, purpose: str = REPLY) -> str:
    """The sub-address detail for a token, at most 61 characters of ``[a-z0-9-]``."""
    return _signed(keyring, keyring.current, token, purpose)


def reply_address(keyring: Keyring, desk_address: str, token: ReplyToken, purpose: str = REPLY) -> str:
    """``support@desk.example`` → ``support+1042-7-1-k…@desk.example``."""
    local, _, domain = desk_address.rpartition("@")
    return f"{local}+{sign_detail(keyring, token, purpose)}@{domain}"


def read_detail(keyring: Keyring, detail: str, purpose: str = REPLY) -> ReplyToken | None:
    """The token in a sub-address detail; None where it is not ours, was changed, was signed for another purpose, or
    its key is no longer known."""
    found = _DETAIL.fullmatch(detail.lower())
    return _verified(keyring, found, purpose) if found else None


def mint_message_id(keyring: Keyring, domain: str, token: ReplyToken, key: str, purpose: str = REPLY) -> str:
    """The Message-ID (no angle brackets) of the mail identified by ``key``: the same key gives the same identifier."""
    digest = hashlib.sha256(f"{key}|{token}".encode()).digest()[:10]
    return f"{sign_detail(keyring, token, purpose)}.{b32encode(digest).decode().lower()}@{domain}"


def read_message_id(keyring: Keyring, domain: str, message_id: str, purpose: str = REPLY) -> ReplyToken | None:
    """The token in a Message-ID that this desk minted for a purpose, or None."""
    left, _, right = message_id.lower().rpartition("@")
    found = _MESSAGE.fullmatch(left) if right == domain.lower() else None
    return _verified(keyring, found, purpose) if found else None


def sign_page(keyring: Keyring, token: ReplyToken) -> str:
    """The last part of the address of the page where a resolution is answered. No reply address can be made from it,
    nor it from a reply address: they are signed for different purposes."""
    return _signed(keyring, keyring.current, token, PAGE)


def page_link(keyring: Keyring, console_url: str, token: ReplyToken) -> str:
    """The link to that page; empty where mails cannot link to the console."""
    return f"{console_url}/answer/{sign_page(keyring, token)}" if console_url and token.resolution else ""


def read_page(keyring: Keyring, text: str) -> ReplyToken | None:
    """The token in such an address, exactly as it was signed; None for anything else."""
    found = _DETAIL.fullmatch(text)
    return _verified(keyring, found, PAGE) if found else None


def _signed(keyring: Keyring, name: str, token: ReplyToken, purpose: str = REPLY) -> str:
    secret = keyring.find(name)
    assert secret is not None, "the caller names a key of this ring"
    body = f"{token.ticket}-{token.person}-{token.resolution}"
    mac = hmac.new(secret, f"{purpose}|{name}|{body}".encode(), hashlib.sha256).digest()[:MAC_BYTES]
    return f"{body}-{name}{b32encode(mac).decode().rstrip('=').lower()}"


def _verified(keyring: Keyring, found: re.Match[str], purpose: str = REPLY) -> ReplyToken | None:
    token = ReplyToken(int(found[1]), int(found[2]), int(found[3]))
    if keyring.find(found[4]) is None:
        return None
    stated = f"{found[1]}-{found[2]}-{found[3]}-{found[4]}{found[5]}"
    # Leading zeros would give one token two spellings: the comparison is with the canonical form.
    return token if hmac.compare_digest(_signed(keyring, found[4], token, purpose), stated) else None

"""Links that sign in: what stands in the mail, and what may stand in the store instead of it.

A token is an HMAC of this desk over a random nonce and the address of the one it was made for (RFC 2104): 256 bits that
nobody without the desk's key can compute. The store holds the nonce, inside a placeholder, and the hash of the token;
the token itself is written into the mail as it is handed to the courier, and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from mailbot.desk.reference import Keyring

VEIL = "not-kept-in-the-store"
NONCE_LENGTH, TOKEN_LENGTH = 22, 43
"""Characters of base64url: 128 and 256 bits. The veil and a nonce are as long as a token, so no line is rewrapped."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
# Quoted-printable may break a line anywhere in the token (RFC 2045, 6.7, rule 5).
_SOFT = rb"(?:=\r?\n)?"
_VEILED = re.compile(
    b"".join(re.escape(bytes([octet])) + _SOFT for octet in VEIL.encode())
    + rb"[A-Za-z0-9_-]"
    + (_SOFT + rb"[A-Za-z0-9_-]") * 21
)
_SOFT_BREAK = re.compile(rb"=\r?\n")
_IN_BASE64 = re.compile(rb"(Content-Transfer-Encoding: base64\r\n\r\n)([A-Za-z0-9+/=\r\n]+)")


def veiled_token(nonce: str) -> str:
    """What stands in the store where the mail has a token. Raises ValueError where the nonce is not one."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce is 22 characters of base64url")
    return VEIL + nonce


def link_token(keyring: Keyring, nonce: str, address: str) -> str:
    """The token of a nonce for one person: in a mail to somebody else the same nonce gives another token."""
    secret = keyring.find(keyring.current)
    assert secret is not None, "a keyring has its current key"
    said = f"sign-in|{keyring.current}|{nonce}|{address.lower()}".encode()
    return base64.urlsafe_b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode().rstrip("=")


def hash_token(token: str) -> str:
    """SHA-256, hexadecimal: what the store keeps. The tokens are 256 bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_token(text: str) -> bool:
    """Whether it could be one: 43 characters of base64url, nothing around them."""
    return _TOKEN.fullmatch(text) is not None


def unveil(keyring: Keyring, content: bytes, address: str) -> bytes:
    """The mail with its tokens, as it leaves: the same bytes at every attempt. Of a mail to ``address`` only."""

    def token_of(found: re.Match[bytes]) -> bytes:
        nonce = _SOFT_BREAK.sub(b"", found[0]).decode()[len(VEIL) :]
        letters = iter(link_token(keyring, nonce, address).encode())
        # Soft line breaks stay where they are: the token takes the veil's places one by one.
        pieces = re.findall(rb"=\r?\n|.", found[0], re.DOTALL)
        return b"".join(piece if len(piece) > 1 else bytes([next(letters)]) for piece in pieces)

    def inside(found: re.Match[bytes]) -> bytes:
        shown = base64.b64decode(found[2])
        if VEIL.encode() not in shown:
            return found[0]
        return found[1] + base64.encodebytes(_VEILED.sub(token_of, shown)).replace(b"\n", b"\r\n")

    return _IN_BASE64.sub(inside, _VEILED.sub(token_of, content))

"""The From header read strictly, from the bytes: is there one address that every reader would find?

Attacks on alignment live on two programs that find different addresses in one header. Whatever is not plainly
``name <address>`` or an address alone is refused here; the mail is kept all the same, only nothing is aligned.
"""

from __future__ import annotations

import re

MAX_HEAD = 2_000_000
MAX_FIELD = 2_000

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_FROM_FIELD = re.compile(rb"^from[ \t]{0,80}:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_COMMENT_AT_END = re.compile(r" \([^()\\]{0,500}\)$")
_QUOTED = re.compile(r'"[^"\\]{0,500}"')
_ANGLE = re.compile(r"[^<>(),;:@\[\]\\\"]{0,500}<([^<>\s]{1,320})>")
_ADDRESS = re.compile(r"[^@\s\"<>(),;:\[\]\\\x00-\x1f\ufffd]{1,64}@([^@\s\"<>(),;:\[\]\\\x00-\x1f\ufffd]{1,255})")


def find_doubt(head: bytes, domain: str) -> str:
    """Why nothing may be aligned with this From domain (RFC 5322, 3.6.2; RFC 7489, 6.6.1); empty where it may."""
    fields = _FROM_FIELD.findall(head)
    if len(fields) != 1:
        return f"{len(fields)} From headers"
    found = read_plain_domain(fields[0])
    if not domain or not found:
        return "the From address can be read in more than one way"
    return "" if found == domain else f"From is of {found}, not of {domain}"


def read_plain_domain(value: bytes) -> str:
    """The domain of a From value as it came, in A-labels; empty unless the value can be read in one way only.

    Quoted strings, and a comment behind the address, are passed over; a backslash, a second "@" outside of them, a
    route, a group or a list is refused.
    """
    if len(value) > MAX_FIELD:
        return ""
    text = " ".join(value.decode("utf-8", "replace").split())
    text = _QUOTED.sub("", _COMMENT_AT_END.sub("", text)).strip()
    angle = _ANGLE.fullmatch(text)
    address = _ADDRESS.fullmatch(angle[1] if angle else text)
    return to_ascii(address[1]) if address else ""


def read_header_block(raw: bytes) -> bytes:
    """Everything before the first empty line, at most ``MAX_HEAD`` bytes."""
    end = _END_OF_HEAD.search(raw)
    return raw[: min(end.start() if end else len(raw), MAX_HEAD)]


def to_ascii(domain: str) -> str:
    """A domain in lower case and A-labels (RFC 5890); what is no domain comes back as it is."""
    lowered = domain.strip().rstrip(".").lower()
    try:
        return lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered

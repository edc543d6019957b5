"""Which addresses may stand in a MAIL or RCPT command. What arrives as an address is an attacker's text (rule S34)."""

from __future__ import annotations

import re

LONGEST_PATH = 254

_ATOMS = r"[^\s\"(),:;<>@\[\\\]]{1,64}"
_QUOTED = r"\"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~ -]{1,62}\""
_DOMAIN = r"[^\s\"(),:;<>@\[\\\]_/]{1,253}"
_LITERAL = r"\[[A-Za-z0-9:.]{3,45}\]"
_ADDRESS = re.compile(rf"(?:{_ATOMS}|{_QUOTED})@(?:{_DOMAIN}|{_LITERAL})")


def is_sendable(address: str) -> bool:
    """Whether the address is one that cannot be anything but an address on the wire (RFC 5321, 4.1.2; RFC 6531)."""
    return len(address) <= LONGEST_PATH and address.isprintable() and _ADDRESS.fullmatch(address) is not None


def on_the_wire(address: str) -> str:
    """The domain of an internationalised address as A-labels, so that only its local part can need SMTPUTF8."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address

"""The groups of a delivery-status part (RFC 3464, RFC 6533), as servers really write them.

Contract: ``read_fields(text)`` gives a ``StatusFields`` for any text, without groups where there are none. They lack
the blank line between groups, have several, repeat the fields of a group, put Original-Recipient first, write
``Status: 5.0.0 (permanent failure)``, fold values anywhere, or come inside the readable text. A new group begins at a
blank line or where a field comes back that the group already has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_TEXT = 192_000
MAX_LINES = 4_000
MAX_LINE = 998
MAX_GROUPS = 500
MAX_VALUE = 2_000

FIELD = re.compile(r"[ \t]{0,8}([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{0,4}:[ \t]?(.*)")
PER_MESSAGE = frozenset(
    (
        "reporting-mta",
        "original-envelope-id",
        "arrival-date",
        "received-from-mta",
        "dsn-gateway",
        "x-postfix-queue-id",
        "x-postfix-sender",
    )
)
PER_RECIPIENT = frozenset(
    [
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "diagnostic-code",
        "remote-mta",
        "last-attempt-date",
        "final-log-id",
        "will-retry-until",
        "x-actual-recipient",
        "x-display-name",
        "x-supplementary-info",
        "localized-diagnostic",
    ]
)
ADDRESS = re.compile(
    r"(?<![^\s<>()\[\]:;,\"|\\])(?:\"[^\"\\]{1,64}\"|[^\s<>()\[\]:;,\"|\\]{1,200})@[^\s<>()\[\]:;,\"'|\\]{1,255}"
)
GLUED = re.compile(r"(\.[a-z]{2,24})[^\x00-\x7f][^.]*$")
"""Words of a language without spaces, run into the top-level domain."""
XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")


@dataclass(slots=True)
class Group:
    """One group of fields, names in lower case; the first value of a name counts."""

    values: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def speaks_of_recipient(self) -> bool:
        return any(name in self.values for name in ("final-recipient", "original-recipient", "x-actual-recipient"))

    @property
    def address(self) -> str:
        """The recipient: Final-Recipient (RFC 3464, 2.3.2), or where that is no mail address, what the sender wrote."""
        for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
            found = read_typed_address(self.get(name))
            if found:
                return found
        return ""


@dataclass(frozen=True, slots=True)
class StatusFields:
    message: Group
    recipients: tuple[Group, ...]


def read_fields(text: str) -> StatusFields:
    """The per-message group and the per-recipient groups of a text."""
    message = Group()
    recipients: list[Group] = []
    current = Group()
    for name, value in _fields(text):
        if name in PER_MESSAGE:
            message.values.setdefault(name, value)
            continue
        if not name or (name in current.values and name in ("final-recipient", "action", "status")):
            current = _close(current, recipients, at_blank=not name)
        if name in PER_RECIPIENT:
            current.values.setdefault(name, value)
        if len(recipients) >= MAX_GROUPS:
            break
    _close(current, recipients, at_blank=True)
    return StatusFields(message, tuple(recipients))


def read_typed_address(value: str) -> str:
    """``rfc822; <a@b.example>`` → ``a@b.example``; empty where the value holds no mail address.

    Of type utf-8, ``\\x{E5}`` is decoded (RFC 6533, 3). The domain comes in lower case.
    """
    kind, semicolon, rest = value[:MAX_VALUE].partition(";")
    if semicolon and "utf-8" in kind.lower():
        rest = XTEXT.sub(_xtext, rest)
    found = ADDRESS.search(rest if semicolon else value[:MAX_VALUE])
    return normalise_address(found.group(0)) if found else ""


def normalise_address(address: str) -> str:
    """An address without what sentences and X.400 leave at its ends; domain in lower case."""
    address = address.strip().strip(".'`*!?%")
    local, at, domain = address.rpartition("@")
    domain = GLUED.sub(r"\1", domain.rstrip(".-_/=*'").lower())
    local = local[len("mailto") :].lstrip(":") if local.lower().startswith("mailto:") else local
    return f"{local}@{domain}" if at and local and domain else ""


def _close(current: Group, recipients: list[Group], *, at_blank: bool) -> Group:
    """Keep a finished group; a blank line amid one recipient's fields (no address yet) does not end it."""
    if current.speaks_of_recipient:
        recipients.append(current)
        return Group()
    if at_blank and current.values:
        return current
    return Group()


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """(name, unfolded value) of each field; an empty name for a blank line."""
    name, value = "", ""
    for line in text[:MAX_TEXT].replace("\r", "\n").split("\n", MAX_LINES)[:MAX_LINES]:
        line = line[:MAX_LINE]
        found = FIELD.match(line)
        if found and found.group(1).lower() in PER_RECIPIENT | PER_MESSAGE:
            if name:
                yield name, value
            name, value = found.group(1).lower(), found.group(2).strip()
        elif not line.strip():
            if name:
                yield name, value
                name, value = "", ""
            yield "", ""
        elif name and len(value) < MAX_VALUE:
            value = f"{value} {line.strip()}"
    if name:
        yield name, value


def _xtext(found: re.Match[str]) -> str:
    code = int(found.group(1), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""

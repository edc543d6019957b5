"""Header fields for outgoing mail: values made harmless, encoded (RFC 2047), folded (RFC 5322, 2.2.3).

A header value from outside passes here and nowhere else. What comes out is ASCII, except for an address whose local
part needs SMTPUTF8 (RFC 6532), and never holds a line break that is not our own folding.
"""

from __future__ import annotations

import re
from base64 import b64encode

from mailbot.desk.correspondence import Mailbox
from mailbot.templates.clean import clean_line

WIDTH = 76
MAX_VALUE = 300
MAX_IDENTIFIER = 250
MAX_REFERENCES = 12

_IDENTIFIER = re.compile(r"[!-;=?-~]+")
_LOCAL = re.compile(r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\U0010ffff-]+|\"(?:[ !#-\[\]-~]|\\[ -~])*\")")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_\x80-\U0010ffff-]+(?:\.[A-Za-z0-9_\x80-\U0010ffff-]+)*|\[[!-Z^-~]+\])")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_PLAIN_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


def write_text(name: str, value: str) -> str:
    """An unstructured field, such as Subject, with its name, folded, without the last line end."""
    return _fold(name, _words(clean_line(value)[:MAX_VALUE].rstrip(), len(name) + 2))


def write_mailboxes(name: str, mailboxes: tuple[Mailbox, ...]) -> str:
    """An address field. Raises ValueError for an address that is no addr-spec (RFC 5322, 3.4.1)."""
    tokens: list[str] = []
    for position, mailbox in enumerate(mailboxes):
        comma = "," if position < len(mailboxes) - 1 else ""
        tokens += [*_phrase(mailbox.name), f"<{write_address(mailbox.address)}>{comma}"]
    return _fold(name, tokens)


def write_identifiers(name: str, identifiers: tuple[str, ...]) -> str:
    """A field of message identifiers (RFC 5322, 3.6.4), each given without or with its angle brackets."""
    return _fold(name, [f"<{identifier}>" for identifier in identifiers])


def write_address(address: str) -> str:
    """An addr-spec for the wire: domain in A-labels where the local part allows it. Raises ValueError if it is none."""
    local, _, domain = address.rpartition("@")
    sound = len(address) <= 320 and clean_line(address) == address
    if not (sound and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise ValueError("not an addr-spec")
    if local.isascii() and not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def read_identifiers(identifiers: tuple[str, ...]) -> tuple[str, ...]:
    """What can be repeated of others' identifiers: visible ASCII, sane length, no repeats; first and latest kept."""
    sound: dict[str, None] = {}
    for identifier in identifiers:
        bare = identifier.strip().removeprefix("<").removesuffix(">")
        if len(bare) <= MAX_IDENTIFIER and _IDENTIFIER.fullmatch(bare):
            sound.pop(bare, None)
            sound[bare] = None
    kept = tuple(sound)
    return kept if len(kept) <= MAX_REFERENCES else (kept[0], *kept[1 - MAX_REFERENCES :])


def _phrase(name: str) -> list[str]:
    """A display name as the tokens of a phrase: atoms, one quoted string, or encoded words."""
    name = clean_line(name)[:MAX_VALUE].rstrip()
    if not name:
        return []
    if not name.isascii() or "=?" in name or len(name) > WIDTH - 4:
        return _encoded_words(name, 6)
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _words(value: str, used: int) -> list[str]:
    """The words of a value, those from the first to the last that ASCII cannot hold as encoded words."""
    words = value.split(" ")
    odd = [position for position, word in enumerate(words) if not word.isascii() or "=?" in word or len(word) > WIDTH]
    if not odd:
        return words
    first, last = odd[0], odd[-1] + 1
    before = words[:first]
    column = used + sum(map(len, before)) + len(before)
    return [*before, *_encoded_words(" ".join(words[first:last]), column), *words[last:]]


def _encoded_words(text: str, column: int) -> list[str]:
    """Encoded words (RFC 2047, 2) of at most 75 characters, cut between characters."""
    raw = text.encode()
    letter, cost = ("q", _q_cost) if _q_length(raw) <= len(raw) * 4 // 3 + 4 else ("b", len)
    room = 75 - len("=?utf-8?q??=")
    words, piece, width = [], b"", 0
    for char in text:
        octets = char.encode()
        weight = cost(octets)
        limit = room if letter == "q" else room // 4 * 3
        if width + weight > limit:
            words.append(_encoded_word(letter, piece))
            piece, width = b"", 0
        piece += octets
        width += weight
    return [*words, _encoded_word(letter, piece)]


def _encoded_word(letter: str, octets: bytes) -> str:
    if letter == "b":
        return f"=?utf-8?b?{b64encode(octets).decode()}?="
    return "=?utf-8?q?" + "".join(_Q[octet] for octet in octets) + "?="


def _q_cost(octets: bytes) -> int:
    return sum(len(_Q[octet]) for octet in octets)


def _q_length(octets: bytes) -> int:
    return _q_cost(octets)


_Q = [chr(octet) if octet in _PLAIN_BYTES else "_" if octet == 0x20 else f"={octet:02X}" for octet in range(256)]


def _fold(name: str, tokens: list[str]) -> str:
    """Tokens joined by spaces, a new line before each that would pass the width."""
    line, lines = f"{name}:", []
    for token in tokens:
        if len(line) + 1 + len(token) > WIDTH and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {token}"
    return "\r\n".join((*lines, line))

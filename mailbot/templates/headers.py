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
ENCODED_WORD, ENVELOPE = 75, len("=?utf-8?q??=")
"""The longest encoded word, and what of it is not text."""
SHORTEST_WORD, LONGEST_WORD = 32, 60
"""Less room than the first goes to the next line; a word longer than the second could not be folded as it is."""
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
        tokens += [*_phrase(mailbox.name, len(name) + 2), f"<{write_address(mailbox.address)}>{comma}"]
    return _fold(name, tokens)


def write_identifiers(name: str, identifiers: tuple[str, ...]) -> str:
    """A field of message identifiers (RFC 5322, 3.6.4), each given without or with its angle brackets."""
    return _fold(name, [f"<{identifier}>" for identifier in identifiers])


def write_links(name: str, links: tuple[str, ...]) -> str:
    """A field of links in angle brackets (RFC 2369, 2), the preferred one first; the caller has looked at each."""
    return _fold(name, [f"<{link}>," for link in links[:-1]] + [f"<{link}>" for link in links[-1:]])


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


def _phrase(name: str, used: int) -> list[str]:
    """A display name as the tokens of a phrase: atoms, one quoted string, or encoded words."""
    name = clean_line(name)[:MAX_VALUE].rstrip()
    if not name:
        return []
    if not name.isascii() or "=?" in name or len(name) > LONGEST_WORD:
        return _encoded_words(name, used)
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _words(value: str, used: int) -> list[str]:
    """The words of a value, those from the first to the last that ASCII cannot hold as encoded words."""
    words = value.split(" ")
    odd = [at for at, word in enumerate(words) if not word.isascii() or "=?" in word or len(word) > LONGEST_WORD]
    if not odd:
        return words
    first, last = odd[0], odd[-1] + 1
    used += sum(map(len, words[:first])) + first
    return [*words[:first], *_encoded_words(" ".join(words[first:last]), used), *words[last:]]


def _encoded_words(text: str, used: int) -> list[str]:
    """Encoded words (RFC 2047, 2), cut between characters; the first fits a line of which ``used`` is taken."""
    raw = text.encode()
    quoted = "".join(_Q[octet] for octet in raw)
    letter = "q" if len(quoted) <= len(raw) * 1.7 + 8 else "b"
    limit = WIDTH - used - ENVELOPE if WIDTH - used >= SHORTEST_WORD else ENCODED_WORD - ENVELOPE
    if letter == "q" and len(quoted) <= limit:
        return [f"=?utf-8?q?{quoted}?="]
    words, piece, width = [], b"", 0
    for octets in map(str.encode, text):
        weight = sum(len(_Q[octet]) for octet in octets) if letter == "q" else len(octets)
        if width + weight > (limit if letter == "q" else limit // 4 * 3):
            words.append(_encoded_word(letter, piece))
            piece, width, limit = b"", 0, ENCODED_WORD - ENVELOPE
        piece += octets
        width += weight
    return [*words, _encoded_word(letter, piece)]


def _encoded_word(letter: str, octets: bytes) -> str:
    text = b64encode(octets).decode() if letter == "b" else "".join(_Q[octet] for octet in octets)
    return f"=?utf-8?{letter}?{text}?="


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

"""Plain text of a mail: quotation, tidy lines, the desk's signature."""

from __future__ import annotations

import re

from mailbot.templates.catalogue import DeskWords
from mailbot.templates.clean import clean_line

_EMPTY_LINES = re.compile(r"\n{3,}")


def quote(text: str) -> str:
    """Earlier words set apart, in the way that every mail program does it."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def tidy(text: str) -> str:
    """No spaces at line ends, no more than one empty line in a row, none at either end."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n")


def write_signature(desk: DeskWords) -> str:
    """The desk after the delimiter ``-- `` (RFC 3676, 4.3), which mail programs leave out when they quote."""
    rows = (", ".join(filter(None, row)) for row in ((desk.name, desk.organisation), (desk.phone, desk.hours)))
    return "\n".join(("-- ", *(row for row in map(clean_line, (*rows, desk.address)) if row)))


def encoded_size(text: str) -> int:
    """About how many octets of a mail ``text`` takes in quoted-printable: six for a letter such as ö."""
    return len(text) + 5 * sum(not char.isascii() for char in text) + 2 * text.count("=")

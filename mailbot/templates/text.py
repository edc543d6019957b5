"""Plain text of a mail: quotation, tidy lines, the desk's signature."""

from __future__ import annotations

import re

from mailbot.templates.catalogue import DeskWords
from mailbot.templates.clean import clean_line

LONGEST_ROW = 20_000
_EMPTY_LINES = re.compile(r"\n{3,}")


def quote(text: str) -> str:
    """Earlier words set apart, in the way that every mail program does it."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def join(pieces: tuple[str, ...] | list[str], separator: str = "") -> str:
    """Pieces in a row. Raises TypeError for a text, whose letters would be the pieces, ValueError for a flood."""
    if isinstance(pieces, str):
        raise TypeError("join is for several pieces, not for one text")
    if len(pieces) * len(separator) + sum(map(len, pieces)) > LONGEST_ROW:
        raise ValueError(f"more than {LONGEST_ROW} characters in a row")
    return separator.join(pieces)


def keep_indent(line: str) -> str:
    """The line with no-break spaces for those it begins with, which HTML would drop; a tab is four of them."""
    rest = line.lstrip(" \t")
    return "\u00a0" * len(line[: len(line) - len(rest)].expandtabs(4)) + rest


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
    letters = len(text) - len(text.encode("ascii", "ignore"))
    return len(text) + 5 * letters + 2 * text.count("=")

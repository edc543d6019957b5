"""Text from outside made harmless to show: no control characters, no direction tricks, nothing UTF-8 cannot hold."""

from __future__ import annotations

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BREAKS = "\n\r\t\v\f\x85\u2028\u2029"


def _table(kept: str) -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
    table.update({ord(char): None for char in f"{_BIDI}\ufeff\ufff9\ufffa\ufffb"})
    table.update(dict.fromkeys(range(917504, 917632)))
    table.update(dict.fromkeys(range(55296, 57344), "�"))
    table.update({ord(char): " " for char in _BREAKS})
    table.update({ord(char): char for char in kept})
    return table


_LINE = _table("")
_PASSAGE = {**_table("\n\t"), **{ord(char): "\n" for char in "\v\f\x85\u2028\u2029"}}


def clean_line(text: str) -> str:
    """One line: breaks are spaces, runs of spaces are one; C0, C1, bidi controls and tag characters are dropped."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(text.translate(_LINE).split())


def clean_passage(text: str) -> str:
    """Lines with LF ends and no characters that a reader cannot see but a program obeys."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_PASSAGE)

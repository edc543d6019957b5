"""What the markup and the prefixes of the lines prove by themselves, before any line is read."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.lines import Line


def claim_structure(lines: Sequence[Line]) -> None:
    """Claim by containers, hidden elements and ``>`` prefixes."""
    wrapped = False
    for row, line in enumerate(lines):
        marks = line.marks
        if marks:
            wrapped = _claim_marked(lines, row, wrapped)
        else:
            wrapped = False
        if line.kind is None and line.prefix:
            line.claim(SpanKind.QUOTED, "quote prefix")


def claim_mime_headers(lines: Sequence[Line]) -> None:
    """Header lines of a broken MIME part at the top of its text."""
    for line in lines[:12]:
        if line.bare.lower().startswith(("mime-version:", "content-type:", "content-transfer-encoding:")):
            line.claim(SpanKind.HEADER_BLOCK, "header of a MIME part", 0.9)
        elif line.bare:
            break


def _claim_marked(lines: Sequence[Line], row: int, wrapped: bool) -> bool:
    """Claim by the marks of one line. Returns whether a quotation was seen in the wrapper that the line is in."""
    line = lines[row]
    marks = line.marks
    if marks & Mark.HIDDEN:
        line.claim(SpanKind.MARKER, "not shown to the reader")
    elif marks & Mark.ATTRIBUTION:
        line.claim(SpanKind.ATTRIBUTION, "marked as attribution by the mail program")
    elif marks & Mark.HEADERS:
        line.claim(SpanKind.HEADER_BLOCK, "header block marked by the mail program")
    elif marks & Mark.FORWARD:
        line.claim(SpanKind.FORWARDED, "container of a forwarded mail")
    elif marks & Mark.QUOTE:
        line.claim(SpanKind.QUOTED, "below the mail program's cut" if marks & Mark.CUT else "quote container")
        return bool(marks & Mark.WRAP)
    elif marks & Mark.SIGNATURE:
        line.claim(SpanKind.SIGNATURE, "signature container")
    elif marks & Mark.WRAP and not wrapped and line.bare and _quotation_follows(lines, row):
        line.claim(SpanKind.ATTRIBUTION, "between the wrapper and the quotation")
    return wrapped if marks & Mark.WRAP else False


def _quotation_follows(lines: Sequence[Line], row: int) -> bool:
    """Within the wrapper, at most six written lines further down."""
    written = 0
    for line in lines[row + 1 : row + 16]:
        if line.marks & Mark.QUOTE:
            return True
        if not line.marks & Mark.WRAP:
            return False
        written += bool(line.bare)
        if written > 6:
            return False
    return False

"""What the markup and the prefixes of the lines prove by themselves, before any line is read."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.lines import Line


def claim_structure(lines: Sequence[Line]) -> None:
    """Claim by containers, hidden elements and ``>`` prefixes."""
    for line in lines:
        if line.marks:
            _claim_marked(line)
        if line.kind is None and line.prefix:
            line.claim(SpanKind.QUOTED, "quote prefix")
    _claim_wrappers(lines)


def claim_mime_headers(lines: Sequence[Line]) -> None:
    """Header lines of a broken MIME part at the top of its text."""
    for line in lines[:12]:
        if line.bare.lower().startswith(("mime-version:", "content-type:", "content-transfer-encoding:")):
            line.claim(SpanKind.HEADER_BLOCK, "header of a MIME part", 0.9)
        elif line.bare:
            break


def _claim_marked(line: Line) -> None:
    """Claim by the marks of one line. Gmail marks the dashed line of a forwarded mail as attribution too: left open."""
    marks = line.marks
    if marks & Mark.HIDDEN:
        line.claim(SpanKind.MARKER, "not shown to the reader")
    elif marks & Mark.ATTRIBUTION and not line.bare.startswith("-----"):
        line.claim(SpanKind.ATTRIBUTION, "marked as attribution by the mail program")
    elif marks & Mark.HEADERS:
        line.claim(SpanKind.HEADER_BLOCK, "header block marked by the mail program")
    elif marks & Mark.FORWARD:
        line.claim(SpanKind.FORWARDED, "container of a forwarded mail")
    elif marks & Mark.QUOTE:
        line.claim(SpanKind.QUOTED, "below the mail program's cut" if marks & Mark.CUT else "quote container")
    elif marks & Mark.SIGNATURE:
        line.claim(SpanKind.SIGNATURE, "signature container")


def _claim_wrappers(lines: Sequence[Line]) -> None:
    """What stands in a wrapper before its first quotation introduces that; without one, the wrapper is the quotation.

    A dashed line there begins a forwarded mail, which is read line by line.
    """
    row, written = 0, False
    while row < len(lines):
        if not lines[row].marks & Mark.WRAP:
            written = written or lines[row].is_open
            row += 1
            continue
        end = row
        while end < len(lines) and lines[end].marks & Mark.WRAP:
            end += 1
        _claim_wrapper(lines[row:end], written)
        row = end


def _claim_wrapper(lines: Sequence[Line], written: bool) -> None:
    first = next((place for place, line in enumerate(lines) if line.kind is SpanKind.QUOTED), None)
    before = [line for line in lines[:first] if line.is_open]
    if any(line.bare.startswith("-----") for line in before):
        return
    if first is not None and len(before) <= 6:
        for line in before:
            line.claim(SpanKind.ATTRIBUTION, "between the wrapper and the quotation")
    elif first is None and written:
        for line in before:
            line.claim(SpanKind.QUOTED, "quote wrapper", 0.9)

"""Answers typed inside the quoted part, where the markup knows only "everything below is quoted" (Outlook).

Two things tell them from what is quoted: they are not in the mail that we sent although all around them is, or they
have a colour of their own, and the words on top say that one should look below.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.lines import Line
from mailbot.parsers.reply.scan import KNOWN_WELL, Context

MAX_TOP = 12
"""So many rows above the cut may say where the answers stand."""


def reopen_among_sent(lines: Sequence[Line], coverage: float) -> None:
    """Rows below the cut that our mail does not have, between rows that it has: whoever answers wrote them."""
    known = [row for row, line in enumerate(lines) if line.sent and line.marks & Mark.CUT]
    if coverage < KNOWN_WELL or not known:
        return
    for line in lines[known[0] + 1 : known[-1]]:
        if _is_cut(line) and not line.sent and line.bare and any(letter.isalnum() for letter in line.bare):
            _reopen(line, "not in the mail that we sent, though all around it is", 0.75)


def reopen_coloured(lines: Sequence[Line], context: Context) -> None:
    """Rows below the cut in a colour of their own, where the rest is in none and the words on top point to them."""
    coloured = [line for line in lines if line.marks & Mark.COLOUR and _is_cut(line)]
    if not coloured or not _points_below(lines, context):
        return
    others = sum(1 for line in lines if line.bare and _is_cut(line) and not line.marks & Mark.COLOUR)
    if len(coloured) > others:
        return
    for line in coloured:
        _reopen(line, "in a colour of its own among what is quoted", 0.6)


def _is_cut(line: Line) -> bool:
    return line.kind is SpanKind.QUOTED and bool(line.marks & Mark.CUT)


def _points_below(lines: Sequence[Line], context: Context) -> bool:
    top = [line.bare.lower() for line in lines[: MAX_TOP * 3] if line.is_open][:MAX_TOP]
    return any(hint in text for text in top for hint in context.phrases.inside)


def _reopen(line: Line, reason: str, confidence: float) -> None:
    line.reopen()
    line.reason, line.confidence = reason, confidence
    line.marks &= ~(Mark.CUT | Mark.QUOTE)

"""Answers typed inside the quoted part, where the markup knows only "everything below is quoted" (Outlook).

Two things tell them from what is quoted: they are not in the mail that we sent although all around them is, or they
have a colour of their own, and the words on top say that one should look below.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.lines import Line, words_of
from mailbot.parsers.reply.scan import KNOWN_WELL, Context
from mailbot.parsers.reply.sent import MAX_SENT, words_beside_links

MAX_OURS = 200_000
SHORT = 4
OURS = 0.85
OURS_IN_SHORT = 0.5
"""So much of a row may be our words; of a short one less."""
MAX_TOP = 12
"""So many rows above the cut may say where the answers stand."""


def reopen_among_sent(lines: Sequence[Line], context: Context, coverage: float) -> None:
    """Rows below the cut that our mail does not have, between rows that it has: whoever answers wrote them.

    Rows of our own words are not: a button whose link a gateway rewrote looks like somebody's "Accept".
    """
    known = [row for row, line in enumerate(lines) if line.sent and line.marks & Mark.CUT]
    if coverage < KNOWN_WELL or not known:
        return
    ours = frozenset(word for text in context.sent[:MAX_SENT] for word in words_of(text[:MAX_OURS]))
    for line in lines[known[0] + 1 : known[-1]]:
        if _is_cut(line) and not line.sent and _is_foreign(line.bare, ours, context):
            _reopen(line, "not in the mail that we sent, though all around it is", 0.75)


def _is_foreign(bare: str, ours: frozenset[str], context: Context) -> bool:
    """Few of its words are ours, links aside; and no gateway says so."""
    words = words_beside_links(bare)
    if not words or any(phrase in bare.lower() for phrase in context.phrases.banners):
        return False
    return sum(word in ours for word in words) <= (OURS_IN_SHORT if len(words) < SHORT else OURS) * len(words)


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

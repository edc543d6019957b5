"""When nothing is left as new words: what to keep rather than lose what somebody wrote."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.lines import BOUNDARIES, Line, has_open
from mailbot.parsers.reply.marker import is_own_marker


def reopen_if_empty(lines: Sequence[Line]) -> None:
    """Nothing new, yet text below a weak cut: keep that text rather than lose words."""
    if has_open(lines):
        return
    for line in lines:
        proven = line.prefix or line.sent or line.marks
        if line.kind is SpanKind.QUOTED and line.confidence <= 0.85 and not proven:
            line.reopen()
    if not has_open(lines):
        _reopen_below_first_headers(lines)


def reopen_lone_signature(lines: Sequence[Line]) -> None:
    """A mail of nothing but contact details or a footer, quoting nothing, is about those."""
    if has_open(lines):
        return
    if any(line.kind in BOUNDARIES for line in lines):
        _reopen_lone_greeting(lines)
        _reopen_below_rule(lines)
        return
    for line in lines:
        if line.kind in (SpanKind.SIGNATURE, SpanKind.DISCLAIMER) and not line.marks & Mark.SIGNATURE:
            line.reopen()


def _reopen_lone_greeting(lines: Sequence[Line]) -> None:
    """One line of closing words above a quotation was typed; two and more are what a program adds by itself."""
    signed = [line for line in lines if line.bare and line.kind in (SpanKind.SIGNATURE, SpanKind.MARKER)]
    if len(signed) == 1 and signed[0].reason == "closing words":
        signed[0].reopen()


def _reopen_below_rule(lines: Sequence[Line]) -> None:
    """Words under a rule below the quotation are an answer, if there is no other, and no telephone among them."""
    last = max(row for row, line in enumerate(lines) if line.kind in BOUNDARIES)
    below = [line for line in lines[last + 1 :] if line.bare]
    if not below or any(line.reason != "rule above a signature" for line in below):
        return
    if not any("@" in line.bare or "://" in line.bare or any(map(str.isdigit, line.bare)) for line in below):
        for line in below:
            line.reopen()


def _reopen_below_first_headers(lines: Sequence[Line]) -> None:
    """A mail that begins with a header block and has nothing above it was passed on without a word: its text counts.

    Not so where a mail of ours stands below; that is an answer without words.
    """
    headed = False
    reopened: list[Line] = []
    for line in lines:
        if not line.bare:
            continue
        if line.sent or is_own_marker(line):
            return
        if line.kind is SpanKind.HEADER_BLOCK:
            if reopened:
                break
            headed = True
        elif not headed or line.kind is not SpanKind.QUOTED or not line.marks & Mark.CUT:
            break
        else:
            reopened.append(line)
    for line in reopened:
        line.reopen()

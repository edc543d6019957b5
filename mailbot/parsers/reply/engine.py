"""Labels every line of one body: the same engine for plain text and for HTML, whose lines bring marks along.

Order matters. What the markup, the prefixes and our own mails prove is claimed first; then attributions, header blocks
and separators are looked for among the rest, and cut; last come banners, footers and signatures at the edges of what is
left. What nobody claims is what the person wrote.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.dates import is_dated
from mailbot.parsers.reply.header_block import is_dashed_title, label_of
from mailbot.parsers.reply.inside import reopen_among_sent, reopen_coloured
from mailbot.parsers.reply.lines import BOUNDARIES, Line, has_open, is_rule
from mailbot.parsers.reply.marker import claim_banners, claim_mobile_lines, is_own_marker
from mailbot.parsers.reply.phrases import Phrases
from mailbot.parsers.reply.remainder import reopen_if_empty, reopen_lone_signature
from mailbot.parsers.reply.scan import Context, Scan
from mailbot.parsers.reply.sent import mark_sent
from mailbot.parsers.reply.signature import claim_signature
from mailbot.parsers.reply.structure import claim_mime_headers, claim_structure

DRAWN = "|-_=*#~—–―.+•·<>[] "
MAX_RUNS = 30
"""Of more than twice so many runs between quotations, those in the middle are not searched for signatures."""
MAX_TAIL = 12


def label_lines(lines: Sequence[Line], context: Context) -> None:
    """Give every line that the person did not write a kind and a reason."""
    claim_structure(lines)
    claim_mime_headers(lines)
    coverage = mark_sent(lines, context.sent)
    reopen_among_sent(lines, context, coverage)
    reopen_coloured(lines, context)
    _claim_sent(lines)
    Scan(lines, context, coverage).run()
    if coverage:
        _claim_above_sent(lines, context.phrases)
    claim_banners(lines, context.phrases)
    _claim_ruled_tail(lines)
    runs = _open_runs(lines)
    for first, last in runs if len(runs) <= 2 * MAX_RUNS else runs[:MAX_RUNS] + runs[-MAX_RUNS:]:
        claim_mobile_lines(lines, first, last, context.phrases)
        claim_signature(lines, first, last, context.phrases, context.author)
    reopen_if_empty(lines)
    reopen_lone_signature(lines)


def _claim_ruled_tail(lines: Sequence[Line]) -> None:
    """Below the last quotation, under a rule, with the answer above: a gateway's footer, in whatever language."""
    last = max((row for row, line in enumerate(lines) if line.bare and line.kind in BOUNDARIES), default=-1)
    rows = [row for row in range(last + 1, len(lines)) if lines[row].is_open]
    if last < 0 or not rows or len(rows) > MAX_TAIL or not has_open(lines[:last]):
        return
    top = lines[rows[0]]
    if is_rule(top) or top.marks & Mark.RULED:
        for row in rows:
            lines[row].claim(SpanKind.DISCLAIMER, "below a rule after the quotation", 0.7)


def _claim_sent(lines: Sequence[Line]) -> None:
    """Known lines, and what is only drawn right below one."""
    below = False
    for line in lines:
        if line.kind is None and (line.sent or (below and line.bare and not line.bare.strip(DRAWN))):
            line.claim(SpanKind.QUOTED, "stands in a mail of this ticket", 0.95)
        elif line.bare:
            below = False
        below = below or line.sent


def _claim_above_sent(lines: Sequence[Line], phrases: Phrases) -> None:
    """Rows right above known ones with an address, a date or a header label introduce them, in whatever language."""
    for row, line in enumerate(lines):
        if not line.sent or (row and lines[row - 1].sent):
            continue
        blanks = 0
        for above in range(row - 1, max(-1, row - 9), -1):
            other = lines[above]
            if not other.bare:
                blanks += 1
                if blanks > 3:
                    break
                continue
            if other.kind is not None or not _introduces(other, phrases):
                break
            other.claim(SpanKind.ATTRIBUTION, "introduces a known mail", 0.75)
            blanks = 0


def _introduces(line: Line, phrases: Phrases) -> bool:
    bare = line.bare
    if len(bare) > 200:
        return False
    if is_rule(line) or is_own_marker(line) or is_dashed_title(line):
        return True
    if not bare.endswith((":", ">", "：")) and not label_of(line, phrases)[0]:
        return False
    return "@" in bare or is_dated(bare) or bool(label_of(line, phrases)[0])


def _open_runs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Row ranges between quoted things that hold something unclaimed."""
    runs, start = [], 0
    for row in range(len(lines) + 1):
        if row == len(lines) or lines[row].kind in BOUNDARIES:
            if start < row and has_open(lines[start:row]):
                runs.append((start, row))
            start = row + 1
    return runs

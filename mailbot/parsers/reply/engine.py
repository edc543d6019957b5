"""Labels every line of one body: the same engine for plain text and for HTML, whose lines bring marks along.

Order matters. What the markup, the prefixes and our own mails prove is claimed first; then attributions, header blocks
and separators are looked for among the rest, and cut; last come banners, footers and signatures at the edges of what is
left. What nobody claims is what the person wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.attribution import find_attribution, is_dated
from mailbot.parsers.reply.header_block import (
    Block,
    extend_upwards,
    find_header_block,
    is_dashed_title,
    is_dashed_title_with_headers,
    read_label,
    read_separator,
)
from mailbot.parsers.reply.lines import Line, has_open, is_rule, next_written
from mailbot.parsers.reply.marker import claim_banners, claim_mobile_lines, is_own_marker, is_reply_above
from mailbot.parsers.reply.phrases import Phrases
from mailbot.parsers.reply.sent import mark_sent
from mailbot.parsers.reply.signature import claim_signature

BOUNDARIES = frozenset((SpanKind.QUOTED, SpanKind.ATTRIBUTION, SpanKind.HEADER_BLOCK, SpanKind.FORWARDED))
KNOWN_WELL = 0.6
"""With so much of our mail found, unknown lines among the known ones were written by the person."""


@dataclass(frozen=True, slots=True)
class Context:
    phrases: Phrases
    sent: Sequence[str] = ()
    author: str = ""
    is_forward: bool = False
    """The subject says that a mail is passed on."""


def label_lines(lines: Sequence[Line], context: Context) -> None:
    """Give every line that the person did not write a kind and a reason."""
    _claim_structure(lines)
    _claim_mime_headers(lines)
    coverage = mark_sent(lines, context.sent)
    _claim_sent(lines)
    _Scan(lines, context, coverage).run()
    if coverage:
        _claim_above_sent(lines, context.phrases)
    claim_banners(lines, context.phrases)
    for first, last in _open_runs(lines):
        claim_mobile_lines(lines, first, last, context.phrases)
        claim_signature(lines, first, last, context.phrases, context.author)
    _reopen_if_empty(lines)
    _reopen_lone_signature(lines)


def _claim_structure(lines: Sequence[Line]) -> None:
    wrapped = False
    for row, line in enumerate(lines):
        marks = line.marks
        if marks:
            wrapped = _claim_marked(lines, row, wrapped)
        else:
            wrapped = False
        if line.kind is None and line.prefix:
            line.claim(SpanKind.QUOTED, "quote prefix")


def _claim_mime_headers(lines: Sequence[Line]) -> None:
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


def _claim_sent(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.sent and line.kind is None:
            line.claim(SpanKind.QUOTED, "stands in a mail of this ticket", 0.95)


class _Scan:
    """One pass from top to bottom for everything that announces quoted mail."""

    def __init__(self, lines: Sequence[Line], context: Context, coverage: float) -> None:
        self.lines = lines
        self.context = context
        self.phrases = context.phrases
        self.coverage = coverage
        self.first_written = len(lines)
        """The first row so far that the person wrote, be it a signature."""
        self.no_block_before = 0

    def run(self) -> None:
        row = 0
        while row < len(self.lines):
            line = self.lines[row]
            if line.kind is None and line.bare:
                row = self._read(row)
            else:
                if line.kind is SpanKind.SIGNATURE:
                    self._note_written(row)
                elif line.prefix and line.kind is SpanKind.QUOTED:
                    self._claim_prefixed_forward(row)
                row += 1

    def _read(self, row: int) -> int:
        """Look at an open row; the row to go on with."""
        for find in (self._separator, self._header_block, self._attribution, self._marker):
            after = find(row)
            if after:
                return after
        self._note_written(row)
        return row + 1

    def _note_written(self, row: int) -> None:
        self.first_written = min(self.first_written, row)

    def _forget_written(self, start: int, end: int) -> None:
        """Rows that turned out to be an attribution or a header block were passed as written."""
        if start <= self.first_written < end:
            self.first_written = len(self.lines)

    def _separator(self, row: int) -> int:
        line = self.lines[row]
        kind = read_separator(line, self.phrases)
        dashed = line.bare.startswith(("--", "==", "__", "**", "~~", "*--"))
        if not kind and dashed and is_dashed_title_with_headers(line):
            kind = "forwarded"
        announced = bool(kind) or (dashed and is_dashed_title(line))
        block = self._block_below(row) if announced else None
        if not announced or (block is None and not (kind and (dashed or self._is_certain(row)))):
            return 0
        forwarded = kind == "forwarded" or self.context.is_forward
        reason = "forwarded mail below this line" if forwarded else "original mail below this line"
        line.claim(SpanKind.HEADER_BLOCK, reason, 0.95)
        end = row + 1
        if block is not None:
            end = block.end
            self._claim(row + 1, end, SpanKind.HEADER_BLOCK, "header lines of the mail below", 0.95)
        return self._cut(end, reason, forwarded=forwarded, always=True)

    def _is_certain(self, row: int) -> bool:
        """A separator without dashes needs a sign: header lines below it that bear a prefix, or a name."""
        if " processed by " in self.lines[row].bare:
            return True
        below = next_written(self.lines, row, 4)
        return below is not None and below.prefix > 0 and bool(read_label(below.bare, self.phrases)[0])

    def _block_below(self, row: int) -> Block | None:
        """The header block that begins a few rows below ``row``."""
        for start in range(row + 1, min(row + 5, len(self.lines))):
            if self.lines[start].kind is None and self.lines[start].bare:
                block, _ = find_header_block(self.lines, start, self.phrases, announced=True)
                if block is not None:
                    return block
        return None

    def _header_block(self, row: int) -> int:
        bare = self.lines[row].bare
        if row < self.no_block_before or (":" not in bare[:50] and "：" not in bare[:50]):
            return 0
        block, self.no_block_before = find_header_block(self.lines, row, self.phrases)
        if block is None:
            return 0
        seen_from = not read_label(bare, self.phrases)[0] or any(
            "from" in read_label(line.bare, self.phrases)[0].split(" ") for line in self.lines[row : block.end]
        )
        start = extend_upwards(self.lines, block, seen_from)
        confidence = 0.95 if block.certain else 0.75
        self._claim(start, block.end, SpanKind.HEADER_BLOCK, "header lines of the mail below", confidence)
        self._forget_written(start, block.end)
        return self._cut(block.end, "below header lines", forwarded=self.context.is_forward, confidence=confidence)

    def _attribution(self, row: int) -> int:
        start = find_attribution(self.lines, row, self.phrases)
        if start is None:
            return 0
        self._claim(start, row + 1, SpanKind.ATTRIBUTION, "says who wrote what follows", 0.95)
        self._forget_written(start, row + 1)
        below = next_written(self.lines, row, 4)
        if below is None or below.kind is not None:
            return row + 1
        if below.bare.startswith("|"):
            return self._claim_barred(row + 1)
        return self._cut(row + 1, "below an attribution", confidence=0.85)

    def _claim_barred(self, row: int) -> int:
        while row < len(self.lines) and (not self.lines[row].bare or self.lines[row].bare.startswith("|")):
            self.lines[row].claim(SpanKind.QUOTED, "quote prefix")
            row += 1
        return row

    def _marker(self, row: int) -> int:
        line = self.lines[row]
        ours = is_own_marker(line)
        if not ours and not is_reply_above(line, self.phrases):
            return 0
        line.claim(SpanKind.MARKER, "asks to write above this line", 1.0 if ours else 0.9)
        return self._cut(row + 1, "below the reply-above line", confidence=0.9 if ours else 0.8)

    def _claim_prefixed_forward(self, row: int) -> None:
        """A forwarded mail may itself be prefixed: then the prefixed run is what is passed on."""
        if row and self.lines[row - 1].prefix and self.lines[row - 1].bare:
            return
        if read_separator(self.lines[row], self.phrases) != "forwarded":
            return
        for line in self.lines[row:]:
            if line.bare and not line.prefix:
                break
            line.claim(SpanKind.FORWARDED, "forwarded mail", 0.95)

    def _claim(self, start: int, end: int, kind: SpanKind, reason: str, confidence: float) -> None:
        for line in self.lines[start:end]:
            if line.kind is None:
                line.claim(kind, reason, confidence)

    def _cut(
        self, row: int, reason: str, *, forwarded: bool = False, always: bool = False, confidence: float = 0.9
    ) -> int:
        """Everything from ``row`` on is quoted, unless nothing was written above, or our mail tells otherwise."""
        kind = SpanKind.FORWARDED if forwarded else SpanKind.QUOTED
        if self.first_written >= row and not always and not forwarded:
            return row
        if not forwarded and self.coverage >= KNOWN_WELL and any(line.sent for line in self.lines[row:]):
            return self._cut_around_sent(row, reason)
        for line in self.lines[row:]:
            if line.kind is None or (forwarded and line.kind is SpanKind.QUOTED):
                line.claim(kind, reason, confidence)
        return len(self.lines)

    def _cut_around_sent(self, row: int, reason: str) -> int:
        """Only up to the first line we know; after the last one everything again, if the answer stands above."""
        known = [index for index in range(row, len(self.lines)) if self.lines[index].sent]
        self._claim(row, known[0], SpanKind.QUOTED, reason, 0.9)
        if self.first_written < row:
            self._claim(known[-1] + 1, len(self.lines), SpanKind.QUOTED, reason, 0.8)
        return known[0]


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
    if not bare.endswith((":", ">", "：")) and not read_label(bare, phrases)[0]:
        return False
    return "@" in bare or is_dated(bare) or bool(read_label(bare, phrases)[0])


def _open_runs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Row ranges between quoted things that hold something unclaimed."""
    runs, start = [], 0
    for row in range(len(lines) + 1):
        if row == len(lines) or lines[row].kind in BOUNDARIES:
            if has_open(lines[start:row]):
                runs.append((start, row))
            start = row + 1
    return runs


def _reopen_if_empty(lines: Sequence[Line]) -> None:
    """Nothing new, yet text below a weak cut: keep that text rather than lose words."""
    if has_open(lines):
        return
    for line in lines:
        proven = line.prefix or line.sent or line.marks
        if line.kind is SpanKind.QUOTED and line.confidence <= 0.85 and not proven:
            line.reopen()
    if not has_open(lines):
        _reopen_below_first_headers(lines)


def _reopen_lone_signature(lines: Sequence[Line]) -> None:
    """A mail of nothing but contact details or a footer, quoting nothing, is about those."""
    if has_open(lines) or any(line.kind in BOUNDARIES for line in lines):
        return
    for line in lines:
        if line.kind in (SpanKind.SIGNATURE, SpanKind.DISCLAIMER) and not line.marks & Mark.SIGNATURE:
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

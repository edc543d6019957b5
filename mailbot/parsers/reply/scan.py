"""From top to bottom: what announces quoted mail, and what of the lines below it is cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.attribution import Budget, find_attribution
from mailbot.parsers.reply.block_shape import Around, is_label_row
from mailbot.parsers.reply.header_block import (
    Block,
    extend_upwards,
    find_header_block,
    is_dashed_title,
    is_dashed_title_with_headers,
    label_of,
    read_separator,
)
from mailbot.parsers.reply.lines import Line, next_written
from mailbot.parsers.reply.marker import is_own_marker, is_reply_above
from mailbot.parsers.reply.notes import find_grid_end
from mailbot.parsers.reply.phrases import Phrases
from mailbot.parsers.reply.shape import CLOSINGS

BLOCK_REACH = 8
"""So many rows below a separator the header block may begin."""
KNOWN_WELL = 0.6
"""With so much of our mail found, unknown lines among the known ones were written by the person."""


@dataclass(frozen=True, slots=True)
class Context:
    phrases: Phrases
    sent: Sequence[str] = ()
    author: str = ""
    is_forward: bool = False
    """The subject says that a mail is passed on."""
    subject: str | None = ""
    """None where the mail answers no other."""
    people: Sequence[str] = ()
    """Names and addresses of those the mail is sent to, in lower case."""


class Scan:
    """One pass from top to bottom for everything that announces quoted mail."""

    def __init__(self, lines: Sequence[Line], context: Context, coverage: float) -> None:
        self.lines = lines
        self.context = context
        self.phrases = context.phrases
        self.coverage = coverage
        self.first_written = len(lines)
        """The first row so far that the person wrote, be it a signature."""
        self.no_block_before = 0
        self.sent_rows = [row for row, line in enumerate(lines) if line.sent]
        self.around = Around(context.subject, _last_quoted(lines))
        self.closed = False
        self.budget = Budget()
        self.block_budget = Budget(300)
        self.grid_budget = Budget(100)

    def run(self) -> None:
        """Claim line by line."""
        row = 0
        while row < len(self.lines):
            line = self.lines[row]
            if line.kind is None and line.bare:
                row = self._read(row)
            else:
                if line.kind is SpanKind.SIGNATURE:
                    self._note_written(row)
                elif line.kind is SpanKind.QUOTED and line.bare and not (row and self._in_one_quotation(row)):
                    self._claim_words_above(row)
                    self._claim_quoted_forward(row)
                row += 1

    def _read(self, row: int) -> int:
        """Look at an open row; the row to go on with."""
        for find in (self._separator, self._header_block, self._grid, self._attribution, self._marker):
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
        block = self._block_below(row) if announced and self.block_budget.spend() else None
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
        return below is not None and below.prefix > 0 and bool(label_of(below, self.phrases)[0])

    def _block_below(self, row: int) -> Block | None:
        """The header block that begins a few rows below ``row``."""
        for start in range(row + 1, min(row + 1 + BLOCK_REACH, len(self.lines))):
            if self.lines[start].kind is None and self.lines[start].bare:
                block, _ = find_header_block(self.lines, start, self.phrases, announced=True, around=self.around)
                if block is not None:
                    return block
        return None

    def _header_block(self, row: int) -> int:
        bare = self.lines[row].bare
        if row < self.no_block_before or (":" not in bare[:50] and "：" not in bare[:50]):
            return 0
        block, self.no_block_before = find_header_block(self.lines, row, self.phrases, around=self.around)
        if block is None:
            return 0
        seen_from = not label_of(self.lines[row], self.phrases)[0] or any(
            "from" in label_of(line, self.phrases)[0].split(" ") for line in self.lines[row : block.end]
        )
        start = extend_upwards(self.lines, block, seen_from)
        confidence = 0.95 if block.certain else 0.75
        self._claim(start, block.end, SpanKind.HEADER_BLOCK, "header lines of the mail below", confidence)
        self._forget_written(start, block.end)
        return self._cut(block.end, "below header lines", forwarded=self.context.is_forward, confidence=confidence)

    def _grid(self, row: int) -> int:
        """A block drawn by Notes; prefixes that its frame seems to have are claimed with it."""
        text = self.lines[row].text
        if not text.startswith((" ", "\t", "|")) or not self.grid_budget.spend():
            return 0
        end = find_grid_end(self.lines, row, self.phrases)
        if end is None:
            return 0
        for line in self.lines[row:end]:
            line.claim(SpanKind.HEADER_BLOCK, "header lines of the mail below", 0.85)
        self._forget_written(row, end)
        return self._cut(end, "below header lines", forwarded=self.context.is_forward, confidence=0.85)

    def _attribution(self, row: int) -> int:
        found = find_attribution(self.lines, row, self.phrases, self.budget, self.context.people)
        if found is None:
            return 0
        start, worded = found
        if row + 1 < len(self.lines) and self.lines[row + 1].bare in (":", "："):
            row += 1
        reason = "says who wrote what follows" if worded else "has the shape of what says who wrote what follows"
        self._claim(start, row + 1, SpanKind.ATTRIBUTION, reason, 0.95 if worded else 0.85)
        start = self._claim_title_above(start)
        self._forget_written(start, row + 1)
        below = next_written(self.lines, row, 4)
        if below is None or below.kind is not None:
            return row + 1
        if below.bare.startswith("|"):
            return self._claim_barred(row + 1)
        if below.marks & Mark.BAR:
            return self._claim_marked(row + 1)
        return self._cut(row + 1, "below an attribution", confidence=0.85 if worded else 0.75)

    def _claim_title_above(self, start: int) -> int:
        """``----- words -----`` right above what announces a mail says the same in some language."""
        above = next((row for row in range(start - 1, max(-1, start - 3), -1) if self.lines[row].bare), None)
        if above is None or not self.lines[above].is_open or not is_dashed_title(self.lines[above]):
            return start
        self._claim(above, start, SpanKind.HEADER_BLOCK, "original mail below this line", 0.9)
        return above

    def _claim_barred(self, row: int) -> int:
        while row < len(self.lines) and (not self.lines[row].bare or self.lines[row].bare.startswith("|")):
            self.lines[row].claim(SpanKind.QUOTED, "quote prefix")
            row += 1
        return row

    def _claim_marked(self, row: int) -> int:
        """A bar drawn on the left by style alone is a quotation where an attribution announces it."""
        while row < len(self.lines) and (not self.lines[row].bare or self.lines[row].marks & Mark.BAR):
            if self.lines[row].kind is None:
                self.lines[row].claim(SpanKind.QUOTED, "beside a bar, below an attribution", 0.9)
            row += 1
        return row

    def _marker(self, row: int) -> int:
        line = self.lines[row]
        ours = is_own_marker(line)
        if not ours and not is_reply_above(line, self.phrases):
            return 0
        line.claim(SpanKind.MARKER, "asks to write above this line", 1.0 if ours else 0.9)
        return self._cut(row + 1, "below the reply-above line", confidence=0.9 if ours else 0.8)

    def _in_one_quotation(self, row: int) -> bool:
        above = self.lines[row - 1]
        return above.kind is SpanKind.QUOTED and bool(above.bare)

    def _claim_words_above(self, row: int) -> None:
        """A few words and a colon above a quotation that begins with header rows: "Forwarded message:"."""
        above = next((line for line in reversed(self.lines[max(0, row - 2) : row]) if line.bare), None)
        if above is None or not above.is_open or not above.bare.endswith(CLOSINGS) or above.bare.count(" ") > 4:
            return
        if all(is_label_row(line) for line in self.lines[row : row + 3]) and row + 3 < len(self.lines):
            above.claim(SpanKind.ATTRIBUTION, "introduces the header rows below", 0.85)

    def _claim_quoted_forward(self, row: int) -> None:
        """A forwarded mail may itself be prefixed or in a container: then that is what is passed on."""
        if read_separator(self.lines[row], self.phrases) != "forwarded":
            return
        for line in self.lines[row:]:
            if line.bare and line.kind is not SpanKind.QUOTED:
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
        first_known = bisect_left(self.sent_rows, row)
        if not forwarded and self.coverage >= KNOWN_WELL and first_known < len(self.sent_rows):
            return self._cut_around_sent(row, self.sent_rows[first_known], reason)
        for line in self.lines[row:]:
            if line.kind is None or (forwarded and line.kind is SpanKind.QUOTED):
                line.claim(kind, reason, confidence)
        return len(self.lines)

    def _cut_around_sent(self, row: int, first: int, reason: str) -> int:
        """Only up to the first line we know; after the last one everything again, if the answer stands above."""
        self._claim(row, first, SpanKind.QUOTED, reason, 0.9)
        if self.first_written < row and not self.closed:
            self.closed = True
            self._claim(self.sent_rows[-1] + 1, len(self.lines), SpanKind.QUOTED, reason, 0.8)
        return first


def _last_quoted(lines: Sequence[Line]) -> int:
    """The last row that a prefix or a container proves to be quoted."""
    proven = (row for row, line in enumerate(lines) if line.bare and line.kind is SpanKind.QUOTED)
    return max((row for row in proven if not lines[row].marks & Mark.CUT), default=-1)

"""One line of a mail body while it is being labelled, and the small questions everybody asks about it.

``Line.text`` is the line as it stands; ``bare`` is what the questions are asked of: without quote prefix, invisible
characters and surrounding space, capped so that every pattern works on bounded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailbot.desk.vocabulary import SpanKind

MAX_LINES = 10_000
BOUNDARIES = frozenset((SpanKind.QUOTED, SpanKind.ATTRIBUTION, SpanKind.HEADER_BLOCK, SpanKind.FORWARDED))
"""What the words of others look like; new words end there."""
MAX_BARE = 1_000
WRAPPED_FROM = 60
MAX_PROMPTS = 5

INVISIBLE = dict.fromkeys(map(ord, "​‌‍⁠﻿­‎‏‪‫‬‭‮⁦⁧⁨⁩ᐧ͏\u2063")) | {
    ord("\xa0"): " ",
    ord("\u202f"): " ",
    ord("\u2007"): " ",
    ord("\u3000"): " ",
    ord("\u2009"): " ",
}
_PREFIX = re.compile(r"[ \t]{0,3}(?:[>›][ \t]?)+")
_GROUPWISE = re.compile(r">>> [^<>@]{0,80}(?:<[^<>]{1,120}>)?[^<>]{0,60}\d[^<>]{0,40}>>>\s*$")
"""GroupWise writes its attribution so, and no prefix before what it quotes."""
_NAMED_PREFIX = re.compile(r"([A-Z][A-Za-z]{0,9})>+(?:\s|$)")
_WORD = re.compile(r"\w+")
RULE = re.compile(r"[-_=*~#—–―‐─━ .+•·|]{2,}$")


@dataclass(slots=True)
class Line:
    """``kind`` is None while nobody has claimed the line; then it is new. ``prefix`` counts the ``>`` before it."""

    text: str
    bare: str = ""
    prefix: int = 0
    marks: int = 0
    kind: SpanKind | None = None
    reason: str = ""
    confidence: float = 1.0
    sent: bool = False
    """Its words stand in a mail that we sent, or in an earlier mail of the ticket."""
    words: list[str] = field(default_factory=list)
    label: tuple[str, str] | None = None
    """(kinds, value) where it reads like a header line; None until somebody asked."""

    def claim(self, kind: SpanKind, reason: str, confidence: float = 1.0) -> None:
        """Say what the line is, and why."""
        self.kind, self.reason, self.confidence = kind, reason, confidence

    def reopen(self) -> None:
        """Take it for new after all."""
        self.kind, self.reason, self.confidence = None, "kept, since there is nothing else", 0.4

    @property
    def is_open(self) -> bool:
        """Unclaimed and not blank: it counts as written by the person, so far."""
        return self.kind is None and bool(self.bare)


def split_lines(text: str) -> list[Line]:
    """``text`` (LF line ends) as lines, quote prefixes counted. Past MAX_LINES the rest is one last line."""
    rows = text.split("\n", MAX_LINES)
    lines = [read_line(row) for row in rows]
    _drop_false_prefixes(lines)
    _drop_prompts(lines)
    return lines


def read_line(row: str) -> Line:
    """One line as it stands, its prefix counted."""
    head = row[: MAX_BARE + 50]
    clean = head if head.isascii() else head.translate(INVISIBLE)
    match = _PREFIX.match(clean)
    if match is None or _GROUPWISE.match(clean) or (clean.startswith(">>") and clean.rstrip().endswith("<<")):
        return Line(row, clean.strip())
    prefix = match[0].count(">") + match[0].count("›")
    return Line(row, clean[match.end() :].strip(), prefix)


def _drop_false_prefixes(lines: list[Line]) -> None:
    """A wrapped ``<https://…`` link may leave its ``>`` at the start of a line: that is no quotation.

    And ``Ann> text`` (supercite) is one, where two lines begin so.
    """
    previous_name = ""
    for index, line in enumerate(lines):
        if line.prefix and index > 1:
            _join_wrapped(lines[index - 2], lines[index - 1])
        if line.prefix == 1 and index and _ends_a_link(line, lines[index - 1]):
            line.prefix, line.bare = 0, ">" + line.bare
            continue
        if index and lines[index - 1].bare.endswith("="):
            _join_wrapped(lines[index - 1], line)
        match = None if line.prefix else _NAMED_PREFIX.match(line.bare)
        if match is None:
            previous_name = previous_name if not line.bare else ""
            continue
        if match[1] == previous_name:
            line.prefix = lines[index - 1].prefix = 1
        previous_name = match[1]


def _drop_prompts(lines: list[Line]) -> None:
    """``>>> print(1)`` is how Python asks: a few rows three deep, with none less deep beside them."""
    row = 0
    while row < len(lines):
        end = row
        while end < len(lines) and lines[end].prefix:
            end += 1
        run = lines[row:end]
        if 0 < len(run) <= MAX_PROMPTS and all(line.prefix == 3 and line.text.startswith(">>> ") for line in run):
            for line in run:
                line.prefix, line.bare = 0, line.text[: MAX_BARE + 50].strip()
        row = end + 1


def _ends_a_link(line: Line, above: Line) -> bool:
    """``<name@host`` or ``<https://…`` above, ``> wrote:`` here."""
    if above.prefix:
        return False
    return above.bare.rfind("<") > above.bare.rfind(">") or (
        above.bare.endswith(">") and "@" in above.bare and len(line.bare) < 25 and line.bare.endswith(":")
    )


def _join_wrapped(above: Line, line: Line) -> None:
    """A long quoted line that was wrapped once more left its end without a prefix, between two that have one."""
    if line.prefix or not line.bare or not above.prefix or len(above.text) < WRAPPED_FROM or len(line.bare) > 100:
        return
    if above.bare.endswith("=") or (line.bare[0].islower() and not above.bare.endswith((".", "?", "!", ":"))):
        line.prefix = above.prefix


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def is_rule(line: Line) -> bool:
    """A line drawn with punctuation: ``_____``, ``-----``."""
    return len(line.bare) >= 3 and RULE.match(line.bare) is not None


def has_open(lines: Iterable[Line]) -> bool:
    """Whether anything here counts as written by the person, so far."""
    return any(line.is_open for line in lines)


def next_written(lines: Sequence[Line], index: int, reach: int = 3) -> Line | None:
    """The next line that is not blank, at most ``reach`` lines after ``index``."""
    return next((line for line in lines[index + 1 : index + 1 + reach] if line.bare or line.prefix), None)

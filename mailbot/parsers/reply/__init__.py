"""The new words of a reply, apart from everything else that stands in the mail.

``read_answer(mail, lexicon, sent)`` and ``read_answer_text(text, html, lexicon, sent)`` give an ``Answer``: a partition
of all lines with a reason each. The HTML body is read by its structure, the plain text beside it is the check; where
they disagree the confidence is lower. ``sent`` are the plain texts of mails of ours that this may answer, newest first,
and of earlier mails in the ticket: their lines are recognised wherever they stand. Give the text of our HTML too
(``html_to_text(html, with_hidden=True)``), as an entry of its own or after a form feed: it is what most people quote.

Words of a forwarded mail are new words only where there is nothing else, and stand in FORWARDED spans then.
Linear in the size of the input; never raises.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.desk.correspondence import Answer, InboundMail, Span
from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark, read_html_lines
from mailbot.parsers.reply.engine import label_lines
from mailbot.parsers.reply.html import classify
from mailbot.parsers.reply.lines import BOUNDARIES, MAX_LINES, Line, read_line, split_lines, words_of
from mailbot.parsers.reply.phrases import phrases_of
from mailbot.parsers.reply.scan import Context

MAX_TEXT = 1_000_000
STRUCTURE = Mark.QUOTE | Mark.CUT | Mark.ATTRIBUTION | Mark.WRAP | Mark.FORWARD | Mark.HEADERS
AGREEMENT = 0.9
MAX_PEOPLE = 10

_FORWARD_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|vb|vl|tr|rv|enc|pd|i|doorst|továbbítás)\s?:",
    re.IGNORECASE,
)
_ANSWER_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?[^\W\d_]{1,12}(?:\[\d{1,3}\])?\s?[:：]")
_INVISIBLE = dict.fromkeys((0x200B, 0x2060, 0xFEFF, 0x00AD))
_MANY_BLANKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def read_answer(mail: InboundMail, lexicon: Lexicon, sent: Sequence[str] = ()) -> Answer:
    """The answer in a mail. ``sent``: plain texts that it may quote, newest first."""
    author = mail.author.name if mail.author else ""
    context = Context(
        phrases_of(lexicon),
        sent,
        author,
        is_forward=bool(_FORWARD_SUBJECT.match(mail.subject)),
        subject=mail.subject if _may_answer(mail) else None,
        people=_people(mail),
    )
    return _read(mail.text, mail.html, context)


def read_answer_text(text: str, html: str, lexicon: Lexicon, sent: Sequence[str] = ()) -> Answer:
    """The same from bodies alone; either may be empty."""
    return _read(text, html, Context(phrases_of(lexicon), sent))


def _may_answer(mail: InboundMail) -> bool:
    """Whether the mail says that it answers or passes on another."""
    return bool(mail.in_reply_to or mail.references or _ANSWER_SUBJECT.match(mail.subject))


def _people(mail: InboundMail) -> tuple[str, ...]:
    """Who is answered: names of two words and more, and addresses. A first name stands in many sentences."""
    addressed = [*mail.to, *mail.cc][:MAX_PEOPLE]
    names = [person.name.lower() for person in addressed if " " in person.name.strip() and len(person.name) < 80]
    return (*names, *(person.address.lower() for person in addressed if "@" in person.address))


def _read(text: str, html: str, context: Context) -> Answer:
    if not html and text.lstrip("\ufeff \r\n\t")[:15].lower().startswith(("<!doctype html", "<html")):
        text, html = "", text
    from_text = _label(split_lines(_bounded(text)), context) if text.strip() else None
    from_html = _label(_html_lines(html), context) if html.strip() else None
    if from_html is not None and not from_html.lines:
        from_html = None
    if from_html is None:
        return from_text.answer("text") if from_text is not None else Answer()
    if from_text is None:
        return from_html.answer("html")
    return _choose(from_text, from_html)


def _bounded(text: str) -> str:
    return text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")


def _html_lines(html: str) -> list[Line]:
    lines = []
    rows = read_html_lines(html, classify, markdown_links=True)
    for row in rows[:MAX_LINES]:
        line = read_line(row.text)
        line.marks = row.marks
        lines.append(line)
    if len(rows) > MAX_LINES:
        lines.append(read_line("\n".join(row.text for row in rows[MAX_LINES:])))
    return lines


@dataclass(frozen=True, slots=True)
class _Labelled:
    lines: Sequence[Line]
    new_words: str
    forwarded: bool

    @property
    def structured(self) -> bool:
        return any(line.marks & STRUCTURE for line in self.lines)

    @property
    def has_quotation(self) -> bool:
        return any(line.kind in BOUNDARIES for line in self.lines)

    def answer(self, basis: str, ceiling: float = 1.0) -> Answer:
        confidence = min((line.confidence for line in self.lines if line.bare), default=1.0)
        return Answer(
            spans=_spans(self.lines),
            new_words=self.new_words,
            confidence=round(min(confidence, ceiling), 3),
            basis=basis,
            inline=_is_inline(self.lines),
            below=_is_below(self.lines),
            forwarded=self.forwarded,
        )


def _label(lines: list[Line], context: Context) -> _Labelled:
    label_lines(lines, context)
    forwarded = any(line.kind is SpanKind.FORWARDED for line in lines)
    words = _written(lines, None)
    if not words and forwarded:
        words = _written(lines, SpanKind.FORWARDED)
    return _Labelled(lines, words, forwarded)


def _written(lines: Sequence[Line], kind: SpanKind | None) -> str:
    """The lines of one kind in order, a blank line where something stood between them."""
    rows: list[str] = []
    gap = False
    for line in lines:
        if line.kind is kind:
            if gap and rows and line.bare:
                rows.append("")
            rows.append(line.text.rstrip() if kind is None and line.bare else line.bare)
            gap = gap and not line.bare
        else:
            gap = True
    text = "\n".join(rows).translate(_INVISIBLE)
    return _MANY_BLANKS.sub("\n\n", text).strip()


def _spans(lines: Sequence[Line]) -> tuple[Span, ...]:
    """Runs of lines with the same kind and reason. Blank lines go with what stands before them, if anything does."""
    spans: list[Span] = []
    rows: list[str] = []
    current: Line | None = None
    for line in lines:
        blank = not line.bare and not line.prefix
        if not blank and current is not None and (line.kind, line.reason) != (current.kind, current.reason):
            spans.append(_span(current, rows))
            rows, current = [], None
        if not blank and current is None:
            current = line
        rows.append(line.text)
    if rows:
        spans.append(_span(current or Line(""), rows))
    return tuple(spans)


def _span(line: Line, rows: list[str]) -> Span:
    if line.kind is None:
        return Span(SpanKind.NEW, "\n".join(rows), line.reason or "not found to be anything else", line.confidence)
    return Span(line.kind, "\n".join(rows), line.reason, line.confidence)


def _is_inline(lines: Sequence[Line]) -> bool:
    quoted = False
    for line in lines:
        if line.kind is SpanKind.QUOTED and line.bare:
            quoted = True
        elif quoted and line.is_open:
            return True
    return False


def _is_below(lines: Sequence[Line]) -> bool:
    last_quoted = max((n for n, line in enumerate(lines) if line.kind is SpanKind.QUOTED and line.bare), default=-1)
    last_quoted = max((row for row, line in enumerate(lines) if line.kind is SpanKind.QUOTED and line.bare), default=-1)
    first_new = next((row for row, line in enumerate(lines) if line.is_open and line.bare), -1)
    between = lines[last_quoted + 1 : first_new]
    return 0 <= last_quoted < first_new and any(not line.bare for line in between)


def _choose(from_text: _Labelled, from_html: _Labelled) -> Answer:
    """Structure decides; without any, the plain text does, if it is not a stump. Disagreement lowers the confidence."""
    agreement = _agreement(from_text.new_words, from_html.new_words)
    if agreement >= AGREEMENT:
        return from_html.answer("html") if from_html.structured else from_text.answer("text")
    if from_html.structured or not from_text.has_quotation:
        return from_html.answer("html", 0.7)
    return from_text.answer("text", 0.6)


def _agreement(one: str, other: str) -> float:
    """F1 of the words."""
    if one == other:
        return 1.0
    first, second = words_of(one[:20_000]), words_of(other[:20_000])
    if not first or not second:
        return 1.0 if not first and not second else 0.0
    same = sum((Counter(first) & Counter(second)).values())
    return 2 * same / (len(first) + len(second))

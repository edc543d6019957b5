"""What a header block looks like in a language that nobody listed: rows of ``word: value`` with addresses and a date.

People fill in forms and sign with rows like these too, so each sign counts for something and one alone is not enough:
a name with an address in the first row, a row that is a moment and nothing else, bold labels, a rule above, the subject
of this very mail, labels that are known after all. A bare address is little: it stands in every form. At the end of a
mail there is no header block: nothing stands below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.dates import has_moment
from mailbot.parsers.reply.lines import Line, is_rule

MAX_ROWS = 14
MAX_STRAY = 4
MAX_PLAIN = 8
ENOUGH = 5

_ROW = re.compile(r"[*_]{0,2}([^\W\d_][^:：*\n]{0,38}?)\s{0,3}[*_]{0,2}\s{0,3}[:：]\s{0,40}[*_]{0,2}(.*)$")
_WRITER = re.compile(r"^[^\W\d_][^\d:<>@=/]{0,60}[<\[(][^\s<>@]{1,64}@[^\s<>@]{1,100}[>\])]$")
_ADDRESS = re.compile(r"[^\s<>()\[\];,:]{1,64}@[^\s<>()\[\];,:]{1,100}")
_NAMED = re.compile(r"[\"']?[^\W\d_][^<>@\[\]]{0,60}[<\[(] ?(?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,100}[>\])]")
_ANSWER = re.compile(r"(?:\[[^\[\]]{1,40}\] ?)?[^\W\d_]{2,4} ?[:：] ?\S")
_SUBJECT_PREFIX = re.compile(r"(?:[^\W\d_]{1,12}(?:\[\d+\])? ?[:：] ?)+")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the mail in which a block may stand."""

    subject: str | None = ""
    """Its subject; None where it answers no other mail: then it holds forms rather than quotations."""
    last_quoted: int = -1
    """The last row that surely is quoted, by its prefix or its container."""


@dataclass(slots=True)
class _Rows:
    end: int
    values: list[str] = field(default_factory=list)
    bold: int = 0
    known: int = 0


def find_shaped_end(
    lines: Sequence[Line], start: int, is_known: Callable[[Line], bool], *, announced: bool, around: Around
) -> int | None:
    """Past the last row of the header block that begins on row ``start``, or None."""
    if around.subject is None:
        return None
    first = lines[start]
    bold = first.bare.startswith("*") or bool(first.marks & Mark.BOLD)
    announced = announced or _is_ruled(lines, start)
    if not announced and not bold and start and lines[start - 1].is_open:
        return None
    rows = _gather(lines, start, is_known)
    if len(rows.values) < (2 if announced else 3) or not _goes_on(lines, rows.end):
        return None
    if _weigh(rows, announced, around.subject) < ENOUGH:
        return None
    told = announced or rows.known or _is_answered(rows.values, around.subject)
    return rows.end if told or around.last_quoted < rows.end else None


def _is_answered(values: Sequence[str], subject: str) -> bool:
    """Rows with strange labels above what surely is a quotation are somebody's form, unless one is such a subject."""
    return any(_ANSWER.match(value) or _is_same_subject(value, subject) for value in values[1:])


def find_plain_end(lines: Sequence[Line], start: int) -> int | None:
    """The same below a dashed title where the program writes labels without colons (eM Client), or None."""
    end, named, dated = start, False, False
    while end < len(lines) and end - start < MAX_PLAIN and lines[end].is_open and len(lines[end].bare) <= 160:
        named = named or _WRITER.search(lines[end].bare) is not None
        dated = dated or ("@" not in lines[end].bare and has_moment(lines[end].bare))
        end += 1
    return end if named and dated and end - start >= 3 and _goes_on(lines, end) else None


def is_label_row(line: Line) -> bool:
    """``word: value``, prefixed or not."""
    match = _ROW.match(line.bare)
    return match is not None and match[1].count(" ") <= 3


def _is_ruled(lines: Sequence[Line], start: int) -> bool:
    if lines[start].marks & Mark.RULED:
        return True
    above = next((line for line in reversed(lines[max(0, start - 3) : start]) if line.bare), None)
    return above is not None and is_rule(above)


def _gather(lines: Sequence[Line], start: int, is_known: Callable[[Line], bool]) -> _Rows:
    """Rows with labels; between them at most one blank row, and rows that carry on a list of addresses."""
    rows = _Rows(start)
    stray = blanks = 0
    for row in range(start, min(len(lines), start + MAX_ROWS)):
        line = lines[row]
        if line.kind is not None or line.prefix != lines[start].prefix:
            break
        if not line.bare:
            blanks += 1
            if blanks > 1:
                break
            continue
        match = _ROW.match(line.bare)
        if match is None or not is_label_row(line):
            stray += 1
            if stray > MAX_STRAY or blanks or not ("@" in line.bare or ";" in line.bare):
                break
            continue
        if blanks and row - rows.end > 1:
            break
        rows.values.append(match[2].strip(" *_"))
        rows.bold += line.bare.startswith("*") or bool(line.marks & Mark.BOLD)
        rows.known += is_known(line)
        rows.end, blanks = row + 1, 0
    return rows


def _goes_on(lines: Sequence[Line], end: int) -> bool:
    return any(line.bare for line in lines[end : end + 6])


def _weigh(rows: _Rows, announced: bool, subject: str) -> int:
    values = rows.values
    addressed = [place for place, value in enumerate(values) if _is_address(value)]
    named = any(_NAMED.match(values[place]) for place in addressed)
    moment = any(len(value) <= 70 and "@" not in value and has_moment(value) for value in values)
    same = bool(subject) and any(_is_same_subject(value, subject) for value in values)
    answer = any(_ANSWER.match(value) for value in values[1:])
    bold = rows.bold >= 2
    first = bool(addressed) and addressed[0] == 0
    several = len(addressed) >= 2
    sure = same or rows.known >= 2 or (named and (first or several or announced))
    sure = sure or (answer and (named or several or (moment and len(values) >= 4)))
    if not sure and not (announced and (several or bold or answer or rows.known)) and not (bold and first):
        return 0
    if not moment and not several and not same:
        return 0
    weight = 2 * moment + 2 * announced + 2 * bold + 2 * same + answer + min(rows.known, 3) + (len(values) >= 4)
    return weight + 2 * min(len(addressed), 2) + (named and first)


def _is_address(value: str) -> bool:
    """An address, with or without a name, or a list that begins with one."""
    return len(value) <= 200 and (_NAMED.match(value) is not None or _ADDRESS.match(value.lstrip("<[(\"'")) is not None)


def _is_same_subject(value: str, subject: str) -> bool:
    return len(value) >= 3 and _bare_subject(value) == _bare_subject(subject) != ""


def _bare_subject(subject: str) -> str:
    return _SUBJECT_PREFIX.sub("", subject[:300].strip(), count=1).strip().lower()

"""The line, or up to five, that says who wrote what follows: ``On <date>, <name> <address> wrote:``.

Structure comes first (a date, an address, a closing colon, a quotation below) and words second, so that it also works
in languages that nobody listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.desk.vocabulary import SpanKind
from mailbot.parsers.html_text import Mark
from mailbot.parsers.reply.dates import first_figure, has_date, has_moment, has_time, is_dated
from mailbot.parsers.reply.lines import Line, next_written
from mailbot.parsers.reply.phrases import Phrases
from mailbot.parsers.reply.shape import CLOSINGS, has_shape

MAX_ROWS = 5
MAX_LENGTH = 400

_DATE_FIRST = re.compile(r"[^\w<\"']{0,4}(?:[^\W\d_]{1,14}[.,]{0,2}\s{0,2}){0,2}[(\[]?\d{1,4}\s?[-/.,:年月 ]\s?[\w(]")
_BARE_GMAIL = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d\s+\S")
_SOFT_BREAK = re.compile(r"=([0-9A-F]{2})")
_BRACKETED = re.compile(r"[<(\[] ?(?:mailto:)?[^<>()\[\]\s]{1,80}@[^<>()\[\]\s]{1,120}[>)\]]")
_ADDRESS_LAST = re.compile(r"@[\w.-]{1,120}[>)\]\"' ]{0,4}[:：]$")
_ADDRESS_NEARLY_LAST = re.compile(r"@[\w.-]{1,120}[>)\]]{1,2}[^\d<>@:]{0,24}[:：]$")
_FULL_NAME = re.compile(
    r"[^\W\d_a-zà-öø-ÿ][^\W\d_]{0,30}[.]? [^\W\d_a-zà-öø-ÿ]|[^\W\d_]_\w|[\"@]|[\u0600-\u0eff\u3040-\ud7af]"
)
"""Two capitals, an account's name, something in quotation marks, or a script without capitals."""
_SENTENCE_BEFORE = re.compile(r"[^\W\d_]{3,}[.!?] [^\W\d_]")
_OTHER_COLON = re.compile(r"[^\d\s]:|:\s")
_ZOHO = re.compile(r"-{3,}\s*.*\s*-{3,}$")
_ENDS = (*CLOSINGS, ">", "-", "»")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


class Budget:
    """How many texts may still be weighed in one mail: hostile mail is made of lines that nearly are attributions."""

    def __init__(self, left: int = 800) -> None:
        self.left = left

    def spend(self) -> bool:
        """Take one; False where none is left."""
        self.left -= 1
        return self.left >= 0


def find_attribution(
    lines: Sequence[Line], end: int, phrases: Phrases, budget: Budget, people: Sequence[str] = ()
) -> tuple[int, bool] | None:
    """First row of the attribution that ends on row ``end``, and whether its words say so; None if none ends there.

    ``people``: names and addresses of those this mail is sent to, in lower case.
    """
    quoted_below = _is_quoted_below(lines, end)
    head = _head(lines[end].bare, phrases)
    if not _may_end(head, quoted_below, phrases):
        return None
    found = _shortest(lines, end, head, quoted_below, phrases, budget, people)
    return None if found is None else (_extend(lines, found[0], phrases), found[1])


def _head(bare: str, phrases: Phrases) -> str:
    """Without what Yahoo's telephones put behind the colon: the first line of the quoted text."""
    colon = bare.find(":", bare.find("@")) if "@" in bare else -1
    if colon < 0 or colon > MAX_LENGTH or not bare[colon + 1 :].startswith(" ") or not has_moment(bare[:colon]):
        return bare
    if _SENTENCE_BEFORE.search(bare, 0, bare.find("@")) is not None:
        return bare
    known = phrases.verb.search(bare, max(0, colon - 25), colon) is not None
    return bare[: colon + 1] if known or bare[colon + 1 :].startswith("  ") else bare


def _is_quoted_below(lines: Sequence[Line], end: int) -> bool:
    below = next_written(lines, end, 4)
    if below is None:
        return False
    contained = below.kind is SpanKind.QUOTED or bool(below.marks & Mark.BAR)
    return contained or below.prefix > lines[end].prefix or below.bare.startswith("|")


def _may_end(bare: str, quoted_below: bool, phrases: Phrases) -> bool:
    """Cheap refusal of nearly every line."""
    if bare.endswith(_ENDS):
        return True
    if len(bare) > MAX_LENGTH:
        return False
    if _BARE_GMAIL.match(bare):
        return True
    if "@" in bare and (phrases.verb.search(bare[-30:]) is not None or has_moment(bare)):
        return True
    return quoted_below and any(character.isdigit() or character == "@" for character in bare)


def _shortest(
    lines: Sequence[Line],
    end: int,
    head: str,
    quoted_below: bool,
    phrases: Phrases,
    budget: Budget,
    people: Sequence[str],
) -> tuple[int, bool] | None:
    """Take in rows above until the text reads like an attribution."""
    joined, rows = "", 0
    for start in range(end, max(-1, end - 2 * MAX_ROWS), -1):
        line = lines[start]
        if line.kind is not None or line.prefix != lines[end].prefix or (line.bare and rows == MAX_ROWS):
            return None
        if not line.bare:
            if joined.startswith(("<", "mailto:", "> wrote", ">wrote")):
                continue
            return None
        joined = _join(line.bare if start < end else head, joined)
        rows += 1
        if len(joined) > MAX_LENGTH or not budget.spend():
            return None
        if _reads_like_one(joined, quoted_below, phrases, wrapped=start < end):
            return start, phrases.verb.search(joined) is not None
        if has_shape(joined, quoted_below, _stands_apart(lines, start, end), people):
            return start, False
    return None


def _stands_apart(lines: Sequence[Line], start: int, end: int) -> int:
    """On how many sides nothing is written."""
    above = start == 0 or not lines[start - 1].is_open
    return above + (end + 1 == len(lines) or not lines[end + 1].is_open)


def _join(above: str, below: str) -> str:
    if above.endswith("=") and not above.endswith("=="):
        text = above[:-1] + below
    else:
        text = f"{above} {below}" if below else above
    if "=" in text:
        text = _SOFT_BREAK.sub(" ", text)
    if "&" in text:
        for entity, character in ENTITIES:
            text = text.replace(entity, character)
    return text


def _reads_like_one(text: str, quoted_below: bool, phrases: Phrases, *, wrapped: bool) -> bool:
    if (_BARE_GMAIL.match(text) and len(text) < 120) or (text.startswith(">>> ") and text.endswith(">>>")):
        return True
    colon = text.endswith(CLOSINGS)
    dashes = text.endswith("--") and _ZOHO.match(text) is not None
    address = "@" in text
    if not colon and not dashes and not quoted_below and not address:
        return False
    date = has_date(text)
    dated = date or has_time(text)
    if not (address or dated or quoted_below):
        return False
    verb = _last_verb(text, phrases)
    colon = colon or (address and verb == 0)
    if not colon and not dashes and not quoted_below:
        return False
    anchored = _begins_well(text, phrases)
    if wrapped and not anchored:
        return False
    named = date and _words_before_are_names(text, verb)
    return _weigh(text, colon or dashes, address, dated, date, verb, anchored, named, quoted_below)


def _weigh(
    text: str,
    closed: bool,
    address: bool,
    dated: bool,
    date: bool,
    verb: int,
    anchored: bool,
    named: bool,
    quoted_below: bool,
) -> bool:
    """The table of combinations. ``verb`` is how many characters stand after it, or -1."""
    words = text.count(" ") + 1
    if words > 45:
        return False
    if closed and verb >= 0:
        if quoted_below:
            return address or dated or words <= 8
        if address and not dated:
            return _BRACKETED.search(text) is not None and words <= 12
        if not _names_a_moment(text, address):
            return False
        return (address and (verb <= 60 or anchored)) or (words <= 30 and (anchored or named))
    if closed:
        if address and dated and (quoted_below or (anchored and _closes_with_address(text, words))):
            return True
        return quoted_below and ((address and words <= 12) or (date and anchored and has_time(text)))
    if not quoted_below:
        return False
    return date and (verb >= 0 or "@" in text) and anchored


def _names_a_moment(text: str, address: bool) -> bool:
    """A time of day, or a day at the beginning and somebody's name: "on 4 March she wrote to me:" has neither."""
    return has_time(text) or (first_figure(text) <= 4 and (address or _FULL_NAME.search(text) is not None))


def _closes_with_address(text: str, words: int) -> bool:
    """``4 Mar 2025, 10:12, Ann <a@b>:``, or an unknown verb after the address. Log lines have more colons."""
    if words <= 20 and _ADDRESS_LAST.search(text) is not None:
        return True
    return (
        words <= 12
        and _ADDRESS_NEARLY_LAST.search(text) is not None
        and _OTHER_COLON.search(text, 0, len(text) - 1) is None
    )


def _words_before_are_names(text: str, verb: int) -> bool:
    """``Anna Ek kirjoitti 4.3.2025:``, as against "see what she wrote on 4 March:"."""
    if not 0 < verb <= 40:
        return False
    names = text[: len(text) - verb].split()[:-1]
    return 0 < len(names) <= 5 and all(not name[0].islower() for name in names)


def _last_verb(text: str, phrases: Phrases) -> int:
    last = -1
    for match in phrases.verb.finditer(text):
        last = len(text) - match.end()
    return last


def _begins_well(text: str, phrases: Phrases) -> bool:
    """A date, a weekday, an address, a name before an address, or a word that such lines begin with."""
    head = text.lstrip("-*>\"'“„«( \t")
    first = head.split(" ", 1)[0].rstrip(",.:").lower()
    if first in phrases.openers or _DATE_FIRST.match(head) is not None:
        return True
    at = head.find("@")
    return 0 < at < 80 and head[:at].count(" ") <= 6 and not has_date(head[:at]) if at > 0 else False


def _extend(lines: Sequence[Line], start: int, phrases: Phrases) -> int:
    """``<a@b> wrote:`` is enough to be one; the date may stand on the rows above it."""
    text = lines[start].bare
    if has_date(text) and "@" in text and _begins_well(text, phrases):
        return start
    first = start
    for row in range(start - 1, max(-1, start - 4), -1):
        line = lines[row]
        if line.kind is None and (line.bare == "<" or (not line.bare and lines[row + 1].bare == "<")):
            continue
        if line.kind is not None or not line.bare or line.prefix != lines[start].prefix or len(line.bare) > 150:
            break
        if _may_begin(line.bare, phrases):
            first = row
    return first if first < start else _complete(lines, start, phrases)


def _complete(lines: Sequence[Line], start: int, phrases: Phrases) -> int:
    """What the row lacks, a date or an address, may stand in the rows above it, up to a blank one."""
    text = lines[start].bare
    dated, address = is_dated(text), "@" in text
    if (dated and address) or (dated and _last_verb(text, phrases) >= 0):
        return start
    for row in range(start - 1, max(-1, start - 4), -1):
        line = lines[row]
        if line.kind is not None or not line.bare or line.prefix != lines[start].prefix or len(line.bare) > 120:
            return start
        dated, address = dated or is_dated(line.bare), address or "@" in line.bare
        if row and lines[row - 1].bare and lines[row - 1].kind is None:
            continue
        if line.bare.endswith((".", "!", "?", ":")) and "@" not in line.bare and _last_verb(line.bare, phrases) < 0:
            return start
        return row if dated and address else start
    return start


def _may_begin(bare: str, phrases: Phrases) -> bool:
    if not is_dated(bare) or not _begins_well(bare, phrases) or bare.endswith(("!", "?", ":")):
        return False
    return not bare.endswith(".") or "@" in bare or phrases.verb.search(bare) is not None

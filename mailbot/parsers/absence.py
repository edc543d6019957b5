"""Absence notes: the first day back, and who stands in.

Contract: ``read_absence(text, written_on, lexicon, not_these)`` gives (first day back or None, substitute or None) for
a text in any of the languages of ``automatic.toml``. A day after "through" or "till och med", or at the end of a range,
is the last one away, so the next day is the first one back; a day after "until" is taken for the first day back. Never
raises; only the first part of the text is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.language import Lexicon
from mailbot.parsers.bounces.words import get_table, lowered
from mailbot.parsers.days import STALE, Day, any_of, find_days

MAX_TEXT = 6_000
MAX_SENTENCES = 80
MAX_SENTENCE = 600
NEAR = 48
"""How far after its word a date may stand, in characters: "back in the office again, on Monday the 5th of May"."""
FAR = 220
"""How far after "contact" an address may stand."""
LONGEST_ABSENCE = timedelta(days=730)

SENTENCE_END = re.compile(r"(?<=[!?])\s+|(?<=[^\W\d]\.)\s+(?=[^\Wa-z\d])|\n[ \t]*\n")
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9._-]{1,255}")
MAX_NOTE = 1_500
"""Of a note without words that ask to turn to somebody, this much is sentences, in characters."""
OWN_CARD = frozenset(
    ("", "e-post", "epost", "e-mail", "email", "mail", "mejl", "e", "m", "correo", "courriel", "sposti")
)
AROUND_NAMES = "()<>[]{},;:\"'“”„*-–"
PARTICLES = frozenset(
    ("af", "av", "da", "de", "del", "den", "der", "di", "du", "la", "le", "ten", "ter", "van", "von", "zu")
)
"""What stands in small letters within a name."""
JOINED = re.compile(
    r"\s?(?:-|–|—|through|thru|till och med|til og med|bis einschließlich|bis zum|tot en met|until|till|til"
    r"|t\.?o\.?m\.?|t/m|bis|to|au|al|do|tot|and|och)\s{0,2}(?:den |the |el |dem |le |zum )?$"
)
"""What joins the first and the last day of an absence, right before the last."""
NUMBER_END = re.compile(r"\d\.?\s?$")


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of the lexicon about absence, compiled."""

    returning: re.Pattern[str]
    starting: re.Pattern[str]
    again: re.Pattern[str]
    inclusive: re.Pattern[str]
    until: re.Pattern[str]
    until_after: tuple[str, ...]
    inclusive_after: tuple[str, ...]
    substitutes: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in lower case, and the days that it names."""

    text: str
    days: list[Day]


def read_absence(
    text: str, written_on: date, lexicon: Lexicon, not_these: frozenset[str] = frozenset()
) -> tuple[date | None, Mailbox | None]:
    """The first day back and the substitute, where the text says them.

    ``not_these`` are lower-case addresses that are no substitute: the writer's own, and the desk's.
    """
    words = _words(lexicon)
    start = text[:MAX_TEXT].replace("\u00a0", " ")
    plain = (" ".join(each.lower().split())[:MAX_SENTENCE] for each in SENTENCE_END.split(start)[:MAX_SENTENCES])
    dated = [_Sentence(each, find_days(each, written_on, lexicon)) for each in plain]
    back = _first_day_back([each for each in dated if each.days], written_on, words)
    return back, _substitute(start, words, not_these)


def _first_day_back(sentences: list[_Sentence], written_on: date, words: _Words) -> date | None:
    """What is said of coming back counts more than until when somebody is away."""
    for search in (_after_return, _before_return, _from_then_on, _after_inclusive, _end_of_range, _after_until):
        for sentence in sentences:
            found = search(sentence, words)
            if found is not None and written_on - STALE <= found <= written_on + LONGEST_ABSENCE:
                return found
    return None


def _after_return(sentence: _Sentence, words: _Words) -> date | None:
    return _after(words.returning, sentence, NEAR)


def _before_return(sentence: _Sentence, words: _Words) -> date | None:
    """In "am Montag, den 27.07., wieder erreichbar": the day right before the word."""
    for found in words.returning.finditer(sentence.text):
        for day in sentence.days:
            if 0 <= found.start() - day.end <= NEAR // 4:
                return day.day
    return None


def _from_then_on(sentence: _Sentence, words: _Words) -> date | None:
    """ "ab dem 3. August": from then on back or away? Back, where the sentence also says again."""
    return _after(words.starting, sentence, NEAR // 2) if words.again.search(sentence.text) else None


def _after_inclusive(sentence: _Sentence, words: _Words) -> date | None:
    last = _after(words.inclusive, sentence, NEAR)
    return last + timedelta(days=1) if last else None


def _after_until(sentence: _Sentence, words: _Words) -> date | None:
    for found in words.until.finditer(sentence.text):
        for day in sentence.days:
            if 0 <= day.start - found.end() <= NEAR // 2:
                following = sentence.text[day.end :].lstrip(" ,.(")
                return day.day + timedelta(days=1) if following.startswith(words.inclusive_after) else day.day
    for day in sentence.days:
        if sentence.text[day.end :].lstrip(" .").startswith(words.until_after):
            return day.day
    return None


def _end_of_range(sentence: _Sentence, words: _Words) -> date | None:
    """ "10 to 31 July", "10.7.–31.7.": the end of the range is the last day away."""
    before = 0
    for day in sentence.days:
        joined = JOINED.search(sentence.text[max(0, day.start - NEAR) : day.start])
        if joined:
            start = max(0, day.start - NEAR) + joined.start()
            if NUMBER_END.search(sentence.text[max(0, start - 4) : start]) or (before and before >= start - 2):
                return day.day + timedelta(days=1)
        before = day.end
    return None


def _after(pattern: re.Pattern[str], sentence: _Sentence, near: int) -> date | None:
    for found in pattern.finditer(sentence.text):
        for day in sentence.days:
            if 0 <= day.start - found.end() <= near:
                return day.day
    return None


def _substitute(text: str, words: _Words, not_these: frozenset[str]) -> Mailbox | None:
    """The first foreign address soon after a word that asks to turn to somebody."""
    lowered_text = text.lower()
    if len(lowered_text) != len(text):
        lowered_text = text
    addresses = list(ADDRESS.finditer(text))[:50]
    for found in words.substitutes.finditer(lowered_text):
        for address in addresses:
            written = address.group(0).strip(".'-_")
            if (
                0 <= address.start() - found.end() <= FAR
                and written.lower() not in not_these
                and "." in written.rpartition("@")[2]
            ):
                local, _, domain = written.rpartition("@")
                return Mailbox(f"{local}@{domain.lower()}", _name_before(text[found.end() : address.start()]))
    return _only_one_named(text, not_these)


def _only_one_named(text: str, not_these: frozenset[str]) -> Mailbox | None:
    """Without such a word: the one foreign address in the sentences of a note, above what is quoted or signed.

    An address alone on its line, or behind "E-mail:", is the writer's own card.
    """
    found: dict[str, Mailbox] = {}
    for line in text[:MAX_NOTE].split("\n"):
        if line.startswith((">", "-- ", "--\u00a0", "___")) or line.strip() == "--":
            break
        for address in ADDRESS.finditer(line):
            before = line[: address.start()].strip(" \t<([").lower()
            local, _, domain = address.group(0).strip(".'-_").rpartition("@")
            written = f"{local}@{domain.lower()}"
            if before.rstrip(": ") not in OWN_CARD and "." in domain and written.lower() not in not_these:
                found.setdefault(written.lower(), Mailbox(written, _name_before(line[: address.start()])))
    return next(iter(found.values())) if len(found) == 1 else None


def _name_before(between: str) -> str:
    """A name in capitals right before an address, perhaps with a word between ("at", "via", "på"); or nothing."""
    name: list[str] = []
    skipped = 0
    for token in reversed(between[-140:].split()):
        word = token.strip(AROUND_NAMES)
        ends_phrase = bool(name) and token.endswith((",", ";", ":", ".", "!", "?"))
        if word[:1].isupper() and not ends_phrase:
            name.insert(0, word)
        elif not name and skipped < 3 and not token.endswith((".", "!", "?")):
            skipped += 1
        elif word in PARTICLES and name and not ends_phrase:
            name.insert(0, word)
        else:
            break
    while name and name[0] in PARTICLES:
        name.pop(0)
    return " ".join(name[-5:])


@lru_cache(maxsize=8)
def _words(lexicon: Lexicon) -> _Words:
    table = get_table(lexicon, "absence")

    def whole(name: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{any_of(lowered(table, name))})(?!\w)")

    return _Words(
        returning=whole("returning"),
        starting=whole("starting"),
        again=whole("again"),
        inclusive=whole("inclusive"),
        until=whole("until"),
        until_after=lowered(table, "until_after") or ("\0",),
        inclusive_after=lowered(table, "inclusive_after") or ("\0",),
        substitutes=re.compile(rf"(?<!\w)(?:{any_of(lowered(table, 'substitutes'))})"),
    )

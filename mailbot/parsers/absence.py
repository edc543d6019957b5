"""Absence notes: the first day back, and who stands in.

Contract: ``read_absence(text, written_on, lexicon, not_these)`` gives (first day back or None, substitute or None) for
a text in any of the languages of ``automatic.toml``. A date without a year is the one nearest to come. A day after
"through", "till och med" or at the end of a range is the last one away, so the next day is the first one back. What can
be read in two ways (03/04) is not told. Never raises; only the first part of the text is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.language import Lexicon
from mailbot.parsers.bounces.words import get_table, lowered

MAX_TEXT = 6_000
MAX_SENTENCES = 80
MAX_SENTENCE = 600
MAX_DAYS = 20
NEAR = 48
"""How far after its word a date may stand, in characters: "back in the office again, on Monday the 5th of May"."""
FAR = 220
"""How far after "contact" an address may stand."""
LONGEST_ABSENCE = timedelta(days=730)
STALE = timedelta(days=45)
"""A note may be this old and still tell of the day that has passed; older dates without a year mean the next year."""

NUMBER = r"[0-9]{1,4}"
YEAR_FIRST = re.compile(rf"(?<!\d)(20[0-9]{{2}})[-/.]({NUMBER})[-/.]({NUMBER})(?!\d)")
NUMERIC = re.compile(r"(?<![\d.])([0-9]{1,2})(?:\.\s?|/|-)([0-9]{1,2})(?:(?:\.\s?|/|-)((?:20)?[0-9]{2})(?!\d))?(?!\d)")
SECOND_DAY = re.compile(r"\s?(?:-|–|to|through)\s?([0-9]{1,2})(?:st|nd|rd|th)?\b(?![:/.]\d)")
"""The end of "July 10-31"."""
SENTENCE_END = re.compile(r"(?<=[!?])\s+|(?<=[^\W\d]\.)\s+(?=[^\Wa-z\d])|\n[ \t]*\n")
ENGLISH = re.compile(r"\b(?:the|will|i'm|i am|out of|back|return|returning|until|through)\b")
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9._-]{1,255}")
AROUND_NAMES = "()<>[]{},;:\"'“”„*-–"
PARTICLES = frozenset(
    ("af", "av", "da", "de", "del", "den", "der", "di", "du", "la", "le", "ten", "ter", "van", "von", "zu")
)
"""What stands in small letters within a name."""
JOINED = re.compile(
    r"\s?(?:-|–|—|through|thru|till och med|til og med|bis einschließlich|bis zum|tot en met|until|till|til"
    r"|t\.?o\.?m\.?|t/m|"
    r"bis|to|au|al|do|tot|and|och)\s{0,2}(?:den |the |el |dem |le |zum )?$"
)
"""What joins the first and the last day of an absence, right before the last."""
NUMBER_END = re.compile(r"\d\.?\s?$")


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The words of the lexicon about days, compiled."""

    months: dict[str, int]
    weekdays: dict[str, int]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    weekday: re.Pattern[str]
    week: re.Pattern[str]
    tomorrow: re.Pattern[str]
    returning: re.Pattern[str]
    inclusive: re.Pattern[str]
    until: re.Pattern[str]
    until_after: tuple[str, ...]
    inclusive_after: tuple[str, ...]
    substitutes: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Day:
    """A day found in a text, and where it stands."""

    day: date
    start: int
    end: int


def read_absence(
    text: str, written_on: date, lexicon: Lexicon, not_these: frozenset[str] = frozenset()
) -> tuple[date | None, Mailbox | None]:
    """The first day back and the substitute, where the text says them.

    ``not_these`` are lower-case addresses that are no substitute: the writer's own, and the desk's.
    """
    calendar = _calendar(lexicon)
    start = text[:MAX_TEXT].replace("\u00a0", " ")
    sentences = [" ".join(each.split())[:MAX_SENTENCE] for each in SENTENCE_END.split(start)[:MAX_SENTENCES]]
    return _first_day_back(sentences, written_on, calendar), _substitute(start, calendar, not_these)


def _first_day_back(sentences: list[str], written_on: date, calendar: Calendar) -> date | None:
    """What is said of coming back counts more than until when somebody is away."""
    lowered_ones = [each.lower() for each in sentences]
    for search in (_after_return, _before_return, _after_inclusive, _after_until, _end_of_range):
        for sentence in lowered_ones:
            found = search(sentence, written_on, calendar)
            if found is not None and written_on - STALE <= found <= written_on + LONGEST_ABSENCE:
                return found
    return None


def _after_return(sentence: str, written_on: date, calendar: Calendar) -> date | None:
    return _after(calendar.returning, sentence, written_on, calendar)


def _before_return(sentence: str, written_on: date, calendar: Calendar) -> date | None:
    """ "am Montag, den 27.07., wieder erreichbar": the day right before the word."""
    days = list(_days(sentence, written_on, calendar))
    for found in calendar.returning.finditer(sentence) if days else ():
        for day in days:
            if 0 <= found.start() - day.end <= NEAR // 4:
                return day.day
    return None


def _after_inclusive(sentence: str, written_on: date, calendar: Calendar) -> date | None:
    last = _after(calendar.inclusive, sentence, written_on, calendar)
    return last + timedelta(days=1) if last else None


def _after_until(sentence: str, written_on: date, calendar: Calendar) -> date | None:
    for found in calendar.until.finditer(sentence):
        for day in _days(sentence, written_on, calendar):
            if 0 <= day.start - found.end() <= NEAR // 3:
                following = sentence[day.end :].lstrip(" ,.(")
                return day.day + timedelta(days=1) if following.startswith(calendar.inclusive_after) else day.day
    for day in _days(sentence, written_on, calendar):
        if sentence[day.end :].lstrip(" .").startswith(calendar.until_after):
            return day.day
    return None


def _end_of_range(sentence: str, written_on: date, calendar: Calendar) -> date | None:
    """ "10 to 31 July", "10.7.–31.7.": the end of the range is the last day away."""
    before = 0
    for day in _days(sentence, written_on, calendar):
        joined = JOINED.search(sentence[max(0, day.start - NEAR) : day.start])
        if joined:
            start = max(0, day.start - NEAR) + joined.start()
            if NUMBER_END.search(sentence[max(0, start - 4) : start]) or (before and before >= start - 2):
                return day.day + timedelta(days=1)
        before = day.end
    return None


def _after(pattern: re.Pattern[str], sentence: str, written_on: date, calendar: Calendar) -> date | None:
    days = list(_days(sentence, written_on, calendar))
    if not days:
        return None
    for found in pattern.finditer(sentence):
        for day in days:
            if 0 <= day.start - found.end() <= NEAR:
                return day.day
    return None


def _days(sentence: str, written_on: date, calendar: Calendar) -> Iterator[Day]:
    """Every day that a sentence names, as they stand; a date before the name of the weekday that goes with it."""
    found: list[Day] = []
    for search in (_written_dates, _numeric_dates, _weeks, _named_days):
        for day in search(sentence, written_on, calendar):
            if len(found) < MAX_DAYS and all(day.end <= other.start or day.start >= other.end for other in found):
                found.append(day)
    return iter(sorted(_without_weekday_names(found, sentence), key=lambda day: day.start))


def _without_weekday_names(days: list[Day], sentence: str) -> list[Day]:
    """In "Monday 5 May" the date says which Monday: where a date follows at once, the name is dropped."""
    exact = [day for day in days if any(each.isdigit() for each in sentence[day.start : day.end])]
    return [day for day in days if day in exact or not any(0 <= other.start - day.end <= 8 for other in exact)]


def _written_dates(sentence: str, written_on: date, calendar: Calendar) -> Iterator[Day]:
    for found in calendar.day_month.finditer(sentence):
        day = _make(found.group(3), calendar.months[found.group(2)], found.group(1), written_on)
        if day:
            yield Day(day, *found.span())
    for found in calendar.month_day.finditer(sentence):
        day = _make(found.group(3), calendar.months[found.group(1)], found.group(2), written_on)
        if day:
            yield Day(day, *found.span())
        last = SECOND_DAY.match(sentence, found.end()) if not found.group(3) else None
        end = _make(None, calendar.months[found.group(1)], last.group(1), written_on) if last else None
        if last and end:
            yield Day(end, last.start(1), last.end())


def _numeric_dates(sentence: str, written_on: date, calendar: Calendar) -> Iterator[Day]:
    for found in YEAR_FIRST.finditer(sentence):
        day = _make(found.group(1), int(found.group(2)), found.group(3), written_on)
        if day:
            yield Day(day, *found.span())
    in_english = bool(ENGLISH.search(sentence))
    for found in NUMERIC.finditer(sentence):
        day = _numeric(found, written_on, in_english)
        if day:
            yield Day(day, *found.span())


def _numeric(found: re.Match[str], written_on: date, in_english: bool) -> date | None:
    """Day before month; with slashes in English perhaps the other way round: then told if one is plausible."""
    first, second, year = found.group(1), found.group(2), found.group(3)
    if year and len(year) == 2:
        year = f"20{year}"
    european = _make(year, int(second), first, written_on)
    if "/" not in found.group(0):
        return european
    american = _make(year, int(first), second, written_on)
    if in_english and european and american and european != american:
        plausible = [day for day in (european, american) if -5 <= (day - written_on).days <= 120]
        return plausible[0] if len(plausible) == 1 else None
    return european or american


def _weeks(sentence: str, written_on: date, calendar: Calendar) -> Iterator[Day]:
    for found in calendar.week.finditer(sentence):
        number = int(found.group(1))
        for year in (written_on.year, written_on.year + 1):
            monday = _monday(year, number)
            if monday and monday >= written_on - timedelta(days=7):
                yield Day(monday, *found.span())
                break


def _named_days(sentence: str, written_on: date, calendar: Calendar) -> Iterator[Day]:
    for found in calendar.weekday.finditer(sentence):
        ahead = (calendar.weekdays[found.group(1)] - written_on.isoweekday() - 1) % 7 + 1
        yield Day(written_on + timedelta(days=ahead), *found.span())
    for found in calendar.tomorrow.finditer(sentence):
        yield Day(written_on + timedelta(days=1), *found.span())


def _make(year: str | None, month: int, day: str, written_on: date) -> date | None:
    try:
        if year:
            return date(int(year), month, int(day))
        near = date(written_on.year, month, int(day))
        return near if near >= written_on - STALE else date(written_on.year + 1, month, int(day))
    except (ValueError, OverflowError):
        return None


def _monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _substitute(text: str, calendar: Calendar, not_these: frozenset[str]) -> Mailbox | None:
    """The first foreign address soon after a word that asks to turn to somebody."""
    lowered_text = text.lower()
    if len(lowered_text) != len(text):
        lowered_text = text
    addresses = list(ADDRESS.finditer(text))[:50]
    for found in calendar.substitutes.finditer(lowered_text):
        for address in addresses:
            written = address.group(0).strip(".'-_")
            if (
                0 <= address.start() - found.end() <= FAR
                and written.lower() not in not_these
                and "." in written.rpartition("@")[2]
            ):
                local, _, domain = written.rpartition("@")
                return Mailbox(f"{local}@{domain.lower()}", _name_before(text[found.end() : address.start()]))
    return None


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
def _calendar(lexicon: Lexicon) -> Calendar:
    table = get_table(lexicon, "absence")
    months, weekdays = _numbers(lexicon, "months"), _numbers(lexicon, "weekdays")
    month, weekday = _any_of(months), _any_of(weekdays)
    day = r"(?<![\d.])([0-9]{1,2})(?:\.|st|nd|rd|th|er|:e|:a|e|º|\.º)?"
    year = r"(?:,?\s(?:de |del )?(20[0-9]{2}))?"
    return Calendar(
        months=months,
        weekdays=weekdays,
        day_month=re.compile(rf"{day}\s?(?:of |de )?({month})\b\.?{year}"),
        month_day=re.compile(rf"\b({month})\.?\s(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?\b(?!:){year}"),
        weekday=re.compile(rf"\b({weekday})\b"),
        week=re.compile(rf"\b(?:{_any_of(lowered(table, 'weeks'))})\s?([0-9]{{1,2}})\b(?![./:]\d)"),
        tomorrow=re.compile(rf"\b(?:{_any_of(lowered(table, 'tomorrow'))})\b"),
        returning=re.compile(rf"\b(?:{_any_of(lowered(table, 'returning'))})\b"),
        inclusive=re.compile(rf"(?<!\w)(?:{_any_of(lowered(table, 'inclusive'))})(?!\w)"),
        until=re.compile(rf"(?<!\w)(?:{_any_of(lowered(table, 'until'))})(?!\w)"),
        until_after=lowered(table, "until_after") or ("\0",),
        inclusive_after=lowered(table, "inclusive_after") or ("\0",),
        substitutes=re.compile(rf"(?<!\w)(?:{_any_of(lowered(table, 'substitutes'))})"),
    )


def _numbers(lexicon: Lexicon, name: str) -> dict[str, int]:
    table = get_table(lexicon, name)
    return {word: int(number) for number in table if str(number).isdigit() for word in lowered(table, number)}


def _any_of(phrases: tuple[str, ...] | dict[str, int]) -> str:
    """An alternation of literal phrases, the longest first; one that cannot match where there are none."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(each) for each in ordered) if ordered else r"(?!)"

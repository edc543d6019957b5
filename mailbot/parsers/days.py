"""Days as people write them in eleven languages: "Monday 5 May", "3.8.2026", "vecka 33", "imorgon".

Contract: ``find_days(sentence, written_on, lexicon)`` gives the days that a sentence in lower case names, in their
order, with their places. A date without a year is the one nearest to come; a week is its Monday (ISO 8601); a weekday
is the next of its name. What can be read in two ways, as 3/4 in English, is left out. Never raises; days are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from mailbot.desk.language import Lexicon
from mailbot.parsers.bounces.words import get_table, lowered

MAX_DAYS = 20
STALE = timedelta(days=45)
"""A note may be this old and still tell of the day that has passed; older dates without a year mean the next year."""

YEAR_FIRST = re.compile(r"(?<!\d)(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<![\d.])([0-9]{1,2})(?:\.\s?|/|-)([0-9]{1,2})(?:(?:\.\s?|/|-)((?:20)?[0-9]{2})(?!\d))?(?!\d)")
SECOND_DAY = re.compile(r"\s?(?:-|–|to|through)\s?([0-9]{1,2})(?:st|nd|rd|th)?\b(?![:/.]\d)")
"""The end of "July 10-31"."""
ORDINAL = re.compile(
    r"\b(?:the (?=[0-9]{1,2}(?:st|nd|rd|th))|den (?=[0-9]{1,2}:[ae]))([0-9]{1,2})(?:st|nd|rd|th|:[ae])\b(?! of\b)"
)
ENGLISH = re.compile(r"\b(?:the|will|i'm|i am|out of|back|return|returning|until|through)\b")


@dataclass(frozen=True, slots=True)
class Day:
    """A day found in a sentence, and where it stands."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class _Calendar:
    """The words of the lexicon about days, compiled."""

    months: dict[str, int]
    weekdays: dict[str, int]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    weekday: re.Pattern[str]
    week: re.Pattern[str]
    tomorrow: re.Pattern[str]


def find_days(sentence: str, written_on: date, lexicon: Lexicon) -> list[Day]:
    """Every day that a sentence names. Where a date follows the name of a weekday, the date alone counts."""
    calendar = _calendar(lexicon)
    found: list[Day] = []
    for search in (_written_dates, _numeric_dates, _weeks, _ordinal_days, _named_days):
        for day in search(sentence, written_on, calendar):
            if len(found) < MAX_DAYS and all(day.end <= other.start or day.start >= other.end for other in found):
                found.append(day)
    return sorted(_without_weekday_names(found, sentence), key=lambda day: day.start)


def any_of(phrases: Iterable[str]) -> str:
    """An alternation of literal phrases, the longest first; one that cannot match where there are none."""
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(each) for each in ordered) if ordered else r"(?!)"


def _without_weekday_names(days: list[Day], sentence: str) -> list[Day]:
    """In "Monday 5 May" the date says which Monday: where a date follows at once, the name is dropped."""
    exact = [day for day in days if any(each.isdigit() for each in sentence[day.start : day.end])]
    return [day for day in days if day in exact or not any(0 <= other.start - day.end <= 8 for other in exact)]


def _written_dates(sentence: str, written_on: date, calendar: _Calendar) -> Iterator[Day]:
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


def _numeric_dates(sentence: str, written_on: date, calendar: _Calendar) -> Iterator[Day]:
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


def _ordinal_days(sentence: str, written_on: date, calendar: _Calendar) -> Iterator[Day]:
    """ "Back on the 16th": the next day of that number, in this month or the one after."""
    for found in ORDINAL.finditer(sentence):
        following = (written_on.replace(day=1) + timedelta(days=32)).replace(day=1)
        for month in (written_on, following):
            day = _make(str(month.year), month.month, found.group(1), written_on)
            if day and day >= written_on:
                yield Day(day, *found.span())
                break


def _weeks(sentence: str, written_on: date, calendar: _Calendar) -> Iterator[Day]:
    for found in calendar.week.finditer(sentence):
        number = int(found.group(1))
        for year in (written_on.year, written_on.year + 1):
            monday = _monday(year, number)
            if monday and monday >= written_on - timedelta(days=7):
                yield Day(monday, *found.span())
                break


def _named_days(sentence: str, written_on: date, calendar: _Calendar) -> Iterator[Day]:
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


@lru_cache(maxsize=8)
def _calendar(lexicon: Lexicon) -> _Calendar:
    table = get_table(lexicon, "absence")
    months, weekdays = _numbers(lexicon, "months"), _numbers(lexicon, "weekdays")
    month = any_of(months)
    day = r"(?<![\d.])([0-9]{1,2})(?:\.|st|nd|rd|th|er|:e|:a|e|º|\.º)?"
    year = r"(?:(?:,?\s(?:de |del )?|-)(20[0-9]{2}))?"
    return _Calendar(
        months=months,
        weekdays=weekdays,
        day_month=re.compile(rf"{day}[\s-]?(?:of |de )?({month})\b\.?{year}"),
        month_day=re.compile(rf"\b({month})\.?\s(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?\b(?!:){year}"),
        weekday=re.compile(rf"\b({any_of(weekdays)})\b"),
        week=re.compile(rf"\b(?:{any_of(lowered(table, 'weeks'))})\s?([0-9]{{1,2}})\b(?![./:]\d)"),
        tomorrow=re.compile(rf"\b(?:{any_of(lowered(table, 'tomorrow'))})\b"),
    )


def _numbers(lexicon: Lexicon, name: str) -> dict[str, int]:
    table = get_table(lexicon, name)
    return {word: int(number) for number in table if str(number).isdigit() for word in lowered(table, number)}

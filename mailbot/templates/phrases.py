"""Sentences of a language's word file with values in them: what a command did, why one was not obeyed, how old it is.

The sentences are ours, the values are anybody's: a value is put in as it is and never read as a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from mailbot.templates.dates import write_moment
from mailbot.templates.words import Words, find_language, get_words

OTHER = "other"
"""The key of each table that speaks for codes which the table does not have."""


def phrase(
    language: str, table: str, code: str, values: Mapping[str, str] | None = None, timezone: str = "Europe/Stockholm"
) -> str:
    """The sentence of ``code``. What a value is, its name says: ``at`` a moment, ``day`` a day (both ISO 8601),
    ``priority`` and ``state`` those of a ticket; every other is shown as it is. A value that is missing is empty."""
    words = get_words(find_language(language))
    sentences = words.tables[table]
    said = str(sentences.get(code, sentences.get(OTHER, code)))
    shown = _Missing((name, _show(words, name, value, timezone)) for name, value in (values or {}).items())
    return said.format_map(shown)


def write_age(language: str, age: timedelta, day: timedelta) -> str:
    """Working time in working days (each as long as ``day``) and hours: "2 d 6 tim"."""
    words = get_words(find_language(language)).tables["age"]
    days, rest = divmod(max(age, timedelta(0)), day) if day else (0, age)
    hours = int(rest.total_seconds() // 3600)
    if days:
        return str(words["days"]).format(days=days, hours=hours)
    return str(words["hours"]).format(hours=hours) if hours else str(words["new"])


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _show(words: Words, name: str, value: str, timezone: str) -> str:
    if name in ("priority", "state"):
        return words.name_of(value, name)
    try:
        if name == "at":
            return write_moment(
                datetime.fromisoformat(value), words.tables["moment"]["date_time"], words.language, timezone
            )
        if name == "day":
            noon = datetime.combine(date.fromisoformat(value), time(12), UTC)
            return write_moment(noon, words.tables["moment"]["date"], words.language, "UTC")
    except ValueError:
        return value
    return value

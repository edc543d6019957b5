"""Dates and times of day as mail programs write them, in whatever language: by figures, not by names of months."""

from __future__ import annotations

import re

_DATE = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}"
    r"|(?<![\d.])\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})(?!\d|\.\d)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er|º|ª|\.|-го|-е)?(?: de| di| d')? ?[^\W\d_]{3,14}"
    r"\.?,?(?: de| г\.?)? ?(?:'?\d{2,4})?(?!\w)"
    r"|[^\W\d_]{3,14}\.? \d{1,2}(?:st|nd|rd|th)?(?!\d)"
    r"|\d{1,2}月\d{1,2}日|\d{1,2}월 ?\d{1,2}일",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.])\d{1,2}\s?[:.h時时시]\s?\d{2}(?!\d{3}|\.\d)|\d{1,2}\s?(?:am|pm)\b|\b(?:GMT|UTC|CES?T)\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)|[/.-]\d\d(?!\d)")
_CLOCK = re.compile(r"(?<![\d.:])\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d|[:.]\d)")


def has_date(text: str) -> bool:
    """Whether a day stands in ``text``."""
    return _DATE.search(text) is not None


def has_time(text: str) -> bool:
    """Whether a time of day stands in ``text``."""
    return _TIME.search(text) is not None


def is_dated(text: str) -> bool:
    """Whether a date or a time of day stands in ``text``."""
    return has_date(text) or has_time(text)


def has_moment(text: str) -> bool:
    """A day with its year or its time: more than "the 4 printers" or "floor 3". A year and a time will do too."""
    year, clock = _YEAR.search(text) is not None, _CLOCK.search(text) is not None
    return (year and clock) or (has_date(text) and (year or clock or has_time(text)))


def first_figure(text: str) -> int:
    """How many words stand before the first one with a digit; a large number where there is none."""
    words = text.split(" ", 12)[:12]
    return next((place for place, word in enumerate(words) if any(letter.isdigit() for letter in word)), 99)

"""Moments in words: a zone, a pattern of the language's word file, and CLDR's names of days and months."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime

_zone = lru_cache(maxsize=64)(ZoneInfo)


@lru_cache(maxsize=2048)
def write_moment(moment: datetime, pattern: str, language: str, timezone: str) -> str:
    """``moment`` (aware) as the clock on the wall in ``timezone`` says it, by a CLDR ``pattern``.

    Raises ValueError for a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be told")
    return format_datetime(moment.astimezone(_zone(timezone)), pattern, locale=_locale(language))


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")

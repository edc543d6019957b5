"""Calendars, customers and service levels that are right one by one but not together."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mailbot.settings.sections import Settings

Contradiction = tuple[tuple[str | int, ...], str, str]
"""The key, what was found there, and what is allowed."""

WEEKS = 260
"""Five years: a calendar looks twenty ahead, and holidays take some of them."""


def find_disagreements(settings: Settings) -> Iterator[Contradiction]:
    yield from _calendars(settings)
    yield from _customers(settings)
    yield from _reach(settings)
    rungs = len(settings.service_levels.escalation_percents)
    if len(settings.service_levels.escalate_to) > rungs:
        yield ("service_levels", "escalate_to"), "", f"at most {rungs}: one for each of escalation_percents"
    if list(settings.service_levels.escalation_percents) != sorted(set(settings.service_levels.escalation_percents)):
        yield ("service_levels", "escalation_percents"), "", "each more than the one before it"


def _calendars(settings: Settings) -> Iterator[Contradiction]:
    names = [calendar.name for calendar in settings.calendars]
    if len(set(names)) < len(names) or not names:
        yield ("calendars",), "", "at least one calendar, and no name twice"
    for number, calendar in enumerate(settings.calendars):
        at = ("calendars", number)
        if calendar.zone and not _is_zone(calendar.zone):
            yield (*at, "zone"), f'"{calendar.zone}"', "a zone of the IANA database, such as Europe/Stockholm"
        if calendar.closes <= calendar.opens:
            yield (*at, "closes"), f'"{calendar.closes}"', f"a time after opens ({calendar.opens})"
        if calendar.short_days and not calendar.opens < calendar.short_closes <= calendar.closes:
            yield (*at, "short_closes"), f'"{calendar.short_closes}"', "a time between opens and closes"


def _reach(settings: Settings) -> Iterator[Contradiction]:
    """A target that takes longer than years of opening hours is a slip of the pen, and no end of it could be told."""
    levels = settings.service_levels
    tables = [levels.response_hours, levels.resolution_hours]
    tables += [table for c in settings.customers for table in (c.response_hours, c.resolution_hours)]
    hours = [h for table in tables for h in table.values()]
    longest = max([*hours, levels.silence_hours], default=0) * max([100, *levels.escalation_percents]) / 100
    for number, calendar in enumerate(settings.calendars):
        week = (_minutes(calendar.closes) - _minutes(calendar.opens)) * len(set(calendar.weekdays)) / 60
        if 0 < week * WEEKS < longest:
            rule = f"hours of opening that reach for the longest target, {longest:g} hours, within {WEEKS} weeks"
            yield ("calendars", number, "closes"), f'"{calendar.closes}"', rule


def _minutes(wall_clock: str) -> int:
    return int(wall_clock[:2]) * 60 + int(wall_clock[3:])


def _customers(settings: Settings) -> Iterator[Contradiction]:
    calendars = [calendar.name for calendar in settings.calendars]
    rungs = len(settings.service_levels.escalation_percents)
    seen: set[str] = set()
    for number, customer in enumerate(settings.customers):
        at = ("customers", number)
        if customer.calendar and customer.calendar not in calendars:
            yield (*at, "calendar"), f'"{customer.calendar}"', f"one of the calendars: {', '.join(calendars)}"
        if customer.language and customer.language not in settings.desk.languages:
            yield (*at, "language"), f'"{customer.language}"', f"one of {', '.join(settings.desk.languages)}"
        if len(customer.escalate_to) > rungs:
            yield (*at, "escalate_to"), "", f"at most {rungs}: one for each of service_levels.escalation_percents"
        for key in ("name", "domains", "addresses"):
            taken = {v.lower() for v in ((customer.name,) if key == "name" else getattr(customer, key))}
            for word in sorted(taken & seen):
                yield (*at, key), f'"{word}"', "nothing that another customer has"
            seen |= taken


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True

"""Calendars, customers and service levels as settings have them become the desk's own values: a part of ``app``.

The public holidays of a country come from the holidays package, which is imported when the first date is asked for.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer, Target
from mailbot.desk.errors import PermanentError
from mailbot.desk.service_level import ClockKind, ServiceLevels
from mailbot.desk.vocabulary import Priority
from mailbot.settings import Settings
from mailbot.settings.agreements import CalendarSettings, CustomerSettings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class ClosedDays:
    """Own closed days and the public holidays of ``country`` (ISO 3166; empty for none), with its eves, any year."""

    own: frozenset[date]
    country: str
    eves: bool = True
    _years: dict[int, Container[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __contains__(self, day: object) -> bool:
        return day in self.own or (isinstance(day, date) and day in self._holidays(day.year))

    def _holidays(self, year: int) -> Container[date]:
        """Made whole before it is shared: the package's own growing table can be seen half made by another thread."""
        if year not in self._years:
            self._years[year] = _computed(self.country, self.eves, year) if self.country else frozenset()
        return self._years[year]


def _computed(country: str, eves: bool, year: int) -> frozenset[date]:
    # A fifth of a second to import, and most commands ask for no date
    import holidays

    try:
        supported = set(holidays.country_holidays(country).supported_categories)
    except NotImplementedError:
        known = "take another country, or none and closed_days of your own"
        raise PermanentError(f'calendars: the public holidays of "{country}" are not known; {known}') from None
    kinds = supported & ({"public", "de_facto"} if eves else {"public"})
    return frozenset(holidays.country_holidays(country, years=year, expand=False, categories=tuple(kinds)))


def learn_holidays(calendars: Iterable[Calendar], now: datetime) -> None:
    """Make the tables of this year before they are needed.

    Raises:
        PermanentError: the holidays of a country are not known.
    """
    for calendar in calendars:
        calendar.is_open(now)


def make_calendars(settings: Settings) -> tuple[Calendar, ...]:
    return tuple(_calendar(c, c.zone or settings.desk.timezone) for c in settings.calendars)


def make_customers(settings: Settings) -> tuple[Customer, ...]:
    return tuple(_customer(c) for c in settings.customers)


def make_service_levels(settings: Settings) -> ServiceLevels:
    s = settings.service_levels
    return ServiceLevels(
        targets=_targets(s.response_hours, s.resolution_hours),
        warning=s.warning_percent / 100,
        escalate_to=s.escalate_to,
        rungs=tuple(percent / 100 for percent in s.escalation_percents),
        promises=tuple(ClockKind(kind) for kind in s.promises),
        renewal=s.renewal_percent / 100,
        renewal_extra=s.renewal_extra_percent / 100,
        silence=timedelta(hours=s.silence_hours),
    )


def _targets(response: Mapping[Any, float], resolution: Mapping[Any, float]) -> dict[Priority, Target]:
    return {
        priority: Target(
            timedelta(hours=response[priority]) if priority in response else None,
            timedelta(hours=resolution[priority]) if priority in resolution else None,
        )
        for priority in Priority
        if priority in response or priority in resolution
    }


def make_default_customer(settings: Settings) -> Customer:
    """What holds for people with whose employer nothing has been agreed."""
    asked = settings.resolution
    return Customer(
        closes_on_silence=asked.closes_on_silence,
        silence_working_days=asked.silence_working_days,
        reminders_working_days=asked.reminders_working_days,
    )


def _calendar(c: CalendarSettings, zone: str) -> Calendar:
    return Calendar(
        name=c.name,
        zone=ZoneInfo(zone),
        opens=minutes_of(c.opens),
        closes=minutes_of(c.closes),
        weekdays=frozenset(WEEKDAYS.index(day) for day in c.weekdays),
        closed_days=ClosedDays(frozenset(c.closed_days), c.holidays, c.eves),
        short_days=frozenset(c.short_days),
        short_closes=minutes_of(c.short_closes),
    )


def _customer(c: CustomerSettings) -> Customer:
    return Customer(
        name=c.name,
        title=c.title,
        domains=tuple(domain.lower() for domain in c.domains),
        addresses=tuple(address.lower() for address in c.addresses),
        calendar=c.calendar,
        language=c.language,
        receipts=c.receipts,
        status_mail=c.status_mail,
        closes_on_silence=c.closes_on_silence,
        silence_working_days=c.silence_working_days,
        reminders_working_days=c.reminders_working_days,
        escalate_to=c.escalate_to,
        targets=_targets(c.response_hours, c.resolution_hours),
        audience=c.audience,
    )


def minutes_of(wall_clock: str) -> int:
    """``"08:30"`` → 510"""
    hours, _, minutes = wall_clock.partition(":")
    return int(hours) * 60 + int(minutes)

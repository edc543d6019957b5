"""The sections about what has been agreed: calendars, customers, service levels.

Hours of service are working hours of the customer's calendar.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from mailbot.settings.kinds import (
    Address,
    Country,
    DomainName,
    LanguageTagOrNone,
    NotNegative,
    OneLine,
    Positive,
    Section,
    ShortName,
    ShortNameOrNone,
    WallClock,
    Weekday,
)

HoursByPriority = Annotated[
    dict[Literal["critical", "high", "medium", "low"], Annotated[float, Meta(gt=0, le=10_000)]],
    Meta(description="of hours for critical, high, medium and low, such as { critical = 1, high = 2.5 }"),
]
Percent = Annotated[int, Meta(ge=1, le=1000)]
WORKING_WEEK: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")


class CalendarSettings(Section, frozen=True, kw_only=True):
    name: ShortName
    zone: OneLine = ""
    opens: WallClock = "08:00"
    closes: WallClock = "18:00"
    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1)] = WORKING_WEEK
    holidays: Country = "SE"
    eves: bool = True
    closed_days: tuple[date, ...] = ()
    short_days: tuple[date, ...] = ()
    short_closes: WallClock = "12:00"


class CustomerSettings(Section, frozen=True, kw_only=True):
    name: ShortName
    title: OneLine = ""
    domains: tuple[DomainName, ...] = ()
    addresses: tuple[Address, ...] = ()
    calendar: ShortNameOrNone = ""
    language: LanguageTagOrNone = ""
    receipts: bool = True
    status_mail: bool = True
    closes_on_silence: bool = False
    silence_working_days: Positive = 5
    reminders_working_days: tuple[Positive, ...] = (2, 4)
    escalate_to: tuple[Address, ...] = ()
    audience: tuple[Address, ...] = ()
    response_hours: HoursByPriority = {}
    resolution_hours: HoursByPriority = {}


class ServiceLevelSettings(Section, frozen=True, kw_only=True):
    warning_percent: Annotated[int, Meta(ge=1, le=99)] = 75
    escalation_percents: tuple[Percent, ...] = (100, 150)
    escalate_to: tuple[Address, ...] = ()
    promises: tuple[Literal["response", "resolution"], ...] = ("response",)
    renewal_percent: Annotated[int, Meta(ge=1, le=99)] = 90
    renewal_extra_percent: Percent = 50
    silence_hours: NotNegative = 20
    response_hours: HoursByPriority = field(default_factory=lambda: {"critical": 1, "high": 2, "medium": 4, "low": 8})
    resolution_hours: HoursByPriority = field(
        default_factory=lambda: {"critical": 4, "high": 8, "medium": 20, "low": 50}
    )

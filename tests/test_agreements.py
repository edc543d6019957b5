"""Calendars, customers and service levels as written in settings, and what is refused there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.agreements import learn_holidays, make_calendars, make_customers, make_service_levels
from mailbot.desk.customers import Target
from mailbot.desk.errors import PermanentError
from mailbot.desk.service_level import ClockKind
from mailbot.desk.vocabulary import Priority
from mailbot.settings import Settings, SettingsError, load_settings

WRITTEN = """
[[calendars]]
name = "desk"
[[calendars]]
name = "night"
zone = "Europe/Helsinki"
opens = "22:30"
closes = "24:00"
weekdays = ["friday", "saturday"]
holidays = ""
closed_days = [2026-11-28]
short_days = [2026-11-27]
short_closes = "23:00"
[[customers]]
name = "almby"
title = "Almby kommun"
domains = ["Almby.example"]
addresses = ["Kim@Post.example"]
calendar = "night"
response_hours = { critical = 0.5, low = 16 }
resolution_hours = { critical = 2 }
[service_levels]
response_hours = { high = 2 }
resolution_hours = {}
promises = ["resolution", "response"]
silence_hours = 0
"""


def read(text: str, folder: Path) -> Settings:
    file = folder / "desk.toml"
    file.write_text(text)
    return load_settings(file, {})


def test_calendars_are_as_written(tmp_path: Path) -> None:
    desk, night = make_calendars(read(WRITTEN, tmp_path))
    assert (desk.name, desk.zone.key, desk.opens, desk.closes) == ("desk", "Europe/Stockholm", 480, 1080)
    assert (night.zone.key, night.opens, night.closes, night.weekdays) == ("Europe/Helsinki", 1350, 1440, {4, 5})
    assert [night.is_working_day(date(2026, 11, d)) for d in (26, 27, 28)] == [False, True, False]
    opened, closed = night.opening_on(date(2026, 11, 27)) or (None, None)
    assert opened and closed and closed - opened == timedelta(minutes=30)
    assert [c.is_working_day(date(2026, 12, 25)) for c in (desk, night)] == [False, True]


def test_a_calendar_without_a_zone_has_the_desks(tmp_path: Path) -> None:
    (calendar,) = make_calendars(read('[desk]\ntimezone = "America/New_York"', tmp_path))
    assert calendar.zone.key == "America/New_York"


def test_customers_and_levels_are_as_written(tmp_path: Path) -> None:
    settings = read(WRITTEN, tmp_path)
    (almby,) = make_customers(settings)
    assert (almby.domains, almby.addresses, almby.calendar) == (("almby.example",), ("kim@post.example",), "night")
    assert almby.targets == {
        Priority.CRITICAL: Target(timedelta(minutes=30), timedelta(hours=2)),
        Priority.LOW: Target(timedelta(hours=16), None),
    }
    levels = make_service_levels(settings)
    assert levels.targets == {Priority.HIGH: Target(timedelta(hours=2), None)}
    assert (levels.promises, levels.silence) == ((ClockKind.RESOLUTION, ClockKind.RESPONSE), timedelta(0))
    assert (levels.warning, levels.rungs, levels.renewal) == (0.75, (1.0, 1.5), 0.9)


def test_a_country_whose_holidays_nobody_knows_is_told_before_work_begins(tmp_path: Path) -> None:
    (calendar,) = make_calendars(read('[[calendars]]\nname = "desk"\nholidays = "XX"', tmp_path))
    with pytest.raises(PermanentError, match='the public holidays of "XX" are not known'):
        learn_holidays([calendar], datetime(2026, 11, 23, tzinfo=UTC))


REFUSED = [
    (
        '[[calendars]]\nname = "a"\ncloses = "08:01"\nweekdays = ["sunday"]',
        'calendars[0].closes: found "08:01"; hours of opening that reach for the longest target, 75 hours, '
        "within 260 weeks",
    ),
    ('[[calendars]]\nname = "a"\n[[calendars]]\nname = "a"', "calendars: at least one calendar, and no name twice"),
    ("calendars = []", "calendars: at least one calendar, and no name twice"),
    (
        '[[calendars]]\nname = "a"\nzone = "Europe/Stokholm"',
        'calendars[0].zone: found "Europe/Stokholm"; a zone of the IANA database, such as Europe/Stockholm',
    ),
    (
        '[[calendars]]\nname = "a"\nopens = "18:00"',
        'calendars[0].closes: found "18:00"; a time after opens (18:00)',
    ),
    (
        '[[calendars]]\nname = "a"\nopens = "8:00"',
        'calendars[0].opens: found "8:00" (text); allowed is a time of day, such as 08:00',
    ),
    (
        '[[calendars]]\nname = "a"\nshort_days = [2026-12-30]\nshort_closes = "07:00"',
        'calendars[0].short_closes: found "07:00"; a time between opens and closes',
    ),
    (
        '[[customers]]\nname = "a"\ncalendar = "moon"',
        'customers[0].calendar: found "moon"; one of the calendars: desk',
    ),
    ('[[customers]]\nname = "a"\nlanguage = "fi"', 'customers[0].language: found "fi"; one of sv, en'),
    (
        '[[customers]]\nname = "a"\ndomains = ["x.example"]\n[[customers]]\nname = "b"\ndomains = ["X.example"]',
        'customers[1].domains: found "x.example"; nothing that another customer has',
    ),
    (
        '[[customers]]\nname = "a"\nescalate_to = ["a@x.example", "b@x.example", "c@x.example"]',
        "customers[0].escalate_to: at most 2: one for each of service_levels.escalation_percents",
    ),
    (
        '[service_levels]\nescalation_percents = []\nescalate_to = ["a@x.example"]',
        "service_levels.escalate_to: at most 0: one for each of escalation_percents",
    ),
    (
        "[service_levels]\nescalation_percents = [150, 100]",
        "service_levels.escalation_percents: each more than the one before it",
    ),
    (
        "[service_levels]\nresponse_hours = { urgent = 1 }",
        "service_levels.response_hours: found a table; allowed is a table, of hours for critical, "
        "high, medium and low, such as { critical = 1, high = 2.5 }",
    ),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_hold_together_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read(text, tmp_path)
    assert [str(p).partition(": ")[2] for p in refused.value.problems] == [told]

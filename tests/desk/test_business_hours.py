"""Business time, against a reference that looks at every minute of a day and counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.agreements import ClosedDays
from mailbot.desk.business_hours import Calendar, NeverOpen

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDISH = ClosedDays(frozenset({date(2027, 5, 7)}), "SE")
OWN_DAYS = frozenset({date(2024, 4, 30), date(2028, 4, 28)})
MINUTE = timedelta(minutes=1)
CALENDARS = {
    "desk": Calendar(closed_days=SWEDISH),
    "night and day": Calendar(opens=0, closes=1440, weekdays=frozenset(range(7))),
    "nights, where clocks change": Calendar(opens=150, closes=165, weekdays=frozenset(range(7)), closed_days=SWEDISH),
    "short days": Calendar(closed_days=SWEDISH, short_days=OWN_DAYS, short_closes=720),
    "New York": Calendar(zone=ZoneInfo("America/New_York"), opens=510, closes=1020),
    "Havana, where midnight is missing": Calendar(zone=ZoneInfo("America/Havana"), opens=0, closes=1440),
    "Lord Howe, half an hour": Calendar(
        zone=ZoneInfo("Australia/Lord_Howe"), opens=100, closes=140, weekdays=frozenset({6})
    ),
    "Kathmandu, weekends": Calendar(zone=ZoneInfo("Asia/Kathmandu"), weekdays=frozenset({5, 6})),
    "Kiritimati, a day ahead": Calendar(zone=ZoneInfo("Pacific/Kiritimati"), opens=0, closes=1440),
    "Pago Pago, a day behind": Calendar(zone=ZoneInfo("Pacific/Pago_Pago"), opens=0, closes=1440),
}
CALENDAR = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
# Ten years, with a weight on the days around every change of the clocks in Stockholm, and of the year.
CHANGES = [
    datetime(year, month, day, 1, tzinfo=UTC)
    for year in range(2024, 2034)
    for month in (3, 10)
    for day in range(25, 32)
    if date(year, month, day).weekday() == 6
]
YEARS = st.integers(2025, 2033)
MOMENT = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2033, 12, 31)).map(
        lambda d: d.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    st.builds(lambda change, minutes: change + minutes * MINUTE, st.sampled_from(CHANGES), st.integers(-3000, 3000)),
    st.builds(lambda n, minutes: datetime(n, 1, 1, tzinfo=UTC) + minutes * MINUTE, YEARS, st.integers(-3000, 3000)),
)


@lru_cache(maxsize=4000)
def minutes_of(calendar: Calendar, day: date) -> tuple[datetime, ...]:
    """The reference: the minutes of a local day in which the desk is open, by looking at the clock on its wall.

    From the first minute that shows the opening time or later, to the last that shows less than the closing time.
    """
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    minutes = [start + n * MINUTE for n in range(54 * 60)]
    shown = [(m, m.astimezone(calendar.zone)) for m in minutes]
    today = [(m, local.hour * 60 + local.minute) for m, local in shown if local.date() == day]
    if day.weekday() not in calendar.weekdays or day in calendar.closed_days:
        return ()
    closes = calendar.short_closes if day in calendar.short_days else calendar.closes
    from_ = next((n for n, (_, wall) in enumerate(today) if wall >= calendar.opens), len(today))
    to = next((n for n, (_, wall) in reversed(list(enumerate(today))) if wall < closes), -1)
    return tuple(m for m, _ in today[from_ : to + 1])


def reference_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    day, last = (m.astimezone(calendar.zone).date() for m in (start, end))
    total = 0
    while day <= last:
        total += sum(start <= minute < end for minute in minutes_of(calendar, day))
        day += timedelta(days=1)
    return total * MINUTE


def reference_after(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    day, left = start.astimezone(calendar.zone).date(), duration // MINUTE
    while True:
        for minute in minutes_of(calendar, day):
            left -= minute >= start
            if not left:
                return minute + MINUTE
        day += timedelta(days=1)


@settings(max_examples=250, deadline=None)
@given(CALENDAR, MOMENT, st.integers(0, 20 * 24 * 60))
def test_time_between_is_what_counting_minutes_gives(calendar: Calendar, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    wanted = reference_between(calendar, start, end)
    assert (calendar.working_time_between(start, end), calendar.working_time_between(end, start)) == (wanted, -wanted)


@settings(max_examples=250, deadline=None)
@given(CALENDAR, MOMENT, st.integers(1, 60 * 60))
def test_moment_after_is_what_counting_minutes_gives(calendar: Calendar, start: datetime, minutes: int) -> None:
    minutes = 1 + minutes % 100 if calendar.closes - calendar.opens < 60 else minutes
    assert calendar.after_working_time(start, minutes * MINUTE) == reference_after(calendar, start, minutes * MINUTE)


@settings(max_examples=200, deadline=None)
@given(CALENDAR, MOMENT)
def test_open_is_what_looking_at_the_minute_gives(calendar: Calendar, moment: datetime) -> None:
    day = calendar.local_day(moment)
    is_open = moment in minutes_of(calendar, day)
    assert calendar.is_open(moment) is is_open
    opening = calendar.next_opening(moment)
    if is_open:
        assert opening == moment
    else:
        assert (opening > moment, calendar.is_open(opening), calendar.working_time_between(moment, opening)) == (
            True,
            True,
            timedelta(0),
        )


@settings(max_examples=150, deadline=None)
@given(CALENDAR, st.datetimes(datetime(2024, 1, 1), datetime(2033, 12, 31)), st.integers(1, 4 * 10**11))
def test_what_is_added_is_what_lies_between(calendar: Calendar, naive: datetime, microseconds: int) -> None:
    """Also to the microsecond, and over years."""
    start, duration = naive.replace(tzinfo=UTC), timedelta(microseconds=microseconds)
    assert calendar.working_time_between(start, calendar.after_working_time(start, duration)) == duration


@pytest.mark.parametrize("year", range(2024, 2034))
def test_a_day_of_a_changed_clock_has_as_many_hours_as_it_has(year: int) -> None:
    spring, autumn = (c.astimezone(STOCKHOLM).date() for c in CHANGES if c.year == year)
    lengths = []
    for day in (spring, autumn):
        opened, closed = CALENDARS["night and day"].opening_on(day) or (None, None)
        assert opened and closed
        lengths.append(closed - opened)
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


# The days off of 2026 to 2028 as any Swedish almanac has them, without those that fall on a weekend.
ALMANAC = {
    2026: "01-01 01-06 04-03 04-06 05-01 05-14 06-19 12-24 12-25 12-31",
    2027: "01-01 01-06 03-26 03-29 05-06 06-25 12-24 12-31",
    2028: "01-06 04-14 04-17 05-01 05-25 06-06 06-23 12-25 12-26",
}


@pytest.mark.parametrize("year", ALMANAC)
def test_swedish_days_off_are_those_of_the_almanac(year: int) -> None:
    calendar = Calendar(closed_days=ClosedDays(frozenset(), "SE"))
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    off = [d for d in days if d.year == year and d.weekday() < 5 and not calendar.is_working_day(d)]
    assert " ".join(f"{d:%m-%d}" for d in off) == ALMANAC[year]


def test_eves_are_worked_where_the_calendar_says_so() -> None:
    calendar = Calendar(closed_days=ClosedDays(frozenset(), "SE", eves=False))
    assert [calendar.is_working_day(date(2026, 12, d)) for d in (24, 25, 31)] == [True, False, True]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T08:30+01:00", 2, "2026-11-23T10:30+01:00"),
        ("2026-11-23T06:00+01:00", 2, "2026-11-23T10:00+01:00"),
        ("2026-11-23T16:30+01:00", 4, "2026-11-24T10:30+01:00"),
        ("2026-11-27T17:00+01:00", 1, "2026-11-27T18:00+01:00"),
        ("2026-11-27T17:00+01:00", 2, "2026-11-30T09:00+01:00"),
        ("2026-12-23T17:00+01:00", 2, "2026-12-28T09:00+01:00"),
        ("2026-06-18T17:30+02:00", 1, "2026-06-22T08:30+02:00"),
        ("2026-03-27T17:00+01:00", 2, "2026-03-30T09:00+02:00"),
        ("2026-10-23T17:00+02:00", 2, "2026-10-26T09:00+01:00"),
        ("2027-05-05T17:00+02:00", 2, "2027-05-10T09:00+02:00"),
    ],
)
def test_promises_that_people_can_check_in_an_almanac(start: str, hours: int, end: str) -> None:
    """The last one: Ascension Day, and the day after it, which is the desk's own closed day."""
    assert CALENDARS["desk"].after_working_time(
        datetime.fromisoformat(start), timedelta(hours=hours)
    ) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23T15:30+01:00", 0, "2026-11-23T15:30+01:00"),
        ("2026-11-27T15:30+01:00", 1, "2026-11-30T15:30+01:00"),
        ("2026-11-29T15:30+01:00", 5, "2026-12-04T15:30+01:00"),
        ("2026-12-23T15:30+01:00", 10, "2027-01-13T15:30+01:00"),
        ("2026-03-27T15:30+01:00", 1, "2026-03-30T15:30+02:00"),
        # Past midnight in Stockholm, though not in UTC: it is Saturday there, and Monday is the first working day.
        ("2026-11-27T23:30+00:00", 1, "2026-11-30T00:30+01:00"),
    ],
)
def test_working_days_are_days_of_the_desks_own_zone(start: str, days: int, end: str) -> None:
    calendar = CALENDARS["desk"]
    begun = datetime.fromisoformat(start)
    assert calendar.after_working_days(begun, days) == datetime.fromisoformat(end)
    assert calendar.working_days_between(begun, datetime.fromisoformat(end)) == days


@settings(max_examples=100, deadline=None)
@given(MOMENT, st.integers(1, 60), st.frozensets(st.dates(date(2024, 1, 1), date(2034, 12, 31)), max_size=40))
def test_as_many_working_days_lie_between_as_were_asked_for(
    start: datetime, days: int, closed: frozenset[date]
) -> None:
    calendar = Calendar(closed_days=closed)
    end = calendar.after_working_days(start, days)
    assert calendar.working_days_between(start, end) == days
    assert calendar.is_working_day(calendar.local_day(end))
    assert calendar.working_days_between(start, end - timedelta(days=1)) < days


def test_a_calendar_that_never_opens_says_so() -> None:
    class Always:
        def __contains__(self, _: object) -> bool:
            return True

    calendar = Calendar(closed_days=Always())
    start = datetime(2026, 11, 23, tzinfo=UTC)
    for question in (
        lambda: calendar.after_working_time(start, MINUTE),
        lambda: calendar.after_working_days(start, 1),
        lambda: calendar.next_opening(start),
    ):
        with pytest.raises(NeverOpen):
            question()
    assert calendar.working_time_between(start, start + timedelta(days=1000)) == timedelta(0)

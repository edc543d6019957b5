"""When people are asked again, and when silence has lasted: in working days, while the desk is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer
from mailbot.desk.verification import LONGEST_ABSENCE, Step, back_from, ladder, next_step, reached_step

WEDNESDAY = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)  # half past ten in Stockholm
CALENDAR = Calendar()
CUSTOMER = Customer()


def at(day: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_reminders_come_after_two_and_four_working_days_and_the_end_after_five() -> None:
    assert ladder(CUSTOMER, CALENDAR, WEDNESDAY) == (Step(at(20), 1), Step(at(24), 2), Step(at(25)))


def test_what_would_come_outside_hours_comes_when_the_desk_opens() -> None:
    asked_at_night = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
    assert [step.at for step in ladder(CUSTOMER, CALENDAR, asked_at_night)] == [
        at(23, 7, 0),
        at(25, 7, 0),
        at(26, 7, 0),
    ]


def test_closed_days_do_not_count() -> None:
    closed = Calendar(closed_days=frozenset({date(2026, 11, 19), date(2026, 11, 20)}))
    assert [step.at for step in ladder(CUSTOMER, closed, WEDNESDAY)] == [at(24), at(26), at(27)]


def test_desk_that_never_opens_asks_all_the_same() -> None:
    never = Calendar(opens=480, closes=480)
    assert [step.at for step in ladder(CUSTOMER, never, WEDNESDAY)] == [at(20), at(24), at(25)]
    closed = Calendar(weekdays=frozenset())
    assert [step.at for step in ladder(CUSTOMER, closed, WEDNESDAY)] == [at(20), at(22), at(23)]
    assert back_from(date(2026, 11, 30), never, WEDNESDAY) == datetime(2026, 11, 29, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reminders", "silence", "days"),
    [((), 3, [0]), ((2, 4), 2, [0]), ((4, 2, 2), 5, [1, 2, 0]), ((9,), 5, [0])],
)
def test_reminders_that_would_come_too_late_are_left_out(
    reminders: tuple[int, ...], silence: int, days: list[int]
) -> None:
    agreed = replace(CUSTOMER, reminders_working_days=reminders, silence_working_days=silence)
    assert [step.reminder for step in ladder(agreed, CALENDAR, WEDNESDAY)] == days


def test_rungs_that_were_missed_are_not_made_up_for_one_by_one() -> None:
    steps = ladder(CUSTOMER, CALENDAR, WEDNESDAY)
    assert reached_step(steps, at(19)) is None
    assert reached_step(steps, at(20)) == steps[0]
    assert reached_step(steps, at(24, 23)) == steps[1]
    assert reached_step(steps, at(30)) == steps[2]
    assert next_step(steps, at(20)) == steps[1]
    assert next_step(steps, at(25)) is None


@pytest.mark.parametrize(
    ("returns_on", "back"),
    [
        (date(2026, 11, 30), at(30, 7, 0)),
        (date(2026, 11, 28), at(30, 7, 0)),  # a Saturday
        (date(2026, 11, 18), None),
        (date(2026, 11, 17), None),
        (WEDNESDAY.date() + LONGEST_ABSENCE, datetime(2027, 1, 18, 7, 0, tzinfo=UTC)),  # a Sunday
        (date(2027, 1, 18), None),
        (date(9999, 12, 31), None),
        (date(1, 1, 1), None),
    ],
)
def test_somebody_who_is_away_is_asked_when_they_are_back(returns_on: date, back: datetime | None) -> None:
    assert back_from(returns_on, CALENDAR, WEDNESDAY) == back

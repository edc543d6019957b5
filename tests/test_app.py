"""The composition root: what of the settings only shows when it is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from mailbot.agreements import ClosedDays

OWN = frozenset({date(2026, 5, 15)})


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 5, 15), True),
        (date(2026, 12, 25), True),
        (date(2026, 6, 19), True),  # Midsummer Eve: not a public holiday, and nobody is at work
        (date(2041, 12, 24), True),
        (date(2026, 11, 23), False),
    ],
)
def test_closed_days_are_the_desks_own_and_the_countrys_in_any_year(day: date, closed: bool) -> None:
    assert (day in ClosedDays(OWN, "SE")) is closed


def test_without_a_country_only_own_days_are_closed() -> None:
    days = ClosedDays(OWN, "")
    assert [d in days for d in (date(2026, 5, 15), date(2026, 12, 25))] == [True, False]

"""What stands in the way of a change: times that overlap, and something that both touch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.announcements import Announcement
from mailbot.desk.business_hours import Calendar
from mailbot.desk.change_conflicts import (
    Freeze,
    Hours,
    Rival,
    Touched,
    Window,
    find_conflicts,
    is_against_hours,
    meeting,
)

SIX = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
MAIL, PRINT = Touched(("mail",)), Touched(("print",))
moments = st.integers(-50, 50).map(lambda hours: SIX + timedelta(hours=hours))
names = st.frozensets(st.sampled_from(["a", "b", "c"])).map(lambda s: tuple(sorted(s)))
touches = st.builds(Touched, names, names)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    starts = draw(moments)
    return Window(starts, draw(st.none() | st.integers(1, 30).map(lambda h: starts + timedelta(hours=h))))


def hours_of(window: Window) -> set[int]:
    """The hours that a window holds, from a hundred before SIX to two hundred after it."""
    inside = (SIX + timedelta(hours=h, minutes=30) for h in range(-100, 200))
    return {n for n, m in enumerate(inside) if window.starts_at <= m and (window.ends_at is None or m < window.ends_at)}


@given(windows(), windows())
def test_windows_overlap_where_they_share_an_hour(one: Window, other: Window) -> None:
    assert one.overlaps(other) == other.overlaps(one) == bool(hours_of(one) & hours_of(other))


@given(touches, touches)
def test_meeting_is_the_same_from_both_sides(one: Touched, other: Touched) -> None:
    there, back = meeting(one, other), meeting(other, one)
    assert there == back
    apart = [bool(a) and bool(b) and not set(a) & set(b) for a, b in (
        (one.services, other.services), (one.customers, other.customers))]  # fmt: skip
    assert (there is None) == any(apart)


@given(windows(), touches, windows(), touches)
def test_conflict_of_changes_is_mutual(one: Window, mine: Touched, other: Window, theirs: Touched) -> None:
    def between(window: Window, touched: Touched, rival: Rival) -> bool:
        return bool(find_conflicts(window, touched, ticket=3 - rival.ticket, now=SIX, rivals=[rival]))

    assert between(one, mine, Rival(2, "", other, theirs)) == between(other, theirs, Rival(1, "", one, mine))


@given(windows(), touches)
def test_nothing_conflicts_with_itself_or_its_own_announcement(window: Window, touched: Touched) -> None:
    own = announced(window.starts_at, window.ends_at, ticket=7)
    rivals = [Rival(7, "", window, touched)]
    assert find_conflicts(window, touched, ticket=7, now=SIX, announcements=[own], rivals=rivals) == ()
    assert len(find_conflicts(window, touched, ticket=8, now=SIX, rivals=rivals)) == 1


def announced(
    starts: datetime, ends: datetime | None, *, ticket: int = 9, ended: datetime | None = None, services: str = ""
) -> Announcement:
    return Announcement(
        3, ticket, True, "Nätet", "", starts, ends, ended_at=ended, services=tuple(filter(None, [services]))
    )


TWO_HOURS = Window(SIX, SIX + timedelta(hours=2))


@pytest.mark.parametrize(
    ("starts", "ends", "ended", "services", "conflicts"),
    [
        (1, 5, None, "mail", 1),
        (1, 5, None, "print", 0),
        (1, 5, None, "", 1),
        (2, 5, None, "mail", 0),
        (-5, 0, None, "mail", 0),
        (-5, None, None, "mail", 1),
        (-5, -1, None, "mail", 1),  # it should be over, and is not
        (-5, None, -1, "mail", 0),
        (-5, -1, -2, "mail", 0),
        (1, 5, 1, "mail", 0),  # ended before it began
    ],
)
def test_announcement_is_in_the_way_while_it_lasts(
    starts: int, ends: int | None, ended: int | None, services: str, conflicts: int
) -> None:
    def at(hours: int | None) -> datetime | None:
        return None if hours is None else SIX + timedelta(hours=hours)

    begins = at(starts)
    assert begins is not None
    event = announced(begins, at(ends), ended=at(ended), services=services)
    assert len(find_conflicts(TWO_HOURS, MAIL, ticket=1, now=SIX, announcements=[event])) == conflicts


def test_freezes_come_first_and_say_why() -> None:
    freeze = Freeze("Jul", Window(SIX - timedelta(days=1), SIX + timedelta(days=9)), "Ingen är här.")
    elsewhere = Freeze("Lön", freeze.window, touched=PRINT)
    before = Rival(4, "Byte", Window(SIX - timedelta(days=2), SIX + timedelta(hours=1)), MAIL)
    found = find_conflicts(TWO_HOURS, MAIL, ticket=1, now=SIX, rivals=[before], freezes=[elsewhere, freeze])
    assert [(c.kind.value, c.title, c.why, c.services) for c in found] == [
        ("freeze", "Jul", "Ingen är här.", ()), ("change", "Byte", "", ("mail",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours", "against"),
    [
        (30, 10, 11, "outside", True),  # a Monday; the desk is open from 8 to 18 in Stockholm
        (30, 17, 19, "outside", False),
        (30, 16, 19, "outside", True),
        (29, 10, 11, "outside", False),
        (30, 10, 11, "inside", False),
        (30, 16, 19, "inside", True),
        (29, 10, 11, "inside", True),
        (30, 10, 11, "any", False),
    ],
)
def test_window_is_measured_by_service_hours(day: int, starts: int, ends: int, hours: str, against: bool) -> None:
    window = Window(*(datetime(2026, 11, day, h, tzinfo=UTC) for h in (starts, ends)))
    assert is_against_hours(window, Calendar(), Hours(hours)) is against
    assert is_against_hours(Window(window.starts_at), Calendar(), Hours(hours)) is False

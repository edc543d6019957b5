"""Business time: when a desk is open, how much of a span that is, and when an amount of it has passed.

A ``Calendar`` opens and closes by the clock on the wall of its zone, on its weekdays, except on closed days. Moments go
in aware of any zone and come out in UTC; days are local days of the zone. Where the clocks change, the desk opens when
the wall clock first shows the time (or has jumped over it) and closes when it last does, so that a desk which never
closes has a day of 23 hours in spring and one of 25 in autumn. Which days are closed is an argument.

Answers come from a table of each year, made once: a question costs two look-ups, however long the span.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKING_WEEK = frozenset(range(5))
MOST_YEARS = 20
"""How far ahead an opening is looked for: a calendar that has none in so long never opens."""

_NOTHING = timedelta(0)
_DAY = timedelta(days=1)
_TURN_OF_THE_YEAR = ((12, 31), (1, 1))


class NeverOpen(ValueError):
    """The calendar has no opening hours in the years ahead."""


@dataclass(frozen=True, slots=True)
class _Year:
    """The openings of one local year, in order; ``worked[n]`` is the working time before opening ``n``."""

    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    worked: tuple[timedelta, ...]
    total: timedelta

    def until(self, moment: datetime) -> timedelta:
        """The working time of this year before ``moment``."""
        opened = bisect_right(self.opens, moment) - 1
        if opened < 0:
            return _NOTHING
        return self.worked[opened] + min(moment, self.closes[opened]) - self.opens[opened]

    def moment_of(self, worked: timedelta) -> datetime:
        """When so much of this year's working time (more than none, at most all) has passed."""
        opened = bisect_left(self.worked, worked) - 1
        return self.opens[opened] + (worked - self.worked[opened])


@dataclass(frozen=True, eq=False)
class Calendar:
    """``opens`` and ``closes`` are minutes after midnight on the wall clock, 1440 being the midnight that ends the day.

    ``weekdays`` count from Monday, 0. On ``short_days`` the desk closes at ``short_closes`` instead.
    """

    name: str = "desk"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Stockholm"))
    opens: int = 8 * 60
    closes: int = 18 * 60
    weekdays: frozenset[int] = WORKING_WEEK
    closed_days: Container[date] = frozenset()
    short_days: Container[date] = frozenset()
    short_closes: int = 12 * 60
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False)

    def local_day(self, moment: datetime) -> date:
        """The day that it is then in the calendar's zone."""
        return moment.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed_days

    def opening_on(self, day: date) -> tuple[datetime, datetime] | None:
        """When the desk opens and closes on a local day; None where it stays closed."""
        if not self.is_working_day(day):
            return None
        closes = min(self.closes, self.short_closes) if day in self.short_days else self.closes
        opened = self._first_showing(day, self.opens)
        closed = self._first_showing(day, closes) if closes == 1440 else self._last_showing(day, closes)
        return (opened, closed) if opened < closed else None

    def is_open(self, moment: datetime) -> bool:
        """Whether the desk works then. It does when it opens, and no longer when it closes."""
        at, year = self._placed(moment)
        table = self._year(year)
        opened = bisect_right(table.opens, at) - 1
        return opened >= 0 and at < table.closes[opened]

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The opening hours between two moments; negative where ``end`` is the earlier one."""
        if end < start:
            return -self.working_time_between(end, start)
        (begun, first), (ended, last) = self._placed(start), self._placed(end)
        passed = self._year(last).until(ended) - self._year(first).until(begun)
        return passed + sum((self._year(year).total for year in range(first, last)), _NOTHING)

    def after_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """When ``duration`` of opening hours has passed since ``start``: at closing time, never the next opening.

        Raises:
            NeverOpen: the calendar has too few opening hours in the years ahead.
        """
        if duration <= _NOTHING:
            return start.astimezone(UTC)
        at, year = self._placed(start)
        wanted = self._year(year).until(at) + duration
        for ahead in range(year, year + MOST_YEARS):
            if wanted <= self._year(ahead).total:
                return self._year(ahead).moment_of(wanted)
            wanted -= self._year(ahead).total
        raise NeverOpen(f"calendar {self.name} has no {duration} of opening hours after {start}")

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` itself where the desk is open then, else when it opens next.

        Raises:
            NeverOpen: it does not in the years ahead.
        """
        at, year = self._placed(moment)
        for ahead in range(year, year + MOST_YEARS):
            table = self._year(ahead)
            following = bisect_right(table.closes, at)
            if following < len(table.closes):
                return max(at, table.opens[following])
        raise NeverOpen(f"calendar {self.name} does not open after {moment}")

    def after_working_days(self, start: datetime, days: int) -> datetime:
        """The same time of the local day, ``days`` working days later; the day of ``start`` counts for nothing.

        Raises:
            NeverOpen: there are not so many working days in the years ahead.
        """
        local = start.astimezone(self.zone)
        left, last = days, local + MOST_YEARS * 366 * _DAY
        while left > 0:
            local += _DAY
            left -= self.is_working_day(local.date())
            if local > last:
                raise NeverOpen(f"calendar {self.name} has no {days} working days after {start}")
        return local.astimezone(UTC)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days have begun after the local day of ``start``, up to and with that of ``end``."""
        first, last = self.local_day(start), self.local_day(end)
        return sum(self.is_working_day(first + n * _DAY) for n in range(1, (last - first).days + 1))

    def _placed(self, moment: datetime) -> tuple[datetime, int]:
        """The moment in UTC, and the local year that it lies in: nearly always the same, which need not be asked."""
        at = moment.astimezone(UTC)
        if (at.month, at.day) in _TURN_OF_THE_YEAR:
            return at, self.local_day(at).year
        return at, at.year

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _table(self, year)
        return self._years[year]

    def _first_showing(self, day: date, minutes: int) -> datetime:
        """When the wall clock of ``day`` first shows a time, or jumps over it."""
        return self._showing(_wall(day, minutes), fold=0)

    def _last_showing(self, day: date, minutes: int) -> datetime:
        return self._showing(_wall(day, minutes), fold=1)

    def _showing(self, wall: datetime, fold: int) -> datetime:
        moment = wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall:
            return moment
        return self._jump_over(wall)

    def _jump_over(self, wall: datetime) -> datetime:
        """The clock never shows ``wall``: the second at which it jumps over it."""
        after, before = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        old = before.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self.zone).utcoffset() == old:
                before = middle
            else:
                after = middle
        return after


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _table(calendar: Calendar, year: int) -> _Year:
    openings = tuple(_openings(calendar, year))
    worked, total = [], _NOTHING
    for opened, closed in openings:
        worked.append(total)
        total += closed - opened
    return _Year(tuple(o for o, _ in openings), tuple(c for _, c in openings), tuple(worked), total)


def _openings(calendar: Calendar, year: int) -> Iterator[tuple[datetime, datetime]]:
    days = (date(year, 1, 1) + n * _DAY for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    yield from (opening for day in days if (opening := calendar.opening_on(day)) is not None)

"""Changes: the list of those that are open or have ended, and the calendar of their windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from mailbot.console.paging import PAGE, address_of, read_number
from mailbot.console.visit import Rank, Visit
from mailbot.desk.change import Change
from mailbot.desk.change_conflicts import Freeze, Window
from mailbot.desk.changes import ENDED, ChangeState
from mailbot.desk.ticket import Ticket
from mailbot.workflows.office import Office

WEEKS = 4
OPEN = tuple(state for state in ChangeState if state not in ENDED)
TICK = timedelta(microseconds=1)
FIRST, LAST = date(2000, 1, 3), date(2199, 12, 2)


@dataclass(frozen=True, slots=True)
class Planned:
    """A change in one day of the calendar; ``begins`` and ``ends`` are in the desk's zone."""

    change: Change
    ticket: Ticket
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What is changed in a day, and the times in which nothing is to be changed."""

    day: date
    planned: Sequence[Planned]
    freezes: Sequence[Freeze]


def show_changes(visit: Visit) -> Response:
    which = visit.query.get("state", "")
    if which == "calendar":
        return _show_calendar(visit)
    which = "ended" if which == "ended" else "open"
    beyond = read_number(visit.query.get("beyond", "")) or None
    with visit.room.open_office(reads_only=True) as office:
        states = tuple(ENDED) if which == "ended" else OPEN
        found = office.work.changes.list_newest(states=states, before=beyond, limit=PAGE + 1)
        rows = _with_tickets(office, found[:PAGE])
    address = {"state": which if which == "ended" else ""}
    more = {**address, "beyond": str(found[PAGE - 1].ticket)} if len(found) > PAGE else {}
    return _page(
        visit,
        which,
        rows=rows,
        first="/changes" + address_of(address).rstrip("?") if beyond else "",
        older=address_of(more) if more else "",
    )


def _page(visit: Visit, which: str, **values: Any) -> Response:
    tabs = [(name, "/changes" + ("" if name == "open" else f"?state={name}")) for name in ("open", "calendar", "ended")]
    may_act = visit.visitor.rank >= Rank.AGENT
    return visit.page("changes.html", which=which, tabs=tabs, may_act=may_act, **values)


def _with_tickets(office: Office, found: Sequence[Change]) -> list[tuple[Change, Ticket]]:
    tickets = office.work.tickets.list_numbered([change.ticket for change in found])
    return [(change, tickets[change.ticket]) for change in found]


def _show_calendar(visit: Visit) -> Response:
    """Four weeks from a Monday on: that of ``from``, else of this week."""
    zone = ZoneInfo(visit.room.policy.timezone)
    monday = _read_monday(visit.query.get("from", ""), visit.now.astimezone(zone).date())
    begins, ends = _midnight(monday, zone), _midnight(monday + timedelta(weeks=WEEKS), zone)
    with visit.room.open_office(reads_only=True) as office:
        found = office.work.changes.list_between(begins, ends)
        rows = _with_tickets(office, [c for c in found if c.state is not ChangeState.WITHDRAWN])
    freezes = [f for f in visit.room.policy.changes.freezes if f.window.overlaps(Window(begins, ends))]
    days = _read_days(monday, rows, freezes, zone)
    return _page(
        visit,
        "calendar",
        weeks=[days[n : n + 7] for n in range(0, len(days), 7)],
        today=visit.now.astimezone(zone).date(),
        earlier=f"?state=calendar&from={max(monday - timedelta(weeks=WEEKS), FIRST)}",
        later=f"?state=calendar&from={min(monday + timedelta(weeks=WEEKS), LAST)}",
        last_day=monday + timedelta(days=7 * WEEKS - 1),
    )


def _read_monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10]) if text else today
    except ValueError:
        day = today
    day = min(max(day, FIRST), LAST)
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _read_days(
    monday: date, rows: Sequence[tuple[Change, Ticket]], freezes: Sequence[Freeze], zone: ZoneInfo
) -> list[Day]:
    """Each change stands in every day that its window touches."""
    of_day: dict[date, list[Planned]] = {monday + timedelta(days=n): [] for n in range(7 * WEEKS)}
    last = max(of_day)
    for change, ticket in rows:
        if not (change.plan.starts_at and change.plan.ends_at):
            continue
        one = Planned(change, ticket, change.plan.starts_at.astimezone(zone), change.plan.ends_at.astimezone(zone))
        day, until = max(one.begins.date(), monday), min((one.ends - TICK).date(), last)
        while day <= until:
            of_day[day].append(one)
            day += timedelta(days=1)
    return [Day(day, planned, _frozen(day, freezes, zone)) for day, planned in of_day.items()]


def _frozen(day: date, freezes: Sequence[Freeze], zone: ZoneInfo) -> list[Freeze]:
    whole = Window(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    return [freeze for freeze in freezes if freeze.window.overlaps(whole)]

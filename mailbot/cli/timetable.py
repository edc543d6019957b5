"""``mailbot timetable``: what runs when, how it went the last time, and which timers are set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import ROW_NUMBER, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference
from mailbot.desk.schedule import Every

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.desk.policy import Policy
    from mailbot.store.recurring import LastRun
    from mailbot.store.timers import Timer
    from mailbot.workflows.office import Office


@click.command("timetable")
@click.option("--ticket", metavar="TICKET", help="Only the timers of a ticket.")
@click.option("--limit", metavar="N", type=ROW_NUMBER, default=50, show_default=True, help="At most so many timers.")
@click.option("--retry", metavar="TIMER", type=ROW_NUMBER, help="Have a timer that failed tried again.")
@json_option
@click.pass_context
@telling_errors
def command(ctx: click.Context, ticket: str | None, limit: int, retry: int | None, as_json: bool) -> None:
    """Show what runs when, when it last ran and how it went, and the timers that are set, soonest first.

    A timer that failed every time it was tried stands first, in quarantine; --retry has it tried again.

    \b
    Examples:
      mailbot timetable
      mailbot timetable --ticket SD-1042
      mailbot timetable --retry 17
    """
    desk = open_desk(ctx)
    if retry is not None:
        _retry(desk, retry)
        return
    with desk.open_office(reads_only=True) as office:
        number = get_ticket(office, ticket).number if ticket else None
        work = [] if ticket else _work(office)
        timers = _timers(office, number, limit)
    if as_json:
        print_json({"work": work, "timers": [_timer_form(desk.policy, t) for t in timers]})
        return
    if not ticket:
        _print_work(work)
        click.echo()
    _print_timers(desk.policy, timers)


def _retry(desk: Desk, number: int) -> None:
    with desk.open_office() as office:
        again = office.work.timers.retry(number, office.now)
    if not again:
        raise PermanentError(f"timer {number} is not in quarantine, or its like has been set anew meanwhile")
    click.echo(f"Timer {number} will be tried again.")


def _work(office: Office) -> list[dict[str, Any]]:
    from mailbot.timetable import find_timed

    ran = office.work.recurring.list_rows()
    timed = find_timed()
    return [_work_form(office, name, timed[name].SCHEDULE, ran.get(name)) for name in sorted(timed)]


def _work_form(office: Office, name: str, schedule: Any, run: LastRun | None) -> dict[str, Any]:
    return {
        "name": name,
        "when": str(schedule),
        "next_at": _next(office, schedule, run),
        "last_at": run.started_at if run else None,
        "seconds": run.seconds if run else 0.0,
        "succeeded_at": run.succeeded_at if run else None,
        "failures": run.failures if run else 0,
        "trouble": run.trouble if run else "",
    }


def _next(office: Office, schedule: Any, run: LastRun | None) -> datetime | None:
    """Of an interval it is known only while some process does the work."""
    from zoneinfo import ZoneInfo

    if isinstance(schedule, Every):
        period = timedelta(seconds=schedule.period)
        alive = run is not None and run.started_at is not None and office.now - run.started_at < max(period * 3, _AWAY)
        return max(office.now, run.started_at + period) if alive and run and run.started_at else None
    following: datetime = schedule.following(office.now, ZoneInfo(office.policy.timezone))
    return following


_AWAY = timedelta(minutes=3)


def _timers(office: Office, ticket: int | None, limit: int) -> list[Timer]:
    from mailbot.store.timers import TimerOutcome

    lists = office.work.timers.list_rows
    failed = lists(outcomes=[TimerOutcome.QUARANTINED], ticket=ticket, limit=limit)
    return (failed + lists(ticket=ticket, limit=limit))[:limit]


def _timer_form(policy: Policy, timer: Timer) -> dict[str, Any]:
    return {
        "id": timer.id,
        "key": timer.key,
        "kind": timer.kind,
        "ticket": ticket_reference(policy.prefix, timer.ticket) if timer.ticket else None,
        "due_at": timer.due_at,
        "details": timer.details,
        "outcome": timer.outcome,
        "attempts": timer.attempts,
        "trouble": timer.trouble,
    }


def _print_work(work: list[dict[str, Any]]) -> None:
    print_table(
        ("WORK", "RUNS", "NEXT", "LAST", "SECONDS", "WENT"),
        [
            (w["name"], w["when"], w["next_at"], w["last_at"], f"{w['seconds']:.1f}" if w["last_at"] else "", _went(w))
            for w in work
        ],
        empty="Nothing is driven by time.",
        wrap=True,
    )


def _went(work: dict[str, Any]) -> str:
    if work["last_at"] is None:
        return "has not run yet"
    return f"failed ({work['failures']} in a row): {work['trouble']}" if work["failures"] else "well"


def _print_timers(policy: Policy, timers: list[Timer]) -> None:
    print_table(
        ("DUE", "TIMER", "WHAT", "TICKET", "STATE", "TRIED", "TROUBLE"),
        [
            (
                t.due_at,
                t.id,
                t.kind,
                ticket_reference(policy.prefix, t.ticket) if t.ticket else "-",
                t.outcome,
                t.attempts or "",
                t.trouble,
            )
            for t in timers
        ],
        empty="No timers are set.",
        wrap=True,
    )

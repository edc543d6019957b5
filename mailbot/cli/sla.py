"""``mailbot sla``: why a ticket is due when it is, what is due next, and how promises were kept."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import ROW_NUMBER, find_desk, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import local_time, print_fields, print_json, print_table, visible
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.journal import Fact
    from mailbot.desk.policy import Policy
    from mailbot.desk.service_level import Measured
    from mailbot.desk.ticket import Ticket
    from mailbot.desk.watch import Watch
    from mailbot.store.journal import Record

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@click.group("sla", cls=NearestGroup)
def command() -> None:
    """Service levels: clocks and their rules, what is due, promises kept.

    \b
    Examples:
      mailbot sla explain SD-1042
      mailbot sla list
      mailbot sla promises --from 2026-11-01 --to 2026-11-30
    """


@command.command()
@click.argument("ticket")
@click.option("--at", "moment", type=MOMENT, help="As it stood then. [default: now]")
@json_option
@click.pass_context
@telling_errors
def explain(ctx: click.Context, ticket: str, moment: datetime | None, as_json: bool) -> None:
    """Print every interval of a ticket's clocks, and the rule that made it.

    \b
    Examples:
      mailbot sla explain SD-1042
      mailbot sla explain SD-1042 --at "2026-11-26 10:40" --json
    """
    from mailbot.cli.sla_forms import watch_form
    from mailbot.desk.watch import read_watch
    from mailbot.workflows.clocks import agreement_of

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        now = _moment(desk.policy, moment) or office.now
        journal = office.work.journal.of_ticket(found.number)
    facts = [f for f in journal if f.at <= now]
    if not facts:
        raise click.ClickException(f"{ticket_reference(desk.policy.prefix, found.number)} was not there yet.")
    stood = _as_it_stood(found, facts, journal[len(facts) :])
    watch = read_watch(stood, agreement_of(desk.policy, found), facts, now)
    if as_json:
        print_json(watch_form(desk.policy, watch))
    else:
        _print_watch(desk.policy, watch)


def _as_it_stood(ticket: Ticket, facts: list[Record], after: list[Record]) -> Ticket:
    """The ticket with priority, impact and urgency as the facts left them; ``after`` came later."""
    from dataclasses import replace

    from mailbot.desk.vocabulary import Priority

    decided = [f.details for f in facts if f.name in ("priority_proposed", "priority_changed")]
    later = [f.details for f in after if f.name == "priority_changed"]
    if not later:
        return ticket
    priority = Priority(decided[-1]["priority"] if decided else later[0]["was"])
    graded = decided[-1] if decided else {"impact": "", "urgency": ""}
    return replace(ticket, priority=priority, impact=graded["impact"], urgency=graded["urgency"])


def _moment(policy: Policy, typed: datetime | None) -> datetime | None:
    """A time typed by a person is one of the desk's own clock."""
    return typed.replace(tzinfo=policy.calendar.zone) if typed else None


def _print_watch(policy: Policy, watch: Watch) -> None:
    ticket, calendar = watch.ticket, watch.agreement.calendar
    click.secho(f"{ticket_reference(policy.prefix, ticket.number)}  {visible(ticket.subject)}", bold=True)
    from mailbot.cli.sla_forms import wall_clock

    open_hours = f"{wall_clock(calendar.opens)} to {wall_clock(calendar.closes)} in {calendar.zone.key}"
    print_fields(
        [
            ("at", watch.now),
            ("state", watch.state),
            ("priority", _priority(watch)),
            ("customer", watch.agreement.customer.title or watch.agreement.customer.name or "none by name"),
            ("calendar", f"{calendar.name}: open {open_hours}"),
        ]
    )
    for clock in watch.clocks:
        _print_clock(watch, clock)
    _print_promises(watch)
    _print_next(watch)


def _priority(watch: Watch) -> str:
    ticket = watch.ticket
    by = f" (impact {ticket.impact} x urgency {ticket.urgency})" if ticket.impact else ""
    told = [h for h in watch.happenings if h.name in ("priority_proposed", "priority_changed")]
    why = ""
    if told and told[-1].name == "priority_changed":
        why = f", decided by {told[-1].actor} {local_time(told[-1].at)}, was {told[-1].details.get('was')}"
    elif told:
        why = ", " + "; ".join(told[-1].details.get("reasons", ()))
    return f"{ticket.priority.value}{by}{why}"


def _print_clock(watch: Watch, clock: Measured) -> None:
    from mailbot.cli.sla_forms import closed_days, hours

    click.echo()
    names = {"response": "First answer", "resolution": "Solution"}
    click.secho(names[clock.kind.value], bold=True)
    target = "none agreed"
    if clock.target is not None:
        source = watch.agreement.source_of(clock.kind, clock.priority)
        target = f"{hours(clock.target):g} working hours for {clock.priority.value}, {source}"
    print_fields([("target", target), ("used", f"{hours(clock.used):g} working hours"), ("verdict", _verdict(clock))])
    rows = []
    for interval in clock.intervals:
        off = ", ".join(f"{day:%d %b}" for day in closed_days(watch, interval))
        rule = interval.rule + (f" (days off: {off})" if off else "")
        rows.append((interval.begins, interval.ends, interval.clock.value, f"{hours(interval.worked):g}", rule))
    print_table(("FROM", "TO", "CLOCK", "HOURS", "RULE"), rows, empty="", wrap=True)


def _verdict(clock: Measured) -> str:
    due = local_time(clock.due_at)
    if clock.target is None:
        return "no target, no verdict"
    if clock.met_at is not None:
        done = local_time(clock.met_at)
        return f"missed: due {due}, done {done}" if clock.is_breached else f"kept: done {done}"
    if clock.is_breached:
        return f"missed: was due {due}, not done yet"
    left = clock.remaining or timedelta(0)
    rest = f"{left / timedelta(hours=1):g} working hours left"
    return f"due {due}, {rest}" if clock.due_at else f"the clock stands still, {rest}"


def _print_promises(watch: Watch) -> None:
    click.echo()
    print_table(
        ("PROMISE", "MADE", "FIRST PROMISED", "THEN PROMISED", "OUTCOME"),
        [(p.clock.value, p.made_at, p.by, p.renewed_by, p.outcome.value) for p in watch.promises],
        empty="Nothing was promised.",
    )


def _print_next(watch: Watch) -> None:
    click.echo()
    print_table(
        ("NEXT", "UNLESS SOMETHING HAPPENS BEFORE"),
        [(m.at, _milestone(m.fact)) for m in watch.milestones()],
        empty="Time alone brings nothing more.",
        wrap=True,
    )


def _milestone(fact: Fact) -> str:
    said = fact.details()
    told = f": {said['address']} at {said['percent']} % of the {said['clock']} target" if "address" in said else ""
    return fact.name.replace("_", " ") + told


@command.command("list")
@click.option("--group", help="Only those of a support group.")
@click.option("--limit", metavar="N", type=ROW_NUMBER, default=50, show_default=True, help="At most so many.")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, group: str | None, limit: int, as_json: bool) -> None:
    """List what is due next, the most urgent first. ! marks what is overdue.

    \b
    Example:
      mailbot sla list --group network
    """
    from mailbot.cli.ticket_forms import ticket_form

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.tickets.list_tickets(group=group, order="due", limit=limit)
        now = office.now
    due = [t for t in found if t.due_at is not None]
    if as_json:
        print_json([ticket_form(desk.policy, t) | {"overdue": _is_over(t, now)} for t in due])
        return
    print_table(
        ("DUE", "", "TICKET", "PRIORITY", "PROMISED", "ASSIGNEE", "SUBJECT"),
        [
            (
                t.due_at,
                "!" if _is_over(t, now) else "",
                ticket_reference(desk.policy.prefix, t.number),
                t.priority.value,
                t.promised_by,
                t.assignee or f"({t.group})",
                t.subject,
            )
            for t in due
        ],
        empty="Nothing is due.",
    )


def _is_over(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at <= now


@command.command()
@click.option("--from", "first", type=MOMENT, required=True, help="The first day.")
@click.option("--to", "last", type=MOMENT, required=True, help="The last day; it counts too.")
@json_option
@click.pass_context
@telling_errors
def promises(ctx: click.Context, first: datetime, last: datetime, as_json: bool) -> None:
    """Count the promises that ended in a time: kept, renewed before they passed and then kept, missed.

    \b
    Example:
      mailbot sla promises --from 2026-11-01 --to 2026-11-30 --json
    """
    zone = find_desk(ctx).policy.calendar.zone
    begins, ends = first.replace(tzinfo=zone), last.replace(tzinfo=zone)
    if last.time() == datetime.min.time():
        ends = (last + timedelta(days=1)).replace(tzinfo=zone)
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        rows = _settled(office.work.journal.list_promises(begins, ends), begins, ends)
        customers = {row["ticket"]: office.work.tickets.get(row["ticket"]).customer for row in rows}
    counted = _count(rows, customers)
    if as_json:
        told = [row | {"ticket": ticket_reference(desk.policy.prefix, row["ticket"])} for row in rows]
        print_json({"from": begins, "to": ends, "counts": counted, "promises": told})
        return
    print_table(
        ("CUSTOMER", "PROMISE", "KEPT", "RENEWED", "MISSED"),
        [(c["customer"] or "-", c["clock"], c["kept"], c["renewed"], c["missed"]) for c in counted],
        empty="No promise ended in that time.",
    )


def _settled(facts: list[Record], begins: datetime, ends: datetime) -> list[dict[str, Any]]:
    from mailbot.cli.sla_forms import promise_form
    from mailbot.desk.promises import read_promises

    by_ticket: dict[int, list[Record]] = {}
    for fact in facts:
        by_ticket.setdefault(fact.ticket, []).append(fact)
    return [
        {"ticket": ticket, **promise_form(promise)}
        for ticket, told in by_ticket.items()
        for promise in read_promises(told)
        if promise.settled_at is not None and begins <= promise.settled_at < ends
    ]


def _count(rows: list[dict[str, Any]], customers: dict[int, str]) -> list[dict[str, Any]]:
    counted = Counter((customers[row["ticket"]], row["clock"].value, row["outcome"].value) for row in rows)
    kinds = sorted({(customer, clock) for customer, clock, _ in counted})
    outcomes = ("kept", "renewed", "missed")
    return [
        {"customer": customer, "clock": clock, **{o: counted[customer, clock, o] for o in outcomes}}
        for customer, clock in kinds
    ]

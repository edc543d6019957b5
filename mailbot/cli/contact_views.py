"""``mailbot contact import``, ``list``, ``show`` and ``figures``: calls in, and what they come to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mailbot.cli.opening import ROW_NUMBER, Failure, find_desk, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_fields, print_json, print_table
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.desk.contacts import AnswerTimes, Contact, TelephoneSystem
    from mailbot.desk.policy import Policy
    from mailbot.parsers.table_rows import BadRow
    from mailbot.workflows.contacts import Imported

MOST_BAD_SHOWN = 20


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--system", "name", required=True, help="Which of [[telephone_systems]] wrote the list.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows of a list that has bad ones.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported; change nothing.")
@json_option
@click.pass_context
@telling_errors
def import_file(ctx: click.Context, file: BinaryIO, name: str, skip_bad: bool, dry_run: bool, as_json: bool) -> None:
    """Import a list of calls (CSV). Calls that are known already are passed over, so a list may be imported again.

    A list with a bad row is not imported at all, unless --skip-bad says so; every bad row is told.

    \b
    Example:
      mailbot contact import calls.csv --system switchboard --dry-run
    """
    from mailbot.parsers.call_records import read_call_records

    policy = find_desk(ctx).policy
    records = read_call_records(file.read(), _system(policy, name))
    if records.bad and not skip_bad:
        raise Failure(_tell_bad(records.bad))
    for row in records.bad:
        click.echo(f"passed over: {row}", err=True)
    done = {"rows": len(records.contacts), "bad": len(records.bad)}
    if not dry_run:
        kept = _import(open_desk(ctx), records.contacts, name)
        done |= {"new": kept.new, "known": kept.known}
    print_json(done) if as_json else click.echo(", ".join(f"{count} {what}" for what, count in done.items()))


def _import(desk: Desk, calls: tuple[Contact, ...], name: str) -> Imported:
    from mailbot.workflows.contacts import import_contacts

    with click.progressbar(length=len(calls), label="Importing", file=sys.stderr) as bar:
        return import_contacts(desk.open_office, calls, f"import:{name}", lambda at: bar.update(at - bar.pos))


def _system(policy: Policy, name: str) -> TelephoneSystem:
    found = next((s for s in policy.telephone_systems if s.name == name), None)
    if found is None:
        known = ", ".join(s.name for s in policy.telephone_systems)
        hint = f"there are {known}" if known else "there are none yet: add [[telephone_systems]] to the settings file"
        raise PermanentError(f"no telephone system is called {name!r}; {hint}")
    return found


def _tell_bad(bad: tuple[BadRow, ...]) -> str:
    rows = [f"  {row}" for row in bad[:MOST_BAD_SHOWN]]
    more = [f"  and {len(bad) - MOST_BAD_SHOWN} more"] if len(bad) > MOST_BAD_SHOWN else []
    return "\n".join([f"nothing is imported: {len(bad)} bad rows (--skip-bad imports the good ones)", *rows, *more])


def _period(run: Callable[..., Any]) -> Callable[..., Any]:
    """The options --from and --to, which every list of contacts has."""
    run = click.option("--to", "until", metavar="DAY", help="Up to, but not including, this day. [default: tomorrow]")(
        run
    )
    return click.option("--from", "since", metavar="DAY", help="From this day. [default: 30 days ago]")(run)


def _read_period(desk: Desk, since: str | None, until: str | None) -> tuple[datetime, datetime]:
    now = desk.clock()
    bounds = []
    for text, otherwise in ((since, now - timedelta(days=30)), (until, now + timedelta(days=1))):
        found = read_moment(text, desk.policy.timezone) if text else otherwise
        if found is None:
            raise PermanentError(f"{text!r} is not a day: write one like 2026-11-23")
        bounds.append(found)
    return bounds[0], bounds[1]


def read_moment(text: str, zone: str) -> datetime | None:
    """A moment or a day (its first second) of ``zone``, ISO 8601; None for anything else."""
    from datetime import UTC
    from zoneinfo import ZoneInfo

    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


@click.command("list")
@_period
@click.option("--customer", help="Only of this customer.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@json_option
@click.pass_context
@telling_errors
def list_command(
    ctx: click.Context, since: str | None, until: str | None, customer: str | None, limit: int, as_json: bool
) -> None:
    """List contacts, oldest first.

    \b
    Example:
      mailbot contact list --from 2026-11-01 --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.contacts.list_offered(*_read_period(desk, since, until), customer=customer, limit=limit)
    if as_json:
        print_json([contact_form(desk.policy, c) for c in found])
        return
    print_table(
        ("NO", "RANG", "CALLER", "NAME", "OUTCOME", "WAITED", "AGENT", "SKILL", "TICKET"),
        [
            (c.id, c.offered_at, c.caller, c.caller_name, c.outcome.value, _seconds(c.waited), c.agent, c.skill,
             ticket_reference(desk.policy.prefix, c.ticket) if c.ticket else "")
            for c in found
        ],
        empty="No contacts in this time.",
    )  # fmt: skip


@click.command("show")
@click.argument("number", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show one contact.

    \b
    Example:
      mailbot contact show 17
    """
    from mailbot.workflows.contacts import get_contact

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        form = contact_form(desk.policy, get_contact(office, number))
    print_json(form) if as_json else print_fields((name.replace("_", " "), value) for name, value in form.items())


@click.command("figures")
@_period
@click.option("--by", type=click.Choice(["agent", "skill", "customer", "day", "hour"]), help="One line for each.")
@json_option
@click.pass_context
@telling_errors
def figures(ctx: click.Context, since: str | None, until: str | None, by: str | None, as_json: bool) -> None:
    """How many calls there were, and how soon they were answered.

    \b
    Example:
      mailbot contact figures --from 2026-11-01 --to 2026-12-01 --by agent
    """
    from mailbot.desk.contacts import measure_answers

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.contacts.list_offered(*_read_period(desk, since, until))
    groups = _group(found, by, desk.policy.timezone)
    measured = [(name, measure_answers(calls, desk.policy.answer_target)) for name, calls in groups]
    if as_json:
        print_json([_figures_form(name, times) for name, times in measured])
        return
    within = round(desk.policy.answer_target.within.total_seconds())
    head = ("", "CALLS", "ANSWERED", "ABANDONED", "HASTY", f"WITHIN {within} S", "MEAN", "MEDIAN", "90 %", "LONGEST")
    print_table(head, [_figures_row(name, times) for name, times in measured], empty="No contacts in this time.")


def _group(calls: Iterable[Contact], by: str | None, zone: str) -> list[tuple[str, list[Contact]]]:
    from zoneinfo import ZoneInfo

    groups: dict[str, list[Contact]] = {}
    for call in calls:
        here = call.offered_at.astimezone(ZoneInfo(zone))
        name = {"day": f"{here:%Y-%m-%d}", "hour": f"{here:%H}–{here.hour + 1:02}", None: "all"}.get(by)
        groups.setdefault(getattr(call, str(by)) or "-" if name is None else name, []).append(call)
    return sorted(groups.items())


def _figures_row(name: str, times: AnswerTimes) -> tuple[Any, ...]:
    share = "-" if times.percent_in_time is None else f"{times.percent_in_time:.1f} %"
    lengths = (times.mean, times.median, times.ninth_decile, times.longest)
    counts = (times.offered, times.answered, times.abandoned, times.hasty)
    return (name, *counts, share, *(_seconds(length) for length in lengths))


def _figures_form(name: str, times: AnswerTimes) -> dict[str, Any]:
    return {
        "name": name,
        "offered": times.offered,
        "answered": times.answered,
        "abandoned": times.abandoned,
        "hasty": times.hasty,
        "in_time": times.in_time,
        "percent_in_time": times.percent_in_time,
        "mean_seconds": _number(times.mean),
        "median_seconds": _number(times.median),
        "ninth_decile_seconds": _number(times.ninth_decile),
        "longest_seconds": _number(times.longest),
    }


def contact_form(policy: Policy, contact: Contact) -> dict[str, Any]:
    """A contact for machines; times in seconds."""
    return {
        "id": contact.id,
        "system": contact.system,
        "key": contact.key,
        "caller": contact.caller,
        "caller_name": contact.caller_name,
        "offered_at": contact.offered_at,
        "answered_at": contact.answered_at,
        "ended_at": contact.ended_at,
        "outcome": contact.outcome.value,
        "waited_seconds": _number(contact.waited),
        "talked_seconds": _number(contact.talked),
        "agent": contact.agent,
        "skill": contact.skill,
        "customer": contact.customer,
        "ticket": ticket_reference(policy.prefix, contact.ticket) if contact.ticket else None,
        "note": contact.note,
    }


def _number(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _seconds(length: timedelta | None) -> str:
    return "-" if length is None else f"{length.total_seconds():.0f} s"

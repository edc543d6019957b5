"""What is known of changes: ``mailbot change list | show | calendar``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.change_forms import change_form, conflict_line
from mailbot.cli.opening import get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_fields, print_json, print_table, print_words
from mailbot.desk.changes import ENDED, ChangeState
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.change import Change
    from mailbot.workflows.office import Office


@click.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that have ended.")
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    type=click.Choice([s.value for s in ChangeState]),
    help="Only these.",
)
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, every: bool, states: tuple[str, ...], as_json: bool) -> None:
    """List the changes that have not ended, newest first.

    \b
    Example:
      mailbot change list --state asked
    """
    desk = open_desk(ctx)
    chosen = [ChangeState(s) for s in states] or [s for s in ChangeState if every or s not in ENDED]
    with desk.open_office(reads_only=True) as office:
        _print_rows(_rows(office, office.work.changes.list_newest(states=chosen)), as_json, "No changes.")


@click.command("calendar")
@click.option("--days", type=click.IntRange(1, 3650), default=28, show_default=True, help="How far ahead.")
@json_option
@click.pass_context
@telling_errors
def calendar(ctx: click.Context, days: int, as_json: bool) -> None:
    """What is changed when, and when nothing is to be changed.

    \b
    Example:
      mailbot change calendar --days 14
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        until = office.now + timedelta(days=days)
        found = office.work.changes.list_between(office.now, until)
        rows = _rows(office, [c for c in found if c.state is not ChangeState.WITHDRAWN])
        rows += [
            {
                "change": "freeze",
                "type": "",
                "state": "",
                "starts_at": f.window.starts_at,
                "ends_at": f.window.ends_at,
                "touches": (*f.touched.services, *f.touched.customers),
                "subject": f"{f.name}: {f.why}" if f.why else f.name,
            }
            for f in desk.policy.changes.freezes
            if f.window.starts_at < until and (f.window.ends_at is None or f.window.ends_at > office.now)
        ]
    rows.sort(key=lambda row: row["starts_at"])
    _print_rows(rows, as_json, "Nothing is changed in these days.")


@click.command("show")
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Show a change: its plan, who has approved it, and what stands in its way.

    \b
    Example:
      mailbot change show SD-1060
    """
    from mailbot.workflows import changes
    from mailbot.workflows.change_conflicts import conflicts_of

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        change = changes.get_change(office, found)
        form = change_form(office, found, change)
        lines = [conflict_line(desk.policy, c) for c in conflicts_of(office, found.number, change.plan)]
    if as_json:
        print_json(form)
        return
    apart = ("plan", "risk", "back_out", "approvals", "conflicts", "approvers", "needed")
    print_fields((key.replace("_", " "), _flat(value)) for key, value in form.items() if key not in apart)
    for title, words in (("Plan", "plan"), ("Risk", "risk"), ("Back-out", "back_out")):
        if form[words]:
            click.echo(f"\n{title}")
            print_words(str(form[words]))
    click.echo("\nConflicts" if lines else "\nNo conflicts.")
    for line in lines:
        print_words(line)
    click.echo()
    rows = [
        (a["address"], a["revision"], a["answer"] or "no answer", a["answered_at"], a["way"], a["evidence"])
        for a in form["approvals"]
    ]
    print_table(("APPROVER", "PLAN", "ANSWER", "AT", "WAY", "EVIDENCE"), rows, empty="Nobody has been asked.")


def _rows(office: Office, found: Sequence[Change]) -> list[dict[str, Any]]:
    there = office.work.tickets.list_numbered([c.ticket for c in found])
    return [_row(office, change, there[change.ticket].subject) for change in found]


def _row(office: Office, change: Change, subject: str) -> dict[str, Any]:
    return {
        "change": ticket_reference(office.policy.prefix, change.ticket),
        "type": change.plan.type.value,
        "state": change.state.value,
        "starts_at": change.plan.starts_at,
        "ends_at": change.plan.ends_at,
        "touches": (*change.plan.services, *change.plan.customers),
        "subject": subject,
    }


def _print_rows(rows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    if as_json:
        print_json(rows)
        return
    head = ("CHANGE", "TYPE", "STATE", "BEGINS", "ENDS", "TOUCHES", "SUBJECT")
    print_table(head, [tuple(_flat(v) for v in row.values()) for row in rows], empty=empty)


def _flat(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    return "yes" if value is True else "no" if value is False else value


COMMANDS: tuple[click.Command, ...] = (list_command, show, calendar)

"""``mailbot ticket why`` and ``watch-list``: how a ticket came to whoever has it, and what the desk must look after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import local_time, print_fields, print_json, print_table, visible
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.store.journal import Record

WAY = (
    *("ticket_registered", "ticket_routed", "ticket_assigned", "ticket_paused", "ticket_resumed"),
    *("escalated_to_group", "escalation_accepted", "escalation_returned", "escalation_expired"),
)


@click.command()
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def why(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Tell why a ticket is where it is: service, group and agent with their scores, and every handover since.

    \b
    Example:
      mailbot ticket why SD-1042
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        way = [r for r in office.work.journal.of_ticket(found.number) if r.name in WAY]
    routed = next((r for r in way if r.name == "ticket_routed"), None)
    if as_json:
        steps = [{"at": r.at, "fact": r.name, "by": r.actor, **r.details} for r in way]
        print_json({"reference": ticket_reference(desk.policy.prefix, found.number), "steps": steps})
        return
    click.secho(f"{ticket_reference(desk.policy.prefix, found.number)}  {visible(found.subject)}", bold=True)
    owner = found.owner or desk.policy.first_group
    print_fields(
        [
            ("service", found.service or "none"),
            ("owner", owner),
            ("group", found.group),
            ("assignee", found.assignee or "nobody yet"),
            ("not accepted", f"since {local_time(found.offered_at)}" if found.offered_at else ""),
        ]
    )
    if routed:
        click.echo()
        for reason in routed.details["reasons"]:
            click.echo(f"  {visible(reason)}")
    click.echo()
    print_table(
        ("WHEN", "WHAT", "BY", "DETAILS"),
        [(r.at, r.name, r.actor, _details(r)) for r in way],
        empty="Nothing has happened.",
        wrap=True,
    )


def _details(record: Record) -> str:
    shown = {k: v for k, v in record.details.items() if v and k not in ("reasons", "words")}
    return ", ".join(f"{k}={v}" for k, v in shown.items())


@click.command("watch-list")
@click.option("--language", default="en", metavar="TAG", help="The language of the next steps. [default: en]")
@json_option
@click.pass_context
@telling_errors
def watch_list(ctx: click.Context, language: str, as_json: bool) -> None:
    """List what the desk must look after, oldest first: what is ageing, unread, or handed over and not accepted.

    \b
    Example:
      mailbot ticket watch-list
    """
    from mailbot.workflows import watch_list

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = watch_list.watched(office)
        rows = watch_list.rows_of(office, found, language)
    if as_json:
        forms: list[dict[str, Any]] = [
            {
                "reference": row.reference,
                "subject": row.subject,
                "working_hours": round(one.age.total_seconds() / 3600, 2),
                "worker": row.worker,
                "next_step": row.next_step,
                "mark": row.mark,
                "priority": row.priority,
            }
            for one, row in zip(found, rows, strict=True)
        ]
        print_json(forms)
        return
    print_table(
        ("TICKET", "", "AGE", "PRIORITY", "WORKER", "NEXT STEP", "SUBJECT"),
        [
            (r.reference, "●" if r.mark else "", r.age, r.priority, r.worker or "-", r.next_step, r.subject)
            for r in rows
        ],
        empty="Nothing is ageing, unread or not accepted.",
    )


COMMANDS = (why, watch_list)

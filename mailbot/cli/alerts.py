"""``mailbot alerts``: what monitoring has told of, and whether it lasts."""

from __future__ import annotations

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.reference import ticket_reference


@click.group("alerts", cls=NearestGroup)
def command() -> None:
    """The alerts of monitoring systems, by key. Alerts of one cause are folded into one incident.

    \b
    Examples:
      mailbot alerts list
      mailbot alerts list --source nagios --json
    """


@command.command("list")
@click.option("--source", default="", help="Only of this source: its name in [[monitoring.sources]], or an address.")
@click.option(
    "--state", type=click.Choice(["lasting", "over"]), default="lasting", show_default=True, help="Which to list."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, source: str, state: str, limit: int, as_json: bool) -> None:
    """List alerts, the one last heard first. FOLDED counts the alerts of its incident, REPEATS what said nothing new.

    \b
    Example:
      mailbot alerts list --state over --limit 20
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.alerts.list_page(active=state == "lasting", source=source, limit=limit)
        folded = office.work.alerts.count_of([a.ticket for a in found])
    rows = [
        {
            "source": a.source,
            "key": a.key,
            "severity": a.severity,
            "since": a.began_at,
            "heard": a.last_at,
            "incident": ticket_reference(desk.policy.prefix, a.ticket),
            "folded": folded[a.ticket],
            "repeats": a.repeats,
            "acknowledged": a.acknowledged,
            "flapping": a.flaps(desk.policy.monitoring, desk.clock()),
        }
        for a in found
    ]
    if as_json:
        print_json([{"state": state, **row} for row in rows])
        return
    marks = [_mark(acknowledged=bool(row.pop("acknowledged")), flapping=bool(row.pop("flapping"))) for row in rows]
    head = ("SOURCE", "KEY", "SEVERITY", "SINCE", "HEARD", "INCIDENT", "FOLDED", "REPEATS", "")
    empty = "No alert lasts." if state == "lasting" else "No alert is over."
    print_table(head, [(*row.values(), mark) for row, mark in zip(rows, marks, strict=True)], empty=empty)


def _mark(*, acknowledged: bool, flapping: bool) -> str:
    return ", ".join(word for word, said in (("acknowledged", acknowledged), ("flapping", flapping)) if said)

"""``mailbot agent``: what agents know, have to do and when they are away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import ROW_NUMBER, as_option, find_actor, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.errors import PermanentError

if TYPE_CHECKING:
    from mailbot.desk.routing import Colleague
    from mailbot.desk.staff import Absence

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("agent", cls=NearestGroup)
def command() -> None:
    """Agents stand in settings ([[agents]], with skills, hours and capacity); their absences are kept here.

    \b
    Examples:
      mailbot agent list
      mailbot agent absence lisa --from 2026-12-21 --to 2027-01-06
      mailbot agent absences
      mailbot agent absence-end 4
    """


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List agents with their groups, skills, open tickets, and whether they are at work.

    \b
    Example:
      mailbot agent list
    """
    from mailbot.workflows import routing

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        people, now = routing.colleagues(office), office.now
    if as_json:
        print_json([_form(c, now) for c in people])
        return
    print_table(
        ("AGENT", "GROUPS", "SKILLS", "OPEN", "OF", "NOW"),
        [
            (
                c.agent.mailbox.address,
                ", ".join(c.agent.groups),
                ", ".join(f"{name} {level}" for name, level in c.agent.skills) or "-",
                c.load,
                c.agent.capacity or "-",
                _now(c, now),
            )
            for c in people
        ],
        empty="No agents yet: add [[agents]] to the settings file.",
    )


def _now(colleague: Colleague, now: datetime) -> str:
    from mailbot.desk.staff import find_absence

    agent = colleague.agent
    away = find_absence(colleague.absences, agent.mailbox.address, agent.day_of(now))
    if away:
        return f"away until {away.last}{f': {away.note}' if away.note else ''}"
    return "at work" if agent.works_from(now) == now else "not at work"


def _form(colleague: Colleague, now: datetime) -> dict[str, Any]:
    agent = colleague.agent
    return {
        "address": agent.mailbox.address,
        "name": agent.mailbox.name,
        "groups": agent.groups,
        "skills": dict(agent.skills),
        "open_tickets": colleague.load,
        "capacity": agent.capacity,
        "works_from": agent.works_from(now),
        "now": _now(colleague, now),
        "absences": [_absence_form(a) for a in colleague.absences],
    }


@command.command()
@click.argument("who", metavar="AGENT")
@click.option("--from", "first", type=DAY, required=True, help="The first day away.")
@click.option("--to", "last", type=DAY, help="The last day away. [default: the first]")
@click.option("--note", default="", help="Why, for colleagues.")
@as_option
@json_option
@click.pass_context
@telling_errors
def absence(
    ctx: click.Context, who: str, first: datetime, last: datetime | None, note: str, agent: str | None, as_json: bool
) -> None:
    """Keep that AGENT is away, both days included. Nobody who is away is chosen for a ticket.

    \b
    Example:
      mailbot agent absence lisa --from 2026-12-21 --to 2027-01-06
    """
    from mailbot.desk.staff import Absence

    desk = open_desk(ctx)
    address = desk.policy.get_agent(who).mailbox.address
    away = Absence(address, first.date(), (last or first).date(), note.strip())
    if away.last < away.first:
        raise PermanentError(f"--to {away.last} is before --from {away.first}")
    with desk.open_office() as office:
        number = office.work.roster.set_absence(away, find_actor(desk.policy, agent).address, office.now)
        kept = replace(away, id=number)
    if as_json:
        print_json(_absence_form(kept))
    else:
        click.echo(f"{address} is away from {away.first} to {away.last} (absence {number}).")


@command.command()
@click.option("--all", "everything", is_flag=True, help="Past ones too.")
@json_option
@click.pass_context
@telling_errors
def absences(ctx: click.Context, everything: bool, as_json: bool) -> None:
    """List who is away when, the earliest first.

    \b
    Example:
      mailbot agent absences
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        today = desk.policy.calendar.local_day(office.now)
        found = office.work.roster.absences_from(today - timedelta(days=36500) if everything else today)
    if as_json:
        print_json([_absence_form(a) for a in found])
        return
    print_table(
        ("NO", "AGENT", "FROM", "TO", "NOTE"),
        [(a.id, a.agent, str(a.first), str(a.last), a.note) for a in found],
        empty="Nobody is away.",
    )


def _absence_form(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.id,
        "agent": absence.agent,
        "from": str(absence.first),
        "to": str(absence.last),
        "note": absence.note,
    }


@command.command("absence-end")
@click.argument("number", type=ROW_NUMBER)
@click.pass_context
@telling_errors
def absence_end(ctx: click.Context, number: int) -> None:
    """Take an absence back, by its number in `mailbot agent absences`.

    \b
    Example:
      mailbot agent absence-end 4
    """
    with open_desk(ctx).open_office() as office:
        if not office.work.roster.end_absence(number):
            raise PermanentError(f"there is no absence {number}")
    click.echo(f"Absence {number} is taken back.")

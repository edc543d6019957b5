"""``mailbot people``: who works at the desk, and what people have chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import find_desk, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_fields, print_json, print_table
from mailbot.desk.errors import PermanentError

if TYPE_CHECKING:
    from mailbot.desk.policy import Policy


@click.group("people", cls=NearestGroup)
def command() -> None:
    """Agents and support groups stand in settings ([[agents]], [[groups]]); everybody else is known by their mail.

    \b
    Examples:
      mailbot people list
      mailbot people show anna@kommun.example
      mailbot people language anna@kommun.example en
    """


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List agents and their groups.

    \b
    Example:
      mailbot people list --json
    """
    policy = find_desk(ctx).policy
    if as_json:
        print_json(_form(policy))
        return
    print_table(
        ("AGENT", "ADDRESS", "ROLE", "LANGUAGE", "GROUPS"),
        [
            (
                a.mailbox.name or "-",
                a.mailbox.address,
                "admin" if a.admin else "agent",
                a.language or policy.default_language,
                ", ".join(a.groups),
            )
            for a in policy.agents
        ],
        empty="No agents yet: add [[agents]] to the settings file.",
    )
    click.echo()
    members = {g.name: ", ".join(a.mailbox.address for a in policy.members(g.name)) for g in policy.groups}
    print_table(
        ("GROUP", "ADDRESS", "MEMBERS"),
        [(g.name, g.address or "(to each member)", members[g.name] or "nobody") for g in policy.groups],
        empty="No groups.",
    )


def _form(policy: Policy) -> dict[str, Any]:
    agents = [
        {
            "address": a.mailbox.address,
            "name": a.mailbox.name,
            "groups": a.groups,
            "language": a.language,
            "admin": a.admin,
        }
        for a in policy.agents
    ]
    return {"agents": agents, "groups": [{"name": g.name, "address": g.address} for g in policy.groups]}


@command.command()
@click.argument("address")
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, address: str, as_json: bool) -> None:
    """Show what is known of a person.

    \b
    Example:
      mailbot people show anna@kommun.example
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        person = office.work.directory.find_by_address(address)
        tickets = office.work.tickets.list_tickets(requester=address, limit=1000)
    if person is None:
        raise PermanentError(f"nobody with the address {address} has written to the desk")
    if as_json:
        print_json(
            {
                "id": person.id,
                "address": person.mailbox.address,
                "name": person.mailbox.name,
                "language": person.language,
                "tickets": [t.number for t in tickets],
            }
        )
        return
    print_fields(
        [
            ("name", person.mailbox.name),
            ("address", person.mailbox.address),
            ("language", person.language or "as they write"),
            ("tickets", len(tickets)),
        ]
    )


@command.command()
@click.argument("address")
@click.argument("language")
@click.pass_context
@telling_errors
def language(ctx: click.Context, address: str, language: str) -> None:
    """Choose the language of the notices to a person.

    \b
    Example:
      mailbot people language anna@kommun.example en
    """
    desk = open_desk(ctx)
    if language not in desk.policy.languages:
        raise PermanentError(f"the desk does not speak {language!r}; it speaks {', '.join(desk.policy.languages)}")
    with desk.open_office() as office:
        person = office.work.directory.find_by_address(address)
        if person is None:
            raise PermanentError(f"nobody with the address {address} has written to the desk")
        office.work.directory.choose_language(person.id, language)
    click.echo(f"{address} reads {language} from now on.")

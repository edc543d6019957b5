"""``mailbot ticket escalate``, ``return``, ``wait``, ``resume``: a ticket goes to specialists and back, or waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from mailbot.cli.opening import as_option, find_actor, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import local_time, print_json
from mailbot.cli.ticket_forms import ticket_form
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.correspondence import Mailbox
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Ticket
    from mailbot.workflows.office import Office

Act = Callable[["Office", "Ticket", "Mailbox"], str]
"""Does it, and says what was done."""

why_option = click.option("--why", required=True, metavar="WORDS", help="What the others must know.")


@click.command()
@click.argument("ticket")
@click.argument("group")
@why_option
@as_option
@json_option
@click.pass_context
@telling_errors
def escalate(ctx: click.Context, ticket: str, group: str, why: str, agent: str | None, as_json: bool) -> None:
    """Ask a specialist group to take a ticket over. Not accepted in time, it comes back to the desk.

    \b
    Example:
      mailbot ticket escalate SD-1042 network --why "The switch drops packets."
    """
    from mailbot.workflows import handover, routing

    def ask(office: Office, found: Ticket, actor: Mailbox) -> str:
        by = handover.escalate(office, found, actor, group, why)
        mind = f"; mind: everybody in {found.group} is away" if routing.nobody_is_there(office, found.group) else ""
        return f"offered to {found.group}{f' until {local_time(by)}' if by else ''}{mind}"

    _act(ctx, ticket, as_json, agent, ask)


@click.command("return")
@click.argument("ticket")
@why_option
@as_option
@json_option
@click.pass_context
@telling_errors
def give_back(ctx: click.Context, ticket: str, why: str, agent: str | None, as_json: bool) -> None:
    """Give a ticket back to the desk that owns it.

    \b
    Example:
      mailbot ticket return SD-1042 --why "The switch is sound."
    """
    from mailbot.workflows import handover

    def give(office: Office, found: Ticket, actor: Mailbox) -> str:
        handover.give_back(office, found, actor, why)
        return f"given back to {found.group}"

    _act(ctx, ticket, as_json, agent, give)


@click.command()
@click.argument("ticket")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it is taken up again.")
@click.option("--why", default="", metavar="WORDS", help="What it waits for.")
@as_option
@json_option
@click.pass_context
@telling_errors
def wait(ctx: click.Context, ticket: str, until: datetime | None, why: str, agent: str | None, as_json: bool) -> None:
    """Let a ticket wait, until a day or until somebody answers. Its clocks stand still.

    \b
    Example:
      mailbot ticket wait SD-1042 --until 2026-12-01 --why "The part."
    """
    from mailbot.workflows import waiting

    def pause(office: Office, found: Ticket, actor: Mailbox) -> str:
        waiting.pause(office, found, actor, why, until.date() if until else None)
        return f"waits until {until:%Y-%m-%d}" if until else "waits"

    _act(ctx, ticket, as_json, agent, pause)


@click.command()
@click.argument("ticket")
@click.option("--why", default="", metavar="WORDS", help="A note beside it.")
@as_option
@json_option
@click.pass_context
@telling_errors
def resume(ctx: click.Context, ticket: str, why: str, agent: str | None, as_json: bool) -> None:
    """Go on with a ticket that waits.

    \b
    Example:
      mailbot ticket resume SD-1042
    """
    from mailbot.workflows import waiting

    def go_on(office: Office, found: Ticket, actor: Mailbox) -> str:
        waiting.resume(office, found, actor, why)
        return "taken up again"

    _act(ctx, ticket, as_json, agent, go_on)


def _act(ctx: click.Context, reference: str, as_json: bool, agent: str | None, act: Act) -> None:
    """One act on one ticket in one transaction."""
    desk = open_desk(ctx)
    with desk.open_office() as office:
        ticket = get_ticket(office, reference, lock=True)
        done = act(office, ticket, find_actor(desk.policy, agent))
    if as_json:
        print_json(ticket_form(desk.policy, ticket))
    else:
        _say(desk.policy, ticket, done)


def _say(policy: Policy, ticket: Ticket, done: str) -> None:
    click.echo(f"{ticket_reference(policy.prefix, ticket.number)} {done}; it is {ticket.state.value}.")


COMMANDS = (escalate, give_back, wait, resume)

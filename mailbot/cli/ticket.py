"""``mailbot ticket``: an agent's first tools. Looking stands in ``ticket_views``, acting in ``ticket_acts``."""

from __future__ import annotations

import click

from mailbot.cli import ticket_acts, ticket_handover, ticket_links, ticket_verification, ticket_views, ticket_watch
from mailbot.cli.nearest import NearestGroup


@click.group("ticket", cls=NearestGroup)
def command() -> None:
    """Work with tickets.

    \b
    Examples:
      mailbot ticket list --mine
      mailbot ticket show SD-1042
      mailbot ticket resolve SD-1042 "The driver is replaced; try a page."
      mailbot ticket escalate SD-1042 network --why "The switch drops packets."
      mailbot ticket verify SD-1042 --by phone --note "Anna says it prints."
    """


for room in (ticket_views, ticket_watch, ticket_acts, ticket_handover, ticket_links, ticket_verification):
    for one in room.COMMANDS:
        command.add_command(one)

"""``mailbot admin``: who may come into the console. Here nothing is asked: whoever runs commands owns the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import Failure, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.access import AccessRole

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.desk.access import Member
    from mailbot.store.access import Session


@click.group("admin", cls=NearestGroup)
def command() -> None:
    """Who may come into the console, and as what: reader, agent or admin.

    Agents of the settings file come in by themselves; others are invited, by an admin in the console or here.

    \b
    Examples:
      mailbot admin invite kim@municipality.example
      mailbot admin invite eva@supplier.example --role reader --name "Eva Ek"
      mailbot admin list
      mailbot admin remove eva@supplier.example
    """


@command.command()
@click.argument("address")
@click.option(
    "--role",
    type=click.Choice([r.value for r in AccessRole]),
    default="admin",
    show_default=True,
    help="What they may do.",
)
@click.option("--name", default="", help="What to call them.")
@click.pass_context
@telling_errors
def invite(ctx: click.Context, address: str, role: str, name: str) -> None:
    """Give somebody a role and mail them the way in: a link that works once, for a day.

    Where mail goes to a folder, the link is printed too.

    \b
    Example:
      mailbot admin invite kim@municipality.example
    """
    from mailbot.desk.correspondence import Mailbox
    from mailbot.workflows.members import COMMAND_LINE, read_address
    from mailbot.workflows.sign_in import invite as send_invitation

    desk = open_desk(ctx)
    home = _home(desk)
    with desk.open_office() as office:
        who = Mailbox(read_address(office, address), name.strip())
        link = send_invitation(office, who, role, COMMAND_LINE, home)
    click.echo(f"{who.address} is {role} and has been sent a link; it works once, for 24 hours.")
    if desk.settings.delivery.mode == "folder":
        click.echo(link)


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List who may come in, by what, and in how many browsers they are signed in.

    \b
    Example:
      mailbot admin list --json
    """
    from mailbot.workflows.members import list_members

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        members = list_members(office)
        sessions = office.work.access.list_sessions(office.now, _idle(desk))
    forms = [_form(member, sessions) for member in members]
    if as_json:
        print_json(forms)
        return
    print_table(
        ("ADDRESS", "NAME", "ROLE", "BY", "SESSIONS"),
        [(f["address"], f["name"] or "-", f["role"] or "removed", f["by"], f["sessions"]) for f in forms],
        empty="Nobody may come in yet: mailbot admin invite ADDRESS",
    )


def _form(member: Member, sessions: list[Session]) -> dict[str, Any]:
    ways = ["settings"] if member.by_settings else []
    ways += [f"invited by {member.invited_by}"] if member.given else []
    return {
        "address": member.mailbox.address,
        "name": member.mailbox.name,
        "role": member.role,
        "by": ", ".join(ways),
        "removed_at": member.removed_at,
        "sessions": sum(s.address == member.mailbox.address.lower() for s in sessions),
    }


@command.command()
@click.argument("address")
@click.pass_context
@telling_errors
def remove(ctx: click.Context, address: str) -> None:
    """Shut somebody out of the console at once: their sessions and links end, whatever the settings file says.

    \b
    Example:
      mailbot admin remove eva@supplier.example
    """
    from mailbot.workflows.members import COMMAND_LINE, remove_member

    desk = open_desk(ctx)
    with desk.open_office() as office:
        member = remove_member(office, address.strip(), COMMAND_LINE)
    click.echo(f"{member.mailbox.address} can no longer come in.")


@command.command()
@click.argument("address", required=False)
@click.option("--end", is_flag=True, help="End them: whoever it was must sign in again.")
@json_option
@click.pass_context
@telling_errors
def sessions(ctx: click.Context, address: str | None, end: bool, as_json: bool) -> None:
    """List who is signed in, all or one person; with --end, end those sessions.

    \b
    Examples:
      mailbot admin sessions
      mailbot admin sessions eva@supplier.example --end
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=not end) as office:
        found = office.work.access.list_sessions(office.now, _idle(desk), address.strip() if address else None)
        for session in found if end else ():
            office.work.access.end_session(session.token_hash, office.now)
    if as_json:
        print_json([_session_form(session) for session in found])
    elif end:
        click.echo(f"{len(found)} ended.")
    else:
        rows = [(s.address, s.way, s.began_at, s.seen_at, s.browser) for s in found]
        print_table(("ADDRESS", "BY", "BEGAN", "LAST HERE", "BROWSER"), rows, empty="Nobody is signed in.")


def _session_form(session: Session) -> dict[str, Any]:
    return {
        "address": session.address,
        "way": session.way,
        "browser": session.browser,
        "began_at": session.began_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
    }


def _home(desk: Desk) -> str:
    """Where the link leads. Raises Failure where nobody could follow it."""
    if not desk.settings.console.on:
        raise Failure("the console is off: set [console] on = true")
    if not desk.policy.console_url:
        raise Failure("a link needs to know where the console is: set [console] base_url")
    return desk.policy.console_url


def _idle(desk: Desk) -> Any:
    from datetime import timedelta

    return timedelta(minutes=desk.settings.console.idle_minutes)

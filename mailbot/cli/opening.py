"""What every command needs: the desk of the settings, and errors that say what to do instead of a traceback."""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from mailbot.app import Desk
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import IllegalTransition, MailbotError, PermanentError
from mailbot.desk.lifecycle import State, allowed
from mailbot.desk.policy import Policy
from mailbot.desk.reference import read_ticket_reference, ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.settings import SettingsError, load_settings
from mailbot.store.engine import DATABASE_TROUBLE
from mailbot.workflows.office import Office

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="For machines: JSON on standard output.")
as_option = click.option(
    "--as",
    "agent",
    metavar="AGENT",
    envvar="MAILBOT_AGENT",
    help="Who does it: an agent's address or name. [default: $MAILBOT_AGENT, your login name, or the only agent]",
)


class Failure(click.ClickException):
    """Told on standard error, exit code 1."""


def telling_errors(run: Callable[P, R]) -> Callable[P, R]:
    """Turn the desk's own errors, and those of the database, into one clear message."""

    @functools.wraps(run)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except IllegalTransition as error:
            possible = ", ".join(t.value for t in allowed(State(error.state))) or "nothing"
            raise Failure(f"{error}; possible now: {possible}") from None
        except (MailbotError, SettingsError) as error:
            raise Failure(str(error)) from None
        except DATABASE_TROUBLE as error:
            raise Failure(f"the database does not answer as it should: {error.orig}\nTry `mailbot check`.") from None

    return told


def find_desk(ctx: click.Context) -> Desk:
    """The desk of the settings given on the command line; its store is not opened yet."""
    named = ctx.find_root().obj
    return Desk(load_settings(Path(named) if named else None))


def open_desk(ctx: click.Context) -> Desk:
    """The desk with its store seen to be of this program's revision.

    Raises:
        SchemaError: it is not, and the message says what to do.
    """
    from mailbot.store.migration import prepare

    desk = find_desk(ctx)
    prepare(desk.engine)
    return desk


def find_actor(policy: Policy, agent: str | None) -> Mailbox:
    """Who acts: the agent named, else the one whose login name it is, else the only one, else the desk itself."""
    if agent:
        return policy.get_agent(agent).mailbox
    login = getpass.getuser().lower()
    mine = [a for a in policy.agents if a.mailbox.address.partition("@")[0].lower() == login]
    if mine or len(policy.agents) == 1:
        return (mine or list(policy.agents))[0].mailbox
    return Mailbox(policy.main_address, policy.name)


def get_ticket(office: Office, reference: str, *, lock: bool = False) -> Ticket:
    """The ticket for what was typed: SD-1042, sd1042 or 1042."""
    number = read_ticket_reference(office.policy.prefix, reference)
    if number is None:
        example = ticket_reference(office.policy.prefix, 1042)
        raise PermanentError(f"{reference!r} is not a ticket reference: write one like {example}")
    return office.work.tickets.get(number, lock=lock)


def read_words(words: tuple[str, ...], file: Any) -> str:
    """Words from the command line, or from a file (``-`` for standard input)."""
    return (file.read() if file else " ".join(words)).strip()

"""What every command needs: the desk of the settings, and errors that say what to do instead of a traceback.

Database, settings and the rest are imported when a command opens the desk: ``--help`` and a mistyped command need none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from mailbot.cli.printing import TIMEZONE
from mailbot.desk.errors import IllegalTransition, MailbotError, NotAllowed, PermanentError, UnknownTicket

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.desk.correspondence import Mailbox
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Ticket
    from mailbot.workflows.office import Office

P = ParamSpec("P")
R = TypeVar("R")


class RowNumber(click.ParamType):
    """What a database can look up as the number of a row."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not isinstance(value, int) and not (value.isascii() and value.isdecimal() and len(value) < 19):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return int(value) or self.fail("Numbers begin with 1.", param, ctx)


ROW_NUMBER = RowNumber()

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
    """Turn the desk's own errors, and those of settings and database, into one clear message."""

    @functools.wraps(run)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return run(*args, **kwargs)
        except IllegalTransition as error:
            raise Failure(f"{error}; possible now: {_possible(error.state)}") from None
        except MailbotError as error:
            raise Failure(str(error)) from None
        except _settings_trouble() as error:
            raise Failure(str(error)) from None
        except _database_trouble() as error:
            first = str(error.orig or error).strip().partition("\n")[0]
            raise Failure(f"the database does not answer as it should: {first}\nTry `mailbot check`.") from None

    return told


def _settings_trouble() -> type[Exception]:
    from mailbot.settings import SettingsError

    return SettingsError


def _database_trouble() -> type[Any]:
    from mailbot.store.engine import ANY_DATABASE_ERROR

    return ANY_DATABASE_ERROR


def _possible(state: str) -> str:
    from mailbot.desk.lifecycle import State, allowed

    return ", ".join(trigger.value for trigger in allowed(State(state)))


def find_desk(ctx: click.Context) -> Desk:
    """The desk of the settings given on the command line; its store is not opened yet."""
    from pathlib import Path

    from mailbot.app import Desk
    from mailbot.settings import load_settings

    named = ctx.find_root().obj
    desk = Desk(load_settings(Path(named) if named else None))
    ctx.find_root().meta[TIMEZONE] = desk.policy.timezone
    return desk


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
    from mailbot.desk.correspondence import Mailbox

    if agent:
        return policy.get_agent(agent).mailbox
    login = _login_name()
    mine = [a for a in policy.agents if login and a.mailbox.address.partition("@")[0].lower() == login]
    if len(mine) == 1 or len(policy.agents) == 1:
        return (mine or list(policy.agents))[0].mailbox
    return Mailbox(policy.main_address, policy.name)


def get_agent(policy: Policy, agent: str | None, action: str) -> Mailbox:
    """Who acts, where only an agent may.

    Raises:
        NotAllowed: nothing tells which agent it is.
    """
    actor = find_actor(policy, agent)
    if policy.find_agent(actor.address) is None:
        known = ", ".join(a.mailbox.address for a in policy.agents)
        hint = f"there are {known}" if known else "there are none yet: add [[agents]] to the settings file"
        raise NotAllowed(action, f"say who you are with --as AGENT; {hint}")
    return actor


def get_ticket(office: Office, reference: str, *, lock: bool = False) -> Ticket:
    """The ticket for what was typed: SD-1042, sd1042 or 1042."""
    from mailbot.desk.reference import read_ticket_reference, ticket_reference

    number = read_ticket_reference(office.policy.prefix, reference)
    if number is None:
        example = ticket_reference(office.policy.prefix, 1042)
        raise PermanentError(f"{reference!r} is not a ticket reference: write one like {example}")
    found = office.work.tickets.find(number, lock=lock)
    if found is None:
        raise UnknownTicket(ticket_reference(office.policy.prefix, number))
    return found


def read_words(words: tuple[str, ...], file: Any) -> str:
    """Words from the command line, or from a file (``-`` for standard input)."""
    return (file.read() if file else " ".join(words)).strip()


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser().lower()
    except (KeyError, OSError, ImportError):  # a number without a name, as in many containers
        return ""

"""``mailbot ticket verify``, ``undo-accept``, ``affected``: is it solved? In person, undone, for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailbot.cli.opening import as_option, json_option, telling_errors
from mailbot.cli.ticket_acts import act, read_requester

if TYPE_CHECKING:
    from mailbot.desk.correspondence import Mailbox
    from mailbot.desk.ticket import Ticket
    from mailbot.workflows.office import Office


@click.command()
@click.argument("ticket")
@click.option(
    "--by",
    "way",
    type=click.Choice(["phone", "visit", "chat"]),
    default="phone",
    show_default=True,
    help="How you spoke with the requester.",
)
@click.option("--note", "words", required=True, help="What the requester said.")
@click.option(
    "--for", "of", metavar="ADDRESS", default="", help="One of several who are affected: the others are waited for."
)
@as_option
@json_option
@click.pass_context
@telling_errors
def verify(ctx: click.Context, ticket: str, way: str, words: str, of: str, agent: str | None, as_json: bool) -> None:
    """Close a resolved ticket after personal contact; the note is the evidence.

    \b
    Examples:
      mailbot ticket verify SD-1042 --by phone --note "Anna says it prints."
      mailbot ticket verify SD-1042 --for karin@kommun.example --note "Hers too."
    """
    from mailbot.workflows import resolution

    act(ctx, ticket, as_json, agent, "verified", lambda o, t, a: resolution.verify(o, t, a, way, words, of))


@click.command("undo-accept")
@click.argument("ticket")
@click.option("--note", "words", default="", help="Why; an internal note.")
@as_option
@json_option
@click.pass_context
@telling_errors
def undo_accept(ctx: click.Context, ticket: str, words: str, agent: str | None, as_json: bool) -> None:
    """Take back a closure that was a mistake: the requester is asked again, and told why.

    To work on the fault again, reopen the ticket instead.

    \b
    Example:
      mailbot ticket undo-accept SD-1042 --note "She meant another ticket."
    """
    from mailbot.workflows import verification

    act(
        ctx, ticket, as_json, agent, "not accepted after all", lambda o, t, a: verification.undo_closure(o, t, a, words)
    )


@click.command()
@click.argument("ticket")
@click.argument("person")
@click.option("--no-longer", is_flag=True, help="They are not affected any more: they are not waited for.")
@as_option
@json_option
@click.pass_context
@telling_errors
def affected(ctx: click.Context, ticket: str, person: str, no_longer: bool, agent: str | None, as_json: bool) -> None:
    """Say that PERSON (an address, or "Name <address>") has the same fault.

    They get the solution too. The ticket closes when the requester and all who are affected have accepted it; one
    objection opens it again.

    \b
    Example:
      mailbot ticket affected SD-1042 "Karin <karin@kommun.example>"
    """
    from mailbot.workflows import verification

    mailbox = read_requester(person)

    def say(office: Office, found: Ticket, actor: Mailbox) -> None:
        verification.set_affected(office, found, actor, mailbox, not no_longer)

    done = f"waits for {mailbox.address} {'no longer' if no_longer else 'too'}"
    act(ctx, ticket, as_json, agent, done, say)


COMMANDS = (verify, undo_accept, affected)

"""A change is made: ``mailbot change schedule | start | done | fail | review | withdraw | announce``."""

from __future__ import annotations

from typing import Any

import click

from mailbot.cli.change_forms import freeze_option, hold_change, outcome_of, print_outcome
from mailbot.cli.opening import as_option, json_option, read_words, telling_errors
from mailbot.cli.ticket_acts import file_option
from mailbot.desk.errors import PermanentError

ending_option = click.option("--end-announcement", is_flag=True, help="What is announced for it ends, too.")


@click.command("schedule")
@click.argument("ticket")
@freeze_option
@as_option
@json_option
@click.pass_context
@telling_errors
def schedule(ctx: click.Context, ticket: str, despite_freeze: str, agent: str | None, as_json: bool) -> None:
    """Put TICKET into the calendar: an approved change, or a standard one.

    \b
    Example:
      mailbot change schedule SD-1060
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        changes.schedule(office, found, change, actor, despite_freeze)
        outcome = outcome_of(office, found, change, "has its place", warn=True)
    print_outcome(outcome, as_json)


@click.command("start")
@click.argument("ticket")
@freeze_option
@as_option
@json_option
@click.pass_context
@telling_errors
def start(ctx: click.Context, ticket: str, despite_freeze: str, agent: str | None, as_json: bool) -> None:
    """The work on TICKET begins.

    \b
    Example:
      mailbot change start SD-1060
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        changes.start(office, found, change, actor, despite_freeze)
        after = "; ask for approval afterwards" if change.needs_approval_afterwards else ""
        outcome = outcome_of(office, found, change, f"is begun{after}")
    print_outcome(outcome, as_json)


@click.command("done")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@ending_option
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def done(
    ctx: click.Context,
    ticket: str,
    words: tuple[str, ...],
    end_announcement: bool,
    file: Any,
    agent: str | None,
    as_json: bool,
) -> None:
    """TICKET is made; WORDS are proposed as the resolution to every ticket below it.

    \b
    Example:
      mailbot change done SD-1060 "All mailboxes are on mx2." --end-announcement
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        asked = changes.finish(office, found, change, actor, _said(words, file), end_announcement=end_announcement)
        outcome = outcome_of(office, found, change, f"is made; {asked} requesters are asked")
    print_outcome(outcome, as_json)


@click.command("fail")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@click.option("--backed-out", is_flag=True, help="Everything is as it was before.")
@ending_option
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def fail(
    ctx: click.Context,
    ticket: str,
    words: tuple[str, ...],
    backed_out: bool,
    end_announcement: bool,
    file: Any,
    agent: str | None,
    as_json: bool,
) -> None:
    """TICKET did not work; WORDS say what went wrong.

    \b
    Example:
      mailbot change fail SD-1060 "mx2 loses mail." --backed-out
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        ends = {"backed_out": backed_out, "end_announcement": end_announcement}
        changes.fail(office, found, change, actor, _said(words, file), **ends)
        outcome = outcome_of(office, found, change, "is backed out" if backed_out else "has failed")
    print_outcome(outcome, as_json)


@click.command("review")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def review(
    ctx: click.Context, ticket: str, words: tuple[str, ...], file: Any, agent: str | None, as_json: bool
) -> None:
    """Say what came of TICKET and what was learnt; it ends.

    \b
    Example:
      mailbot change review SD-1060 "As planned. Warn the night shift."
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        changes.review(office, found, change, actor, _said(words, file))
        outcome = outcome_of(office, found, change, f"is reviewed; the ticket is {found.state.value}")
    print_outcome(outcome, as_json)


@click.command("withdraw")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def withdraw(
    ctx: click.Context, ticket: str, words: tuple[str, ...], file: Any, agent: str | None, as_json: bool
) -> None:
    """TICKET will not be made; WORDS say why.

    \b
    Example:
      mailbot change withdraw SD-1060 "The supplier does it."
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        changes.withdraw(office, found, change, actor, _said(words, file))
        outcome = outcome_of(office, found, changes.get_change(office, found), "is withdrawn")
    print_outcome(outcome, as_json)


@click.command("announce")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@click.option("--word", "patterns", multiple=True, metavar="PATTERN", help='Words that point to it: "mail*".')
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def announce(
    ctx: click.Context,
    ticket: str,
    words: tuple[str, ...],
    patterns: tuple[str, ...],
    file: Any,
    agent: str | None,
    as_json: bool,
) -> None:
    """Announce the approved TICKET as planned work for its window; WORDS say what people will notice.

    \b
    Example:
      mailbot change announce SD-1060 "No mail between 6 and 8." --word "mail*"
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent, "announce") as (office, found, change, actor):
        made = changes.announce(office, found, change, actor, read_words(words, file), patterns)
        outcome = outcome_of(office, found, change, f"is announced as announcement {made.number}")
    print_outcome(outcome, as_json)


def _said(words: tuple[str, ...], file: Any) -> str:
    said = read_words(words, file)
    if not said:
        raise PermanentError("say it in a few words: others will read them")
    return said


COMMANDS: tuple[click.Command, ...] = (schedule, start, done, fail, review, withdraw, announce)

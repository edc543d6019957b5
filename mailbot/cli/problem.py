"""``mailbot problem``: causes of incidents, what is known of them, and their children."""

from __future__ import annotations

from typing import Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import (
    as_option,
    get_agent,
    get_ticket,
    json_option,
    open_desk,
    read_words,
    telling_errors,
)
from mailbot.cli.printing import print_fields, print_json, print_table, print_words
from mailbot.cli.ticket_acts import file_option
from mailbot.desk.reference import ticket_reference


@click.group("problem", cls=NearestGroup)
def command() -> None:
    """A problem is the cause of incidents. Resolving it proposes the resolution to every child.

    \b
    Examples:
      mailbot problem new "Mail server loses its disk" --child SD-1042
      mailbot problem known-error SD-1050 --workaround "Use the web."
      mailbot problem list
    """


@command.command("new")
@click.argument("subject")
@click.argument("words", nargs=-1)
@click.option("--child", "children", multiple=True, metavar="TICKET", help="A ticket that comes from it.")
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def new(
    ctx: click.Context,
    subject: str,
    words: tuple[str, ...],
    children: tuple[str, ...],
    file: Any,
    agent: str | None,
    as_json: bool,
) -> None:
    """Register a problem. It has no requester; its children have theirs.

    \b
    Example:
      mailbot problem new "Mail server loses its disk" --child SD-1042
    """
    from mailbot.workflows import problems

    desk = open_desk(ctx)
    with desk.open_office() as office:
        below = [get_ticket(office, child, lock=True) for child in children]
        actor = get_agent(desk.policy, agent, "problem")
        made = problems.open_problem(office, actor, subject, read_words(words, file), below)
    name = ticket_reference(desk.policy.prefix, made.number)
    if as_json:
        print_json({"problem": name, "children": [ticket_reference(desk.policy.prefix, c.number) for c in below]})
    else:
        click.echo(f"{name} is registered as a problem, with {len(below)} children.")


@command.command("known-error")
@click.argument("ticket")
@click.option("--cause", default="", help="What is wrong.")
@click.option("--workaround", default="", help="What people can do until it is gone.")
@click.option("--tell", is_flag=True, help="Send the workaround to the requesters of all open children.")
@as_option
@click.pass_context
@telling_errors
def known_error(ctx: click.Context, ticket: str, cause: str, workaround: str, tell: bool, agent: str | None) -> None:
    """Record that the cause is known, and what people can do meanwhile.

    \b
    Example:
      mailbot problem known-error SD-1050 --workaround "Use the web." --tell
    """
    from mailbot.workflows import problems

    desk = open_desk(ctx)
    with desk.open_office() as office:
        found = get_ticket(office, ticket, lock=True)
        actor = get_agent(desk.policy, agent, "known-error")
        told = problems.record_known_error(office, found, actor, cause, workaround, tell=tell)
    click.echo(f"{ticket_reference(desk.policy.prefix, found.number)} is a known error; {told} requesters are told.")


@command.command("show")
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Show what is known of a problem, and its children.

    \b
    Example:
      mailbot problem show SD-1050
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        known = office.work.links.known_errors_of([found.number]).get(found.number)
        children = [office.work.tickets.get(n) for n in office.work.links.list_children(found.number)]
    name = desk.policy.prefix
    form = {
        "problem": ticket_reference(name, found.number),
        "subject": found.subject,
        "state": found.state.value,
        "cause": known.cause if known else "",
        "workaround": known.workaround if known else "",
        "known_since": known.at if known else None,
    }
    rows = [(ticket_reference(name, c.number), c.state.value, c.subject) for c in children]
    if as_json:
        print_json({**form, "children": [{"ticket": n, "state": s, "subject": t} for n, s, t in rows]})
        return
    print_fields((key.replace("_", " "), value) for key, value in form.items() if key != "workaround")
    if form["workaround"]:
        click.echo("\nWorkaround")
        print_words(str(form["workaround"]))
    click.echo()
    print_table(("CHILD", "STATE", "SUBJECT"), rows, empty="No children.")


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List the problems that are open.

    \b
    Example:
      mailbot problem list --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        open_ones = office.work.links.list_open_problems()
        found = [(office.work.tickets.get(n), len(office.work.links.list_children(n))) for n in open_ones]
        known = office.work.links.known_errors_of(open_ones)
    rows = [
        {
            "problem": ticket_reference(desk.policy.prefix, t.number),
            "state": t.state.value,
            "known_error": t.number in known,
            "children": children,
            "changed_at": t.changed_at,
            "subject": t.subject,
        }
        for t, children in found
    ]
    if as_json:
        print_json(rows)
        return
    head = ("PROBLEM", "STATE", "KNOWN ERROR", "CHILDREN", "CHANGED", "SUBJECT")
    cells = [tuple("yes" if v is True else "no" if v is False else v for v in row.values()) for row in rows]
    print_table(head, cells, empty="No open problems.")

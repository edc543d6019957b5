"""``mailbot ticket link``, ``merge``, ``split`` … and the ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailbot.cli.opening import ROW_NUMBER, as_option, get_agent, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.links import BY_HAND, Link, LinkKind
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.policy import Policy

KINDS = {"child": LinkKind.CHILD_OF, "caused-by": LinkKind.CAUSED_BY, "related": LinkKind.RELATED}


@click.command("link")
@click.argument("ticket")
@click.argument("other")
@click.option("--kind", type=click.Choice(list(KINDS)), default="related", show_default=True, help="What TICKET is.")
@as_option
@click.pass_context
@telling_errors
def link(ctx: click.Context, ticket: str, other: str, kind: str, agent: str | None) -> None:
    """Say that TICKET is related to OTHER, a child of that problem, or caused by that change.

    \b
    Example:
      mailbot ticket link SD-1042 SD-1017 --kind child
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one, two = get_ticket(office, ticket, lock=True), get_ticket(office, other, lock=True)
        merging.link(office, one, KINDS[kind], two, get_agent(desk.policy, agent, "link"))
    click.echo(f"{_name(desk.policy, one.number)} is {_said(KINDS[kind])} {_name(desk.policy, two.number)}.")


@click.command("unlink")
@click.argument("ticket")
@click.argument("other")
@as_option
@click.pass_context
@telling_errors
def unlink(ctx: click.Context, ticket: str, other: str, agent: str | None) -> None:
    """Take back a link between TICKET and OTHER.

    \b
    Example:
      mailbot ticket unlink SD-1042 SD-1017
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one, two = get_ticket(office, ticket, lock=True), get_ticket(office, other, lock=True)
        kind = merging.unlink(office, one, two, get_agent(desk.policy, agent, "unlink"))
    click.echo(f"{_name(desk.policy, one.number)} is no longer {_said(kind)} {_name(desk.policy, two.number)}.")


@click.command("links")
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def links(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """List what TICKET belongs together with.

    \b
    Example:
      mailbot ticket links SD-1042
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.links.of_ticket(get_ticket(office, ticket).number)
    if as_json:
        print_json([_form(desk.policy, link) for link in found])
        return
    print_table(
        ("TICKET", "IS", "OTHER", "SINCE", "BY"),
        [(_name(desk.policy, k.ticket), _said(k.kind), _name(desk.policy, k.other), k.at, k.by) for k in found],
        empty="It stands alone.",
    )


@click.command("merge")
@click.argument("ticket")
@click.argument("into")
@as_option
@click.pass_context
@telling_errors
def merge(ctx: click.Context, ticket: str, into: str, agent: str | None) -> None:
    """Let TICKET go on in INTO: mail to it goes there, and its requester is told and asked there.

    \b
    Example:
      mailbot ticket merge SD-1042 SD-1017
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one, two = get_ticket(office, ticket, lock=True), get_ticket(office, into, lock=True)
        merging.merge(office, one, two, get_agent(desk.policy, agent, "merge"))
    click.echo(f"{_name(desk.policy, one.number)} goes on in {_name(desk.policy, two.number)}.")


@click.command("unmerge")
@click.argument("ticket")
@as_option
@click.pass_context
@telling_errors
def unmerge(ctx: click.Context, ticket: str, agent: str | None) -> None:
    """Take back that TICKET was merged into another.

    \b
    Example:
      mailbot ticket unmerge SD-1042
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one = get_ticket(office, ticket, lock=True)
        other = merging.unmerge(office, one, get_agent(desk.policy, agent, "unmerge"))
    click.echo(f"{_name(desk.policy, one.number)} goes on by itself, apart from {_name(desk.policy, other)}.")


@click.command("split")
@click.argument("ticket")
@click.option("--entry", "entries", type=ROW_NUMBER, multiple=True, required=True, help="Number of an entry.")
@click.option("--subject", default="", help="The subject of the new ticket. [default: that of TICKET]")
@as_option
@click.pass_context
@telling_errors
def split(ctx: click.Context, ticket: str, entries: tuple[int, ...], subject: str, agent: str | None) -> None:
    """Make a ticket of words in TICKET that were about something else.

    \b
    Example:
      mailbot ticket split SD-1042 --entry 88 --subject "New keyboard"
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one = get_ticket(office, ticket, lock=True)
        new = merging.split(office, one, entries, subject, get_agent(desk.policy, agent, "split"))
    click.echo(f"{_name(desk.policy, new.number)} was split from {_name(desk.policy, one.number)}.")


@click.command("unsplit")
@click.argument("ticket")
@as_option
@click.pass_context
@telling_errors
def unsplit(ctx: click.Context, ticket: str, agent: str | None) -> None:
    """Let TICKET go back into the one that it was split from.

    \b
    Example:
      mailbot ticket unsplit SD-1043
    """
    from mailbot.workflows import merging

    desk = open_desk(ctx)
    with desk.open_office() as office:
        one = get_ticket(office, ticket, lock=True)
        whole = merging.unsplit(office, one, get_agent(desk.policy, agent, "unsplit"))
    click.echo(f"{_name(desk.policy, one.number)} goes on in {_name(desk.policy, whole)} again.")


COMMANDS = (link, unlink, links, merge, unmerge, split, unsplit)


def _form(policy: Policy, link: Link) -> dict[str, object]:
    return {
        "ticket": _name(policy, link.ticket),
        "kind": link.kind.value,
        "other": _name(policy, link.other),
        "at": link.at,
        "by": link.by,
        "by_hand": link.kind in BY_HAND,
    }


def _name(policy: Policy, number: int) -> str:
    return ticket_reference(policy.prefix, number)


def _said(kind: LinkKind) -> str:
    return {LinkKind.CHILD_OF: "a child of", LinkKind.RELATED: "related to"}.get(kind, kind.value.replace("_", " "))

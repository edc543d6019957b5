"""``mailbot ticket``: an agent's first tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from mailbot.cli.opening import as_option, find_actor, get_ticket, json_option, open_desk, read_words, telling_errors
from mailbot.cli.printing import local_time, print_fields, print_json, print_table, print_words
from mailbot.cli.ticket_forms import entry_form, fact_form, ticket_form
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.reference import ticket_reference
from mailbot.desk.ticket import Ticket
from mailbot.workflows import assignment, registration, resolution
from mailbot.workflows.office import Office

file_option = click.option(
    "--file", "-f", type=click.File("r", encoding="utf-8"), help="Read the words from FILE, - for standard input."
)


@click.group("ticket")
def command() -> None:
    """Work with tickets.

    \b
    Examples:
      mailbot ticket list --mine
      mailbot ticket show SD-1042
      mailbot ticket resolve SD-1042 "The driver is replaced; print a page to try."
      mailbot ticket verify SD-1042 --by phone --note "Spoke with Anna, it prints."
    """


@command.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([s.value for s in State]),
    help="Only these states; may be given again.",
)
@click.option("--all", "everything", is_flag=True, help="Closed and cancelled ones too.")
@click.option("--mine", is_flag=True, help="Only those assigned to you.")
@click.option("--group", help="Only those of a support group.")
@click.option("--requester", metavar="ADDRESS", help="Only those of a person.")
@click.option("--unread", is_flag=True, help="Only those that a person must read.")
@click.option("--search", default="", help="Only those with this in subject or requester's address.")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@as_option
@json_option
@click.pass_context
@telling_errors
def list_command(
    ctx: click.Context,
    states: tuple[str, ...],
    everything: bool,
    mine: bool,
    group: str | None,
    requester: str | None,
    unread: bool,
    search: str,
    limit: int,
    agent: str | None,
    as_json: bool,
) -> None:
    """List tickets, the newest change first."""
    desk = open_desk(ctx)
    wanted = [State(s) for s in states] or ([] if everything else [s for s in State if s not in ENDED])
    with desk.open_office(reads_only=True) as office:
        found = office.work.tickets.list_tickets(
            states=wanted,
            assignee=find_actor(desk.policy, agent).address if mine else None,
            group=group,
            requester=requester,
            needs_person=True if unread else None,
            search=search,
            limit=limit,
        )
    if as_json:
        print_json([ticket_form(desk.policy, t) for t in found])
        return
    print_table(
        ("TICKET", "STATE", "CHANGED", "REQUESTER", "ASSIGNEE", "SUBJECT"),
        [
            (
                ticket_reference(desk.policy.prefix, t.number),
                t.state,
                t.changed_at,
                t.requester.mailbox.address if t.requester else "-",
                t.assignee or f"({t.group})",
                ("● " if t.needs_person else "") + t.subject,
            )
            for t in found
        ],
        empty="No tickets. Mail to the desk, or `mailbot ticket new`, makes one.",
    )


@command.command()
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Show a ticket with its story."""
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        entries = office.work.tickets.entries_of(found.number)
    if as_json:
        print_json(ticket_form(desk.policy, found) | {"entries": [entry_form(e) for e in entries]})
        return
    click.secho(f"{ticket_reference(desk.policy.prefix, found.number)}  {found.subject}", bold=True)
    print_fields(
        [
            ("state", found.state),
            ("requester", found.requester.mailbox if found.requester else "nobody"),
            ("participants", ", ".join(p.mailbox.address for p in found.participants)),
            ("group", found.group),
            ("assignee", found.assignee or "nobody yet"),
            ("opened", found.opened_at),
            ("resolved", found.resolved_at),
            ("closed", found.closed_at),
            ("resolution", found.resolution or ""),
            ("follows", ticket_reference(desk.policy.prefix, found.follows) if found.follows else ""),
            ("note", "a person must read the last words" if found.needs_person else ""),
        ]
    )
    for entry in entries:
        click.echo()
        shown = "public" if entry.public else "internal"
        head = f"{local_time(entry.at)}  {entry.kind.value} ({shown})  {entry.author}"
        click.secho(head + (f"  mail {entry.inbox}" if entry.inbox else ""), fg="cyan" if entry.public else "yellow")
        print_words(entry.words)
        for filed in entry.attachments:
            click.echo(f"    [{filed.filename}, {filed.content_type}, {filed.size} bytes]")


@command.command()
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def log(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Print the journal of a ticket: every fact, and the mails that went out."""
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        facts = office.work.journal.of_ticket(found.number)
        mails = office.work.outbox.list_rows(ticket=found.number, limit=200)
    if as_json:
        print_json([fact_form(f) for f in facts])
        return
    print_table(
        ("WHEN", "FACT", "BY", "DETAILS"),
        [(f.at, f.name, f.actor, ", ".join(f"{k}={v}" for k, v in f.details.items() if v)) for f in facts],
        empty="Nothing has happened.",
    )
    click.echo()
    print_table(
        ("QUEUED", "NOTICE", "STATUS", "TO", "SUBJECT"),
        [(m.queued_at, m.notice, m.status, m.recipient, m.subject) for m in reversed(mails)],
        empty="No mail has gone out.",
    )


@command.command()
@click.argument("requester")
@click.argument("subject")
@click.argument("words", nargs=-1)
@click.option("--language", default="", help="The language the requester reads.")
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def new(
    ctx: click.Context,
    requester: str,
    subject: str,
    words: tuple[str, ...],
    language: str,
    file: Any,
    agent: str | None,
    as_json: bool,
) -> None:
    """Register a ticket for REQUESTER (an address, or "Name <address>").

    \b
    Example:
      mailbot ticket new "Anna Berg <anna@kommun.example>" "Printer jams" "Floor 3, since this morning."
    """
    from mailbot.parsers.addresses import check_typed_address, read_mailboxes

    typed = next(iter(read_mailboxes(requester)), None)
    if typed is None:
        raise PermanentError(f'{requester!r} is not an address: write anna@example.org or "Anna <anna@example.org>"')
    try:
        check_typed_address(typed.address)
    except ValueError as error:
        raise PermanentError(str(error)) from None
    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor = find_actor(desk.policy, agent)
        made = registration.register_call(office, actor, typed, subject, read_words(words, file) or subject, language)
    _say(ctx, made, as_json, "registered")


def _act(
    ctx: click.Context,
    reference: str,
    as_json: bool,
    agent: str | None,
    done: str,
    act: Callable[[Office, Ticket, Mailbox], None],
) -> None:
    """One act on one ticket in one transaction."""
    desk = open_desk(ctx)
    with desk.open_office() as office:
        ticket = get_ticket(office, reference, lock=True)
        act(office, ticket, find_actor(desk.policy, agent))
    _say(ctx, ticket, as_json, done)


def _say(ctx: click.Context, ticket: Ticket, as_json: bool, done: str) -> None:
    policy = open_desk(ctx).policy
    if as_json:
        print_json(ticket_form(policy, ticket))
    else:
        click.echo(f"{ticket_reference(policy.prefix, ticket.number)} {done}; it is {ticket.state.value}.")


@command.command()
@click.argument("ticket")
@as_option
@json_option
@click.pass_context
@telling_errors
def take(ctx: click.Context, ticket: str, agent: str | None, as_json: bool) -> None:
    """Take a ticket: you work on it from now on."""

    def act(office: Office, found: Ticket, actor: Mailbox) -> None:
        if office.policy.find_agent(actor.address) is None:
            raise NotAllowed("take", "say who takes it with --as AGENT (agents stand in settings, [[agents]])")
        assignment.take(office, found, actor)

    _act(ctx, ticket, as_json, agent, "taken", act)


@command.command()
@click.argument("ticket")
@click.argument("to")
@as_option
@json_option
@click.pass_context
@telling_errors
def assign(ctx: click.Context, ticket: str, to: str, agent: str | None, as_json: bool) -> None:
    """Give a ticket to a support group or an agent."""
    _act(ctx, ticket, as_json, agent, f"assigned to {to}", lambda o, t, a: assignment.assign(o, t, a, to))


def _speaking(name: str, done: str, help_text: str, act: Callable[[Office, Ticket, Mailbox, str], None]) -> None:
    """A command of the form ``mailbot ticket NAME TICKET WORDS…``."""

    @command.command(name, help=help_text)
    @click.argument("ticket")
    @click.argument("words", nargs=-1)
    @file_option
    @as_option
    @json_option
    @click.pass_context
    @telling_errors
    def speak(
        ctx: click.Context, ticket: str, words: tuple[str, ...], file: Any, agent: str | None, as_json: bool
    ) -> None:
        said = read_words(words, file)
        _act(ctx, ticket, as_json, agent, done, lambda o, t, a: act(o, t, a, said))


_speaking("note", "noted", "Keep an internal note; nobody outside the desk sees it.", resolution.note)
_speaking("reply", "answered", "Write to the requester.", resolution.answer)
_speaking(
    "resolve",
    "resolved, the requester is asked",
    "Propose a solution, and ask the requester whether it is one.",
    resolution.propose,
)
_speaking("reopen", "reopened", "Open a resolved, closed or cancelled ticket again.", resolution.reopen)
_speaking("cancel", "cancelled", "End a ticket without a solution; the requester is told why.", resolution.cancel)


@command.command()
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
@as_option
@json_option
@click.pass_context
@telling_errors
def verify(ctx: click.Context, ticket: str, way: str, words: str, agent: str | None, as_json: bool) -> None:
    """Close a resolved ticket after personal contact; the note is the evidence."""
    _act(ctx, ticket, as_json, agent, "verified and closed", lambda o, t, a: resolution.verify(o, t, a, way, words))

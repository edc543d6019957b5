"""``mailbot ticket list``, ``show`` and ``log``: what stands in the tickets; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import ROW_NUMBER, as_option, get_agent, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import local_time, print_fields, print_json, print_table, print_words, visible
from mailbot.cli.ticket_forms import closure_form, entry_form, fact_form, ticket_form
from mailbot.desk.lifecycle import ENDED, State
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Entry, Ticket


@click.command("list")
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
@click.option("--needs-contact", is_flag=True, help="Only those whose requester somebody must speak with.")
@click.option("--search", default="", help="Only those with words that begin so, in subject or requester.")
@click.option("--limit", metavar="N", type=ROW_NUMBER, default=50, show_default=True, help="At most so many.")
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
    needs_contact: bool,
    search: str,
    limit: int,
    agent: str | None,
    as_json: bool,
) -> None:
    """List tickets, the newest change first. ● marks those whose last words a person must read,
    ☎ those whose requester somebody must speak with.

    \b
    Examples:
      mailbot ticket list --mine
      mailbot ticket list --state resolved --state pending
      mailbot ticket list --all --requester anna@kommun.example --json
    """
    desk = open_desk(ctx)
    wanted = [State(s) for s in states] or ([] if everything else [s for s in State if s not in ENDED])
    with desk.open_office(reads_only=True) as office:
        found = office.work.tickets.list_tickets(
            states=wanted,
            assignee=get_agent(desk.policy, agent, "--mine").address if mine else None,
            group=group,
            requester=requester,
            needs_person=True if unread else None,
            needs_contact=True if needs_contact else None,
            search=search,
            limit=limit,
        )
    if as_json:
        print_json([ticket_form(desk.policy, t) for t in found])
        return
    _print_tickets(desk.policy, found)


def _print_tickets(policy: Policy, found: Sequence[Ticket]) -> None:
    print_table(
        ("TICKET", "", "STATE", "CHANGED", "REQUESTER", "ASSIGNEE", "SUBJECT"),
        [
            (
                ticket_reference(policy.prefix, t.number),
                "●" if t.needs_person else "☎" if t.needs_contact else "",
                t.state,
                t.changed_at,
                t.requester.mailbox.address if t.requester else "-",
                t.assignee or f"({t.group})",
                t.subject,
            )
            for t in found
        ],
        empty="No tickets. Mail to the desk, or `mailbot ticket new`, makes one.",
    )


@click.command()
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Show a ticket with its story.

    \b
    Example:
      mailbot ticket show SD-1042            or sd1042, or 1042
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = get_ticket(office, ticket)
        entries = office.work.tickets.entries_of(found.number)
        facts = office.work.journal.of_ticket(found.number)
    routed = next((f.details for f in facts if f.name == "ticket_routed"), {})
    closed = closure_form(found, facts, entries)
    if as_json:
        shown = {"routed": routed or None, "closure": closed, "entries": [entry_form(e) for e in entries]}
        print_json(ticket_form(desk.policy, found) | shown)
        return
    _print_head(desk.policy, found, routed, closed)
    for entry in entries:
        _print_entry(entry)


def _print_head(policy: Policy, ticket: Ticket, routed: Mapping[str, Any], closed: Mapping[str, Any] | None) -> None:
    click.secho(f"{ticket_reference(policy.prefix, ticket.number)}  {visible(ticket.subject)}", bold=True)
    print_fields(
        [
            ("state", ticket.state),
            ("priority", ticket.priority.value),
            ("due", ticket.due_at),
            ("promised", ticket.promised_by),
            ("customer", ticket.customer),
            ("requester", ticket.requester.mailbox if ticket.requester else "nobody"),
            ("participants", ", ".join(p.mailbox.address for p in ticket.participants)),
            ("group", ticket.group),
            ("assignee", ticket.assignee or "nobody yet"),
            ("owner", (ticket.owner or policy.first_group) if ticket.group != ticket.owner else ""),
            ("offered", f"not accepted since {local_time(ticket.offered_at)}" if ticket.offered_at else ""),
            ("service", ticket.service),
            ("routed", _routed(routed)),
            ("waits until", ticket.waits_until.isoformat() if ticket.waits_until else ""),
            ("opened", ticket.opened_at),
            ("resolved", ticket.resolved_at),
            ("closed", ticket.closed_at),
            ("because", _because(closed)),
            ("resolution", ticket.resolution or ""),
            ("follows", ticket_reference(policy.prefix, ticket.follows) if ticket.follows else ""),
            ("note", "a person must read the last words" if ticket.needs_person else ""),
            ("contact", "somebody must speak with the requester" if ticket.needs_contact else ""),
            ("affected", ", ".join(p.mailbox.address for p in ticket.participants if p.affected)),
        ]
    )


def _because(closed: Mapping[str, Any] | None) -> str:
    """The evidence of the closure, to be found among the entries."""
    if closed is None:
        return ""
    if closed["way"] == "silence":
        return "nobody answered, and the contract lets silence close"
    where = f"mail {closed['mail']}" if closed["mail"] else closed["way"]
    words = visible(closed["words"])
    return f"{where}, {closed['by']}: {words[:60]}{'…' if len(words) > 60 else ''}"


def _routed(routed: Mapping[str, Any]) -> str:
    """The choice made at registration, with its scores. `mailbot ticket why` tells all of it."""
    if not routed:
        return ""
    words = ", ".join(f"«{visible(str(word))}»" for word in routed["words"])
    service = f"{routed['service']} ({routed['score']}: {words})" if routed["service"] else "no service"
    agent = f", {routed['agent']} fits best ({routed['agent_score']})" if routed["agent"] else ""
    return f"{service} → {routed['group']}{agent}"


def _print_entry(entry: Entry) -> None:
    click.echo()
    shown = "public" if entry.public else "internal"
    head = f"{local_time(entry.at)}  {entry.kind.value} ({shown})  {visible(str(entry.author))}"
    click.secho(head + (f"  mail {entry.inbox}" if entry.inbox else ""), fg="cyan" if entry.public else "yellow")
    print_words(entry.words)
    for filed in entry.attachments:
        click.echo(f"    [{visible(filed.filename)}, {visible(filed.content_type)}, {filed.size} bytes]")


@click.command()
@click.argument("ticket")
@json_option
@click.pass_context
@telling_errors
def log(ctx: click.Context, ticket: str, as_json: bool) -> None:
    """Print the journal of a ticket: every fact, and the mails that went out.

    \b
    Example:
      mailbot ticket log SD-1042
    """
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
        wrap=True,
    )
    click.echo()
    print_table(
        ("QUEUED", "NOTICE", "STATUS", "TO", "SUBJECT"),
        [(m.queued_at, m.notice, m.status, m.recipient, m.subject) for m in reversed(mails)],
        empty="No mail has gone out.",
    )


COMMANDS = (list_command, show, log)

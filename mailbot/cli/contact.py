"""``mailbot contact``: people who rang, registered by hand or imported, and how soon they were answered."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.contact_views import contact_form, figures, import_file, list_command, show
from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import (
    ROW_NUMBER,
    as_option,
    find_actor,
    get_ticket,
    json_option,
    open_desk,
    telling_errors,
)
from mailbot.cli.printing import print_json
from mailbot.cli.ticket_acts import read_requester
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.contacts import Contact
    from mailbot.desk.policy import Policy


@click.group("contact", cls=NearestGroup)
def command() -> None:
    """People who rang: register a call, import the list of a telephone system, measure the time to answer.

    \b
    Examples:
      mailbot contact add 070-12345 --ticket SD-1042 --note "Asks when."
      mailbot contact add 070-12345 --open "No sound" --requester a@almby.example
      mailbot contact import calls.csv --system switchboard
      mailbot contact figures --from 2026-11-01 --by skill
    """


@command.command("add")
@click.argument("caller")
@click.option("--name", default="", help="The name of who rang.")
@click.option("--at", help="When it rang, in the desk's zone: 2026-11-23 08:15. [default: now]")
@click.option("--waited", type=click.IntRange(0, 86_400), metavar="SECONDS", help="How long the caller waited.")
@click.option("--talked", type=click.IntRange(0, 86_400), metavar="SECONDS", help="How long you talked.")
@click.option("--abandoned", is_flag=True, help="The caller hung up before anybody answered.")
@click.option("--skill", default="", help="The queue or skill that was dialled.")
@click.option("--note", default="", help="What was said; it becomes an entry of the ticket.")
@click.option("--ticket", help="The ticket it was about.")
@click.option("--open", "subject", help="Open a ticket with this subject; needs --requester.")
@click.option("--requester", help='Whose ticket it is: an address, or "Name <address>".')
@as_option
@json_option
@click.pass_context
@telling_errors
def add(ctx: click.Context, caller: str, agent: str | None, as_json: bool, **given: Any) -> None:
    """Register that somebody rang. CALLER is a number, or an address.

    \b
    Example:
      mailbot contact add 070-12345 --waited 20 --ticket SD-1042 --note "When?"
    """
    if given["ticket"] and given["subject"]:
        raise click.UsageError("--ticket and --open: a call joins a ticket or opens one.", ctx)
    if bool(given["subject"]) != bool(given["requester"]):
        raise click.UsageError("--open and --requester belong together.", ctx)
    from mailbot.workflows import contacts

    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor = find_actor(desk.policy, agent)
        contact = contacts.register_contact(
            office, _contact(desk.policy, caller, actor.address, office.now, given), actor
        )
        if given["ticket"]:
            contacts.join_ticket(office, contact, get_ticket(office, given["ticket"], lock=True), actor)
        elif given["subject"]:
            requester = read_requester(given["requester"])
            contacts.open_ticket(office, contact, actor, requester, given["subject"], given["note"])
        kept = contacts.get_contact(office, contact.id)
    _say(desk.policy, kept, as_json)


def _contact(policy: Policy, caller: str, agent: str, now: datetime, given: dict[str, Any]) -> Contact:
    from mailbot.desk.contacts import Contact, Outcome

    offered = _moment(given["at"], policy.timezone) if given["at"] else now
    waited = timedelta(seconds=given["waited"] or 0)
    ended = offered + waited + timedelta(seconds=given["talked"] or 0)
    answered = None if given["abandoned"] else offered + waited
    told = given["talked"] is not None or (given["abandoned"] and given["waited"] is not None)
    return Contact(
        key=secrets.token_hex(8),
        caller=caller.strip(),
        offered_at=offered,
        outcome=Outcome.ABANDONED if given["abandoned"] else Outcome.ANSWERED,
        answered_at=answered,
        ended_at=ended if told else None,
        caller_name=given["name"],
        agent=agent,
        skill=given["skill"],
        note=given["note"],
    )


def _moment(text: str, zone: str) -> datetime:
    from mailbot.cli.contact_views import read_moment

    found = read_moment(text, zone)
    if found is None:
        raise PermanentError(f'{text!r} is not a moment: write one like "2026-11-23 08:15"')
    return found


@command.command("join")
@click.argument("number", type=ROW_NUMBER)
@click.argument("ticket")
@as_option
@json_option
@click.pass_context
@telling_errors
def join(ctx: click.Context, number: int, ticket: str, agent: str | None, as_json: bool) -> None:
    """Say which TICKET contact NUMBER was about.

    \b
    Example:
      mailbot contact join 17 SD-1042
    """
    from mailbot.workflows import contacts

    desk = open_desk(ctx)
    with desk.open_office() as office:
        contact = contacts.get_contact(office, number)
        found = get_ticket(office, ticket, lock=True)
        contacts.join_ticket(office, contact, found, find_actor(desk.policy, agent))
        kept = contacts.get_contact(office, number)
    _say(desk.policy, kept, as_json)


def _say(policy: Policy, contact: Contact, as_json: bool) -> None:
    if as_json:
        print_json(contact_form(policy, contact))
        return
    about = f", about {ticket_reference(policy.prefix, contact.ticket)}" if contact.ticket else ""
    click.echo(f"Contact {contact.id} is registered{about}.")


for each in (import_file, list_command, show, figures):
    command.add_command(each)

"""``mailbot ticket new``, ``take``, ``resolve`` …: one act on one ticket, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import (
    as_option,
    find_actor,
    get_agent,
    get_ticket,
    json_option,
    open_desk,
    read_words,
    telling_errors,
)
from mailbot.cli.printing import print_json
from mailbot.cli.ticket_forms import ticket_form
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.correspondence import Mailbox
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Ticket
    from mailbot.workflows.office import Office
    from mailbot.workflows.registration import Filing

GRADES = click.Choice(["high", "medium", "low"])
impact_option = click.option("--impact", type=GRADES, help="How many are hit.")
urgency_option = click.option("--urgency", type=GRADES, help="How long it can wait.")
file_option = click.option(
    "--file", "-f", type=click.File("r", encoding="utf-8"), help="Read the words from FILE, - for standard input."
)

ANSWERING = ("reply", "resolve")
answer_option = click.option(
    "--answer", metavar="NAME", default="", help="Begin with this answer that stands ready: see `mailbot first-aid`."
)


@click.command()
@click.argument("requester")
@click.argument("subject")
@click.argument("words", nargs=-1)
@click.option("--language", default="", help="The language the requester reads.")
@click.option("--request", is_flag=True, help="A service request; nothing is broken.")
@click.option("--service", default="", help="Its service in settings, instead of what the words say.")
@impact_option
@urgency_option
@click.option("--no-receipt", is_flag=True, help="The requester knows; mail no receipt.")
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
    **filed: Any,
) -> None:
    """Register a ticket for REQUESTER (an address, or "Name <address>").

    \b
    Examples:
      mailbot ticket new "Anna <anna@kommun.example>" "Printer jams" "Floor 3."
      mailbot ticket new anna@kommun.example "New badge" --request --no-receipt
    """
    from mailbot.workflows import registration

    typed = read_requester(requester)
    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor, said = find_actor(desk.policy, agent), read_words(words, file) or subject
        filing = _filing(desk.policy, **filed)
        made = registration.register_call(office, actor, typed, subject, said, language, filing=filing)
    _say(desk.policy, made, as_json, "registered")


def _filing(
    policy: Policy, *, request: bool, service: str, impact: str | None, urgency: str | None, no_receipt: bool
) -> Filing:
    from mailbot.desk.errors import PermanentError
    from mailbot.desk.vocabulary import TicketKind
    from mailbot.workflows.registration import Filing

    known = sorted(s.name for s in policy.services)
    if service and service not in known:
        raise PermanentError(f"no service is called {service!r}; there are {', '.join(known) or 'none yet'}")
    kind = TicketKind.SERVICE_REQUEST if request else TicketKind.INCIDENT
    return Filing(kind, service, impact or "", urgency or "", receipt=not no_receipt)


def read_requester(text: str) -> Mailbox:
    from mailbot.desk.errors import PermanentError
    from mailbot.parsers.addresses import check_typed_address, read_mailboxes

    typed = next(iter(read_mailboxes(text)), None)
    if typed is None or not typed.address:
        raise PermanentError(f'{text!r} is not an address: write anna@example.org or "Anna <anna@example.org>"')
    try:
        check_typed_address(typed.address)
    except ValueError as error:
        raise PermanentError(str(error)) from None
    return typed


def act(
    ctx: click.Context,
    reference: str,
    as_json: bool,
    agent: str | None,
    done: str,
    do: Callable[[Office, Ticket, Mailbox], None],
) -> None:
    """One act on one ticket in one transaction."""
    desk = open_desk(ctx)
    with desk.open_office() as office:
        ticket = get_ticket(office, reference, lock=True)
        do(office, ticket, find_actor(desk.policy, agent))
    _say(desk.policy, ticket, as_json, done)


def _say(policy: Policy, ticket: Ticket, as_json: bool, done: str) -> None:
    if as_json:
        print_json(ticket_form(policy, ticket))
    else:
        click.echo(f"{ticket_reference(policy.prefix, ticket.number)} {done}; it is {ticket.state.value}.")


@click.command()
@click.argument("ticket")
@as_option
@json_option
@click.pass_context
@telling_errors
def take(ctx: click.Context, ticket: str, agent: str | None, as_json: bool) -> None:
    """Take a ticket: you work on it from now on.

    \b
    Example:
      mailbot ticket take SD-1042 --as lisa
    """
    from mailbot.workflows import assignment

    act(ctx, ticket, as_json, agent, "taken", lambda o, t, _: assignment.take(o, t, get_agent(o.policy, agent, "take")))


@click.command()
@click.argument("ticket")
@click.argument("to")
@as_option
@json_option
@click.pass_context
@telling_errors
def assign(ctx: click.Context, ticket: str, to: str, agent: str | None, as_json: bool) -> None:
    """Give a ticket to a support group or an agent.

    \b
    Example:
      mailbot ticket assign SD-1042 network
    """
    from mailbot.workflows import assignment

    act(ctx, ticket, as_json, agent, f"assigned to {to}", lambda o, t, a: assignment.assign(o, t, a, to))


def _speaking(name: str, verb: str, done: str, help_text: str, words_shown: str) -> click.Command:
    """A command of the form ``mailbot ticket NAME TICKET WORDS…`` that calls ``verb`` of the resolution workflow."""
    example = f'\n\n\b\nExample:\n  mailbot ticket {name} SD-1042 "{words_shown}"\n  mailbot ticket {name} SD-1042 -f -'
    if answers := name in ANSWERING:
        example += f"\n  mailbot ticket {name} SD-1042 --answer password"

    @click.command(name, help=help_text + example)
    @click.argument("ticket")
    @click.argument("words", nargs=-1)
    @(answer_option if answers else _as_it_is)
    @file_option
    @as_option
    @json_option
    @click.pass_context
    @telling_errors
    def speak(
        ctx: click.Context,
        ticket: str,
        words: tuple[str, ...],
        file: Any,
        agent: str | None,
        as_json: bool,
        answer: str = "",
    ) -> None:
        from mailbot.workflows import first_aid, resolution

        do, said = getattr(resolution, verb), read_words(words, file)

        def do_with_answer(office: Office, found: Ticket, actor: Mailbox) -> None:
            whole, used = first_aid.say(office, found, name, answer.lstrip("@"), said)
            do(office, found, actor, whole, first_aid=used)

        act(ctx, ticket, as_json, agent, done, do_with_answer if answer else lambda o, t, a: do(o, t, a, said))

    return speak


def _as_it_is(command: Callable[..., None]) -> Callable[..., None]:
    return command


@click.command()
@click.argument("ticket")
@click.argument("to", type=click.Choice(["critical", "high", "medium", "low"]), required=False)
@impact_option
@urgency_option
@as_option
@json_option
@click.pass_context
@telling_errors
def priority(
    ctx: click.Context,
    ticket: str,
    to: str | None,
    impact: str | None,
    urgency: str | None,
    agent: str | None,
    as_json: bool,
) -> None:
    """Decide the priority, or impact and urgency, which give it.

    The clocks count with the new target from the beginning: see `mailbot sla`.

    \b
    Examples:
      mailbot ticket priority SD-1042 high
      mailbot ticket priority SD-1042 --impact high --urgency medium
    """
    from mailbot.workflows import prioritisation

    def decide(office: Office, found: Ticket, actor: Mailbox) -> None:
        prioritisation.change(office, found, actor, to=to or "", impact=impact or "", urgency=urgency or "")

    act(ctx, ticket, as_json, agent, "prioritised", decide)


SPEAKING = (
    _speaking("note", "note", "noted", "Keep an internal note; nobody outside the desk sees it.", "Fuse 4 again."),
    _speaking("reply", "answer", "answered", "Write to the requester.", "Which floor are you on?"),
    _speaking(
        "resolve",
        "propose",
        "resolved, the requester is asked",
        "Propose a solution, and ask the requester whether it is one.",
        "The driver is replaced.",
    ),
    _speaking("reopen", "reopen", "reopened", "Open a resolved, closed or cancelled ticket again.", "It is back."),
    _speaking(
        "cancel",
        "cancel",
        "cancelled",
        "End a ticket without a solution; the requester is told why.",
        "The printer is scrapped.",
    ),
)
COMMANDS = (new, take, assign, priority, *SPEAKING)

"""``mailbot announcement``: events that may touch many, and all whose tickets are about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.announcement_audience import command as audience
from mailbot.cli.announcement_audience import print_dry_run
from mailbot.cli.contact_views import read_moment
from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import (
    ROW_NUMBER,
    as_option,
    get_agent,
    get_ticket,
    json_option,
    open_desk,
    read_words,
    telling_errors,
)
from mailbot.cli.printing import print_fields, print_json, print_table
from mailbot.cli.ticket_acts import file_option
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.announcements import Announcement
    from mailbot.desk.policy import Policy
    from mailbot.workflows.office import Office


@click.group("announcement", cls=NearestGroup)
def command() -> None:
    """Announce an event. New mail about it is answered with how it stands, and linked.

    \b
    Examples:
      mailbot announcement new "E-mail is slow" "We work on it." --word "mail*"
      mailbot announcement update 3 "Half of the mail flows again."
      mailbot announcement end 3 "All mail flows again."
    """


command.add_command(audience)


@command.command("new")
@click.argument("title")
@click.argument("words", nargs=-1)
@click.option(
    "--word", "patterns", multiple=True, metavar="PATTERN", help='Words that point to it: "mail*", "slow mail".'
)
@click.option("--service", "services", multiple=True, help="Only mail about this service.")
@click.option("--customer", "customers", multiple=True, help="Only for this customer.")
@click.option("--ticket", help="The ticket behind it. [default: a new problem]")
@click.option("--from", "starts", metavar="MOMENT", help="When it begins. [default: now]")
@click.option("--to", "ends", metavar="MOMENT", help="When it is hoped to be over.")
@click.option("--planned", is_flag=True, help="Maintenance, not a fault.")
@click.option("--audience", is_flag=True, help="Mail the audience too: see `mailbot announcement audience`.")
@click.option(
    "--also-recent", type=click.IntRange(1, 365), metavar="DAYS", help="With --audience: who wrote in so many days."
)
@click.option("--dry-run", is_flag=True, help="With --audience: show whom a mail would go to; announce nothing.")
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def new(ctx: click.Context, title: str, words: tuple[str, ...], agent: str | None, as_json: bool, **given: Any) -> None:
    """Announce an event with TITLE; WORDS say how it stands.

    \b
    Example:
      mailbot announcement new "E-mail is slow" "We work on it." --word "mail*"
      mailbot announcement new "New net" --service wifi --audience --dry-run
    """
    from mailbot.workflows import announcements, event_audience

    if (given["also_recent"] or given["dry_run"]) and not given["audience"]:
        raise click.UsageError("--also-recent and --dry-run belong to --audience.", ctx)
    desk = open_desk(ctx)
    with desk.open_office(reads_only=given["dry_run"]) as office:
        _must_exist(desk.policy, given["services"], given["customers"])
        made = _announcement(office, title, words, given)
        if given["dry_run"]:
            print_dry_run(event_audience.find_audience(office, made), as_json)
            return
        made = announcements.announce(office, made, get_agent(desk.policy, agent, "announce"))
        mailed = _mailed(office, made)
    name = ticket_reference(desk.policy.prefix, made.ticket)
    print_json(_form(desk.policy, made)) if as_json else click.echo(
        f"Announcement {made.number} is made; it is {name}.{mailed}"
    )


def _announcement(office: Office, title: str, words: tuple[str, ...], given: dict[str, Any]) -> Announcement:
    """What the command line describes, not kept yet."""
    from mailbot.desk.announcements import Announcement

    return Announcement(
        number=0,
        ticket=get_ticket(office, given["ticket"]).number if given["ticket"] else 0,
        planned=given["planned"],
        title=title,
        words=read_words(words, given["file"]) or title,
        starts_at=_moment(office.policy, given["starts"]) or office.now,
        expected_end=_moment(office.policy, given["ends"]),
        patterns=given["patterns"],
        services=given["services"],
        customers=given["customers"],
        to_audience=given["audience"],
        recent_days=given["also_recent"] or 0,
    )


def _must_exist(policy: Policy, services: tuple[str, ...], customers: tuple[str, ...]) -> None:
    for what, asked, known in (
        ("service", services, {s.name for s in policy.services}),
        ("customer", customers, {c.name for c in policy.customers}),
    ):
        for name in asked:
            if name not in known:
                there = ", ".join(sorted(known)) or "none yet"
                raise PermanentError(f"no {what} is called {name!r}; there are {there}")


def _moment(policy: Policy, text: str | None) -> datetime | None:
    if not text:
        return None
    found = read_moment(text, policy.timezone)
    if found is None:
        raise PermanentError(f'{text!r} is not a moment: write one like "2026-11-23 08:15"')
    return found


@command.command("update")
@click.argument("number", type=ROW_NUMBER)
@click.argument("words", nargs=-1)
@click.option("--to", "ends", metavar="MOMENT", help="When it is hoped to be over now.")
@file_option
@as_option
@click.pass_context
@telling_errors
def update(
    ctx: click.Context, number: int, words: tuple[str, ...], ends: str | None, file: Any, agent: str | None
) -> None:
    """Say how announcement NUMBER stands; all whose tickets are about it are told.

    \b
    Example:
      mailbot announcement update 3 "Half of the mail flows again."
    """
    from mailbot.workflows import announcements

    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor = get_agent(desk.policy, agent, "announce")
        until = _moment(desk.policy, ends)
        changed, told = announcements.update(office, number, actor, _words(read_words(words, file)), until)
        mailed = _mailed(office, changed)
    click.echo(f"Announcement {number} is updated; {told} requesters are told.{mailed}")


@command.command("end")
@click.argument("number", type=ROW_NUMBER)
@click.argument("words", nargs=-1)
@file_option
@as_option
@click.pass_context
@telling_errors
def end(ctx: click.Context, number: int, words: tuple[str, ...], file: Any, agent: str | None) -> None:
    """Announcement NUMBER is over; all whose tickets are about it are asked whether it is solved for them.

    \b
    Example:
      mailbot announcement end 3 "All mail flows again."
    """
    from mailbot.workflows import announcements

    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor = get_agent(desk.policy, agent, "announce")
        ended, asked = announcements.end(office, number, actor, _words(read_words(words, file)))
        mailed = _mailed(office, ended)
    click.echo(f"Announcement {number} has ended; {asked} requesters are asked.{mailed}")


def _mailed(office: Office, announcement: Announcement) -> str:
    """A sentence about its audience, where it has one."""
    from mailbot.workflows.event_audience import count_recipients

    if not announcement.to_audience:
        return ""
    count = sum(count_recipients(office, announcement).values())
    return f" Its audience of {count} is mailed in rounds: mailbot announcement audience show {announcement.number}"


def _words(words: str) -> str:
    if not words:
        raise PermanentError("say how it stands: these words are sent to everybody whose ticket is about it")
    return words


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List announcements, newest first.

    \b
    Example:
      mailbot announcement list --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.announcements.list_newest()
        touched = {a.number: len(office.work.links.list_children(a.ticket)) for a in found}
    if as_json:
        print_json([{**_form(desk.policy, a), "tickets": touched[a.number]} for a in found])
        return
    print_table(
        ("NO", "TICKET", "BEGINS", "ENDED", "TICKETS", "TITLE"),
        [
            (
                a.number,
                ticket_reference(desk.policy.prefix, a.ticket),
                a.starts_at,
                a.ended_at,
                touched[a.number],
                a.title,
            )
            for a in found
        ],
        empty="Nothing is announced.",
    )


@command.command("show")
@click.argument("number", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show announcement NUMBER.

    \b
    Example:
      mailbot announcement show 3
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = office.work.announcements.find(number)
        if found is None:
            raise PermanentError(f"there is no announcement {number}: see `mailbot announcement list`")
        children = office.work.links.list_children(found.ticket)
    form = {**_form(desk.policy, found), "tickets": [ticket_reference(desk.policy.prefix, n) for n in children]}
    print_json(form) if as_json else print_fields((k.replace("_", " "), _flat(v)) for k, v in form.items())


def _name(policy: Policy, announcement: Announcement) -> str:
    return ticket_reference(policy.prefix, announcement.ticket)


def _flat(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, (list, tuple)) else value


def _form(policy: Policy, a: Announcement) -> dict[str, Any]:
    return {
        "number": a.number,
        "ticket": ticket_reference(policy.prefix, a.ticket),
        "planned": a.planned,
        "title": a.title,
        "words": a.words,
        "starts_at": a.starts_at,
        "expected_end": a.expected_end,
        "ended_at": a.ended_at,
        "patterns": a.patterns,
        "services": a.services,
        "customers": a.customers,
        "to_audience": a.to_audience,
        "recent_days": a.recent_days,
        "by": a.by,
    }

"""``mailbot announcement audience``: who is told of events without having written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import ROW_NUMBER, Failure, as_option, find_actor, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.cli.ticket_acts import read_requester
from mailbot.desk.errors import PermanentError

if TYPE_CHECKING:
    from mailbot.desk.event_audience import Bounce, Choice, Member, Recipient
    from mailbot.desk.policy import Policy
    from mailbot.parsers.audience_file import KnownNames
    from mailbot.parsers.table_rows import BadRow
    from mailbot.workflows.event_audience import Prospect

MOST_BAD_SHOWN = 20


@click.group("audience", cls=NearestGroup)
def command() -> None:
    """Who is told of events without having written. The settings name others, by customer ([[customers]] audience).

    \b
    Examples:
      mailbot announcement audience add "Bo Ek <bo@almby.example>" --service mail
      mailbot announcement audience import people.csv
      mailbot announcement audience show 3
    """


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List who was added, who has unsubscribed (when and how), and which addresses take no mail.

    \b
    Example:
      mailbot announcement audience list --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        audience = office.work.event_audience
        members, choices = audience.list_members(), {c.address: c for c in audience.list_choices()}
        bounces = {b.address: b for b in audience.list_bounces()}
    forms = _forms(desk.policy, members, choices, bounces)
    if as_json:
        print_json(forms)
        return
    print_table(
        ("ADDRESS", "NAME", "CUSTOMER", "SERVICES", "FROM", "STANDS"),
        [(f["address"], f["name"], f["customer"], ", ".join(f["services"]), f["from"], _standing(f)) for f in forms],
        empty="Nobody yet: mailbot announcement audience add ADDRESS",
    )


def _forms(
    policy: Policy, members: list[Member], choices: dict[str, Choice], bounces: dict[str, Bounce]
) -> list[dict[str, Any]]:
    """One form for each address that anything is known of: added, named in settings, unsubscribed, or bad."""
    known: dict[str, dict[str, Any]] = {}
    for m in members:
        customer = m.customer or policy.find_customer(m.mailbox.address).name
        added = {"customer": customer, "services": m.services, "language": m.language, "from": m.way}
        by = {"added_at": m.added_at, "added_by": m.added_by}
        known[m.mailbox.address.lower()] = {"address": m.mailbox.address, "name": m.mailbox.name, **added, **by}
    for c in policy.customers:
        for address in c.audience:
            known.setdefault(address.lower(), _bare(address, "settings", c.name))
    for key in (*choices, *bounces):
        known.setdefault(key, _bare(key, "", policy.find_customer(key).name))
    return [{**known[key], **_said(choices.get(key), bounces.get(key))} for key in sorted(known)]


def _bare(address: str, source: str, customer: str) -> dict[str, Any]:
    form = {"address": address, "name": "", "customer": customer, "services": (), "language": "", "from": source}
    return {**form, "added_at": None, "added_by": ""}


def _said(choice: Choice | None, bounce: Bounce | None) -> dict[str, Any]:
    chose = {"at": choice.at, "way": choice.way.value, "by": choice.by, "mail": choice.inbox} if choice else {}
    about = {"announcement": choice.announcement or None, **chose} if choice else None
    return {
        "wants": choice.wants if choice else True,
        "choice": about,
        "refused": {"at": bounce.at, "announcement": bounce.announcement, "reason": bounce.reason} if bounce else None,
    }


def _standing(form: dict[str, Any]) -> str:
    if not form["wants"]:
        return f"unsubscribed {form['choice']['at']:%Y-%m-%d} ({form['choice']['way']})"
    return f"takes no mail: {form['refused']['reason'][:60]}" if form["refused"] else "is told"


@command.command("add")
@click.argument("people", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--customer", default="", help="Whose people they are. [default: as their domain says]")
@click.option("--service", "services", multiple=True, help="Tell them of this service only.")
@click.option("--language", default="", help="The language to write in.")
@click.option("--they-asked", is_flag=True, help="They have asked for it, after they had unsubscribed.")
@as_option
@click.pass_context
@telling_errors
def add(ctx: click.Context, people: tuple[str, ...], agent: str | None, they_asked: bool, **given: Any) -> None:
    """Tell these people, or distribution lists, of events. An ADDRESS may have a name: "Bo Ek <bo@almby.example>".

    An address that took no mail is tried again. Who has unsubscribed stays so, unless --they-asked.

    \b
    Example:
      mailbot announcement audience add bo@almby.example --service mail
    """
    from mailbot.desk.event_audience import Choice, Member, Way

    desk = open_desk(ctx)
    known = _known(desk.policy)
    for what, asked, names in (
        ("customer", (given["customer"],), known.customers),
        ("service", given["services"], known.services),
        ("language", (given["language"],), known.languages),
    ):
        _must_exist(what, asked, names)
    mailboxes = [read_requester(text) for text in people]
    with desk.open_office() as office:
        actor, audience = find_actor(desk.policy, agent).address, office.work.event_audience
        rest = (given["customer"], given["services"], given["language"])
        audience.keep_members(Member(mailbox, office.now, actor, *rest) for mailbox in mailboxes)
        for mailbox in mailboxes:
            audience.forget_bounce(mailbox.address)
            if they_asked:
                audience.choose(Choice(mailbox.address, True, office.now, Way.AGENT, actor))
        left = [m.address for m in mailboxes if (c := audience.find_choice(m.address)) and not c.wants]
    click.echo(f"{len(mailboxes)} added.")
    for address in left:
        click.echo(f"{address} has unsubscribed and is not told. Have they asked for it? Say --they-asked.", err=True)


def _must_exist(what: str, asked: tuple[str, ...], names: Any) -> None:
    for name in asked:
        if name and name not in names:
            there = ", ".join(sorted(names)) or "none yet"
            raise PermanentError(f"no {what} is called {name!r}; there are {there}")


def _known(policy: Policy) -> KnownNames:
    from mailbot.parsers.audience_file import KnownNames

    customers, services = {c.name for c in policy.customers}, {s.name for s in policy.services}
    return KnownNames(customers, services, set(policy.languages))


@command.command("remove")
@click.argument("people", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--never", is_flag=True, help="They have asked for no such mail, whoever adds them.")
@as_option
@click.pass_context
@telling_errors
def remove(ctx: click.Context, people: tuple[str, ...], agent: str | None, never: bool) -> None:
    """Take people off the list. Those whom settings name stay told, unless --never.

    \b
    Example:
      mailbot announcement audience remove bo@almby.example --never
    """
    from mailbot.desk.event_audience import Choice, Way

    desk = open_desk(ctx)
    addresses = [read_requester(text).address for text in people]
    with desk.open_office() as office:
        actor, audience = find_actor(desk.policy, agent).address, office.work.event_audience
        removed = sum(audience.remove_member(address) for address in addresses)
        for address in addresses if never else ():
            audience.choose(Choice(address, False, office.now, Way.AGENT, actor))
    click.echo(f"{removed} removed." + (f" {len(addresses)} are told nothing from now on." if never else ""))


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would be imported; change nothing.")
@as_option
@json_option
@click.pass_context
@telling_errors
def import_file(ctx: click.Context, file: BinaryIO, dry_run: bool, agent: str | None, as_json: bool) -> None:
    """Add the people of a CSV file with the columns address, name, customer, services, language; the first is needed.

    A file with a bad row is not imported at all, and every bad row is told.

    \b
    Example:
      mailbot announcement audience import people.csv --dry-run
    """
    from mailbot.desk.event_audience import Member
    from mailbot.parsers.audience_file import read_audience_file

    desk = open_desk(ctx)
    found = read_audience_file(file.read(), _known(desk.policy))
    if found.bad:
        raise Failure(_tell_bad(found.bad))
    if not dry_run:
        with desk.open_office() as office:
            actor = find_actor(desk.policy, agent).address
            rows = [(r.mailbox, office.now, actor, r.customer, r.services, r.language, "imported") for r in found.rows]
            office.work.event_audience.keep_members(Member(*row) for row in rows)
    done = {"rows": len(found.rows), "imported": 0 if dry_run else len(found.rows)}
    print_json(done) if as_json else click.echo(", ".join(f"{count} {what}" for what, count in done.items()))


def _tell_bad(bad: tuple[BadRow, ...]) -> str:
    rows = [f"  {row}" for row in bad[:MOST_BAD_SHOWN]]
    more = [f"  and {len(bad) - MOST_BAD_SHOWN} more"] if len(bad) > MOST_BAD_SHOWN else []
    return "\n".join([f"nothing is imported: {len(bad)} bad rows", *rows, *more])


@command.command("show")
@click.argument("number", type=ROW_NUMBER)
@json_option
@click.pass_context
@telling_errors
def show(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show whom announcement NUMBER is for, what became of each, and whom the next mail would go to.

    \b
    Example:
      mailbot announcement audience show 3
    """
    from mailbot.workflows import event_audience

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        announcement = office.work.announcements.find(number)
        if announcement is None:
            raise PermanentError(f"there is no announcement {number}: see `mailbot announcement list`")
        if not announcement.to_audience:
            raise PermanentError(f"announcement {number} is not mailed to an audience")
        found = event_audience.list_recipients(office, announcement)
    forms = [_recipient_form(r, announcement.step, would.value) for r, would in found]
    if as_json:
        print_json(forms)
        return
    print_table(
        ("ADDRESS", "CUSTOMER", "WHY", "TOLD AT", "NOW", "NEXT MAIL"),
        [(f["address"], f["customer"], f["why"], f["told_at"], f["outcome"], f["next"]) for f in forms],
        empty="It is for nobody.",
    )


def _recipient_form(recipient: Recipient, step: int, would: str) -> dict[str, Any]:
    one = recipient.addressee
    return {
        "address": one.mailbox.address,
        "name": one.mailbox.name,
        "customer": one.customer,
        "why": one.why.value,
        "told_at": recipient.told_at,
        "outcome": (recipient.outcome.value if recipient.step >= step else "") or "waiting",
        "next": would,
    }


def print_dry_run(prospects: list[Prospect], as_json: bool) -> None:
    """Whom a mail would go to, and why; whom not, and why not."""
    forms = [_prospect_form(prospect) for prospect in prospects]
    if as_json:
        print_json(forms)
        return
    print_table(
        ("ADDRESS", "NAME", "CUSTOMER", "WHY", "MAIL"),
        [(f["address"], f["name"], f["customer"], f["why"], "yes" if f["mail"] else f"no: {f['not']}") for f in forms],
        empty="It is for nobody: mailbot announcement audience add ADDRESS",
    )
    click.echo(f"{sum(f['mail'] for f in forms)} mails; nothing is announced or sent (--dry-run).")


def _prospect_form(prospect: Prospect) -> dict[str, Any]:
    one, told = prospect.addressee, prospect.outcome.value == "told"
    who = {"address": one.mailbox.address, "name": one.mailbox.name, "customer": one.customer, "why": one.why.value}
    return {**who, "mail": told, "not": "" if told else prospect.outcome.value}

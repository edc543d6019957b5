"""``mailbot check``: the settings in force, and every door tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from mailbot.cli.check_console import try_console
from mailbot.cli.check_doors import try_lmtp_door, try_smtp_door
from mailbot.cli.opening import find_desk, json_option, telling_errors
from mailbot.cli.printing import local_time, print_json, visible

if TYPE_CHECKING:
    from mailbot.app import Desk

    Trial = tuple[str, Callable[[Desk], str]]


@click.command("check")
@click.option("--quiet", is_flag=True, help="Without the settings.")
@json_option
@click.pass_context
@telling_errors
def command(ctx: click.Context, quiet: bool, as_json: bool) -> None:
    """Print the effective settings (secrets masked), and try database, doors, mailboxes and templates.

    Nothing is changed and no mail is sent. Exit code 1 where something does not work.

    \b
    Example:
      mailbot check --quiet
    """
    from mailbot.settings import effective

    desk = find_desk(ctx)
    if not quiet and not as_json:
        click.echo(effective(desk.settings))
    results = [(name, *_try(trial, desk)) for name, trial in _trials(desk)]
    if as_json:
        print_json([{"door": name, "works": works, "found": found} for name, works, found in results])
    width = max(len(name) for name, _, _ in results)
    for name, works, found in () if as_json else results:
        mark = click.style("✓", fg="green") if works else click.style("✗", fg="red")
        click.echo(f"{mark} {click.style(visible(name).ljust(width), bold=True)}  {visible(found)}")
    ctx.exit(0 if all(works for _, works, _ in results) else 1)


def _try(trial: Callable[[Desk], str], desk: Desk) -> tuple[bool, str]:
    try:
        return True, trial(desk)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a door is what this command is asked for
        return False, str(error) or type(error).__name__


def _trials(desk: Desk) -> Iterator[Trial]:
    yield "database", _database
    yield "delivery", _delivery
    yield "templates", _templates
    if desk.settings.smtp.on:
        yield "smtp door", try_smtp_door
    if desk.settings.lmtp.on:
        yield "lmtp door", try_lmtp_door
    for number, account in enumerate(desk.settings.imap):
        yield f"imap {account.name}", lambda d, n=number: _mailbox(d, n)  # type: ignore[misc]
    yield "calendars", _calendars
    yield "agents", _agents
    if desk.settings.console.on:
        yield "console", try_console
    if desk.settings.alerts.sources:
        yield "alerts", _alert_sources
    yield "authentication", _authentication


def _database(desk: Desk) -> str:
    from mailbot.store import migration

    found, newest = migration.find_revision(desk.engine), migration.newest_revision()
    if found is None:
        return f"{desk.engine.url.render_as_string(hide_password=True)}: empty, set up at the first start"
    if found != newest:
        migration.prepare(desk.engine)
    return f"{desk.engine.url.render_as_string(hide_password=True)} at revision {found}"


def _delivery(desk: Desk) -> str:
    courier = desk.make_courier()
    try:
        return courier.try_connect()
    finally:
        courier.close()


def _templates(desk: Desk) -> str:
    from mailbot.desk.vocabulary import NoticeKind
    from mailbot.templates.check import check_wording
    from mailbot.templates.render import packaged_wording

    wording = packaged_wording()
    for language in desk.policy.languages:
        for kind in NoticeKind:
            source = wording.find_source(kind, language)
            problems = check_wording(kind, source.language, source.text)
            if problems:
                raise ValueError(f"{language}/{kind.value}.j2 line {problems[0].line}: {problems[0].message}")
    return f"every notice speaks {', '.join(desk.policy.languages)}; {_saved_wordings(desk)}"


def _saved_wordings(desk: Desk) -> str:
    """How many wordings of admins speak. Raises ValueError where the newest of a notice cannot."""
    from mailbot.desk.vocabulary import NoticeKind
    from mailbot.store import migration

    if migration.find_revision(desk.engine) != migration.newest_revision():
        return "none saved yet"
    with desk.open_office(reads_only=True) as office:
        saved = office.work.wordings
        newest = saved.list_newest()
        for r in newest:
            chosen = office.wording.choose(saved, office.now, NoticeKind(r.notice), r.language)
            if chosen.fault:
                raise ValueError(f"{r.notice}/{r.language}: {chosen.fault}")
    return f"{sum(r.source is not None for r in newest)} in wordings of your own"


def _mailbox(desk: Desk, number: int) -> str:
    from mailbot.channels.imap_poller import try_login
    from mailbot.doors import make_imap_accounts

    account = make_imap_accounts(desk.settings)[number]
    try:
        report = try_login(account)
    except OSError as error:
        raise ValueError(f"{account.host}:{account.port}: {error.strerror or error}") from None
    return f"{report.exists} mails, {' '.join(report.capabilities)}"


def _calendars(desk: Desk) -> str:
    from mailbot.agreements import learn_holidays

    now, policy = desk.clock(), desk.policy
    learn_holidays(policy.calendars, now)
    told = [
        f"{c.name} is open" if c.is_open(now) else f"{c.name} opens {local_time(c.next_opening(now))}"
        for c in policy.calendars
    ]
    return f"{', '.join(told)}; {len(policy.customers)} customers"


def _agents(desk: Desk) -> str:
    policy = desk.policy
    empty = [g.name for g in policy.groups if not g.address and not list(policy.members(g.name))]
    if policy.agents and empty:
        raise ValueError(f"nobody is in the groups {', '.join(empty)}: their tickets would be told to nobody")
    return (
        f"{len(policy.agents)} agents in {len(policy.groups)} groups"
        if policy.agents
        else "none yet: nobody is told of new tickets"
    )


def _alert_sources(desk: Desk) -> str:
    from mailbot.parsers.alerts.labelled import find_fault

    sources = desk.settings.alerts.sources
    for source in sources:
        if fault := find_fault(source.pattern):
            raise ValueError(f"the pattern of {source.name} cannot be used: {fault}")
    return f"{len(sources)} sources with a pattern of their own"


def _authentication(desk: Desk) -> str:
    if desk.policy.verify_at_edge:
        return "SPF, DKIM and DMARC are checked here"
    if desk.policy.reading.trusted_authserv:
        return f"the word of {', '.join(desk.policy.reading.trusted_authserv)} is trusted"
    return "senders are not authenticated: receipts repeat nothing, closing rests on the signed reply address"

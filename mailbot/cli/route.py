"""``mailbot route``: where mails would go by the rules of settings, and why. Nothing is kept and nobody is told."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table, visible
from mailbot.desk.errors import PermanentError

if TYPE_CHECKING:
    from mailbot.desk.routing import AgentMatch, Route
    from mailbot.desk.services import Matter, ServiceMatch


@click.command("route")
@click.argument("files", nargs=-1, required=True, metavar="FILE.eml…")
@click.option("--to", "address", default="", metavar="ADDRESS", help="The desk's own address that it came to.")
@json_option
@click.pass_context
@telling_errors
def command(ctx: click.Context, files: tuple[str, ...], address: str, as_json: bool) -> None:
    """Tell where mails would go: service, support group and agents, with their scores and why. A dry run.

    FILE is a mail as it came (- for standard input). Load and absences are those of this moment.

    \b
    Examples:
      mailbot route printer.eml
      mailbot mail raw 17 | mailbot route -
      mailbot route tests/*.eml --json
    """
    forms = []
    desk = open_desk(ctx)
    for name in files:
        with desk.open_office(reads_only=True) as office:
            from mailbot.workflows import routing

            matter = _matter(office, _bytes_of(name), address)
            found = routing.find_route(office, matter)
        if as_json:
            forms.append({"file": name, **_form(matter, found, desk.policy.routing.assign)})
        else:
            _print(name, matter, found, desk.policy.routing.assign)
    if as_json:
        print_json(forms[0] if len(forms) == 1 else forms)


def _matter(office: Any, raw: bytes, address: str) -> Matter:
    from mailbot.desk.correspondence import Envelope
    from mailbot.workflows import routing
    from mailbot.workflows.reading import read_mail

    reading = read_mail(raw, Envelope("", (), datetime.now(UTC), "file"), office.policy.reading)
    readers = (*reading.mail.to, *reading.mail.cc)
    came_to = address or next((own for m in readers if (own := office.policy.own_address(m.address))), "")
    return routing.matter_of(office, reading, reading.mail.author, came_to)


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise PermanentError(f"{name}: {error.strerror}") from None


def _print(name: str, matter: Matter, found: Route, assign: bool) -> None:
    click.secho(f"{visible(name)}: {visible(matter.subject) or '(no subject)'}", bold=True)
    for reason in found.reasons:
        click.echo(f"  {visible(reason)}")
    given = found.agent.agent.mailbox.address if assign and found.agent else ""
    click.echo(f"  → the ticket goes to {given or f'the group {found.group}'}")
    if found.services:
        click.echo()
        print_table(
            ("SERVICE", "SCORE", "WORDS"),
            [(m.service.name, m.score, ", ".join(map(str, m.found))) for m in found.services],
            empty="",
            wrap=True,
        )
    click.echo()
    print_table(
        ("", "AGENT", "SCORE", "WHY"),
        [
            ("●" if m is found.agent else "", m.agent.mailbox.address, m.score, "; ".join(m.reasons))
            for m in found.agents
        ],
        empty=f"Nobody is in {found.group}.",
        wrap=True,
    )


def _form(matter: Matter, found: Route, assign: bool) -> dict[str, Any]:
    return {
        "subject": matter.subject,
        "address": matter.address,
        "customer": matter.customer,
        "service": found.service.name if found.service else None,
        "score": found.score,
        "group": found.group,
        "agent": found.agent.agent.mailbox.address if found.agent else None,
        "assigned": bool(assign and found.agent),
        "reasons": found.reasons,
        "services": [_service_form(m) for m in found.services],
        "agents": [_agent_form(m) for m in found.agents],
    }


def _service_form(match: ServiceMatch) -> dict[str, Any]:
    words = [{"pattern": f.pattern, "words": f.words, "where": f.where, "points": f.points} for f in match.found]
    return {"name": match.service.name, "score": match.score, "words": words}


def _agent_form(match: AgentMatch) -> dict[str, Any]:
    return {
        "address": match.agent.mailbox.address,
        "score": match.score,
        "able": match.able,
        "load": match.load,
        "works_from": match.works_from,
        "reasons": match.reasons,
    }

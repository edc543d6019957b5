"""``mailbot templates``: the words of the mails, seen, changed and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailbot.cli import templates_edit, templates_folder, templates_try
from mailbot.cli.opening import json_option, open_desk, telling_errors
from mailbot.cli.printing import local_time, print_json, print_table
from mailbot.cli.templates_options import lang_option, language_of, notice_argument, read_revision
from mailbot.cli.templates_views import (
    OCCASIONS,
    difference,
    name_of,
    print_difference,
    print_source,
    revision_name,
)
from mailbot.desk.vocabulary import NoticeKind, Role

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.workflows.office import Office


TITLES = {
    Role.REQUESTER: "To the requester, or to the audience of an event",
    Role.PARTICIPANT: "To approvers of a change",
    Role.AGENT: "To agents, or whoever wrote",
}


@click.group("templates")
def command() -> None:
    """The words of the mails. What you save is checked first, and every revision is kept.

    \b
    Examples:
      mailbot templates list
      mailbot templates edit receipt --lang sv
      mailbot templates preview resolution --ticket SD-1042 --out resolution.html
      mailbot templates diff receipt
      mailbot templates restore receipt 3
    """


@command.command("list")
@json_option
@click.pass_context
@telling_errors
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List the notices: whom they go to, when, and which wording speaks.

    \b
    Example:
      mailbot templates list --json
    """
    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        found = {(kind, tag): _in_force(office, kind, tag) for kind in OCCASIONS for tag in desk.policy.languages}
    if as_json:
        print_json([{"notice": kind, "language": tag} | form for (kind, tag), form in found.items()])
        return
    for role, title in TITLES.items():
        _print_audience(desk, role, title, found)
    for (kind, tag), form in found.items():
        if form["fault"]:
            click.secho(f"! {kind.value}/{tag}: {form['fault']}", fg="red", err=True)


def _print_audience(desk: Desk, role: Role, title: str, found: dict[tuple[NoticeKind, str], dict[str, Any]]) -> None:
    from mailbot.templates.catalogue import CATALOGUE

    click.secho(title, fg="cyan")
    kinds = [kind for kind in OCCASIONS if CATALOGUE[kind].audience is role]
    tags = desk.policy.languages
    print_table(
        ("NOTICE", *(tag.upper() for tag in tags), "WHEN"),
        [(kind.value, *(_shown(found[kind, tag]) for tag in tags), OCCASIONS[kind]) for kind in kinds],
        empty="None.",
    )
    click.echo()


def _in_force(office: Office, kind: NoticeKind, tag: str) -> dict[str, Any]:
    chosen = office.wording.choose(office.work.wordings, office.now, kind, tag)
    revision = chosen.revision
    return {
        "revision": revision.number if revision else 0,
        "name": revision.name if revision else "packaged",
        "at": revision.at if revision else None,
        "by": revision.by if revision else "",
        "fault": chosen.fault,
    }


def _shown(form: dict[str, Any]) -> str:
    mark = " !" if form["fault"] else ""
    return (
        f"{revision_name(form['revision'])}, {local_time(form['at'])[:10]}{mark}" if form["at"] else f"packaged{mark}"
    )


@command.command()
@notice_argument
@click.option("--revision", metavar="NUMBER", help="This one, or `packaged`. [default: the newest]")
@click.option("--names", is_flag=True, help="The names that it can use, instead.")
@lang_option
@json_option
@click.pass_context
@telling_errors
def show(
    ctx: click.Context, notice: NoticeKind, revision: str | None, names: bool, lang: str | None, as_json: bool
) -> None:
    """Show the source of a wording: in colour in a terminal, as it is for a file. Or the names it can use.

    \b
    Examples:
      mailbot templates show receipt
      mailbot templates show receipt --lang en --revision packaged > receipt.j2
      mailbot templates show resolution --names
    """
    from mailbot.workflows.wording import get_held

    desk = open_desk(ctx)
    language = language_of(desk, lang)
    if names:
        _show_names(notice, language, as_json)
        return
    with desk.open_office(reads_only=True) as office:
        held = get_held(office, notice, language, read_revision(revision))
    if as_json:
        print_json({"notice": notice, "language": held.language, "revision": held.number, "source": held.source})
        return
    click.secho(name_of(held), bold=True, err=True)
    print_source(held.source)


def _show_names(notice: NoticeKind, language: str, as_json: bool) -> None:
    from mailbot.templates.names import names_of

    found = names_of(notice, language)
    if as_json:
        print_json(found)
        return
    rows = [(f"{{{{ {name.path} }}}}", name.sort, name.sample) for name in found]
    print_table(("NAME", "WHAT", "FOR EXAMPLE"), rows, empty="None.")


@command.command()
@notice_argument
@lang_option
@json_option
@click.pass_context
@telling_errors
def history(ctx: click.Context, notice: NoticeKind, lang: str | None, as_json: bool) -> None:
    """Show who changed a wording, when and why; newest first.

    \b
    Example:
      mailbot templates history receipt --lang sv
    """
    desk = open_desk(ctx)
    language = language_of(desk, lang)
    with desk.open_office(reads_only=True) as office:
        rows = office.work.wordings.list_history(notice.value, language)
        speaking = _in_force(office, notice, language)["revision"]
    if as_json:
        print_json([{"revision": r.number, "at": r.at, "by": r.by, "why": r.why, "restores": r.restores} for r in rows])
        return
    # A revision that brings the packaged wording back speaks through it.
    newest_packaged = rows[0].number if rows and rows[0].source is None else 0
    shown = [
        ("●" if r.number == (speaking or newest_packaged) else "", r.number, r.at, r.by, _why(r.restores, r.why))
        for r in rows
    ]
    floor = ("●" if not speaking and not newest_packaged else "", 0, "", "mailbot", "packaged: comes with the program")
    print_table(("", "REVISION", "WHEN", "BY", "WHY"), [*shown, floor], empty="")


def _why(restores: int | None, why: str) -> str:
    back = "" if restores is None else f"brings back {revision_name(restores)}"
    return ": ".join(filter(None, (back, why)))


@command.command()
@notice_argument
@click.argument("old", default="packaged")
@click.argument("new", required=False)
@lang_option
@json_option
@click.pass_context
@telling_errors
def diff(ctx: click.Context, notice: NoticeKind, old: str, new: str | None, lang: str | None, as_json: bool) -> None:
    """Show what differs between two revisions; without numbers, between the packaged wording and the newest.

    \b
    Examples:
      mailbot templates diff receipt
      mailbot templates diff receipt 2 3 --lang en
    """
    from mailbot.workflows.wording import get_held

    desk = open_desk(ctx)
    language = language_of(desk, lang)
    with desk.open_office(reads_only=True) as office:
        before, after = (get_held(office, notice, language, read_revision(r)) for r in (old, new))
    if as_json:
        print_json({"old": before.number, "new": after.number, "lines": list(difference(before, after))})
    elif before.source == after.source:
        click.echo(f"{name_of(before)} and {name_of(after)} say the same.")
    else:
        print_difference(before, after)


for _each in (*templates_edit.COMMANDS, *templates_try.COMMANDS, *templates_folder.COMMANDS):
    command.add_command(_each)

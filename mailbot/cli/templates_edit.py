"""``mailbot templates edit``, ``check``, ``preview`` and ``restore``: change a wording and see what it says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailbot.cli.opening import Failure, as_option, open_desk, telling_errors
from mailbot.cli.templates_options import (
    find_admin,
    lang_option,
    language_of,
    notice_argument,
    open_wording,
    why_option,
)
from mailbot.cli.templates_views import (
    print_difference,
    print_figures,
    print_trial,
    revision_name,
)
from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import NoticeKind

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.workflows.wording import Draft, Held, WordingDesk


@click.command()
@notice_argument
@lang_option
@why_option
@as_option
@click.option("--yes", is_flag=True, help="Save without asking, if there are no problems.")
@click.pass_context
@telling_errors
def edit(ctx: click.Context, notice: NoticeKind, lang: str | None, why: str, agent: str | None, yes: bool) -> None:
    """Change a wording in your editor ($EDITOR). It is saved when it has no problems.

    \b
    Examples:
      mailbot templates edit receipt --lang sv
      EDITOR=nano mailbot templates edit closed --why "Nytt telefonnummer"
    """
    from mailbot.workflows.wording import get_held

    desk = open_desk(ctx)
    by, language = find_admin(desk, agent), language_of(desk, lang)
    with desk.open_office(reads_only=True) as office:
        held = get_held(office, notice, language)
    path = Path(tempfile.mkdtemp(prefix="mailbot-")) / f"{notice.value}.{language}.j2"
    path.write_text(held.source, "utf-8")
    try:
        with open_wording(desk) as wording:
            draft = _edit_until_kept(wording, held, path, yes)
            kept = wording.save([draft], by=by, why=why or _ask_why(yes)) if draft else []
    except BaseException:
        click.echo(f"Your draft is kept in {path}.", err=True)
        raise
    _remove(path)
    if kept:
        click.secho(f"Saved as {notice.value}/{language}, {revision_name(kept[0].number)}.", fg="green", bold=True)
        _remind_of_others(desk, notice, language)


def _edit_until_kept(wording: WordingDesk, held: Held, path: Path, yes: bool) -> Draft | None:
    """The draft that is to be kept; None where nothing was changed. Raises Failure where it was given up."""
    from mailbot.workflows.wording import Draft, Held

    while True:
        click.edit(filename=str(path))
        source = _read_source(path)
        if source == held.source:
            click.echo("Nothing was changed.")
            return None
        draft = Draft(held.kind, held.language, source, held.last)
        trial = wording.try_draft(draft)
        if trial.may_be_kept:
            print_difference(held, Held(held.kind, held.language, source, held.last + 1, held.last))
            print_figures(trial)
        else:
            print_trial(source, trial)
        if trial.may_be_kept and (yes or _choose("s", "Save, edit again, or give up?") == "s"):
            return draft
        if not trial.may_be_kept and _choose("e", "Edit again, or give up?") == "g":
            raise Failure("Given up: nothing is changed.")


def _choose(first: str, question: str) -> str:
    answers = ("s", "e", "g") if first == "s" else ("e", "g")
    chosen: str = click.prompt(question, type=click.Choice(answers), default=first)
    if chosen == "g" and first == "s":
        raise Failure("Given up: nothing is changed.")
    return chosen


def _ask_why(yes: bool) -> str:
    return "" if yes else str(click.prompt("Why? (for the history)", default="", show_default=False))


def _read_source(path: Path) -> str:
    try:
        return path.read_text("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PermanentError(f"{path} is not UTF-8: {error.reason} at octet {error.start}") from None


def _remove(path: Path) -> None:
    for each in path.parent.iterdir():
        each.unlink()  # some editors leave a copy beside it
    path.parent.rmdir()


def _remind_of_others(desk: Desk, notice: NoticeKind, language: str) -> None:
    """Who reads another language reads what was not changed now."""
    others = [tag for tag in desk.policy.languages if tag != language]
    if others:
        click.secho(f"Readers of {', '.join(others)} see their own wording: change it too, if it should say the same.")


COMMANDS = (edit,)

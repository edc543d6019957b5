"""``mailbot templates export`` and ``import``: wordings as files, for people who keep them under version control."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from mailbot.cli.opening import Failure, as_option, open_desk, telling_errors
from mailbot.cli.templates_options import find_admin, open_wording, why_option
from mailbot.cli.templates_views import OCCASIONS, print_trial, revision_name
from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import NoticeKind

LARGEST_FILE = 1_000_000


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--saved", is_flag=True, help="Only wordings of your own, not the packaged ones.")
@click.pass_context
@telling_errors
def export(ctx: click.Context, folder: Path, saved: bool) -> None:
    """Write the wordings that speak now to FOLDER, as LANGUAGE/NOTICE.j2.

    \b
    Example:
      mailbot templates export wordings && git -C wordings diff
    """
    from mailbot.workflows.wording import get_held

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        every = [get_held(office, kind, tag) for tag in desk.policy.languages for kind in OCCASIONS]
    written = 0
    for held in every:
        if saved and (held.revision is None or held.revision.source is None):
            continue
        path = folder / held.language / f"{held.kind.value}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held.source.encode("utf-8"))
        written += 1
    click.echo(f"{written} {'wording' if written == 1 else 'wordings'} in {folder}.")


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Try them and save nothing.")
@why_option
@as_option
@click.pass_context
@telling_errors
def import_command(ctx: click.Context, folder: Path, dry_run: bool, why: str, agent: str | None) -> None:
    """Save the wordings in FOLDER (LANGUAGE/NOTICE.j2) that differ. All are tried before any is saved.

    \b
    Example:
      mailbot templates import wordings --why "As agreed with the customer"
    """
    from mailbot.workflows.wording import Draft, get_held

    desk = open_desk(ctx)
    by = find_admin(desk, agent)
    found = _read_folder(folder)
    with desk.open_office(reads_only=True) as office:
        held = {key: get_held(office, *key) for key in found}
    changed = [Draft(*key, found[key], now.last) for key, now in held.items() if now.source != found[key]]
    with open_wording(desk) as wording:
        trials = [(draft, wording.try_draft(draft)) for draft in changed]
        for draft, trial in trials:
            good = trial.may_be_kept
            click.secho(f"{'✓' if good else '✗'} {draft.language}/{draft.kind.value}.j2", fg="green" if good else "red")
            if not good:
                print_trial(draft.source, trial)
        if not all(trial.may_be_kept for _, trial in trials):
            raise Failure("Nothing is saved: mend the problems, and import again.")
        kept = [] if dry_run else wording.save(changed, by=by, why=why)
    for revision in kept:
        click.echo(f"{revision.notice}/{revision.language}: {revision_name(revision.number)}")
    same = len(found) - len(changed)
    click.echo(f"{len(kept)} saved{' (dry run)' if dry_run else ''}, {same} the same as before.")


def _read_folder(folder: Path) -> dict[tuple[NoticeKind, str], str]:
    """Every wording in the folder, by notice and language.

    Raises:
        PermanentError: a file is named after no notice or language, or is not a text; nothing is there.
    """
    from mailbot.workflows.wording import languages

    sources: dict[tuple[NoticeKind, str], str] = {}
    for path in sorted(folder.glob("*/*.j2")):
        name, language = path.stem, path.parent.name
        if language not in languages():
            raise PermanentError(f"{path}: there are no words in {language!r}; there are {', '.join(languages())}")
        if name not in {kind.value for kind in NoticeKind}:
            near = get_close_matches(name, [kind.value for kind in NoticeKind], 1)
            raise PermanentError(f"{path}: there is no notice {name!r}" + (f"; {near[0]}?" if near else ""))
        sources[NoticeKind(name), language] = _read(path)
    if not sources:
        raise PermanentError(f"{folder} has no wordings: they are named LANGUAGE/NOTICE.j2, such as sv/receipt.j2")
    return sources


def _read(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise PermanentError(f"{path} is larger than a wording can be")
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PermanentError(f"{path} is not UTF-8: {error.reason} at octet {error.start}") from None


COMMANDS = (export, import_command)

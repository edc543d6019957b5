"""``mailbot templates check``, ``preview`` and ``restore``: what a wording says, and one that said it before."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from mailbot.cli.opening import Failure, as_option, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table, print_words, visible
from mailbot.cli.templates_options import (
    Notice,
    find_admin,
    lang_option,
    language_of,
    notice_argument,
    open_wording,
    read_revision,
    why_option,
)
from mailbot.cli.templates_views import OCCASIONS, name_of, print_trial, revision_name, trial_form
from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import NoticeKind

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.templates.catalogue import NoticeContext
    from mailbot.wording_room import Trial
    from mailbot.workflows.office import Office
    from mailbot.workflows.wording import Held

file_option = click.option("--file", type=click.File("rb"), help="A source that is not saved; - for standard input.")


@click.command()
@click.argument("notice", type=Notice(), required=False, metavar="[NOTICE]")
@file_option
@lang_option
@json_option
@click.pass_context
@telling_errors
def check(
    ctx: click.Context, notice: NoticeKind | None, file: IO[bytes] | None, lang: str | None, as_json: bool
) -> None:
    """Try what speaks now, or a file, with samples and recent tickets. Exit code 1 where there are problems.

    \b
    Examples:
      mailbot templates check
      mailbot templates check receipt --lang en
      mailbot templates check receipt --file draft.j2
    """
    from mailbot.workflows.wording import Draft

    desk = open_desk(ctx)
    if file and not notice:
        raise click.UsageError("Say which NOTICE the file is for.")
    held = [
        _held(desk, kind, tag, file)
        for kind in ([notice] if notice else OCCASIONS)
        for tag in ([language_of(desk, lang)] if lang or file else desk.policy.languages)
    ]
    with open_wording(desk) as wording:
        trials = [(each, wording.try_draft(Draft(each.kind, each.language, each.source))) for each in held]
    if as_json:
        print_json([_form(each, trial) for each, trial in trials])
    elif len(trials) == 1:
        print_trial(trials[0][0].source, trials[0][1])
    else:
        for each, trial in trials:
            if trial.problems:
                click.secho(name_of(each), bold=True)
                print_trial(each.source, trial)
        print_table(
            ("NOTICE", "LANGUAGE", "WORDING", "PROBLEMS", "LIX", "WORDS", "HTML"),
            [
                (h.kind.value, h.language, revision_name(h.number), len(t.problems) or "none", *_figures(t))
                for h, t in trials
            ],
            empty="",
        )
    if any(trial.problems for _, trial in trials):
        ctx.exit(1)


def _form(held: Held, trial: Trial) -> dict[str, Any]:
    return {"notice": held.kind, "language": held.language, "revision": held.number} | trial_form(trial)


def _figures(trial: Trial) -> tuple[int, int, str]:
    return trial.figures.lix, trial.figures.words, f"{trial.html_octets / 1000:.1f} kB"


def _held(desk: Desk, kind: NoticeKind, language: str, file: IO[bytes] | None, revision: str | None = None) -> Held:
    """The wording in force or of a revision, with the source of ``file`` where one is given."""
    from dataclasses import replace

    from mailbot.workflows.wording import get_held

    with desk.open_office(reads_only=True) as office:
        held = get_held(office, kind, language, read_revision(revision))
    if file is None:
        return held
    try:
        return replace(held, source=file.read().decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise PermanentError(f"the file is not UTF-8: {error.reason} at octet {error.start}") from None


@click.command()
@notice_argument
@click.option("--ticket", metavar="REFERENCE", help="As it would be for this ticket. [default: a sample]")
@click.option("--case", metavar="NAME", help="Another sample than the ordinary one.")
@click.option("--revision", metavar="NUMBER", help="This revision, or `packaged`. [default: the newest]")
@file_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the HTML to this file.")
@click.option("--text", "only_text", is_flag=True, help="Only the plain text.")
@lang_option
@json_option
@click.pass_context
@telling_errors
def preview(
    ctx: click.Context,
    notice: NoticeKind,
    ticket: str | None,
    case: str | None,
    revision: str | None,
    file: IO[bytes] | None,
    out: Path | None,
    only_text: bool,
    lang: str | None,
    as_json: bool,
) -> None:
    """Show what a notice says: subject and text here, the HTML in a file for your browser. Nothing is sent.

    \b
    Examples:
      mailbot templates preview receipt
      mailbot templates preview resolution --ticket SD-1042 --out page.html
      mailbot templates preview closed --case "by silence" --file draft.j2
    """
    from mailbot.workflows.wording import Draft

    desk = open_desk(ctx)
    language = language_of(desk, lang)
    held = _held(desk, notice, language, file, revision)
    with desk.open_office(reads_only=True) as office:
        context = _context(office, notice, language, ticket, case)
    with open_wording(desk) as wording:
        rendered = wording.preview(Draft(notice, language, held.source), context)
    if isinstance(rendered, str):
        raise Failure(f"It cannot be said: {rendered}\nTry `mailbot templates check {notice.value}`.")
    if out:
        out.write_text(rendered.html, "utf-8")
    if as_json:
        print_json({"subject": rendered.subject, "text": rendered.text, "html": rendered.html})
        return
    if not only_text:
        click.echo(f"{click.style('Subject:', dim=True)} {click.style(visible(rendered.subject), bold=True)}\n")
    print_words(rendered.text, indent="")
    if out:
        click.secho(f"\nThe HTML is in {out}.", fg="green", err=True)


def _context(office: Office, notice: NoticeKind, language: str, ticket: str | None, case: str | None) -> NoticeContext:
    from mailbot.templates.samples import sample_contexts
    from mailbot.workflows.wording_cases import case_of

    if ticket:
        return case_of(office, notice, language, get_ticket(office, ticket))
    samples = sample_contexts(notice, language)
    if case and case not in samples:
        raise PermanentError(f"{notice.value} has no sample {case!r}; there are: {', '.join(samples)}")
    return samples[case] if case else next(iter(samples.values()))


@click.command()
@notice_argument
@click.argument("revision")
@lang_option
@why_option
@as_option
@click.pass_context
@telling_errors
def restore(
    ctx: click.Context, notice: NoticeKind, revision: str, lang: str | None, why: str, agent: str | None
) -> None:
    """Bring a revision back, or the `packaged` wording, as a new revision. It is tried again first.

    \b
    Examples:
      mailbot templates restore receipt 3
      mailbot templates restore receipt packaged --lang en --why "Too long"
    """
    from mailbot.workflows.wording import WordingRefused

    desk = open_desk(ctx)
    by, language, number = find_admin(desk, agent), language_of(desk, lang), read_revision(revision)
    if number is None:
        raise PermanentError("say which revision: its number, or `packaged`")
    with open_wording(desk) as wording:
        try:
            kept = wording.restore(notice, language, number, by=by, why=why)
        except WordingRefused as refused:
            print_trial(refused.draft.source, refused.trial)
            raise
    said = f"{notice.value}/{language} says again what {revision_name(number)} said: {revision_name(kept.number)}."
    click.secho(said, fg="green", bold=True)


COMMANDS = (check, preview, restore)

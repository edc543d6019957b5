"""How wordings look in a terminal: sources in colour, problems at their line, differences, plain language figures."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.printing import print_words, visible
from mailbot.desk.vocabulary import NoticeKind

if TYPE_CHECKING:
    from mailbot.templates.check import Problem
    from mailbot.wording_room import Trial
    from mailbot.workflows.wording import Held

OCCASIONS = {
    NoticeKind.RECEIPT: "a ticket is registered",
    NoticeKind.PUBLIC_REPLY: "an agent answers",
    NoticeKind.RESOLUTION: "an agent says that it is solved; asks whether it is",
    NoticeKind.VERIFICATION_REMINDER: "nobody has answered yet whether it is solved; or a closure was a mistake",
    NoticeKind.ACCEPTANCE_NOTED: "one of several who have the fault says that it is solved",
    NoticeKind.REOPENED: "the ticket is open again",
    NoticeKind.CLOSED: "the ticket is closed, with a way back",
    NoticeKind.CANCELLED: "the desk does no more work on it",
    NoticeKind.PROMISE_RENEWED: "what was promised takes longer: a new time, before it passes",
    NoticeKind.HEARTBEAT: "the requester has heard nothing for long: how it goes",
    NoticeKind.STATUS: "somebody asks how it goes",
    NoticeKind.EVENT_ANNOUNCED: "an event is announced; to its audience, who have not written",
    NoticeKind.EVENT_UPDATED: "it stands otherwise with an announced event; to its audience",
    NoticeKind.EVENT_ENDED: "an announced event is over; to its audience",
    NoticeKind.UNSUBSCRIBED: "somebody unsubscribed from mails about events, by mail",
    NoticeKind.APPROVAL_ASKED: "somebody is asked to approve a change, or reminded",
    NoticeKind.APPROVAL_NOTED: "somebody has answered whether a change may be made",
    NoticeKind.AGENT_NEW_TICKET: "somebody wrote, or an agent has been given a ticket",
    NoticeKind.AGENT_NEW_REPLY: "somebody wrote in a ticket",
    NoticeKind.CONTACT_NEEDED: "nobody has answered whether it is solved: somebody must ask in person",
    NoticeKind.REFUSED_COMMAND: "a command or an answer could not be obeyed",
    NoticeKind.SERVICE_LEVEL: "a target is in danger or missed; to agents, or to those above them",
    NoticeKind.HANDOVER: "specialists are asked to take a ticket over",
    NoticeKind.TICKET_BACK: "specialists give a ticket back or did not accept it, or a wait is over",
    NoticeKind.COMMAND_TRANSCRIPT: "an agent commanded by mail: what each line did",
    NoticeKind.CHANGE_NEWS: "a change is approved, declined, near, late or lapsed; to agents",
    NoticeKind.WATCH_LIST: "each working morning, where tickets are ageing",
    NoticeKind.SIGN_IN_LINK: "somebody signs in to the console, or is invited to it",
}
"""When each notice leaves, in the order in which they are shown."""

_PIECES = re.compile(r"(\{\{.*?\}\})|(\{%.*?%\})|(\{#.*?#\})|(</?[a-zA-Z][^<>]*>)")
_LOOKS: tuple[dict[str, Any], ...] = (
    {"fg": "green"},
    {"fg": "magenta"},
    {"dim": True},
    {"fg": "blue"},
)


def print_source(source: str) -> None:
    """A source: in colour, with line numbers, for a terminal; as it is for a file or another program."""
    if not sys.stdout.isatty():
        click.echo(source, nl=not source.endswith("\n"))
        return
    lines = source.splitlines()
    width = len(str(len(lines)))
    for number, line in enumerate(lines, 1):
        click.echo(f"{click.style(str(number).rjust(width), dim=True)}  {_painted(visible(line))}")


def print_trial(source: str, trial: Trial) -> None:
    """Problems at their lines with what to do; without any, that it may be kept and how it reads."""
    for problem in trial.problems:
        _print_problem(source.splitlines(), problem)
    if trial.problems:
        count = len(trial.problems)
        click.secho(f"{count} {'problem' if count == 1 else 'problems'}.", fg="red", bold=True)
        return
    click.secho("✓ No problems.", fg="green", bold=True)
    print_figures(trial)


def print_figures(trial: Trial) -> None:
    """Figures of plain language. They are shown, and enforce nothing."""
    figures = trial.figures
    if not figures.words:
        return
    ease = "very easy" if figures.lix < 30 else "easy" if figures.lix < 40 else "medium" if figures.lix < 50 else "hard"
    facts = f"{figures.words} words, {figures.words_a_sentence:g} a sentence, {figures.long_word_share:.0%} long words"
    click.echo(f"  {facts}; LIX {figures.lix} ({ease}); HTML {trial.html_octets / 1000:.1f} kB")
    for sentence in figures.long_sentences:
        click.secho("  A long sentence:", fg="yellow")
        print_words(sentence)
    if figures.long_words:
        click.secho(f"  Long words: {', '.join(map(visible, figures.long_words))}", fg="yellow")


def print_difference(old: Held, new: Held) -> None:
    """What the new source has otherwise than the old one, in the unified form that patch reads."""
    for line in difference(old, new):
        look: dict[str, Any] = {"+": {"fg": "green"}, "-": {"fg": "red"}, "@": {"fg": "cyan"}}.get(line[:1], {})
        bold = line.startswith(("+++", "---"))
        click.secho(visible(line), **({"bold": True} if bold else look))


def difference(old: Held, new: Held) -> Iterator[str]:
    before, after = old.source.splitlines(), new.source.splitlines()
    return difflib.unified_diff(before, after, name_of(old), name_of(new), lineterm="")


def name_of(held: Held) -> str:
    """``receipt/sv, revision 3``."""
    return f"{held.kind.value}/{held.language}, {revision_name(held.number)}"


def revision_name(number: int) -> str:
    return f"revision {number}" if number else "packaged"


def problem_form(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "message": problem.message, "hint": problem.hint}


def trial_form(trial: Trial) -> dict[str, Any]:
    return {
        "may_be_kept": trial.may_be_kept,
        "problems": [problem_form(p) for p in trial.problems],
        "figures": trial.figures,
        "html_octets": trial.html_octets,
    }


def _print_problem(lines: list[str], problem: Problem) -> None:
    where = f"line {problem.line}" if problem.line else "as a whole"
    click.echo(f"{click.style('✗', fg='red', bold=True)} {click.style(where, bold=True)}  {visible(problem.message)}")
    if 0 < problem.line <= len(lines):
        number = str(problem.line).rjust(5)
        click.echo(f"{click.style(f'{number} │', dim=True)} {_painted(visible(lines[problem.line - 1]))}")
    if problem.hint:
        click.secho(f"      → {visible(problem.hint)}", fg="yellow")


def _painted(line: str) -> str:
    return _PIECES.sub(_paint, line)


def _paint(found: re.Match[str]) -> str:
    return click.style(found[0], **_LOOKS[(found.lastindex or 1) - 1])

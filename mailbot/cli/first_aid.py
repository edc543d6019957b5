"""``mailbot first-aid``: the answers that stand ready, which of them fit a ticket, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import find_desk, get_ticket, json_option, open_desk, telling_errors
from mailbot.cli.printing import print_json, print_table
from mailbot.desk.errors import PermanentError

if TYPE_CHECKING:
    from mailbot.desk.first_aid import FirstAid
    from mailbot.desk.policy import Policy

ticket_option = click.option("--ticket", metavar="TICKET", help="For this ticket: which fit it, and what they say.")


@click.group("first-aid", cls=NearestGroup)
def command() -> None:
    """Answers that stand ready in settings ([[first_aid]]) for what many ask.

    \b
    Examples:
      mailbot first-aid list --ticket SD-1042
      mailbot ticket reply SD-1042 --answer password
    """


@command.command("list")
@ticket_option
@json_option
@click.pass_context
@telling_errors
def list_answers(ctx: click.Context, ticket: str | None, as_json: bool) -> None:
    """List the answers; with --ticket those that fit it, the best first.

    \b
    Examples:
      mailbot first-aid list
      mailbot first-aid list --ticket SD-1042 --json
    """
    policy, found, texts, fitting = _read(ctx, ticket)
    if as_json:
        print_json([_form(a, text, fitting) for a, text in zip(found, texts, strict=True)])
        return
    shown = [(a, text) for a, text in zip(found, texts, strict=True) if not ticket or a.name in fitting]
    print_table(
        ("NAME", "TITLE", "LANGUAGES", "TEXT"),
        [
            (f"@{a.name}", a.title_in(policy.default_language), " ".join(tag for tag, _ in a.texts), _first_line(text))
            for a, text in shown
        ],
        empty="No answer fits." if found else "No answers stand ready: add [[first_aid]] to the settings file.",
    )


@command.command("show")
@click.argument("name")
@ticket_option
@json_option
@click.pass_context
@telling_errors
def show_answer(ctx: click.Context, name: str, ticket: str | None, as_json: bool) -> None:
    """Show an answer in each language; with --ticket as its requester would read it.

    \b
    Example:
      mailbot first-aid show password --ticket SD-1042
    """
    from mailbot.desk.first_aid import find_first_aid, find_nearest

    _, found, texts, fitting = _read(ctx, ticket)
    answer = find_first_aid(name, found)
    if answer is None:
        near = find_nearest(name.lstrip("@"), found)
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(a.name for a in found) or 'none'}"
        raise PermanentError(f"no answer is called {name}; {hint}")
    text = texts[found.index(answer)]
    if as_json:
        print_json(_form(answer, text, fitting))
    elif ticket:
        click.echo(text)
    else:
        click.echo("\n\n".join(f"[{language}]\n{words}" for language, words in answer.texts))


def _read(ctx: click.Context, ticket: str | None) -> tuple[Policy, Sequence[FirstAid], list[str], list[str]]:
    """All answers, what each says, and the names of those that fit the ticket; those that fit stand first."""
    if not ticket:
        policy = find_desk(ctx).policy
        return policy, policy.first_aid, [a.text_in(policy.default_language) for a in policy.first_aid], []
    from mailbot.workflows import first_aid

    desk = open_desk(ctx)
    with desk.open_office(reads_only=True) as office:
        of = get_ticket(office, ticket)
        fitting = first_aid.propose(office, of)
        ordered = (*fitting, *(a for a in desk.policy.first_aid if a not in fitting))
        return desk.policy, ordered, [first_aid.text_for(office, of, a) for a in ordered], [a.name for a in fitting]


def _form(answer: FirstAid, text: str, fitting: Sequence[str]) -> dict[str, Any]:
    return {
        "name": answer.name,
        "title": answer.title,
        "titles": dict(answer.titles),
        "texts": dict(answer.texts),
        "services": answer.services,
        "words": dict(answer.words),
        "fits": answer.name in fitting,
        "text": text,
    }


def _first_line(text: str) -> str:
    return text.partition("\n")[0]

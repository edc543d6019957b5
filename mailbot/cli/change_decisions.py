"""Who approves a change: ``mailbot change approvers | ask | approve | decline``."""

from __future__ import annotations

from typing import Any

import click

from mailbot.cli.change_forms import freeze_option, hold_change, outcome_of, print_outcome
from mailbot.cli.opening import as_option, get_agent, get_ticket, json_option, open_desk, read_words, telling_errors
from mailbot.cli.ticket_acts import file_option


@click.command("approvers")
@click.argument("ticket")
@click.argument("addresses", nargs=-1)
@click.option("--needed", type=click.IntRange(0, 1000), default=0, help="So many of them must approve. [default: all]")
@as_option
@json_option
@click.pass_context
@telling_errors
def approvers(
    ctx: click.Context, ticket: str, addresses: tuple[str, ...], needed: int, agent: str | None, as_json: bool
) -> None:
    """Name who must approve TICKET, in place of what settings say. Without ADDRESSES settings say it again.

    \b
    Example:
      mailbot change approvers SD-1060 cab@example.org eva@example.org
    """
    from mailbot.workflows import changes

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        changes.name_approvers(office, found, change, actor, addresses, needed)
        who = ", ".join(addresses) or "those of the settings"
        outcome = outcome_of(office, found, change, f"is to be approved by {who}")
    print_outcome(outcome, as_json)


@click.command("ask")
@click.argument("ticket")
@freeze_option
@as_option
@json_option
@click.pass_context
@telling_errors
def ask(ctx: click.Context, ticket: str, despite_freeze: str, agent: str | None, as_json: bool) -> None:
    """Mail the plan of TICKET to its approvers and ask for their approval.

    \b
    Example:
      mailbot change ask SD-1060
    """
    from mailbot.workflows import approvals

    with hold_change(ctx, ticket, agent) as (office, found, change, actor):
        asked = approvals.ask(office, found, change, actor, despite_freeze)
        who = ", ".join(a.address for a in asked) or "nobody who was not asked before"
        outcome = outcome_of(office, found, change, f"asks {who}", warn=True)
    print_outcome(outcome, as_json)


def _answer_command(name: str, answer: str) -> click.Command:
    @click.command(name, help=_HELP[name])
    @click.argument("ticket")
    @click.argument("words", nargs=-1)
    @click.option("--of", required=True, metavar="ADDRESS", help="Whose word it is.")
    @click.option(
        "--by", "way", type=click.Choice(["phone", "visit", "chat"]), default="phone", show_default=True, help="How."
    )
    @file_option
    @as_option
    @json_option
    @click.pass_context
    @telling_errors
    def said(
        ctx: click.Context,
        ticket: str,
        words: tuple[str, ...],
        of: str,
        way: str,
        file: Any,
        agent: str | None,
        as_json: bool,
    ) -> None:
        from mailbot.desk.approvals import Answer
        from mailbot.workflows import approvals, changes

        desk = open_desk(ctx)
        with desk.open_office() as office:
            found = get_ticket(office, ticket, lock=True)
            change = changes.get_change(office, found)
            actor = get_agent(desk.policy, agent, name)
            approvals.approve_for(office, found, change, actor, of, Answer(answer), way, read_words(words, file))
            outcome = outcome_of(office, found, change, f"is {answer}d by {of}")
        print_outcome(outcome, as_json)

    command: click.Command = said
    return command


_HELP = {
    "approve": """An approver of TICKET has said yes to you; WORDS note what was said. The approver is told by mail.

    \b
    Example:
      mailbot change approve SD-1060 --of eva@example.org "Said yes to Sunday."
    """,
    "decline": """An approver of TICKET has said no to you; WORDS note what was said. The approver is told by mail.

    \b
    Example:
      mailbot change decline SD-1060 --of eva@example.org "Payroll that day."
    """,
}
COMMANDS: tuple[click.Command, ...] = (
    approvers,
    ask,
    _answer_command("approve", "approve"),
    _answer_command("decline", "decline"),
)

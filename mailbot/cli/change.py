"""``mailbot change``: what is changed on purpose: planned, approved by mail, made in its window, reviewed."""

from __future__ import annotations

from typing import Any

import click

from mailbot.cli import change_acts, change_decisions, change_views
from mailbot.cli.change_forms import (
    approver_options,
    freeze_option,
    make_plan,
    outcome_of,
    plan_options,
    print_outcome,
)
from mailbot.cli.nearest import NearestGroup
from mailbot.cli.opening import as_option, get_agent, get_ticket, json_option, open_desk, read_words, telling_errors
from mailbot.cli.ticket_acts import file_option


@click.group("change", cls=NearestGroup)
def command() -> None:
    """A change is planned, approved by mail, made in its window, and reviewed. It is a ticket, too.

    \b
    Examples:
      mailbot change new "New mail server" "Move to mx2." --service mail
      mailbot change plan SD-1060 --from 2026-11-29T06 --to 2026-11-29T08
      mailbot change ask SD-1060
      mailbot change show SD-1060
    """


@command.command("new")
@click.argument("subject")
@click.argument("words", nargs=-1)
@plan_options
@approver_options
@freeze_option
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def new(
    ctx: click.Context,
    subject: str,
    words: tuple[str, ...],
    approvers: tuple[str, ...],
    needed: int,
    despite_freeze: str,
    file: Any,
    agent: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Plan a change called SUBJECT; WORDS say what is done.

    \b
    Example:
      mailbot change new "New server" "Move to mx2." --back-out "Back to mx1."
    """
    from mailbot.desk.change import Plan
    from mailbot.workflows import changes

    desk = open_desk(ctx)
    with desk.open_office() as office:
        actor = get_agent(desk.policy, agent, "change")
        plan = make_plan(desk.policy, Plan(), {**given, "plan": read_words(words, file)})
        ticket, change = changes.propose(office, actor, subject, plan, despite_freeze)
        if approvers:
            changes.name_approvers(office, ticket, change, actor, approvers, needed)
        outcome = outcome_of(office, ticket, change, "is planned", warn=True)
    print_outcome(outcome, as_json)


@command.command("plan")
@click.argument("ticket")
@click.argument("words", nargs=-1)
@plan_options
@freeze_option
@file_option
@as_option
@json_option
@click.pass_context
@telling_errors
def plan_command(
    ctx: click.Context,
    ticket: str,
    words: tuple[str, ...],
    despite_freeze: str,
    file: Any,
    agent: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Change the plan of TICKET: its WORDS, window, or what it touches. What is not named stays.

    Approvals of the old plan are worthless: whoever was asked is asked again.

    \b
    Example:
      mailbot change plan SD-1060 --from "2026-11-30 06:00"
    """
    from mailbot.workflows import changes

    desk = open_desk(ctx)
    with desk.open_office() as office:
        found = get_ticket(office, ticket, lock=True)
        change = changes.get_change(office, found)
        actor = get_agent(desk.policy, agent, "change")
        plan = make_plan(desk.policy, change.plan, {**given, "plan": read_words(words, file)})
        asked = changes.revise(office, found, change, actor, plan, despite_freeze)
        again = f"; {asked} approvers are asked again" if asked else ""
        outcome = outcome_of(office, found, change, f"has plan {change.revision}{again}", warn=True)
    print_outcome(outcome, as_json)


for one in (*change_decisions.COMMANDS, *change_acts.COMMANDS, *change_views.COMMANDS):
    command.add_command(one)

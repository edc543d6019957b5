"""What the commands about changes share: options, the plan that they make, and what they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailbot.cli.contact_views import read_moment
from mailbot.cli.opening import get_agent, get_ticket, open_desk
from mailbot.cli.printing import local_time, print_json
from mailbot.desk.changes import ChangeType
from mailbot.desk.errors import PermanentError
from mailbot.desk.reference import ticket_reference

if TYPE_CHECKING:
    from mailbot.desk.change import Change, Plan
    from mailbot.desk.change_conflicts import Conflict
    from mailbot.desk.correspondence import Mailbox
    from mailbot.desk.policy import Policy
    from mailbot.desk.ticket import Ticket
    from mailbot.workflows.office import Office

F = TypeVar("F", bound=Callable[..., Any])

freeze_option = click.option(
    "--despite-freeze", default="", metavar="WHY", help="Why it is made although nothing is to be changed then."
)


def plan_options(function: F) -> F:
    """What a plan says besides its words."""
    options = (
        click.option("--type", "type", type=click.Choice([t.value for t in ChangeType]), help="[default: normal]"),
        click.option("--risk", metavar="WORDS", help="What may go wrong, and for whom."),
        click.option("--back-out", metavar="WORDS", help="How it is undone if it goes wrong."),
        click.option("--from", "starts", metavar="MOMENT", help="When its window begins."),
        click.option("--to", "ends", metavar="MOMENT", help="When its window ends."),
        click.option("--service", "services", multiple=True, help="A service that it touches."),
        click.option("--customer", "customers", multiple=True, help="A customer whom it touches."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def approver_options(function: F) -> F:
    for option in (
        click.option("--needed", type=click.IntRange(0, 1000), default=0, help="So many of them. [default: all]"),
        click.option("--approver", "approvers", multiple=True, metavar="ADDRESS", help="Who must approve it."),
    ):
        function = option(function)
    return function


@contextmanager
def hold_change(
    ctx: click.Context, ticket: str, agent: str | None, action: str = "change"
) -> Iterator[tuple[Office, Ticket, Change, Mailbox]]:
    """A change with its ticket locked, and who acts on it; what is done inside is one transaction."""
    from mailbot.workflows.changes import get_change

    desk = open_desk(ctx)
    with desk.open_office() as office:
        found = get_ticket(office, ticket, lock=True)
        change = get_change(office, found)
        yield office, found, change, get_agent(desk.policy, agent, action)


def make_plan(policy: Policy, plan: Plan, given: dict[str, Any]) -> Plan:
    """A plan with what was given in place of what it said; what was not given stays.

    Raises:
        PermanentError: something given is no moment.
    """
    named: dict[str, Any] = {
        "type": ChangeType(given["type"]) if given["type"] else None,
        "plan": given["plan"] or None,
        "risk": given["risk"],
        "back_out": given["back_out"],
        "starts_at": _moment(policy, given["starts"]),
        "ends_at": _moment(policy, given["ends"]),
        "services": given["services"] or None,
        "customers": given["customers"] or None,
    }
    return replace(plan, **{name: value for name, value in named.items() if value is not None})


def _moment(policy: Policy, text: str | None) -> datetime | None:
    if not text:
        return None
    found = read_moment(text, policy.timezone)
    if found is None:
        raise PermanentError(f'{text!r} is not a moment: write one like "2026-11-29 06:00"')
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, to be told once it is committed."""

    form: dict[str, Any]
    said: str
    warnings: tuple[str, ...]


def outcome_of(office: Office, ticket: Ticket, change: Change, said: str, *, warn: bool = False) -> Outcome:
    """``said`` completes the sentence that begins with the reference. ``warn``: of what stands in its way."""
    name = ticket_reference(office.policy.prefix, ticket.number)
    warnings = _warnings(office, change) if warn else ()
    return Outcome(change_form(office, ticket, change), f"{name} {said}. It is {change.state.value}.", warnings)


def print_outcome(outcome: Outcome, as_json: bool) -> None:
    """Warnings go to standard error, so that nothing that reads the output trips over them."""
    print_json(outcome.form) if as_json else click.echo(outcome.said)
    for warning in outcome.warnings:
        click.echo(warning, err=True)


def _warnings(office: Office, change: Change) -> tuple[str, ...]:
    from mailbot.workflows.change_conflicts import conflicts_of, is_in_wrong_hours

    there = conflicts_of(office, change.ticket, change.plan)
    lines = [f"Conflict: {conflict_line(office.policy, conflict)}" for conflict in there]
    if is_in_wrong_hours(office, change.plan):
        where = "inside" if office.policy.changes.hours.value == "outside" else "outside"
        lines.append(f"Note: its window is {where} service hours.")
    return tuple(lines)


def conflict_line(policy: Policy, conflict: Conflict) -> str:
    """One conflict in a line of words."""
    named = {
        "announcement": f"announcement {conflict.number}",
        "change": f"change {ticket_reference(policy.prefix, conflict.number)}",
        "freeze": "freeze",
    }[conflict.kind.value]
    ends = local_time(conflict.ends_at) if conflict.ends_at else "nobody knows when"
    times = f"{local_time(conflict.starts_at)} to {ends}"
    shared = ", ".join((*conflict.services, *conflict.customers))
    why = f"; {conflict.why}" if conflict.why else ""
    return f"{named} «{conflict.title}», {times}{f'; both touch {shared}' if shared else ''}{why}"


def change_form(office: Office, ticket: Ticket, change: Change) -> dict[str, Any]:
    """A change for machines."""
    from mailbot.workflows.change_conflicts import conflicts_of, is_in_wrong_hours

    plan = change.plan
    announced = office.work.announcements.find_of_ticket(ticket.number)
    return {
        "change": ticket_reference(office.policy.prefix, ticket.number),
        "subject": ticket.subject,
        "type": plan.type.value,
        "state": change.state.value,
        "ticket_state": ticket.state.value,
        "revision": change.revision,
        "plan": plan.plan,
        "risk": plan.risk,
        "back_out": plan.back_out,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "services": plan.services,
        "customers": plan.customers,
        "by": change.by,
        "verdict": change.verdict.value,
        "decided_at": change.decided_at,
        "approvers": change.approvers,
        "needed": change.needed,
        "approvals": _approvals(office, change),
        "conflicts": [_conflict(office.policy, c) for c in conflicts_of(office, ticket.number, plan)],
        "in_wrong_hours": is_in_wrong_hours(office, plan),
        "despite_freeze": change.despite_freeze,
        "announcement": announced.number if announced else None,
        "started_at": change.started_at,
        "ended_at": change.ended_at,
        "backed_out": change.backed_out,
    }


def _approvals(office: Office, change: Change) -> list[dict[str, Any]]:
    return [
        {
            "address": a.address,
            "name": a.name,
            "revision": a.revision,
            "counts": a.revision == change.revision,
            "asked_at": a.asked_at,
            "answer": a.answer.value,
            "answered_at": a.answered_at,
            "way": a.way,
            "evidence": a.evidence,
        }
        for a in office.work.changes.approvals_of(change.ticket)
    ]


def _conflict(policy: Policy, conflict: Conflict) -> dict[str, Any]:
    is_change = conflict.kind.value == "change"
    return {
        "kind": conflict.kind.value,
        "what": ticket_reference(policy.prefix, conflict.number) if is_change else conflict.number or conflict.title,
        "title": conflict.title,
        "starts_at": conflict.starts_at,
        "ends_at": conflict.ends_at,
        "services": conflict.services,
        "customers": conflict.customers,
        "why": conflict.why,
    }

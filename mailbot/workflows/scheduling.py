"""An approved change gets its place in the calendar, unless nothing may be changed then."""

from __future__ import annotations

from mailbot.desk import journal_changes as facts
from mailbot.desk.change import Change
from mailbot.desk.errors import NotAllowed
from mailbot.desk.journal import Fact
from mailbot.workflows.change_conflicts import conflicts_of, freezes_in
from mailbot.workflows.office import Office


def schedule(office: Office, change: Change, actor: str, despite_freeze: str = "") -> list[Fact]:
    """Raises NotAllowed: it has no window, the window is over, or lies in a freeze for which no reason is given."""
    plan = change.plan
    if not (plan.starts_at and plan.ends_at):
        raise NotAllowed("schedule", "it has no window: give it one with `mailbot change plan`")
    if plan.ends_at <= office.now:
        raise NotAllowed(
            "schedule", "its window is over: give it another one with `mailbot change plan`", "window_over"
        )
    conflicts = conflicts_of(office, change.ticket, plan)
    happened = override(office, change, freezes_in(conflicts), actor, despite_freeze)
    return [*happened, *change.schedule(office.now, actor, len(conflicts))]


def try_to_schedule(office: Office, change: Change, actor: str) -> list[Fact]:
    """What was approved is scheduled by itself, where nothing forbids it; else an agent decides."""
    frozen = freezes_in(conflicts_of(office, change.ticket, change.plan)) and not change.despite_freeze
    over = change.plan.ends_at is None or change.plan.ends_at <= office.now
    return [] if frozen or over else schedule(office, change, actor)


def override(office: Office, change: Change, freezes: tuple[str, ...], actor: str, why: str) -> list[Fact]:
    """The reason for changing something in a freeze, recorded; nothing where there is no freeze.

    Raises:
        NotAllowed: there is one, and no reason.
    """
    if not freezes or (change.despite_freeze and not why.strip()):
        return []
    if not why.strip():
        raise NotAllowed("freeze", in_freeze(freezes), "freeze", names=", ".join(freezes))
    change.despite_freeze = why.strip()
    fact = facts.FreezeOverridden(
        ticket=change.ticket,
        at=office.now,
        actor=actor,
        revision=change.revision,
        freezes=freezes,
        why=change.despite_freeze,
    )
    return [fact]


def in_freeze(freezes: tuple[str, ...]) -> str:
    names = ", ".join(freezes)
    return f'nothing is to be changed then ({names}): choose another window, or say why with --despite-freeze "…"'

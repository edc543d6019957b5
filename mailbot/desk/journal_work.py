"""Facts of who works on a ticket: routed, handed to specialists, accepted, returned, paused; and commands by mail.

They are facts as any other (``journal``); they stand apart only because one file would be too long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRouted(Fact):
    """The service, group and agent were chosen. ``agent`` is who fits best; ``assignee`` who was given it, or "".

    ``score`` is the service's, ``agent_score`` the agent's (0-100); ``words`` are those that decided on the service.
    """

    service: str
    score: int
    words: tuple[str, ...]
    group: str
    assignee: str
    agent: str
    agent_score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatedToGroup(Fact):
    """Functional escalation: a specialist group was asked to take the ticket over."""

    group: str
    came_from: str
    why: str
    accept_by: str
    """ISO 8601; "" where there is no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAccepted(Fact):
    group: str
    assignee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationReturned(Fact):
    """The ticket went back to its owner, or elsewhere, with the reason that the specialists gave."""

    group: str
    back_to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationExpired(Fact):
    """Nobody of the group accepted in time: the ticket went back to its owner."""

    group: str
    back_to: str
    offered_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPaused(Fact):
    """The ticket waits. ``until`` is a day in ISO 8601, "" for no day."""

    until: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed(Fact):
    """The wait is over; ``why`` is day (it has come) or agent (somebody said so)."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsAnswered(Fact):
    """An agent's mail of commands, and what each line did.

    ``outcome`` is obeyed, refused (nothing was done), rehearsed (a dry run) or repeated (this mail was obeyed before).
    ``lines`` are {line, command, result, code, values, remark}; ``result`` is done, refused, undone or skipped,
    ``code`` a key of the wording. ``works`` are the names of the commands that work, where they should be told.
    """

    person: int
    outcome: str
    lines: tuple[dict[str, Any], ...]
    works: tuple[str, ...] = ()

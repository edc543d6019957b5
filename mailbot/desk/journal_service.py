"""Facts of what was agreed: priority, targets, promises, and telling the requester how it goes.

They are facts as any other (``journal``); they stand apart only because one file would be too long. Moments in them are
ISO 8601 in UTC; ``clock`` is response or resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityProposed(Fact):
    """The words of the mail and the service said so; ``reasons`` are theirs."""

    priority: str
    impact: str
    urgency: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Fact):
    """Somebody decided. ``impact`` and ``urgency`` are empty where only the priority was said."""

    priority: str
    was: str
    impact: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFact(Fact):
    """Something about a target: its priority, its length in working hours, and when it ends."""

    priority: str
    hours: float
    due_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseWarned(TargetFact):
    """Much of the time for the first answer has gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBreached(TargetFact):
    """The time for the first answer has gone without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionWarned(TargetFact):
    """Much of the time for the solution has gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionBreached(TargetFact):
    """The time for the solution has gone without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatedToManagement(TargetFact):
    """Hierarchic escalation: somebody above the agents is told of a target. ``percent`` of its time had gone."""

    clock: str
    address: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFact(Fact):
    clock: str
    promised_by: str
    """The time that was promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(PromiseFact):
    """The requester was told when they are answered, or when it is solved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRenewed(PromiseFact):
    """The time would not have been kept: the requester was told in time, and given a new one."""

    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(PromiseFact):
    """It was done by the time that was promised last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMissed(PromiseFact):
    """The time that was promised last passed without the deed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTold(Fact):
    """The requester had heard nothing for long, and was told how it goes."""

    silent_since: str

"""Facts of the question whether it is solved: reminded, postponed, answered by some of several, left unanswered.

They are facts as any other (``journal``); they stand apart only because one file would be too long.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReminded(Fact):
    """The question was put again to those who have not answered. ``number`` counts from 1."""

    resolution: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationPostponed(Fact):
    """Whoever is asked is away: the clock of reminders and silence begins anew ``until`` then (ISO 8601)."""

    resolution: int
    until: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionAcceptedInPart(Fact):
    """One of several who are affected says that it is solved for them; ``left`` of them have not yet."""

    resolution: int
    person: int
    words: str
    evidence: str
    way: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAffected(Fact):
    """Somebody else has the same fault (or, with ``affected`` False, has it no longer): they are asked as well."""

    person: int
    address: str
    affected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalContactNeeded(Fact):
    """Nobody answered: an agent must speak with the requester. ``why`` is silence, held_reply or undelivered."""

    resolution: int
    working_days: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionExpired(Fact):
    """Closed on silence, as agreed with the customer: nobody has verified it."""

    resolution: int
    working_days: int
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceUndone(Fact):
    """The ticket was closed by mistake: it waits for an answer again. ``undone`` is the name of the closing fact."""

    resolution: int
    undone: str

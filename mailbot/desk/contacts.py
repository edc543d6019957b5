"""Phone contacts: calls that were offered to the desk, answered or abandoned, and how long people waited.

A contact is registered by whoever took the call, or imported from a telephone system. What the desk answered, and how
soon, is measured from these rows and nothing else (service level, answer time).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

BY_HAND = "desk"
"""The system of a contact that somebody registered."""


class Outcome(StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up before anybody answered."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One call. ``system`` and ``key`` tell it from every other; ``answered_at`` is None where nobody answered.

    ``caller`` is a number or an address as it was given, ``agent`` the address of who answered, ``ticket`` what it was
    about, where that is known. ``ended_at`` None: not told.
    """

    key: str
    caller: str
    offered_at: datetime
    outcome: Outcome
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    caller_name: str = ""
    agent: str = ""
    skill: str = ""
    customer: str = ""
    note: str = ""
    system: str = BY_HAND
    ticket: int | None = None
    id: int = 0

    @property
    def waited(self) -> timedelta | None:
        """From the first ring until somebody answered, or until the caller hung up; None where that is not told."""
        until = self.answered_at if self.outcome is Outcome.ANSWERED else self.ended_at
        return None if until is None else until - self.offered_at

    @property
    def talked(self) -> timedelta | None:
        return self.ended_at - self.answered_at if self.ended_at and self.answered_at else None


@dataclass(frozen=True, slots=True)
class TelephoneSystem:
    """How one telephone system writes its list of calls (CSV).

    ``columns`` are the system's names for: key, caller, caller_name, offered, answered, ended, waited, talked, outcome,
    agent, skill, customer, note. ``answered_words`` and ``abandoned_words`` are what stands under outcome, in lower
    case; ``agents`` says who has which of the system's names or numbers. ``moment`` is a format of strptime; empty:
    ISO 8601. Moments without a zone are of ``zone``.
    """

    name: str
    columns: Mapping[str, str]
    delimiter: str = ";"
    encoding: str = "utf-8"
    zone: str = "Europe/Stockholm"
    moment: str = ""
    answered_words: tuple[str, ...] = ("answered", "besvarat")
    abandoned_words: tuple[str, ...] = ("abandoned", "övergivet")
    agents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerTarget:
    """Calls are to be answered ``within``; who hangs up sooner than ``hasty`` has not been kept waiting."""

    within: timedelta = timedelta(seconds=60)
    hasty: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Figures of some calls. Times are None where no call has one.

    ``hasty`` are abandoned calls that are not counted against the desk; ``in_time`` were answered within the target,
    and ``percent_in_time`` is their share of all calls but the hasty ones, in per cent.
    """

    offered: int
    answered: int
    abandoned: int
    hasty: int
    in_time: int
    mean: timedelta | None
    median: timedelta | None
    ninth_decile: timedelta | None
    longest: timedelta | None

    @property
    def percent_in_time(self) -> float | None:
        counted = self.offered - self.hasty
        return 100 * self.in_time / counted if counted else None


def measure_answers(contacts: Iterable[Contact], target: AnswerTarget) -> AnswerTimes:
    """How soon calls were answered. The waiting of abandoned ones is not part of the times."""
    calls = list(contacts)
    answered = [c for c in calls if c.outcome is Outcome.ANSWERED]
    waits = sorted(c.waited for c in answered if c.waited is not None)
    hasty = [c for c in calls if c.outcome is Outcome.ABANDONED and c.waited is not None and c.waited < target.hasty]
    return AnswerTimes(
        offered=len(calls),
        answered=len(answered),
        abandoned=len(calls) - len(answered),
        hasty=len(hasty),
        in_time=sum(wait <= target.within for wait in waits),
        mean=sum(waits, timedelta()) / len(waits) if waits else None,
        median=_quantile(waits, 1, 2),
        ninth_decile=_quantile(waits, 9, 10),
        longest=waits[-1] if waits else None,
    )


def _quantile(ordered: Sequence[timedelta], part: int, of: int) -> timedelta | None:
    """The smallest value that at least ``part/of`` of them do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * part // of) - 1] if ordered else None

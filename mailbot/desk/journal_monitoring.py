"""Facts of monitoring: what a tool told, what was folded together, what healed by itself. Facts as any other."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.journal import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecovered(Fact):
    """All alerts of an incident have recovered, and nobody had joined it: the recovery closes it, and is the evidence.

    ``alerts`` is how many keys it had; ``evidence`` that of the mail that told.
    """

    key: str
    alerts: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentBrokeOut(Fact):
    """The same alert came back soon after its recovery: the incident is open again. ``changes`` so far."""

    key: str
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsFolded(Fact):
    """Incidents of one storm became one. On each that ended ``into`` says where it went; there, ``folded`` says whom
    it took."""

    into: int
    folded: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFellSilent(Fact):
    """Nothing was heard of a monitoring system that is expected to speak. ``last_at`` is ISO 8601."""

    source: str
    last_at: str

"""Monitoring: whose alerts are obeyed, and what an alert means beside what is known of its key.

An alert is one event of a tool; its key stays the same from problem to recovery. Several keys may belong to one
incident: alerts of one host or one group of the tool, and those of a storm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.desk.correspondence import Alert
from mailbot.desk.vocabulary import AlertState


class Turn(StrEnum):
    """What an alert changes."""

    BEGAN = "began"
    CHANGED = "changed"
    """Another severity."""
    REPEATED = "repeated"
    RECOVERED = "recovered"
    ACKNOWLEDGED = "acknowledged"
    NOTED = "noted"
    LATE = "late"
    """It happened before what is known already."""
    UNKNOWN = "unknown"
    """It ends or tells of something that never began here."""


@dataclass(frozen=True, slots=True)
class Source:
    """A monitoring system whose alerts may close incidents.

    ``senders`` are addresses, or domains written ``@monitoring.example``. ``networks`` are what its mail must come
    from (empty: anywhere). Nothing heard for ``expected_every``: that is an event itself; None: silence is no news.
    """

    name: str
    senders: tuple[str, ...]
    networks: tuple[str, ...] = ()
    expected_every: timedelta | None = None

    def may_write_from(self, address: str) -> bool:
        address = address.lower()
        return any(address == s or (s.startswith("@") and address.endswith(s)) for s in map(str.lower, self.senders))


@dataclass(frozen=True, slots=True)
class MonitoringRules:
    """From ``storm_alerts`` incidents of one source within ``storm`` on, they are one. A key that changes between
    problem and recovery ``flap_changes`` times within ``flap`` flaps: its incident closes after ``settle`` of quiet."""

    storm_alerts: int = 5
    storm: timedelta = timedelta(minutes=5)
    flap_changes: int = 4
    flap: timedelta = timedelta(hours=1)
    settle: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """What is known of a key. ``occurred_at`` is when the tool says that its last change happened.

    ``changes`` between problem and recovery are counted from ``changes_since``; ``repeats`` are alerts that said
    nothing new. ``active``: the problem lasts.
    """

    key: str
    source: str
    ticket: int
    active: bool
    began_at: datetime
    last_at: datetime
    tool: str = ""
    host: str = ""
    group: str = ""
    severity: str = ""
    occurred_at: datetime | None = None
    changes: int = 0
    changes_since: datetime | None = None
    repeats: int = 0
    acknowledged: bool = False

    def flaps(self, rules: MonitoringRules, now: datetime) -> bool:
        recent = self.changes_since is not None and now - self.changes_since <= rules.flap
        return recent and self.changes >= rules.flap_changes


def read_turn(known: KnownAlert | None, alert: Alert) -> Turn:
    """What an alert changes. The order in which mails come is not the order of what they tell."""
    if known and alert.occurred_at and known.occurred_at and alert.occurred_at < known.occurred_at:
        return Turn.LATE
    if alert.state is AlertState.PROBLEM:
        if known is None or not known.active:
            return Turn.BEGAN
        return Turn.CHANGED if alert.severity != known.severity else Turn.REPEATED
    if known is None or not known.active:
        return Turn.UNKNOWN
    return {AlertState.RECOVERY: Turn.RECOVERED, AlertState.ACKNOWLEDGEMENT: Turn.ACKNOWLEDGED}.get(
        alert.state, Turn.NOTED
    )


def follow(known: KnownAlert, alert: Alert, turn: Turn, rules: MonitoringRules, now: datetime) -> KnownAlert:
    """What is known of the key after this alert."""
    after = replace(known, last_at=now, occurred_at=alert.occurred_at or known.occurred_at)
    if turn in (Turn.REPEATED, Turn.LATE):
        return replace(after, repeats=known.repeats + 1, occurred_at=known.occurred_at)
    if turn is Turn.CHANGED:
        return replace(after, severity=alert.severity)
    if turn is Turn.ACKNOWLEDGED:
        return replace(after, acknowledged=True)
    if turn not in (Turn.BEGAN, Turn.RECOVERED):
        return after
    anew = known.changes_since is None or now - known.changes_since > rules.flap
    return replace(
        after,
        active=turn is Turn.BEGAN,
        severity=alert.severity if turn is Turn.BEGAN else known.severity,
        acknowledged=False,
        changes=1 if anew else known.changes + 1,
        changes_since=now if anew else known.changes_since,
    )


def find_source(sources: Iterable[Source], address: str) -> Source | None:
    """The source that may write from this address."""
    return next((source for source in sources if source.may_write_from(address)), None)

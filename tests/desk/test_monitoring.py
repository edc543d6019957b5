"""What an alert changes beside what is known of its key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.desk.correspondence import Alert
from mailbot.desk.monitoring import KnownAlert, MonitoringRules, Source, Turn, find_source, follow, read_turn
from mailbot.desk.vocabulary import AlertState

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
P, R, A, U = AlertState.PROBLEM, AlertState.RECOVERY, AlertState.ACKNOWLEDGEMENT, AlertState.UPDATE


def alert(state: AlertState, severity: str = "CRITICAL", minute: int | None = None) -> Alert:
    moment = None if minute is None else NOW + timedelta(minutes=minute)
    return Alert("nagios", state, "web|HTTP", severity, "web", "HTTP", occurred_at=moment)


def known(*, active: bool = True, minute: int | None = None) -> KnownAlert:
    moment = None if minute is None else NOW + timedelta(minutes=minute)
    return KnownAlert("nagios|web|HTTP", "nagios", 1001, active, NOW, NOW, severity="CRITICAL", occurred_at=moment)


@pytest.mark.parametrize(
    ("before", "comes", "turn"),
    [
        (None, alert(P), Turn.BEGAN),
        (None, alert(R), Turn.UNKNOWN),
        (None, alert(A), Turn.UNKNOWN),
        (known(), alert(P), Turn.REPEATED),
        (known(), alert(P, "WARNING"), Turn.CHANGED),
        (known(), alert(R), Turn.RECOVERED),
        (known(), alert(A), Turn.ACKNOWLEDGED),
        (known(), alert(U), Turn.NOTED),
        (known(active=False), alert(P), Turn.BEGAN),
        (known(active=False), alert(R), Turn.UNKNOWN),
        (known(minute=5), alert(R, minute=4), Turn.LATE),
        (known(active=False, minute=5), alert(P, minute=4), Turn.LATE),
        (known(minute=5), alert(R, minute=5), Turn.RECOVERED),
    ],
)
def test_turn_of_an_alert(before: KnownAlert | None, comes: Alert, turn: Turn) -> None:
    assert read_turn(before, comes) is turn


def test_changes_are_counted_within_the_time_of_flapping_alone() -> None:
    rules, row = MonitoringRules(flap_changes=3), known()
    seen = []
    for minute, state in ((0, R), (10, P), (20, R), (21, P), (90, R)):
        comes = alert(state)
        row = follow(row, comes, read_turn(row, comes), rules, NOW + timedelta(minutes=minute))
        seen.append((row.changes, row.flaps(rules, NOW + timedelta(minutes=minute))))
    assert seen == [(1, False), (2, False), (3, True), (4, True), (1, False)]


def test_late_and_repeated_alerts_change_nothing_but_their_count() -> None:
    row = known(minute=5)
    for comes in (alert(R, minute=4), alert(P, minute=6)):
        row = follow(row, comes, read_turn(row, comes), MonitoringRules(), NOW)
    assert (row.active, row.repeats, row.occurred_at) == (True, 2, NOW + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("nagios@mon.example", "a"),
        ("NAGIOS@MON.EXAMPLE", "a"),
        ("any@watch.example", "b"),
        ("any@evilwatch.example", None),
        ("watch.example", None),
        ("", None),
    ],
)
def test_source_is_found_by_address_or_domain(address: str, name: str | None) -> None:
    sources = (Source("a", ("nagios@mon.example",)), Source("b", ("@watch.example",)))
    found = find_source(sources, address)
    assert (found.name if found else None) == name

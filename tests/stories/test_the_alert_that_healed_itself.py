"""Monitoring writes to the desk: incidents open, repeat, flap, storm, heal by themselves, and fall silent.

Rows 4 and 6 of what the desk is for: incidents are registered automatically from monitoring, and called so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.desk.vocabulary import Disposition
from mailbot.store.inbox_questions import InboxRow
from mailbot.workflows import incidents
from mailbot.workflows.timers import find_timers, fire_due
from tests.support.desk import WorkingDesk
from tests.support.doors import DeskBehindDoors

SOURCES = """
[[monitoring.sources]]
name = "nagios"
senders = ["nagios@mon.example"]
networks = ["127.0.0.0/8"]
expect_minutes = 30
"""
NAGIOS = """***** Nagios *****

Notification Type: {kind}

Service: {service}
Host: {host}
Address: 198.51.100.7
State: {state}

Date/Time: Mon Nov 23 {at} UTC 2026

Additional Info:

{state} - no answer
"""
Alarm = Callable[..., InboxRow]


@pytest.fixture
def desk(open_desk: Callable[..., DeskBehindDoors]) -> DeskBehindDoors:
    return open_desk(extra=SOURCES)


@pytest.fixture
def alarm(desk: WorkingDesk) -> Alarm:
    def send(kind: str = "PROBLEM", host: str = "web", service: str = "HTTP", **given: str) -> InboxRow:
        state = given.get("state", "OK" if kind == "RECOVERY" else "CRITICAL")
        at = given.get("at", f"{desk.now:%H:%M:%S}")
        return desk.receive(
            NAGIOS.format(kind=kind, host=host, service=service, state=state, at=at),
            sender=given.get("sender", "nagios@mon.example"),
            subject=f"** {kind} Service Alert: {host}/{service} is {state} **",
        )

    return send


def test_recovery_closes_what_no_person_has_joined(desk: WorkingDesk, alarm: Alarm) -> None:
    assert (alarm().disposition, desk.ticket().state.value) == (Disposition.ALERT, "new")
    alarm("ACKNOWLEDGEMENT")
    assert desk.ticket().state.value == "in_progress"
    desk.later(minutes=9)
    alarm("RECOVERY")
    assert desk.ticket().state.value == "closed"
    assert desk.facts()[-2:] == ["alert_recorded", "incident_recovered"]
    assert {recipient for _, recipient in desk.notices()} == {"lisa@desk.example"}


def test_recovery_of_a_joined_incident_is_left_to_people(desk: WorkingDesk, alarm: Alarm) -> None:
    from mailbot.workflows import assignment
    from tests.support.desk import LISA

    alarm()
    with desk.office() as office:
        assignment.take(office, office.work.tickets.get(1001, lock=True), LISA)
    desk.later(minutes=5)
    alarm("RECOVERY")
    assert (desk.ticket().state.value, desk.facts()[-1]) == ("in_progress", "person_needed")


@pytest.mark.parametrize("sender", ["nagios@evil.example", "anna@kommun.example"])
def test_recovery_from_elsewhere_closes_nothing(desk: WorkingDesk, alarm: Alarm, sender: str) -> None:
    alarm()
    desk.later(minutes=5)
    row = alarm("RECOVERY", sender=sender)
    assert (row.disposition, desk.ticket().state.value) == (Disposition.ALERT, "new")
    assert row.reasons[0] == "not from a source in [[monitoring.sources]]"


def test_recovery_from_another_network_closes_nothing(desk: WorkingDesk, alarm: Alarm) -> None:
    alarm()
    desk.later(minutes=5)
    raw = desk.write(
        NAGIOS.format(kind="RECOVERY", host="web", service="HTTP", state="OK", at="09:00:00"),
        sender="nagios@mon.example",
        to="support@desk.example",
        subject="** RECOVERY Service Alert: web/HTTP is OK **",
    )
    from dataclasses import replace

    elsewhere = replace(desk.envelope("nagios@mon.example"), peer="203.0.113.9")
    desk.reception.receive(raw, elsewhere)
    desk.work()
    assert desk.ticket().state.value == "new"


def test_repeated_alerts_are_counted_and_disturb_nobody(desk: WorkingDesk, alarm: Alarm) -> None:
    alarm()
    entries, notices = len(desk.entries()), len(desk.notices())
    for _ in range(5):
        desk.later(minutes=1)
        alarm()
    with desk.office() as office:
        (known,) = office.work.alerts.of_ticket(1001)
    assert (known.repeats, len(desk.entries()), len(desk.notices())) == (5, entries, notices)


def test_late_alert_does_not_close_what_broke_out_after_it(desk: WorkingDesk, alarm: Alarm) -> None:
    alarm()
    desk.later(minutes=-5)  # the mail of what happened earlier was slower
    alarm("RECOVERY")
    assert desk.ticket().state.value == "new"


def test_alert_that_comes_back_opens_its_incident_again(desk: WorkingDesk, alarm: Alarm) -> None:
    alarm()
    for kind in ("RECOVERY", "PROBLEM"):
        desk.later(minutes=5)
        alarm(kind)
    assert (desk.ticket().state.value, desk.facts()[-1]) == ("in_progress", "incident_broke_out")
    assert [r.ticket for r in map(desk.row, (1, 2, 3))] == [1001, 1001, 1001]


def test_flapping_incident_closes_when_it_is_quiet(desk: WorkingDesk, alarm: Alarm) -> None:
    for kind in ("PROBLEM", "RECOVERY", "PROBLEM", "RECOVERY", "PROBLEM", "RECOVERY"):
        alarm(kind)
        desk.later(minutes=5)
    assert desk.ticket().state.value == "in_progress"
    desk.later(minutes=30)
    assert fire_due(desk.desk.open_office, find_timers(), "test#t") >= 1
    assert desk.ticket().state.value == "closed"


def storm(desk: DeskBehindDoors, kind: str, state: str, hosts: range) -> None:
    """A mail for each host, all at once."""
    mails = [
        desk.write(
            NAGIOS.format(kind=kind, host=f"sw{n}", service="PING", state=state, at="08:00:00"),
            sender="nagios@mon.example",
            to="support@desk.example",
            subject=f"** {kind} Service Alert: sw{n}/PING is {state} **",
        )
        for n in hosts
    ]
    desk.hand_in(mails, "nagios@mon.example")
    desk.work()


def test_four_hundred_alerts_of_one_cause_are_one_incident(desk: DeskBehindDoors) -> None:
    storm(desk, "PROBLEM", "CRITICAL", range(400))
    with desk.office() as office:
        counted = office.work.alerts.count(1001)
        states = [office.work.tickets.get(n).state.value for n in range(1001, 1006)]
    assert (counted, states) == ((400, 400), ["new", *["cancelled"] * 4])


def test_storm_is_over_when_its_last_alert_is(desk: DeskBehindDoors) -> None:
    storm(desk, "PROBLEM", "CRITICAL", range(9))
    storm(desk, "RECOVERY", "OK", range(8))
    before = desk.ticket().state.value
    storm(desk, "RECOVERY", "OK", range(8, 9))
    assert (before, desk.ticket().state.value) == ("new", "closed")


def test_alerts_of_one_host_are_one_incident(desk: WorkingDesk, alarm: Alarm) -> None:
    for service in ("HTTP", "SSH", "DISK"):
        alarm(service=service)
    assert [desk.row(n).ticket for n in (1, 2, 3)] == [1001] * 3


def test_source_that_falls_silent_is_an_incident_until_it_is_heard(desk: WorkingDesk, alarm: Alarm) -> None:
    incidents.run(desk.desk.open_office)
    desk.later(minutes=31)
    incidents.run(desk.desk.open_office)
    desk.later(minutes=1)
    incidents.run(desk.desk.open_office)
    assert (desk.ticket().subject, desk.ticket().state.value) == ("Ingenting hörs från nagios", "new")
    alarm("RECOVERY")
    assert (desk.ticket().state.value, desk.facts()[-1]) == ("closed", "incident_recovered")

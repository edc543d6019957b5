"""Clocks from a ticket's journal: against a reference that looks at every minute, and case by case."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer, Target
from mailbot.desk.lifecycle import CLOCKS, Clock, State
from mailbot.desk.service_level import Agreement, ClockKind, Measured, measure
from mailbot.desk.vocabulary import Priority
from tests.support.lives import LEVELS, LISA, MONDAY, Life, hours

RESPONSE, RESOLUTION = ClockKind.RESPONSE, ClockKind.RESOLUTION


def read(life: Life, kind: ClockKind, after: float) -> Measured:
    return life.watch(after).clock(kind)


def test_a_new_ticket_is_due_when_its_targets_end() -> None:
    life = Life()
    response, resolution = life.watch(0).clocks
    assert (response.due_at, resolution.due_at) == (life.moment(4), life.moment(20))
    assert (response.used, response.remaining, response.clock, response.met_at) == (
        hours(0),
        hours(4),
        Clock.RUNNING,
        None,
    )


@pytest.mark.parametrize("name", ["agent_replied", "resolution_proposed", "ticket_cancelled"])
def test_the_first_answer_stops_the_first_clock_for_good(name: str) -> None:
    life = Life().add(3, name)
    life.add(5, "ticket_reopened", State.IN_PROGRESS)
    clock = read(life, RESPONSE, 9)
    assert (clock.met_at, clock.used, clock.is_breached) == (life.moment(3), hours(3), False)
    assert [i.rule for i in clock.intervals] == [
        "ticket registered by anna@kommun.example: new, the clock runs",
        f"{name.replace('_', ' ')} by {LISA}: the first answer, the clock stops for good",
    ]


@pytest.mark.parametrize("answered", [True, False])
def test_a_call_is_an_answer_only_if_somebody_picked_it_up(answered: bool) -> None:
    life = Life().add(3, "contact_joined", answered=answered)
    assert read(life, RESPONSE, 5).met_at == (life.moment(3) if answered else None)


def test_what_an_agent_wrote_down_of_a_call_has_been_answered() -> None:
    life = Life(facts=[])
    life.facts.clear()
    life.add(0, "ticket_registered", State.NEW, actor=LISA)
    assert read(life, RESPONSE, 1).met_at == MONDAY
    assert read(life, RESOLUTION, 1).met_at is None


def test_where_nobody_waits_for_an_answer_taking_the_ticket_is_the_response() -> None:
    alert = Life(requester="").add(1, "ticket_assigned", State.IN_PROGRESS)
    assert read(alert, RESPONSE, 5).met_at == alert.moment(1)
    person = Life().add(1, "ticket_assigned", State.IN_PROGRESS)
    assert read(person, RESPONSE, 5).met_at is None


def test_the_second_clock_stands_still_while_the_desk_waits_and_goes_on_after_a_reopening() -> None:
    life = Life().add(2, "ticket_paused", State.PENDING).add(12, "reply_received", State.IN_PROGRESS)
    life.add(15, "resolution_proposed", State.RESOLVED)
    met = read(life, RESOLUTION, 17)
    assert (met.used, met.met_at, met.clock, met.is_breached) == (hours(5), life.moment(15), Clock.STOPPED, False)
    life.add(30, "ticket_reopened", State.IN_PROGRESS)
    again = read(life, RESOLUTION, 31)
    assert (again.used, again.met_at, again.due_at) == (hours(6), None, life.moment(30 + 15))
    assert [(i.clock.value, i.worked) for i in again.intervals] == [
        ("running", hours(2)),
        ("paused", hours(0)),
        ("running", hours(3)),
        ("stopped", hours(0)),
        ("running", hours(1)),
    ]


def test_closing_does_not_move_when_it_was_solved() -> None:
    life = Life().add(15, "resolution_proposed", State.RESOLVED).add(40, "resolution_accepted", State.CLOSED)
    assert read(life, RESOLUTION, 60).met_at == life.moment(15)


@pytest.mark.parametrize(("answered", "breached"), [(3.99, False), (4, False), (4.01, True)])
def test_a_target_is_kept_up_to_its_very_end(answered: float, breached: bool) -> None:
    assert read(Life().add(answered, "agent_replied"), RESPONSE, 9).is_breached is breached


def test_an_answer_after_closing_time_is_late_though_no_working_time_has_passed() -> None:
    """Due at six in the evening: what is done at eight was not done by then."""
    life = Life(priority=Priority.LOW)
    life.agreement = Agreement(Customer(targets={Priority.LOW: Target(hours(9))}), Calendar(), LEVELS)
    life.add_at(MONDAY + timedelta(hours=11), "agent_replied")
    clock = read(life, RESPONSE, 12)
    assert (clock.due_at, clock.used, clock.is_breached) == (MONDAY + hours(9), hours(9), True)


def test_while_it_stands_still_nothing_is_due() -> None:
    clock = read(Life().add(2, "ticket_paused", State.PENDING), RESOLUTION, 30)
    assert (clock.due_at, clock.remaining, clock.is_breached) == (None, hours(18), False)


def test_a_missed_target_stays_missed_while_it_stands_still() -> None:
    life = Life().add(25, "ticket_paused", State.PENDING)
    clock = read(life, RESOLUTION, 30)
    assert (clock.due_at, clock.is_breached) == (life.moment(20), True)


def test_a_priority_without_a_target_is_never_due() -> None:
    clock = read(Life(priority=Priority.LOW), RESOLUTION, 500)
    assert (clock.target, clock.due_at, clock.remaining, clock.is_breached) == (None, None, None, False)


def test_a_changed_priority_counts_from_the_beginning() -> None:
    life = Life().prioritise(3, Priority.HIGH)
    assert [c.due_at for c in life.watch(3).clocks] == [life.moment(2), life.moment(8)]


def test_what_was_done_is_judged_by_the_priority_it_had() -> None:
    life = Life().add(3, "agent_replied").prioritise(5, Priority.HIGH)
    response, resolution = life.watch(6).clocks
    assert (response.priority, response.is_breached) == (Priority.MEDIUM, False)
    assert (resolution.priority, resolution.due_at) == (Priority.HIGH, life.moment(8))


def test_the_customers_own_target_goes_before_the_desks() -> None:
    customer = Customer("almby", "Almby kommun", targets={Priority.HIGH: Target(hours(1))})
    agreement = Agreement(customer, Calendar(), LEVELS)
    told = [
        (agreement.find_target(kind, p), agreement.source_of(kind, p))
        for kind, p in ((RESPONSE, Priority.HIGH), (RESOLUTION, Priority.HIGH), (RESPONSE, Priority.MEDIUM))
    ]
    assert told == [
        (hours(1), "agreed with Almby kommun"),
        (hours(8), "the desk's own"),
        (hours(4), "the desk's own"),
    ]


def test_a_journal_without_a_state_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with the registration"):
        measure([], Agreement(), Priority.LOW, "", MONDAY)


STEPS = st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(State)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 4000))
def test_used_time_is_what_looking_at_every_minute_gives(steps: list[tuple[int, State]], more: int) -> None:
    life, at = Life(), MONDAY
    for minutes, state in steps:
        at += timedelta(minutes=minutes)
        life.add_at(at, "something", state)
    now = at + timedelta(minutes=more)
    calendar = life.agreement.calendar

    def running(minute: datetime) -> bool:
        state = next(f.state for f in reversed(life.facts) if f.at <= minute)
        return CLOCKS[State(state)] is Clock.RUNNING and calendar.is_open(minute)

    minutes = int((now - MONDAY) / timedelta(minutes=1))
    counted = sum(running(MONDAY + timedelta(minutes=n)) for n in range(minutes))
    clock = life.watch_at(now).clock(RESOLUTION)
    assert clock.used == timedelta(minutes=counted)
    assert clock.intervals[0].begins == MONDAY and clock.intervals[-1].ends == now
    for share in (0.5, 1.0):
        moment = clock.moment_at(share)
        if moment is not None:
            facts = [f for f in life.facts if f.at < moment] or life.facts[:1]
            then = measure(facts, life.agreement, Priority.MEDIUM, "", moment)[1]
            assert then.used == then.target * share if then.target else False

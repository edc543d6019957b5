"""Promises: made from the clocks, kept, renewed once in time, or missed."""

from __future__ import annotations

import pytest

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer
from mailbot.desk.lifecycle import State
from mailbot.desk.promises import Outcome, effective_by, promise_for, read_promises, renewal_at, renewed_by
from mailbot.desk.service_level import Agreement, ClockKind
from mailbot.desk.vocabulary import Priority
from tests.support.lives import LEVELS, LISA, Fact, Life

RESPONSE, RESOLUTION = ClockKind.RESPONSE, ClockKind.RESOLUTION


def test_what_is_promised_is_when_the_targets_end() -> None:
    life = Life()
    watch = life.watch(0)
    assert [(p.clock, p.made_at, p.by) for p in promise_for(life.agreement, watch.clocks)] == [
        (RESPONSE, life.moment(0), life.moment(4)),
        (RESOLUTION, life.moment(0), life.moment(20)),
    ]


def test_nothing_is_promised_that_is_done_has_no_target_or_is_told_to_nobody() -> None:
    low = Life(priority=Priority.LOW)
    assert [p.clock for p in promise_for(low.agreement, low.watch(0).clocks)] == [RESPONSE]
    call = Life()
    call.facts[0] = Fact(call.moment(0), "ticket_registered", LISA, "new")
    assert [p.clock for p in promise_for(call.agreement, call.watch(0).clocks)] == [RESOLUTION]
    silent = Agreement(Customer(receipts=False), Calendar(), LEVELS)
    assert promise_for(silent, Life().watch(0).clocks) == ()


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((), Outcome.OPEN),
        (("promise_renewed",), Outcome.OPEN),
        (("promise_kept",), Outcome.KEPT),
        (("promise_renewed", "promise_kept"), Outcome.RENEWED),
        (("promise_missed",), Outcome.MISSED),
        (("promise_renewed", "promise_missed"), Outcome.MISSED),
    ],
)
def test_outcome_is_read_from_the_journal(facts: tuple[str, ...], outcome: Outcome) -> None:
    life = Life().promise("response", 4).promise("resolution", 20)
    for step, name in enumerate(facts, start=3):
        life.add(step, name, clock="response", promised_by=life.moment(6).isoformat())
    response, resolution = read_promises(life.facts)
    assert (response.outcome, resolution.outcome) == (outcome, Outcome.OPEN)
    assert response.by == life.moment(4)
    assert response.last_by == life.moment(6 if "promise_renewed" in facts else 4)


def test_a_solution_may_take_longer_by_as_long_as_the_desk_waited() -> None:
    life = Life().promise("resolution", 20)
    life.add(5, "ticket_paused", State.PENDING).add(9, "reply_received", State.IN_PROGRESS)
    clock = life.watch(10).clock(RESOLUTION)
    (promise,) = read_promises(life.facts)
    assert effective_by(promise, clock) == life.moment(24) == clock.due_at


def test_a_miss_is_foreseen_when_nine_tenths_have_gone_and_renewed_by_half_of_the_target() -> None:
    life = Life().promise("response", 4)
    clock = life.watch(3.6).clock(RESPONSE)
    (promise,) = read_promises(life.facts)
    assert renewal_at(promise, clock, 0.9) == life.moment(3.6)
    assert renewed_by(promise, clock, 0.5) == life.moment(6)


def test_a_promise_is_renewed_once() -> None:
    life = Life().promise("response", 4)
    life.add(3.6, "promise_renewed", clock="response", promised_by=life.moment(6).isoformat())
    (promise,) = read_promises(life.facts)
    assert renewal_at(promise, life.watch(4).clock(RESPONSE), 0.9) is None

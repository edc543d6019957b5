"""The life of a ticket: every pair of state and trigger is written here a second time, by hand."""

from __future__ import annotations

import itertools

import pytest

from mailbot.desk.errors import IllegalTransition
from mailbot.desk.lifecycle import CLOCKS, ENDED, TRANSITIONS, Clock, State, Trigger, advance, allowed, draw

#                       new          in_progress  pending      resolved     closed       cancelled
AFTER = {
    "assign":              "in_progress  in_progress  pending      resolved     -            -",
    "reply":               "new          in_progress  in_progress  resolved     -            -",
    "request_information": "pending      pending      pending      -            -            -",
    "resume":              "-            -            in_progress  -            -            -",
    "resolve":             "resolved     resolved     resolved     resolved     -            -",
    "accept":              "-            -            -            closed       -            -",
    "verify":              "-            -            -            closed       -            -",
    "expire":              "-            -            -            closed       -            -",
    "reopen":              "-            -            -            in_progress  in_progress  in_progress",
    "undo":                "-            -            -            -            resolved     -",
    "cancel":              "cancelled    cancelled    cancelled    -            -            -",
    "acknowledge":         "in_progress  -            -            -            -            -",
    "recover":             "closed       closed       closed       closed       -            -",
}  # fmt: skip
PAIRS = {
    (State(state), Trigger(trigger)): after
    for trigger, row in AFTER.items()
    for state, after in zip(
        ("new", "in_progress", "pending", "resolved", "closed", "cancelled"), row.split(), strict=True
    )
}


def test_every_pair_is_spoken_of() -> None:
    assert set(PAIRS) == set(itertools.product(State, Trigger))


@pytest.mark.parametrize(("pair", "after"), [(p, a) for p, a in PAIRS.items() if a != "-"], ids=str)
def test_allowed_pair_leads_where_it_should(pair: tuple[State, Trigger], after: str) -> None:
    assert advance(*pair) is State(after)


@pytest.mark.parametrize("pair", [p for p, a in PAIRS.items() if a == "-"], ids=str)
def test_every_other_pair_is_refused_by_name(pair: tuple[State, Trigger]) -> None:
    state, trigger = pair
    with pytest.raises(IllegalTransition) as refused:
        advance(state, trigger)
    assert (refused.value.state, refused.value.trigger) == (state.value, trigger.value)
    assert str(refused.value) == f"a ticket that is {state.value} cannot take {trigger.value}"


@pytest.mark.parametrize("state", State)
def test_what_is_told_as_possible_is_possible_and_all_of_it(state: State) -> None:
    assert set(allowed(state)) == {t for (s, t), after in PAIRS.items() if s is state and after != "-"}


def test_every_state_is_reached_and_none_is_a_trap() -> None:
    reached, edge = {State.NEW}, {State.NEW}
    while edge:
        edge = {after for state in edge for after in TRANSITIONS[state].values()} - reached
        reached |= edge
    assert reached == set(State)
    assert all(set(row.values()) - {state} for state, row in TRANSITIONS.items())


def test_the_clock_runs_while_the_desk_has_work_to_do() -> None:
    assert {state: CLOCKS[state] for state in State} == {
        State.NEW: Clock.RUNNING,
        State.IN_PROGRESS: Clock.RUNNING,
        State.PENDING: Clock.PAUSED,
        State.RESOLVED: Clock.STOPPED,
        State.CLOSED: Clock.STOPPED,
        State.CANCELLED: Clock.STOPPED,
    }
    assert {State.CLOSED, State.CANCELLED} == ENDED


def test_the_drawing_has_one_arrow_for_each_allowed_pair() -> None:
    arrows = [line.strip().split(" --> ") for line in draw().splitlines()[2:]]
    drawn = {
        (State(state), Trigger(trigger)): after.partition(": ")[0]
        for state, after in arrows
        for trigger in after.partition(": ")[2].split(", ")
    }
    assert drawn == {pair: after for pair, after in PAIRS.items() if after != "-"}

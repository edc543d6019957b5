"""What time brings to a ticket: each thing once, at its moment, and nothing after the deed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.desk.business_hours import Calendar
from mailbot.desk.customers import Customer
from mailbot.desk.lifecycle import State
from mailbot.desk.service_level import Agreement
from mailbot.desk.vocabulary import Priority
from tests.support.lives import LEVELS, LISA, MONDAY, Life, hours


def timeline(life: Life, after: float) -> list[tuple[float, str]]:
    """(working hours after Monday morning, name) of the milestones ahead."""
    calendar = life.agreement.calendar
    return [
        (calendar.working_time_between(MONDAY, m.at) / hours(1), m.fact.name) for m in life.watch(after).milestones()
    ]


def test_what_lies_ahead_of_a_new_ticket() -> None:
    assert timeline(Life().promise("response", 4), 0) == [
        (3.0, "response_warned"),
        (3.6, "promise_renewed"),
        (4.0, "response_breached"),
        (4.0, "escalated_to_management"),
        (6.0, "escalated_to_management"),
        (15.0, "resolution_warned"),
        (20.0, "resolution_breached"),
        (20.0, "escalated_to_management"),
        (20.0, "status_told"),
        (30.0, "escalated_to_management"),
    ]


def test_a_life_without_an_answer_brings_each_once() -> None:
    life = Life().promise("response", 4)
    life.pass_time(life.moment(45))
    assert Counter(f.name for f in life.facts[2:]) == {
        "response_warned": 1,
        "promise_renewed": 1,
        "response_breached": 1,
        "escalated_to_management": 4,
        "promise_missed": 1,
        "resolution_warned": 1,
        "resolution_breached": 1,
        # The new promise was word from the desk after 3.6 hours; then twice twenty hours of silence.
        "status_told": 2,
    }
    assert [m.fact.name for m in life.watch(45).milestones()] == ["status_told"]


def test_the_ladder_names_clock_rung_and_address() -> None:
    life = Life()
    life.pass_time(life.moment(31))
    told = [
        (f.details["clock"], f.details["percent"], f.details["address"]) for f in life.facts if "address" in f.details
    ]
    assert told == [
        ("response", 100, "chief@desk.example"),
        ("response", 150, "head@desk.example"),
        ("resolution", 100, "chief@desk.example"),
        ("resolution", 150, "head@desk.example"),
    ]


def test_an_answer_in_time_keeps_the_promise_and_ends_the_first_clocks_watch() -> None:
    life = Life().promise("response", 4).add(3, "agent_replied")
    (kept,) = life.watch(3).settled()
    assert (kept.name, kept.details()["promised_by"]) == ("promise_kept", life.moment(4).isoformat())
    life.record([kept])
    assert [name for _, name in timeline(life, 3)] == [
        "resolution_warned",
        "resolution_breached",
        "escalated_to_management",
        "status_told",
        "escalated_to_management",
    ]


def test_an_answer_too_late_is_written_down_and_told_to_nobody() -> None:
    """The clock had not woken yet: the deed settles what time would have brought."""
    life = Life().promise("response", 4).add(5, "agent_replied")
    assert [f.name for f in life.watch(5).settled()] == ["promise_missed", "response_breached"]
    life.record(life.watch(5).settled())
    assert life.watch(5).settled() == []
    assert "response_breached" not in [name for _, name in timeline(life, 5)]


def test_a_shorter_target_warns_again_and_a_longer_one_takes_nothing_back() -> None:
    life = Life()
    life.pass_time(life.moment(3))
    life.prioritise(3, Priority.LOW)
    assert (6.0, "response_warned") in timeline(life, 3)
    life.pass_time(life.moment(8))
    life.prioritise(9, Priority.HIGH)
    assert "response_breached" not in [name for _, name in timeline(life, 9)]
    warned = [f.details["priority"] for f in life.facts if f.name == "response_warned"]
    assert warned == ["medium", "low"]


def test_while_the_desk_waits_only_silence_counts() -> None:
    life = Life().promise("resolution", 20).add(2, "agent_replied").add(2, "ticket_paused", State.PENDING)
    assert timeline(life, 3) == [(22.0, "status_told")]


def test_a_solved_ticket_is_left_to_its_requester() -> None:
    life = Life().add(2, "resolution_proposed", State.RESOLVED)
    assert timeline(life, 3) == []


def test_nobody_is_told_how_it_goes_where_that_is_not_agreed_or_nobody_asked() -> None:
    quiet = Life(Agreement(Customer(status_mail=False), Calendar(), LEVELS))
    never = Life(Agreement(Customer(), Calendar(), replace(LEVELS, silence=timedelta(0))))
    for life in (quiet, never, Life(requester="")):
        assert "status_told" not in [name for _, name in timeline(life, 0)]


def test_who_has_just_asked_has_heard() -> None:
    asked = Life().add(15, "status_asked", person=1)
    by_another = Life().add(15, "status_asked", person=2)
    assert [dict(map(reversed, timeline(life, 16)))["status_told"] for life in (asked, by_another)] == [35.0, 20.0]


def test_the_customers_own_ladder_is_climbed() -> None:
    own = Life(Agreement(Customer(escalate_to=("client@kommun.example",)), Calendar(), LEVELS))
    own.pass_time(own.moment(31))
    assert {f.details["address"] for f in own.facts if "address" in f.details} == {"client@kommun.example"}


def test_due_and_promised_are_what_is_still_owed() -> None:
    life = Life().promise("response", 4).promise("resolution", 20)
    watch = life.watch(1)
    assert (watch.due_at, watch.promised_by) == (life.moment(4), life.moment(4))
    life.add(2, "agent_replied")
    life.record(life.watch(2).settled())
    watch = life.watch(3)
    assert (watch.due_at, watch.promised_by) == (life.moment(20), life.moment(20))
    life.add(4, "resolution_proposed", State.RESOLVED)
    life.record(life.watch(4).settled())
    assert (life.watch(5).due_at, life.watch(5).promised_by) == (None, None)


ACTS = st.lists(
    st.tuples(
        st.floats(0.1, 30),
        st.sampled_from(
            [
                ("agent_replied", None),
                ("ticket_assigned", State.IN_PROGRESS),
                ("ticket_paused", State.PENDING),
                ("reply_received", State.IN_PROGRESS),
                ("resolution_proposed", State.RESOLVED),
                ("ticket_reopened", State.IN_PROGRESS),
                *(("priority_changed", p) for p in (Priority.LOW, Priority.MEDIUM, Priority.HIGH)),
            ]
        ),
    ),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(ACTS)
def test_whatever_happens_nothing_comes_twice_and_nothing_is_left_behind(
    acts: list[tuple[float, tuple[str, State | Priority | None]]],
) -> None:
    life, after = Life().promise("response", 4).promise("resolution", 20), 0.0
    for wait, (name, what) in acts:
        after += wait
        life.pass_time(life.moment(after))
        if isinstance(what, Priority):
            life.prioritise(after, what)
        else:
            life.add(after, name, what, actor=LISA)
        life.record(life.watch(after).settled())
        assert life.watch(after).settled() == []
    life.pass_time(life.moment(after + 100))
    assert all(m.at > life.moment(after + 100) for m in life.watch(after + 100).milestones())
    counted = Counter(
        (
            f.name,
            f.details.get("clock"),
            f.details.get("address"),
            f.details.get("priority") if "warned" in f.name else "",
        )
        for f in life.facts
        if f.actor == "desk" and f.name != "status_told"
    )
    assert max(counted.values()) == 1
    for clock in ("response", "resolution"):
        ends = [
            f.name
            for f in life.facts
            if f.details.get("clock") == clock and f.name in ("promise_kept", "promise_missed")
        ]
        assert len(ends) <= 1

"""Timers as rows: one pending a key, claimed with a lease, settled by its holder alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.store.engine import Engine, open_engine
from mailbot.store.timers import Timer, TimerOutcome
from mailbot.store.unit_of_work import open_unit_of_work

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
KINDS = ("reminder", "watch_list")


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    opened = open_engine(store_url)
    yield opened
    opened.dispose()


def set_timer(engine: Engine, key: str = "a", due_at: datetime = NOON, kind: str = "reminder") -> None:
    with open_unit_of_work(engine) as work:
        work.timers.set(kind, due_at, key=key, details={"step": 1})


def claim(engine: Engine, worker: str = "w1", now: datetime = NOON, *, tried: bool = False) -> list[Timer]:
    with open_unit_of_work(engine) as work:
        return work.timers.claim_due(worker, now, 10, LEASE, kinds=KINDS, tried=tried)


def test_timer_is_claimed_when_due_and_not_before(engine: Engine) -> None:
    set_timer(engine)
    assert claim(engine, now=NOON - timedelta(seconds=1)) == []
    (timer,) = claim(engine)
    assert (timer.key, timer.kind, timer.due_at, timer.details, timer.attempts) == (
        "a",
        "reminder",
        NOON,
        {"step": 1},
        1,
    )


def test_longest_due_timer_is_claimed_first_and_unknown_kinds_wait(engine: Engine) -> None:
    set_timer(engine, "late", NOON - timedelta(hours=1))
    set_timer(engine, "later", NOON - timedelta(hours=2))
    set_timer(engine, "of a newer program", NOON - timedelta(hours=3), kind="unheard_of")
    assert [t.key for t in claim(engine)] == ["later", "late"]


def test_timer_set_again_moves(engine: Engine) -> None:
    set_timer(engine)
    set_timer(engine, due_at=NOON + timedelta(days=1))
    assert claim(engine) == []
    with open_unit_of_work(engine) as work:
        assert [(t.key, t.due_at) for t in work.timers.list_rows()] == [("a", NOON + timedelta(days=1))]


def test_cancelled_timer_does_not_go_off(engine: Engine) -> None:
    set_timer(engine)
    with open_unit_of_work(engine) as work:
        assert work.timers.cancel("a") is True
        assert work.timers.cancel("a") is False
    assert claim(engine) == []


def test_leased_timer_is_nobody_elses_until_the_lease_ends(engine: Engine) -> None:
    set_timer(engine)
    claim(engine)
    assert claim(engine, "w2", NOON + LEASE - timedelta(seconds=1), tried=True) == []
    (again,) = claim(engine, "w2", NOON + LEASE, tried=True)
    assert again.attempts == 2


def test_lease_of_a_clock_that_ran_ahead_does_not_bind(engine: Engine) -> None:
    set_timer(engine)
    claim(engine, now=NOON + timedelta(days=3650))
    (timer,) = claim(engine, "w2", tried=True)
    assert timer.attempts == 2


def test_only_the_holder_of_the_lease_settles(engine: Engine) -> None:
    set_timer(engine)
    (first,) = claim(engine)
    (second,) = claim(engine, "w2", NOON + LEASE, tried=True)
    with open_unit_of_work(engine) as work:
        assert work.timers.settle(first, "w1", NOON) is False
        assert work.timers.settle(second, "w2", NOON) is True
        assert work.timers.settle(second, "w2", NOON) is False
        assert [(t.outcome, t.settled_at) for t in work.timers.list_rows(outcomes=list(TimerOutcome))] == [
            (TimerOutcome.FIRED, NOON)
        ]


@pytest.mark.parametrize("change", ["set again", "cancelled"])
def test_timer_that_changed_since_it_was_claimed_does_not_go_off(engine: Engine, change: str) -> None:
    set_timer(engine)
    (timer,) = claim(engine)
    with open_unit_of_work(engine) as work:
        if change == "cancelled":
            work.timers.cancel("a")
        else:
            work.timers.set("reminder", NOON + timedelta(days=1), key="a")
        assert work.timers.settle(timer, "w1", NOON) is False


def test_key_is_free_again_when_its_timer_has_gone_off(engine: Engine) -> None:
    set_timer(engine)
    (timer,) = claim(engine)
    with open_unit_of_work(engine) as work:
        work.timers.settle(timer, "w1", NOON)
        work.timers.set("watch_list", NOON + timedelta(days=1), key="a")
        assert [(t.kind, t.outcome) for t in work.timers.list_rows(outcomes=list(TimerOutcome))] == [
            ("reminder", TimerOutcome.FIRED),
            ("watch_list", TimerOutcome.PENDING),
        ]


def test_failed_timer_waits_and_then_ends_in_quarantine_until_somebody_wants_it_tried(engine: Engine) -> None:
    set_timer(engine)
    (timer,) = claim(engine)
    with open_unit_of_work(engine) as work:
        assert work.timers.postpone(timer, "w1", NOON + timedelta(minutes=1), "no paper")
    assert claim(engine, tried=True) == []
    (timer,) = claim(engine, now=NOON + timedelta(minutes=1), tried=True)
    with open_unit_of_work(engine) as work:
        assert work.timers.quarantine(timer, "w1", NOON, "no ink")
        (row,) = work.timers.list_rows(outcomes=[TimerOutcome.QUARANTINED])
        assert (row.trouble, row.settled_at) == ("no ink", NOON)
        assert work.timers.retry(row.id, NOON) is True
        assert work.timers.retry(row.id, NOON) is False
    (timer,) = claim(engine)
    assert (timer.attempts, timer.due_at) == (1, NOON)


def test_quarantined_timer_whose_key_is_set_anew_stays_where_it_is(engine: Engine) -> None:
    set_timer(engine)
    (timer,) = claim(engine)
    with open_unit_of_work(engine) as work:
        work.timers.quarantine(timer, "w1", NOON, "no ink")
        work.timers.set("reminder", NOON, key="a")
        assert work.timers.retry(timer.id, NOON) is False


def test_what_went_off_long_ago_is_dropped_and_nothing_else(engine: Engine) -> None:
    for key in ("old", "new", "pending"):
        set_timer(engine, key)
    for timer in claim(engine):
        with open_unit_of_work(engine) as work:
            if timer.key == "old":
                work.timers.settle(timer, "w1", NOON)
            elif timer.key == "new":
                work.timers.settle(timer, "w1", NOON + timedelta(days=2))
    with open_unit_of_work(engine) as work:
        assert work.timers.count_fired(NOON + timedelta(days=1)) == 1
        assert work.timers.forget_fired(NOON + timedelta(days=1)) == 1
        assert sorted(t.key for t in work.timers.list_rows(outcomes=list(TimerOutcome))) == ["new", "pending"]

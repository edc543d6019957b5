"""How soon calls were answered: figures that can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailbot.desk.contacts import AnswerTarget, AnswerTimes, Contact, Outcome, measure_answers

RANG = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def answered(wait: float, talk: float | None = None) -> Contact:
    moment = RANG + seconds(wait)
    ended = None if talk is None else moment + seconds(talk)
    return Contact(f"a{wait}", "070", RANG, Outcome.ANSWERED, moment, ended)


def abandoned(wait: float | None) -> Contact:
    return Contact(f"b{wait}", "070", RANG, Outcome.ABANDONED, None, None if wait is None else RANG + seconds(wait))


def test_contact_knows_how_long_it_waited_and_talked() -> None:
    calls = [answered(20, 100), answered(20), abandoned(7), abandoned(None)]
    assert [(c.waited, c.talked) for c in calls] == [
        (seconds(20), seconds(100)),
        (seconds(20), None),
        (seconds(7), None),
        (None, None),
    ]


def test_figures_of_calls() -> None:
    calls = [answered(w) for w in (10, 20, 30, 60, 61)] + [abandoned(4.9), abandoned(5), abandoned(None)]
    assert measure_answers(calls, AnswerTarget(seconds(60), seconds(5))) == AnswerTimes(
        offered=8,
        answered=5,
        abandoned=3,
        hasty=1,
        in_time=4,
        mean=seconds(36.2),
        median=seconds(30),
        ninth_decile=seconds(61),
        longest=seconds(61),
    )


def test_share_in_time_leaves_the_hasty_out() -> None:
    times = measure_answers([answered(1), answered(99), abandoned(50), abandoned(1)], AnswerTarget())
    assert times.percent_in_time == 100 / 3


def test_no_calls_have_no_share() -> None:
    times = measure_answers([abandoned(1)], AnswerTarget())
    assert (times.percent_in_time, times.mean, times.median, times.longest) == (None, None, None, None)

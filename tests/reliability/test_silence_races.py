"""A reply and the end of the silence at once: whoever answered is never closed over their head (test R39)."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from mailbot.desk.lifecycle import State
from mailbot.workflows import timers
from tests.support.desk import WorkingDesk
from tests.support.races import CLOSING_ON_SILENCE, OBJECTION, ask, intake_of, reply, settle, together

PAIRS = 12


def ask_all(desk: WorkingDesk) -> list[EmailMessage]:
    """The letters of tickets 1001 …, on the eve of the end of their silence."""
    letters = ask(desk, PAIRS)
    desk.later(days=1, seconds=1)
    return letters


def answer(desk: WorkingDesk, letters: list[EmailMessage], words: str) -> None:
    desk.reception.receive_many([reply(desk, n, letter, words) for n, letter in enumerate(letters)])


def answer_each(desk: WorkingDesk, letters: list[EmailMessage]) -> None:
    while letters:
        desk.reception.receive_many([reply(desk, len(letters) - 1, letters.pop(), OBJECTION)])


@pytest.mark.parametrize(
    ("words", "state", "closing"),
    [(OBJECTION, State.IN_PROGRESS, []), ("Acceptera", State.CLOSED, ["resolution_accepted"])],
)
def test_reply_that_came_before_the_end_decides(
    open_desk: Callable[..., WorkingDesk], words: str, state: State, closing: list[str]
) -> None:
    desk = open_desk(CLOSING_ON_SILENCE)
    answer(desk, ask_all(desk), words)
    together([lambda: timers.run(desk.desk.open_office), intake_of(desk).run_once])
    settle(desk)
    for number in range(1001, 1001 + PAIRS):
        assert desk.ticket(number).state is state
        closed = [f for f in desk.facts(number) if f in ("resolution_accepted", "resolution_expired")]
        assert closed == closing
        assert [kind for kind, _ in desk.notices(number)].count("closed") == len(closing)


def test_objection_that_comes_while_silence_ends_leaves_the_ticket_open(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CLOSING_ON_SILENCE)
    letters = ask_all(desk)
    together(
        [
            lambda: timers.run(desk.desk.open_office),
            lambda: answer_each(desk, letters),
            intake_of(desk).run_once,
        ]
    )
    settle(desk)
    for number in range(1001, 1001 + PAIRS):
        facts = desk.facts(number)
        assert (desk.ticket(number).state, facts.count("reply_received")) == (State.IN_PROGRESS, 1)
        assert facts.count("resolution_expired") <= 1
        assert [kind for kind, _ in desk.notices(number)].count("reopened") == 1

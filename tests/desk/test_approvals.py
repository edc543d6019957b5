"""When a change is approved: all of them, so many of them, several boards, and who decides about what."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.approvals import Answer, Board, BoardRule, Verdict, deciding, judge, needed_of

YES, NO, SILENT = Answer.APPROVE, Answer.DECLINE, Answer.NONE


@pytest.mark.parametrize(
    ("needed", "answers", "verdict"),
    [
        (3, (YES, YES, SILENT), Verdict.WAITING),
        (3, (YES, YES, YES), Verdict.APPROVED),
        (3, (YES, YES, NO), Verdict.DECLINED),
        (2, (YES, YES, NO), Verdict.APPROVED),
        (2, (YES, NO, SILENT), Verdict.WAITING),
        (2, (SILENT, NO, NO), Verdict.DECLINED),
        (1, (NO, NO, SILENT), Verdict.WAITING),
        (1, (NO, NO, NO), Verdict.DECLINED),
    ],
)
def test_board_decides(needed: int, answers: tuple[Answer, ...], verdict: Verdict) -> None:
    board = Board("cab", (1, 2, 3), needed)
    assert board.judge(dict(zip((1, 2, 3), answers, strict=True))) is verdict


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_board_is_approved_or_declined_and_never_both(people: int, needed: int, data: st.DataObject) -> None:
    needed = min(needed, people)
    said = data.draw(st.lists(st.sampled_from(Answer), min_size=people, max_size=people))
    verdict = Board("b", tuple(range(people)), needed).judge(dict(enumerate(said)))
    enough, lost = said.count(YES) >= needed, people - said.count(NO) < needed
    assert not (enough and lost)
    assert verdict is (Verdict.APPROVED if enough else Verdict.DECLINED if lost else Verdict.WAITING)


@given(st.lists(st.sampled_from(Answer), min_size=4, max_size=4), st.integers(0, 3))
def test_no_decline_ever_helps_and_no_silence_approves(said: list[Answer], who: int) -> None:
    boards = (Board("a", (0, 1), 2), Board("b", (2, 3), 1))
    before = judge(boards, dict(enumerate(said)))
    after = judge(boards, dict(enumerate([*said[:who], NO, *said[who + 1 :]])))
    assert not (before is not Verdict.APPROVED and after is Verdict.APPROVED)
    assert judge(boards, {}) is Verdict.WAITING


def test_each_board_must_approve() -> None:
    boards = (Board("a", (1, 2), 2), Board("b", (2, 3), 1))
    assert judge(boards, {1: YES, 2: YES}) is Verdict.APPROVED
    assert judge(boards, {1: YES, 3: YES}) is Verdict.WAITING
    assert judge(boards, {1: NO, 2: YES, 3: YES}) is Verdict.DECLINED
    assert judge((), {1: YES}) is Verdict.WAITING


def test_answer_of_nobody_who_was_asked_counts_for_nothing() -> None:
    assert judge((Board("a", (1,), 1),), {2: YES}) is Verdict.WAITING


@pytest.mark.parametrize(("people", "needed", "wanted"), [(3, 0, 3), (3, 2, 2), (3, 9, 3), (1, 1, 1)])
def test_needed_is_never_more_than_there_are(people: int, needed: int, wanted: int) -> None:
    assert needed_of(people, needed) == wanted


GENERAL = BoardRule("cab", ("c@x.example",))
MAIL = BoardRule("mail", ("m@x.example",), services=("mail",))
HOSPITAL = BoardRule("hospital", ("h@x.example",), customers=("hospital",))
BOTH = BoardRule("both", ("b@x.example",), services=("mail",), customers=("hospital",))


@pytest.mark.parametrize(
    ("services", "customers", "boards"),
    [
        ((), (), ["cab"]),
        (("print",), (), ["cab"]),
        (("mail",), (), ["mail"]),
        (("print", "mail"), ("town",), ["mail"]),
        ((), ("hospital",), ["hospital"]),
        (("mail",), ("hospital",), ["mail", "hospital", "both"]),
    ],
)
def test_special_boards_go_before_the_general_one(
    services: tuple[str, ...], customers: tuple[str, ...], boards: list[str]
) -> None:
    for rules in itertools.permutations((GENERAL, MAIL, HOSPITAL, BOTH)):
        found = deciding(rules, services, customers)
        assert sorted(r.name for r in found) == sorted(boards)
    assert deciding((MAIL,), ("print",), ()) == ()

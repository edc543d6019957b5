"""The life of a change: the whole table, type by type, and the one writer of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.desk.approvals import Verdict
from mailbot.desk.change import Change, Plan
from mailbot.desk.changes import (
    BEFORE_WORK,
    BEGUN,
    ENDED,
    TAKES_PLACE,
    ChangeNotAllowed,
    ChangeState,
    ChangeTrigger,
    ChangeType,
    advance,
    draw,
    possible,
)

NOW = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
# Each state: what may happen, and where it leads; "s", "n", "e" where it holds for standard, normal, emergency alone.
TABLE = {
    "proposed": "revise>proposed ask>asked:ne schedule>scheduled:s start>implementing:e lapse>lapsed:sn "
    "withdraw>withdrawn",
    "asked": "revise>proposed ask>asked approve>approved decline>declined start>implementing:e lapse>lapsed:sn "
    "withdraw>withdrawn",
    "approved": "revise>proposed decline>declined schedule>scheduled start>implementing:e lapse>lapsed:sn "
    "withdraw>withdrawn",
    "declined": "revise>proposed withdraw>withdrawn",
    "scheduled": "revise>proposed decline>declined start>implementing withdraw>withdrawn",
    "implementing": "finish>implemented fail>failed ask>implementing:e approve>implementing:e decline>implementing:e",
    "implemented": "review>reviewed ask>implemented:e approve>implemented:e decline>implemented:e",
    "failed": "review>reviewed revise>proposed ask>failed:e approve>failed:e decline>failed:e",
    "lapsed": "revise>proposed withdraw>withdrawn",
    "reviewed": "",
    "withdrawn": "revise>proposed",
}


def written(state: str, kind: str) -> dict[str, str]:
    """What the table above says of a state and a type: trigger → state."""
    found = {}
    for cell in TABLE[state].split():
        moves, _, only = cell.partition(":")
        trigger, _, after = moves.partition(">")
        if not only or kind[0] in only:
            found[trigger] = after
    return found


@pytest.mark.parametrize("kind", ChangeType)
@pytest.mark.parametrize("state", ChangeState)
@pytest.mark.parametrize("trigger", ChangeTrigger)
def test_every_pair_of_the_table(state: ChangeState, trigger: ChangeTrigger, kind: ChangeType) -> None:
    wanted = written(state.value, kind.value).get(trigger.value)
    if wanted:
        assert advance(state, trigger, kind).value == wanted
    else:
        with pytest.raises(ChangeNotAllowed):
            advance(state, trigger, kind)


@pytest.mark.parametrize("kind", ChangeType)
@pytest.mark.parametrize("state", ChangeState)
def test_what_is_possible_is_what_can_be_done(state: ChangeState, kind: ChangeType) -> None:
    assert {t.value for t in possible(state, kind)} == written(state.value, kind.value).keys()


def test_nothing_is_made_without_an_approval_but_what_is_standard_or_an_emergency() -> None:
    """From every state a normal change can only begin by way of APPROVE."""
    reached, left = {ChangeState.PROPOSED}, [ChangeState.PROPOSED]
    while left:
        state = left.pop()
        for trigger in possible(state, ChangeType.NORMAL):
            after = advance(state, trigger, ChangeType.NORMAL)
            if trigger is not ChangeTrigger.APPROVE and after not in reached:
                reached.add(after)
                left.append(after)
    assert reached & (BEGUN | {ChangeState.APPROVED, ChangeState.SCHEDULED}) == set()


def test_states_are_told_apart() -> None:
    assert BEFORE_WORK & BEGUN == ENDED & BEGUN == ENDED & TAKES_PLACE == set()
    assert BEFORE_WORK | {ChangeState.IMPLEMENTING} == TAKES_PLACE


def test_refusal_says_what_is_possible() -> None:
    with pytest.raises(ChangeNotAllowed, match="a normal change that is declined allows: revise, withdraw"):
        advance(ChangeState.DECLINED, ChangeTrigger.APPROVE, ChangeType.NORMAL)


def test_drawing_has_every_way() -> None:
    lines = draw().splitlines()
    assert lines[2] == "    proposed --> proposed: revise"
    assert "    proposed --> implementing: start (emergency)" in lines
    assert sum(line.count(",") + 1 for line in lines[2:]) == sum(len(row.split()) for row in TABLE.values())


def planned(kind: ChangeType = ChangeType.NORMAL, state: ChangeState = ChangeState.PROPOSED) -> Change:
    plan = Plan(kind, "Flytta.", "", "Flytta tillbaka.", NOW, NOW + timedelta(hours=2), ("mail",))
    return Change(1001, plan, state, by="lisa@desk.example")


@pytest.mark.parametrize("state", ChangeState)
def test_act_that_is_not_allowed_changes_nothing(state: ChangeState) -> None:
    acts = {
        ChangeTrigger.APPROVE: lambda c: c.approve(NOW, "a", 1),
        ChangeTrigger.DECLINE: lambda c: c.decline(NOW, "a", 1),
        ChangeTrigger.SCHEDULE: lambda c: c.schedule(NOW, "a", 0),
        ChangeTrigger.START: lambda c: c.start(NOW, "a"),
        ChangeTrigger.FINISH: lambda c: c.finish(NOW, "a", 1),
        ChangeTrigger.FAIL: lambda c: c.fail(NOW, "a", 1, backed_out=True),
        ChangeTrigger.LAPSE: lambda c: c.lapse(NOW),
        ChangeTrigger.REVIEW: lambda c: c.review(NOW, "a", 1),
        ChangeTrigger.WITHDRAW: lambda c: c.withdraw(NOW, "a", 1),
        ChangeTrigger.ASK: lambda c: c.ask(NOW, ()),
        ChangeTrigger.REVISE: lambda c: c.revise(NOW, "a", replace(c.plan, plan="Annat."), 1, 0),
    }
    for trigger, act in acts.items():
        change = planned(state=state)
        before = [getattr(change, f.name) for f in fields(change)]
        if trigger in possible(state, ChangeType.NORMAL):
            act(change)
            assert change.state is advance(state, trigger, ChangeType.NORMAL)
        else:
            with pytest.raises(ChangeNotAllowed):
                act(change)
            assert [getattr(change, f.name) for f in fields(change)] == before


def test_another_plan_takes_everything_back_that_was_decided() -> None:
    change = planned(state=ChangeState.ASKED)
    change.approve(NOW, "a", 1)
    change.schedule(NOW, "a", 0)
    change.despite_freeze = "Måste."
    [fact] = change.revise(NOW, "lisa@desk.example", replace(change.plan, plan="Annat.", services=()), 7, 2)
    assert (change.state, change.revision, change.boards) == (ChangeState.PROPOSED, 2, ())
    assert (change.verdict, change.decided_at, change.despite_freeze) == (Verdict.WAITING, None, "")
    assert (fact.details()["changed"], fact.details()["invalid"]) == (("plan", "services"), 2)


def test_what_an_approver_must_read_is_named() -> None:
    whole = planned().plan
    assert whole.missing() == ()
    assert Plan().missing() == ("plan", "window", "back_out")
    assert replace(whole, ends_at=None).missing() == ("window",)
    assert replace(whole, back_out=" \n").missing() == ("back_out",)


def test_begun_says_whether_anybody_had_approved() -> None:
    normal, emergency = planned(state=ChangeState.SCHEDULED), planned(ChangeType.EMERGENCY)
    normal.verdict = Verdict.APPROVED
    said = [c.start(NOW - timedelta(hours=1), "a")[0].details() for c in (normal, emergency)]
    assert [(s["approved"], s["early"]) for s in said] == [(True, True), (False, True)]
    assert (normal.needs_approval_afterwards, emergency.needs_approval_afterwards) == (False, True)
    assert planned(ChangeType.STANDARD, ChangeState.SCHEDULED).start(NOW, "a")[0].details()["approved"] is True


def test_review_says_how_it_ended() -> None:
    outcomes = []
    for backed_out in (None, False, True):
        change = planned(state=ChangeState.IMPLEMENTING)
        if backed_out is None:
            assert change.finish(NOW + timedelta(hours=3), "a", 1)[0].details()["late"] is True
        else:
            change.fail(NOW, "a", 1, backed_out=backed_out)
        outcomes.append(change.review(NOW, "a", 2)[0].details()["outcome"])
    assert outcomes == ["implemented", "failed", "backed_out"]

"""A yes and a no, a yes and another plan, a yes and the clock, at one moment: nothing is made without an approval."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.desk.change import Plan
from mailbot.workflows import approvals, changes, timers
from mailbot.workflows.intake import Intake
from tests.support.desk import LISA, WITHOUT_LIMITS, ReadHere, WorkingDesk, read_letter

CHANGES = 8
SUNDAY = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
PLAN = Plan(plan="Flytta.", back_out="Tillbaka.", starts_at=SUNDAY, ends_at=SUNDAY + timedelta(hours=2))
CARL, EVA = "carl@kommun.example", "eva@kommun.example"
Raw = tuple[bytes, str, str]


def plan_changes(open_desk: Callable[..., WorkingDesk], *approvers: str) -> WorkingDesk:
    """SD-1001 … are changes about which these have been asked."""
    desk = open_desk(WITHOUT_LIMITS + "[intake]\nbatch = 3\n")
    for n in range(CHANGES):
        with desk.office() as office:
            ticket, change = changes.propose(office, LISA, f"Ändring {n}", PLAN)
            changes.name_approvers(office, ticket, change, LISA, approvers)
            approvals.ask(office, ticket, change, LISA)
    desk.deliver()
    return desk


def hand_in(desk: WorkingDesk, said: dict[str, tuple[str, ...]]) -> None:
    """All answers of all approvers about all changes arrive at one moment."""
    with desk.office() as office:
        rows = office.work.outbox.list_rows(limit=1000)
    raws = []
    for row in reversed(rows):
        letter = read_letter(row.content)
        for words in said.get(row.recipient, ()) if row.notice.value == "approval_asked" else ():
            to = letter["Reply-To"].addresses[0].addr_spec
            raw = desk.write(words, sender=row.recipient, to=to, subject="Re: x", In_Reply_To=letter["Message-ID"])
            raws.append((raw, desk.envelope(row.recipient, to)))
    desk.reception.receive_many(raws)


def work_together(desk: WorkingDesk, *beside: Callable[[], None]) -> None:
    """Two intake workers and what happens beside them, each in a thread of its own."""
    policy = desk.desk.policy
    intakes = [Intake(desk.desk.open_office, policy, ReadHere(), f"race#{w}", lambda: None) for w in range(2)]
    threads = [threading.Thread(target=_persist, args=(intake,)) for intake in intakes]
    threads += [threading.Thread(target=act) for act in beside]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for _ in range(4):
        desk.later(seconds=10)
        desk.work()


def _persist(intake: Intake) -> None:
    idle = 0
    while idle < 2:
        try:
            idle = 0 if intake.run_once() else idle + 1
        except Exception:  # noqa: BLE001
            idle = 0


def outcomes(desk: WorkingDesk) -> list[tuple[str, int, list[str]]]:
    """State, revision and answers to it, of every change."""
    found = []
    with desk.office() as office:
        for number in range(1001, 1001 + CHANGES):
            change = office.work.changes.find(number)
            assert change is not None
            said = office.work.changes.approvals_of(number, change.revision)
            found.append((change.state.value, change.revision, [a.answer.value for a in said]))
    return found


@pytest.mark.parametrize("first", ["Godkänner", "Avslår"])
def test_yes_and_no_of_two_people_at_once_is_a_no(open_desk: Callable[..., WorkingDesk], first: str) -> None:
    desk = plan_changes(open_desk, CARL, EVA)
    second = "Avslår" if first == "Godkänner" else "Godkänner"
    hand_in(desk, {CARL: (first,), EVA: (second,)})
    work_together(desk)
    for state, _, answers in outcomes(desk):
        assert (state, answers.count("decline")) == ("declined", 1)
    assert [desk.facts(1001 + n).count("change_declined") for n in range(CHANGES)] == [1] * CHANGES


@pytest.mark.parametrize("said", [("Godkänner", "Avslår"), ("Avslår", "Godkänner")])
def test_yes_and_no_of_one_person_at_once_is_a_no(open_desk: Callable[..., WorkingDesk], said: tuple[str, ...]) -> None:
    desk = plan_changes(open_desk, CARL)
    hand_in(desk, {CARL: said})
    work_together(desk)
    assert outcomes(desk) == [("declined", 1, ["decline"])] * CHANGES


def test_two_yes_at_once_approve_and_schedule_once(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = plan_changes(open_desk, CARL, EVA)
    hand_in(desk, {CARL: ("Godkänner",), EVA: ("Godkänner",)})
    work_together(desk)
    assert outcomes(desk) == [("scheduled", 1, ["approve", "approve"])] * CHANGES
    for number in range(1001, 1001 + CHANGES):
        facts = desk.facts(number)
        assert (facts.count("approval_given"), facts.count("change_approved"), facts.count("change_scheduled")) == (
            2, 1, 1,
        )  # fmt: skip
        assert [n for n, to in desk.notices(number) if to == LISA.address] == ["change_news"]


def test_yes_to_a_plan_that_is_being_changed_approves_nothing(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = plan_changes(open_desk, CARL)
    hand_in(desk, {CARL: ("Godkänner",)})

    def revise() -> None:
        for number in range(1001, 1001 + CHANGES):
            with desk.office() as office:
                ticket = office.work.tickets.get(number, lock=True)
                changes.revise(office, ticket, changes.get_change(office, ticket), LISA, replace(PLAN, plan="Annat."))

    work_together(desk, revise)
    assert outcomes(desk) == [("asked", 2, [""])] * CHANGES
    for number in range(1001, 1001 + CHANGES):
        facts = desk.facts(number)
        assert facts.count("approval_given") + facts.count("approval_refused") == 1


def test_yes_when_the_window_begins_is_too_late_whoever_is_first(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = plan_changes(open_desk, CARL)
    desk.now = SUNDAY
    hand_in(desk, {CARL: ("Godkänner",)})
    work_together(desk, lambda: timers.run(desk.desk.open_office))
    assert outcomes(desk) == [("lapsed", 1, [""])] * CHANGES
    for number in range(1001, 1001 + CHANGES):
        facts = desk.facts(number)
        assert (facts.count("approval_refused"), facts.count("change_lapsed")) == (1, 1)

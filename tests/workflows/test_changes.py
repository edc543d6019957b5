"""Changes are planned, asked about, scheduled, made, reviewed, withdrawn; and their tickets stay true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailbot.desk.announcements import Announcement
from mailbot.desk.approvals import Answer
from mailbot.desk.change import Change, Plan
from mailbot.desk.changes import ChangeNotAllowed, ChangeType
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.links import LinkKind
from mailbot.desk.ticket import Ticket
from mailbot.workflows import announcements, approvals, changes, merging, resolution, timers
from mailbot.workflows.change_conflicts import conflicts_of, is_in_wrong_hours
from mailbot.workflows.office import Office
from tests.support.desk import LISA, WorkingDesk

CARL, EVA = "carl@kommun.example", "eva@kommun.example"
SUNDAY = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)
SETTINGS = """
[[services]]
name = "mail"
words = { sv = ["mejl*"] }
[[services]]
name = "print"
words = { sv = ["skriv*"] }
[[customers]]
name = "hospital"
[[change_boards]]
name = "cab"
approvers = ["carl@kommun.example", "lisa@desk.example"]
[[change_boards]]
name = "owners"
approvers = ["eva@kommun.example", "dan@kommun.example"]
needed = 1
services = ["print"]
[[change_freezes]]
name = "Lön"
begins = 2026-11-25T00:00:00
ends = 2026-11-26T00:00:00
customers = ["hospital"]
"""
PLAN = Plan(
    plan="Flytta.", back_out="Flytta tillbaka.", starts_at=SUNDAY, ends_at=SUNDAY + TWO_HOURS, services=("mail",)
)
FROZEN = {"starts_at": datetime(2026, 11, 25, 5, tzinfo=UTC), "ends_at": datetime(2026, 11, 25, 6, tzinfo=UTC)}
Act = Callable[[Office, Ticket, Change], Any]


@pytest.fixture
def desk(open_desk: Callable[..., WorkingDesk]) -> WorkingDesk:
    return open_desk(SETTINGS)


def propose(desk: WorkingDesk, plan: Plan = PLAN, subject: str = "Ny server", **how: Any) -> int:
    with desk.office() as office:
        return changes.propose(office, LISA, subject, plan, **how)[0].number


def act(desk: WorkingDesk, do: Act, number: int = 1001) -> Any:
    """What an agent does to a change, in a transaction of its own."""
    with desk.office() as office:
        ticket = office.work.tickets.get(number, lock=True)
        return do(office, ticket, changes.get_change(office, ticket))


def ask(desk: WorkingDesk, number: int = 1001, **how: Any) -> list[str]:
    return [a.address for a in act(desk, lambda o, t, c: approvals.ask(o, t, c, LISA, **how), number)]


def say(desk: WorkingDesk, of: str, answer: Answer = Answer.APPROVE, number: int = 1001) -> None:
    act(desk, lambda o, t, c: approvals.approve_for(o, t, c, LISA, of, answer, "phone", "Rang."), number)


def start(desk: WorkingDesk, number: int = 1001, **how: Any) -> None:
    act(desk, lambda o, t, c: changes.start(o, t, c, LISA, **how), number)


def change_of(desk: WorkingDesk, number: int = 1001) -> Change:
    with desk.office() as office:
        return changes.get_change(office, office.work.tickets.get(number))


def states(desk: WorkingDesk, number: int = 1001) -> tuple[str, str]:
    return change_of(desk, number).state.value, desk.ticket(number).state.value


def go_to(desk: WorkingDesk, moment: datetime) -> None:
    """Time passes; what is due on the way happens when it is due."""
    while desk.now < moment:
        with desk.office() as office:
            due = [t.due_at for t in office.work.timers.list_rows() if t.due_at > desk.now]
        desk.now = min([moment, *due])
        timers.run(desk.desk.open_office)


def pending(desk: WorkingDesk, number: int = 1001) -> list[tuple[str, datetime]]:
    with desk.office() as office:
        return [(t.kind, t.due_at) for t in office.work.timers.list_rows(ticket=number)]


def test_whoever_plans_a_change_works_on_it_and_no_hours_are_agreed_for_it(desk: WorkingDesk) -> None:
    propose(desk)
    ticket = desk.ticket()
    assert (ticket.kind.value, ticket.assignee, ticket.state.value) == ("change", LISA.address, "in_progress")
    assert (ticket.requester, ticket.due_at, ticket.promised_by) == (None, None, None)
    assert pending(desk) == [
        ("change_before", SUNDAY - timedelta(hours=24)),
        ("change_begins", SUNDAY),
        ("change_ends", SUNDAY + TWO_HOURS),
    ]


def test_who_decides_is_found_by_what_is_touched_and_nobody_approves_their_own(desk: WorkingDesk) -> None:
    propose(desk)
    propose(desk, replace(PLAN, services=("print", "mail")))
    assert (ask(desk, 1001), sorted(ask(desk, 1002))) == ([CARL], ["dan@kommun.example", EVA])
    say(desk, "dan@kommun.example", number=1002)
    assert states(desk, 1002) == ("scheduled", "in_progress")


def test_approvers_whom_an_agent_names_go_before_settings(desk: WorkingDesk) -> None:
    propose(desk)
    act(desk, lambda o, t, c: changes.name_approvers(o, t, c, LISA, (EVA, CARL), 1))
    assert sorted(ask(desk)) == [CARL, EVA]
    with pytest.raises(NotAllowed, match="asked already"):
        act(desk, lambda o, t, c: changes.name_approvers(o, t, c, LISA, (EVA,)))


@pytest.mark.parametrize(
    ("addresses", "needed"),
    [((EVA,), 2), ((EVA, EVA.upper()), 2), (("eva",), 0), (("support@desk.example",), 0), (("Eva <e@x.example>",), 0)],
)
def test_approvers_who_cannot_decide_are_refused(desk: WorkingDesk, addresses: tuple[str, ...], needed: int) -> None:
    propose(desk)
    with pytest.raises(NotAllowed):
        act(desk, lambda o, t, c: changes.name_approvers(o, t, c, LISA, addresses, needed))
    assert change_of(desk).approvers == ()


def test_nobody_to_ask_is_said(desk: WorkingDesk) -> None:
    propose(desk)
    act(desk, lambda o, t, c: changes.name_approvers(o, t, c, LISA, ("Lisa@desk.example",)))
    with pytest.raises(NotAllowed, match="nobody but lisa@desk"):
        ask(desk)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"plan": " "}, "plan"),
        ({"back_out": ""}, "back_out"),
        ({"ends_at": None}, "window"),
        ({"starts_at": datetime(2026, 11, 23, 7, tzinfo=UTC)}, "its window has begun"),
    ],
)
def test_what_approvers_must_know_is_there_before_they_are_asked(
    desk: WorkingDesk, given: dict[str, Any], said: str
) -> None:
    propose(desk, replace(PLAN, **given))
    with pytest.raises(NotAllowed, match=said):
        ask(desk)
    assert (states(desk)[0], desk.notices()) == ("proposed", [])


@pytest.mark.parametrize(
    "given",
    [
        {"ends_at": SUNDAY},
        {"starts_at": None},
        {"services": ("phone",)},
        {"customers": ("nobody",)},
    ],
)
def test_plan_that_makes_no_sense_is_refused(desk: WorkingDesk, given: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        propose(desk, replace(PLAN, **given))
    with pytest.raises(PermanentError):
        desk.ticket(1001)


def test_standard_change_needs_no_approval_and_a_normal_one_does(desk: WorkingDesk) -> None:
    propose(desk, replace(PLAN, type=ChangeType.STANDARD))
    propose(desk)
    act(desk, lambda o, t, c: changes.schedule(o, t, c, LISA))
    assert states(desk) == ("scheduled", "in_progress")
    for number, acts in ((1001, (lambda o, t, c: approvals.ask(o, t, c, LISA),)), (1002, (_schedule, _start))):
        for forbidden in acts:
            with pytest.raises(ChangeNotAllowed):
                act(desk, forbidden, number)


def _schedule(office: Office, ticket: Ticket, change: Change) -> None:
    changes.schedule(office, ticket, change, LISA)


def _start(office: Office, ticket: Ticket, change: Change) -> None:
    changes.start(office, ticket, change, LISA)


def test_freeze_stops_asking_scheduling_and_emergencies_until_somebody_says_why(desk: WorkingDesk) -> None:
    frozen = replace(PLAN, **FROZEN, customers=("hospital",))
    propose(desk, frozen)
    propose(desk, replace(frozen, type=ChangeType.STANDARD))
    propose(desk, replace(frozen, type=ChangeType.EMERGENCY))
    for number, forbidden in ((1001, lambda o, t, c: approvals.ask(o, t, c, LISA)), (1002, _schedule), (1003, _start)):
        with pytest.raises(NotAllowed, match="Lön"):
            act(desk, forbidden, number)
    assert ask(desk, despite_freeze="Disken dör.") == [CARL]
    act(desk, lambda o, t, c: changes.schedule(o, t, c, LISA, "Disken dör."), 1002)
    start(desk, 1003, despite_freeze="Disken är död.")
    say(desk, CARL)
    assert [states(desk, n)[0] for n in (1001, 1002, 1003)] == ["scheduled", "scheduled", "implementing"]
    assert [desk.facts(n).count("freeze_overridden") for n in (1001, 1002, 1003)] == [1, 1, 1]
    assert change_of(desk, 1003).despite_freeze == "Disken är död."


def test_another_window_needs_another_reason(desk: WorkingDesk) -> None:
    propose(desk, replace(PLAN, **FROZEN), despite_freeze="")
    act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, replace(PLAN, **FROZEN, customers=("hospital",)), "Brand."))
    assert change_of(desk).despite_freeze == "Brand."
    act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, replace(c.plan, plan="Annat.")))
    with pytest.raises(NotAllowed, match="Lön"):
        ask(desk)


def test_conflicts_with_events_and_other_changes_are_found(desk: WorkingDesk) -> None:
    propose(desk)
    propose(desk, replace(PLAN, services=(), starts_at=SUNDAY + timedelta(hours=1)), "Brandvägg")
    propose(desk, replace(PLAN, services=("print",)), "Skrivare")
    withdrawn = propose(desk, PLAN, "Inget")
    act(desk, lambda o, t, c: changes.withdraw(o, t, c, LISA, "Nej."), withdrawn)
    with desk.office() as office:
        event = Announcement(0, 0, True, "Nytt nät", "x", SUNDAY, SUNDAY + TWO_HOURS, services=("mail",))
        announcements.announce(office, event, LISA)
        elsewhere = replace(event, title="Skrivare", services=("print",), ticket=0)
        announcements.announce(office, elsewhere, LISA)
        over = announcements.announce(office, replace(event, title="Över", starts_at=desk.now), LISA)
        announcements.end(office, over.number, LISA, "Klart.")
        found = [(c.kind.value, c.title) for c in conflicts_of(office, 1001, PLAN)]
        alone = [(c.kind.value, c.title) for c in conflicts_of(office, 1002, change_of_office(office, 1002).plan)]
    assert found == [("announcement", "Nytt nät"), ("change", "Brandvägg")]
    assert [title for kind, title in alone if kind == "change"] == ["Ny server", "Skrivare"]


def change_of_office(office: Office, number: int) -> Change:
    return changes.get_change(office, office.work.tickets.get(number))


def test_window_in_service_hours_is_noticed(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(SETTINGS + '[changes]\nhours = "outside"\n')
    with desk.office() as office:
        monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
        inside = replace(PLAN, starts_at=monday, ends_at=monday + TWO_HOURS)
        assert [is_in_wrong_hours(office, plan) for plan in (PLAN, inside, Plan())] == [False, True, False]


def test_approved_change_waits_for_an_agent_where_settings_say_so(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(SETTINGS + "[changes]\nschedule_when_approved = false\n")
    propose(desk)
    ask(desk)
    say(desk, CARL)
    assert states(desk)[0] == "approved"
    act(desk, _schedule)
    assert states(desk)[0] == "scheduled"
    propose(desk)
    ask(desk, 1002)
    say(desk, CARL, number=1002)
    go_to(desk, SUNDAY)
    assert [states(desk, n)[0] for n in (1001, 1002)] == ["scheduled", "lapsed"]


def test_nobody_has_answered_when_the_window_begins(desk: WorkingDesk) -> None:
    propose(desk)
    propose(desk, replace(PLAN, services=("print",)))
    ask(desk)
    ask(desk, 1002)
    say(desk, EVA, Answer.DECLINE, 1002)
    go_to(desk, SUNDAY - timedelta(hours=24))
    assert [n for n, to in desk.notices() if to == CARL] == ["approval_asked", "approval_asked"]
    assert [n for n, to in desk.notices(1002) if to == EVA] == ["approval_asked", "approval_noted"]
    assert [n for n, to in desk.notices(1002) if to == "dan@kommun.example"] == ["approval_asked", "approval_asked"]
    go_to(desk, SUNDAY + TWO_HOURS)
    assert states(desk) == ("lapsed", "in_progress")
    assert [n for n, to in desk.notices() if to == LISA.address] == ["change_news", "change_news"]
    with pytest.raises(NotAllowed):
        say(desk, CARL)
    assert pending(desk) == []


def test_emergency_does_not_lapse(desk: WorkingDesk) -> None:
    propose(desk, replace(PLAN, type=ChangeType.EMERGENCY))
    ask(desk)
    go_to(desk, SUNDAY + timedelta(hours=1))
    assert states(desk)[0] == "asked"


def test_emergency_begun_without_a_plan_is_asked_about_afterwards_and_reviewed(desk: WorkingDesk) -> None:
    propose(desk, Plan(ChangeType.EMERGENCY, services=("mail",)))
    with pytest.raises(NotAllowed):
        ask(desk)
    start(desk)
    act(desk, lambda o, t, c: changes.finish(o, t, c, LISA, "Brandväggen stänger porten."))
    with pytest.raises(NotAllowed):
        act(desk, lambda o, t, c: changes.review(o, t, c, LISA, "Gick bra."))
    ask(desk)
    say(desk, CARL)
    act(desk, lambda o, t, c: changes.review(o, t, c, LISA, "Gick bra. Nästa gång skrivs det före."))
    assert states(desk)[0] == "reviewed"


def test_window_ends_and_nobody_says_how_it_went(desk: WorkingDesk) -> None:
    scheduled(desk)
    go_to(desk, SUNDAY)
    start(desk)
    go_to(desk, SUNDAY + TWO_HOURS)
    assert desk.facts()[-1] == "change_overdue"
    act(desk, lambda o, t, c: changes.finish(o, t, c, LISA, "Klart."))
    with desk.office() as office:
        found = office.work.journal.find_last(1001, ["change_implemented"])
    assert found is not None and found.details["late"] is False


def scheduled(desk: WorkingDesk) -> None:
    """SD-1001 is approved and has its place."""
    propose(desk)
    ask(desk)
    say(desk, CARL)


def test_timer_of_an_older_plan_does_nothing(desk: WorkingDesk) -> None:
    scheduled(desk)
    with desk.office() as office:
        old = office.work.timers.find("change_begins/1001")
        assert old is not None
        later = replace(PLAN, starts_at=SUNDAY + timedelta(days=1), ends_at=SUNDAY + timedelta(days=1, hours=2))
        ticket = office.work.tickets.get(1001, lock=True)
        changes.revise(office, ticket, changes.get_change(office, ticket), LISA, later)
        timers.find_timers()[old.kind](office, old)
    assert (states(desk)[0], pending(desk)[1]) == ("asked", ("change_begins", SUNDAY + timedelta(days=1)))


def test_change_that_failed_closes_nobodys_ticket_and_ends_without_a_solution(desk: WorkingDesk) -> None:
    scheduled(desk)
    desk.receive("Mejlen står still.", subject="Mejl")
    with desk.office() as office:
        tickets = office.work.tickets
        merging.link(office, tickets.get(1002, lock=True), LinkKind.CHILD_OF, tickets.get(1001, lock=True), LISA)
    start(desk)
    act(desk, lambda o, t, c: changes.fail(o, t, c, LISA, "mx2 tappar mejl.", backed_out=True))
    assert (states(desk), desk.ticket(1002).state.value) == (("failed", "in_progress"), "new")
    assert change_of(desk).backed_out
    act(desk, lambda o, t, c: changes.review(o, t, c, LISA, "Testa lasten först."))
    assert (states(desk), desk.ticket(1002).state.value) == (("reviewed", "cancelled"), "new")


def test_change_that_failed_is_tried_again_with_a_new_approval(desk: WorkingDesk) -> None:
    scheduled(desk)
    start(desk)
    act(desk, lambda o, t, c: changes.fail(o, t, c, LISA, "Nej.", backed_out=True))
    act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, replace(PLAN, plan="Flytta i två steg.")))
    assert (states(desk)[0], change_of(desk).backed_out, ask(desk)) == ("proposed", False, [CARL])


def test_made_change_is_proposed_to_those_below_it_and_closed_by_its_review(desk: WorkingDesk) -> None:
    scheduled(desk)
    desk.receive("Mejlen står still.", subject="Mejl")
    with desk.office() as office:
        tickets = office.work.tickets
        merging.link(office, tickets.get(1002, lock=True), LinkKind.CHILD_OF, tickets.get(1001, lock=True), LISA)
    start(desk)
    assert act(desk, lambda o, t, c: changes.finish(o, t, c, LISA, "Klart.")) == 1
    assert (states(desk), desk.ticket(1002).state.value) == (("implemented", "resolved"), "resolved")
    with pytest.raises(NotAllowed):
        act(desk, lambda o, t, c: changes.review(o, t, c, LISA, " "))
    act(desk, lambda o, t, c: changes.review(o, t, c, LISA, "Gick bra."))
    assert states(desk) == ("reviewed", "closed")
    with desk.office() as office:
        found = office.work.journal.find_last(1001, ["resolution_verified"])
    assert found is not None and found.details["way"] == "review"


def test_incident_that_a_change_caused_is_linked_to_it(desk: WorkingDesk) -> None:
    scheduled(desk)
    desk.receive("Mejlen är borta.", subject="Mejl")
    with desk.office() as office:
        tickets = office.work.tickets
        merging.link(office, tickets.get(1002, lock=True), LinkKind.CAUSED_BY, tickets.get(1001, lock=True), LISA)
        assert [(link.ticket, link.kind.value) for link in office.work.links.of_ticket(1001)] == [(1002, "caused_by")]


@pytest.mark.parametrize("way", ["cancel", "merge", "withdraw"])
def test_change_ends_with_its_ticket(desk: WorkingDesk, way: str) -> None:
    scheduled(desk)
    propose(desk)

    def end(office: Office, ticket: Ticket, change: Change) -> None:
        if way == "cancel":
            resolution.cancel(office, ticket, LISA, "Behövs inte.")
        elif way == "merge":
            merging.merge(office, ticket, office.work.tickets.get(1002, lock=True), LISA)
        else:
            changes.withdraw(office, ticket, change, LISA, "Behövs inte.")

    act(desk, end)
    assert (states(desk), pending(desk)) == (("withdrawn", "cancelled"), [])
    assert desk.facts().count("change_withdrawn") == 1
    with pytest.raises(NotAllowed, match="has ended"):
        act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, replace(PLAN, plan="Igen.")))


def test_withdrawn_change_begins_anew_when_its_ticket_does(desk: WorkingDesk) -> None:
    scheduled(desk)
    act(desk, lambda o, t, c: changes.withdraw(o, t, c, LISA, "Behövs inte."))
    act(desk, lambda o, t, c: resolution.reopen(o, t, LISA, "Jo."))
    act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, PLAN))
    assert (states(desk), ask(desk)) == (("proposed", "in_progress"), [CARL])


def test_work_that_has_begun_is_not_withdrawn(desk: WorkingDesk) -> None:
    scheduled(desk)
    start(desk)
    with pytest.raises(ChangeNotAllowed):
        act(desk, lambda o, t, c: changes.withdraw(o, t, c, LISA, "Nej."))
    assert states(desk) == ("implementing", "in_progress")


def test_change_is_announced_when_it_is_sure_and_its_announcement_can_end_with_it(desk: WorkingDesk) -> None:
    propose(desk)
    with pytest.raises(NotAllowed, match="proposed"):
        act(desk, lambda o, t, c: changes.announce(o, t, c, LISA, "Inga mejl."))
    ask(desk)
    say(desk, CARL)
    made = act(desk, lambda o, t, c: changes.announce(o, t, c, LISA, "Inga mejl 6–8.", ("mejl*",)))
    assert (made.ticket, made.planned, made.starts_at, made.expected_end) == (1001, True, SUNDAY, SUNDAY + TWO_HOURS)
    with desk.office() as office:
        assert conflicts_of(office, 1001, PLAN) == ()
    start(desk)
    with pytest.raises(NotAllowed):
        act(desk, lambda o, t, c: changes.fail(o, t, c, LISA, " ", end_announcement=True))
    act(desk, lambda o, t, c: changes.fail(o, t, c, LISA, "Gick inte.", end_announcement=True))
    assert states(desk) == ("failed", "resolved")
    with desk.office() as office:
        ended = office.work.announcements.find(made.number)
    assert ended is not None and ended.ended_at == desk.now


def test_nothing_announced_ends_nothing(desk: WorkingDesk) -> None:
    scheduled(desk)
    start(desk)
    with pytest.raises(NotAllowed, match="nothing is announced"):
        act(desk, lambda o, t, c: changes.finish(o, t, c, LISA, "Klart.", end_announcement=True))
    assert states(desk) == ("implementing", "in_progress")


def test_word_of_an_approver_must_be_theirs_and_noted(desk: WorkingDesk) -> None:
    propose(desk)
    act(desk, lambda o, t, c: changes.name_approvers(o, t, c, LISA, (CARL, "omar@desk.example")))
    ask(desk)
    omar = Mailbox("omar@desk.example", "Omar Nasser")
    wrong: tuple[tuple[Mailbox, str, str], ...] = (
        (LISA, CARL, " "),
        (LISA, EVA, "Rang."),
        (omar, "omar@desk.example", "Jag själv."),
    )
    for actor, of, words in wrong:
        with pytest.raises(NotAllowed):
            act(
                desk,
                lambda o, t, c, a=actor, w=words, f=of: approvals.approve_for(
                    o, t, c, a, f, Answer.APPROVE, "phone", w
                ),
            )
    assert desk.facts().count("approval_given") == 0


def test_asking_twice_mails_once(desk: WorkingDesk) -> None:
    propose(desk)
    assert (ask(desk), ask(desk)) == ([CARL], [])
    assert [n for n, to in desk.notices() if to == CARL] == ["approval_asked"]


def test_plan_that_is_the_same_is_no_other_plan(desk: WorkingDesk) -> None:
    scheduled(desk)
    with pytest.raises(NotAllowed, match="nothing is different"):
        act(desk, lambda o, t, c: changes.revise(o, t, c, LISA, PLAN))
    assert states(desk)[0] == "scheduled"


def test_ticket_of_another_kind_is_no_change(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    with pytest.raises(PermanentError, match="SD-1001 is no change"):
        change_of(desk)

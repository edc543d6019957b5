"""Functional escalation: asked, accepted, returned, not accepted in time. The desk stays the owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import IllegalTransition, NotAllowed, UnknownPerson
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind
from mailbot.workflows import assignment, handover, resolution, waiting
from mailbot.workflows.timers import find_timers, fire_due
from tests.support.desk import LISA, WorkingDesk

OMAR = Mailbox("omar@desk.example", "Omar Nasser")
LISA_WRITES, OMAR_WRITES = "Lisa Lind <lisa@desk.example>", "Omar Nasser <omar@desk.example>"


def fire(desk: WorkingDesk) -> int:
    return fire_due(desk.desk.open_office, find_timers(), "test#t")


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def asked(desk: WorkingDesk) -> WorkingDesk:
    """Lisa has asked the network group at nine on a Monday; they have four working hours."""
    desk.receive("Skrivaren svarar inte.")
    with desk.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        by = handover.escalate(office, ticket, LISA, "Network", "Switchen på plan 3 tappar paket.")
    assert by == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return desk


def test_the_specialists_are_asked_with_the_reason_and_the_time(asked: WorkingDesk) -> None:
    ticket = asked.ticket()
    assert (ticket.group, ticket.owner, ticket.assignee, ticket.offered_at) == ("network", "desk", "", asked.now)
    letter = asked.letter_to("omar@desk.example")
    assert letter["Subject"] == "[SD-1001] Tar ni över? Skrivaren"
    text = plain(letter)
    assert "Lisa Lind ber network att ta över SD-1001" in text
    assert "> Switchen på plan 3 tappar paket." in text
    assert "Ta emot det senast måndag 23 november kl. 13:00." in text
    assert "- #ta – ta ärendet själv" in text and "- #åter –" in text
    assert asked.entries()[-1].kind is EntryKind.NOTE
    assert [to for _, to in asked.notices()].count("anna@kommun.example") == 1


def test_a_specialist_accepts_by_taking_it_and_the_clock_stops(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to("omar@desk.example"), "#ta", sender=OMAR_WRITES)
    ticket = asked.ticket()
    assert (ticket.group, ticket.assignee, ticket.offered_at, ticket.owner) == (
        "network",
        "omar@desk.example",
        None,
        "desk",
    )
    assert "escalation_accepted" in asked.facts()
    asked.later(days=2)
    fire(asked)
    assert "escalation_expired" not in asked.facts()
    assert asked.ticket().assignee == "omar@desk.example"


def test_specialists_return_it_with_a_reason_and_the_desk_is_told(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to("omar@desk.example"), "#åter Switchen är felfri.", sender=OMAR_WRITES)
    assert (asked.ticket().group, asked.ticket().offered_at) == ("desk", None)
    letter = asked.letter_to("lisa@desk.example")
    assert letter["Subject"] == "[SD-1001] Tillbaka från network: Skrivaren"
    assert "> Switchen är felfri." in plain(letter)


def test_a_return_without_a_reason_is_refused(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to("omar@desk.example"), "#åter", sender=OMAR_WRITES)
    assert asked.ticket().group == "network"
    assert "Skriv varför" in plain(asked.letter_to("omar@desk.example"))


def test_an_accepted_ticket_can_be_returned_too(asked: WorkingDesk) -> None:
    with asked.office() as office:
        assignment.take(office, office.work.tickets.get(1001, lock=True), OMAR)
        handover.give_back(office, office.work.tickets.get(1001, lock=True), OMAR, "Reservdelen finns hos er.")
    assert (asked.ticket().group, asked.ticket().assignee) == ("desk", "")


def test_not_accepted_in_time_it_comes_back_to_the_desk_once(asked: WorkingDesk) -> None:
    asked.later(hours=3, minutes=59)
    fire(asked)
    assert asked.ticket().group == "network"
    asked.later(minutes=2)
    fire(asked)
    fire(asked)
    assert (asked.ticket().group, asked.ticket().offered_at) == ("desk", None)
    assert asked.facts().count("escalation_expired") == 1
    (letter,) = [m for m in asked.deliver() if m["Subject"] == "[SD-1001] Inte mottaget av network: Skrivaren"]
    assert letter["To"] == "Lisa Lind <lisa@desk.example>"
    assert "Ingen i network tog emot SD-1001 i tid" in plain(letter)


def test_the_time_to_accept_is_working_time(desk: WorkingDesk) -> None:
    desk.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    desk.receive("Fredag eftermiddag.")
    with desk.office() as office:
        by = handover.escalate(office, office.work.tickets.get(1001), LISA, "network", "Switchen.")
    assert by == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_group_may_have_its_own_time_or_none(open_desk: Callable[..., WorkingDesk]) -> None:
    slow = '[[groups]]\nname = "slow"\naccept_hours = 8\n[routing]\naccept_hours = 0\n'
    desk = open_desk(slow)
    desk.receive("Hej")
    with desk.office() as office:
        assert handover.escalate(office, office.work.tickets.get(1001), LISA, "network", "x") is None
        by = handover.escalate(office, office.work.tickets.get(1001), LISA, "slow", "x")
    assert by == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_an_old_clock_does_not_end_a_new_offer(asked: WorkingDesk) -> None:
    with asked.office() as office:
        handover.give_back(office, office.work.tickets.get(1001, lock=True), OMAR, "Inte vårt.")
    asked.later(hours=3)
    with asked.office() as office:
        handover.escalate(office, office.work.tickets.get(1001, lock=True), LISA, "network", "Jo, det är ert.")
    asked.later(hours=2)
    fire(asked)
    assert asked.ticket().group == "network"


def test_the_desk_may_take_it_back_and_is_not_told_what_it_did_itself(asked: WorkingDesk) -> None:
    asked.deliver()
    with asked.office() as office:
        assignment.take(office, office.work.tickets.get(1001, lock=True), LISA)
    assert (asked.ticket().group, asked.ticket().assignee) == ("desk", "lisa@desk.example")
    assert asked.facts()[-2:] == ["escalation_returned", "ticket_assigned"]
    assert asked.deliver() == []


def test_the_requester_goes_on_talking_to_the_desk(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to("omar@desk.example"), "#ta\n#svara Starta om skrivaren, tack.", sender=OMAR_WRITES)
    letter = asked.letter_to("anna@kommun.example")
    assert letter["From"].addresses[0].addr_spec == "support@desk.example"
    assert re.match(r"support\+", letter["Reply-To"].addresses[0].addr_spec)
    asked.answer(letter, "Det hjälpte inte.")
    assert asked.entries()[-1].kind is EntryKind.REPLY


@pytest.mark.parametrize(
    ("group", "why", "error"), [("nobody", "x", UnknownPerson), ("network", " ", NotAllowed), ("desk", "x", NotAllowed)]
)
def test_what_cannot_be_escalated_is_refused_and_nothing_changes(
    desk: WorkingDesk, group: str, why: str, error: type[Exception]
) -> None:
    desk.receive("Hej")
    with pytest.raises(error), desk.office() as office:
        handover.escalate(office, office.work.tickets.get(1001), LISA, group, why)
    assert (desk.ticket().group, desk.ticket().offered_at) == ("desk", None)


def test_an_ended_ticket_is_not_handed_over(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    with desk.office() as office:
        resolution.cancel(office, office.work.tickets.get(1001), LISA, "Dubblett.")
    with pytest.raises(IllegalTransition), desk.office() as office:
        handover.escalate(office, office.work.tickets.get(1001), LISA, "network", "x")


def test_a_solution_while_nobody_has_accepted_ends_the_offer_quietly(asked: WorkingDesk) -> None:
    with asked.office() as office:
        resolution.propose(office, office.work.tickets.get(1001, lock=True), OMAR, "Omstartad.")
    asked.later(days=1)
    fire(asked)
    assert (asked.ticket().state, asked.ticket().group) == (State.RESOLVED, "network")
    assert "escalation_expired" not in asked.facts()


def test_a_waiting_ticket_is_taken_up_again_on_its_day_and_the_worker_is_told(desk: WorkingDesk) -> None:
    desk.receive("Skrivaren är trasig.")
    desk.answer(
        desk.letter_to("lisa@desk.example"), "#ta\n#vänta till 1 december Reservdelen kommer då.", sender=LISA_WRITES
    )
    ticket = desk.ticket()
    assert (ticket.state, ticket.waits_until) == (State.PENDING, date(2026, 12, 1))
    desk.now = datetime(2026, 12, 1, 6, 59, tzinfo=UTC)
    fire(desk)
    assert desk.ticket().state is State.PENDING
    desk.now = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    fire(desk)
    assert (desk.ticket().state, desk.ticket().waits_until) == (State.IN_PROGRESS, None)
    assert desk.letter_to("lisa@desk.example")["Subject"] == "[SD-1001] Väntan är över: Skrivaren"


def test_a_wait_can_be_moved_ended_and_is_ended_by_an_answer(desk: WorkingDesk) -> None:
    desk.receive("Skrivaren är trasig.")
    with desk.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        waiting.pause(office, ticket, LISA, "", date(2026, 11, 25))
        waiting.pause(office, ticket, LISA, "", date(2026, 11, 27))
    desk.later(days=3)
    fire(desk)
    assert desk.ticket().state is State.PENDING
    desk.answer(desk.letter_to("anna@kommun.example"), "Den blinkar nu.")
    assert desk.ticket().state is State.IN_PROGRESS
    desk.later(days=3)
    fire(desk)
    assert "ticket_resumed" not in desk.facts()


def test_a_day_that_has_passed_cannot_be_waited_for(desk: WorkingDesk) -> None:
    desk.receive("Hej")
    with pytest.raises(NotAllowed), desk.office() as office:
        waiting.pause(office, office.work.tickets.get(1001), LISA, "", date(2026, 11, 23))


def test_taking_it_and_the_clock_running_out_at_the_same_moment_end_in_one_of_the_two(desk: WorkingDesk) -> None:
    """Either Omar had accepted, or it had come back first and he took it from the desk: never both, never neither."""
    pairs = 12
    for number in range(pairs):
        desk.receive(f"Ärende {number}", subject=f"Ärende {number}", message_id=f"<r{number}@test.example>")
        with desk.office() as office:
            handover.escalate(office, office.work.tickets.get(1001 + number, lock=True), LISA, "network", "Switchen.")
    desk.later(hours=5)

    def take(number: int) -> None:
        with desk.office() as office:
            assignment.take(office, office.work.tickets.get(number, lock=True), OMAR)

    with ThreadPoolExecutor(4) as pool:
        clocks = [pool.submit(fire, desk) for _ in range(2)]
        takers = [pool.submit(take, 1001 + number) for number in range(pairs)]
        for done in (*takers, *clocks):
            done.result(timeout=60)
    fire(desk)
    for number in range(1001, 1001 + pairs):
        ends = [f for f in desk.facts(number) if f in ("escalation_accepted", "escalation_expired")]
        assert len(ends) == 1
        ticket = desk.ticket(number)
        assert (ticket.assignee, ticket.offered_at, ticket.group) == ("omar@desk.example", None, "network")

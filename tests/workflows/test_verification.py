"""The ladder of verification: reminded, answered, away, silent, spoken with, undone; and asked of several people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import IllegalTransition, NotAllowed
from mailbot.desk.lifecycle import State
from mailbot.workflows import resolution, timers, verification
from tests.support.desk import LISA, WorkingDesk

ANNA = "anna@kommun.example"
KARIN = Mailbox("karin@kommun.example", "Karin Lund")
CONTRACT = """
[[customers]]
name = "kommun"
domains = ["kommun.example"]
closes_on_silence = true
silence_working_days = 3
reminders_working_days = [1]
"""


@pytest.fixture
def asked(desk: WorkingDesk) -> WorkingDesk:
    """A desk that has asked Anna on Monday morning whether SD-1001 is solved."""
    desk.receive("Den ger bara tomma sidor.")
    desk.resolve()
    return desk


def go_to(desk: WorkingDesk, day: int, hour: int = 12) -> None:
    """Let the days of November pass until then (the 31st being the first of December); mail goes out as it is due."""
    moment = datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
    while desk.now < moment:
        with desk.office() as office:
            due = [t.due_at for t in office.work.timers.list_rows()]
        desk.now = min([moment, *(d for d in due if d > desk.now)])
        timers.run(desk.desk.open_office)
        desk.deliver()


def told(desk: WorkingDesk, address: str) -> list[str]:
    return [notice for notice, recipient in desk.notices() if recipient == address]


def pending(desk: WorkingDesk) -> list[str]:
    with desk.office() as office:
        return [t.due_at.isoformat()[:16] for t in office.work.timers.list_rows(ticket=1001)]


def test_silence_is_answered_by_two_reminders_and_then_by_a_task_for_the_desk(asked: WorkingDesk) -> None:
    go_to(asked, 24)
    assert told(asked, ANNA) == ["receipt", "resolution"]
    go_to(asked, 25)
    assert told(asked, ANNA) == ["receipt", "resolution", "verification_reminder"]
    go_to(asked, 40)
    assert told(asked, ANNA) == ["receipt", "resolution", "verification_reminder", "verification_reminder"]
    assert told(asked, LISA.address) == ["agent_new_ticket", "contact_needed"]
    ticket = asked.ticket()
    assert (ticket.state, ticket.needs_contact, ticket.needs_person) == (State.RESOLVED, True, False)
    assert asked.facts()[-3:] == ["verification_reminded", "verification_reminded", "personal_contact_needed"]
    assert pending(asked) == []


def test_reminder_has_the_same_answers_as_the_question(asked: WorkingDesk) -> None:
    go_to(asked, 25)
    reminder = asked.letter_to(ANNA)
    assert reminder["Subject"] == "[SD-1001] Påminnelse: är det löst? Skrivaren"
    words = reminder.get_body(("plain",)).get_content()
    assert "Drivrutinen är bytt." in words
    assert "Hör vi inget senast måndag 30 november tar vi kontakt med dig." in words
    asked.answer(reminder, "Acceptera")
    assert asked.ticket().state is State.CLOSED
    assert pending(asked) == []


def test_objection_to_a_reminder_reopens(asked: WorkingDesk) -> None:
    go_to(asked, 25)
    asked.answer(asked.letter_to(ANNA), "Nej, det är fortfarande trasigt.")
    assert asked.ticket().state is State.IN_PROGRESS
    assert told(asked, ANNA)[-1] == "reopened"
    go_to(asked, 40)
    assert told(asked, ANNA).count("verification_reminder") == 1


def test_answer_that_only_a_person_can_judge_stops_the_clock_until_somebody_has_seen_to_it(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to(ANNA), "Nu fungerar det på min dator men inte på Karins.")
    assert asked.ticket().needs_person
    go_to(asked, 30)
    assert "verification_reminder" not in told(asked, ANNA)
    with asked.office() as office:
        resolution.answer(office, office.work.tickets.get(1001, lock=True), LISA, "Karins lagar vi i ett eget ärende.")
    go_to(asked, 31)
    assert "verification_reminder" not in told(asked, ANNA)
    go_to(asked, 32, 13)
    assert told(asked, ANNA)[-1] == "verification_reminder"


def test_thanks_change_nothing(asked: WorkingDesk) -> None:
    before = pending(asked)
    asked.answer(asked.letter_to(ANNA), "Tack!")
    assert (pending(asked), asked.ticket().needs_person) == (before, False)


def test_absence_moves_the_clock_to_the_day_of_return(asked: WorkingDesk) -> None:
    asked.answer(
        asked.letter_to(ANNA),
        "Jag är åter den 7 december 2026.",
        Auto_Submitted="auto-replied",
        X_Auto_Response_Suppress="All",
    )
    assert asked.facts()[-2:] == ["automatic_mail_recorded", "verification_postponed"]
    assert pending(asked) == ["2026-12-09T07:00"]
    go_to(asked, 38)
    assert told(asked, ANNA) == ["receipt", "resolution"]
    go_to(asked, 39)
    assert told(asked, ANNA)[-1] == "verification_reminder"
    assert "senast måndag 14 december" in asked.letter_to(ANNA).get_body(("plain",)).get_content()


def test_absence_of_somebody_else_moves_nothing(desk: WorkingDesk) -> None:
    desk.receive(Cc="karin@kommun.example")
    desk.resolve()
    before = pending(desk)
    desk.answer(
        desk.letter_to(ANNA),
        "Jag är åter den 7 december 2026.",
        sender="karin@kommun.example",
        Auto_Submitted="auto-replied",
    )
    assert "verification_postponed" not in desk.facts()
    assert pending(desk) == before


def test_stand_still_of_weeks_is_made_up_for_once(asked: WorkingDesk) -> None:
    asked.later(days=21)
    timers.run(asked.desk.open_office)
    assert told(asked, ANNA) == ["receipt", "resolution"]
    assert asked.facts()[-1] == "personal_contact_needed"


def test_new_resolution_begins_anew_and_an_answer_to_the_old_reminder_closes_nothing(asked: WorkingDesk) -> None:
    go_to(asked, 25)
    old = asked.letter_to(ANNA)
    asked.resolve("Nu är även kabeln bytt.")
    assert pending(asked) == ["2026-11-27T12:00"]
    asked.answer(old, "Acceptera")
    assert (asked.ticket().state, asked.notices()[-1]) == (State.RESOLVED, ("refused_command", ANNA))


def test_personal_contact_closes_with_the_note_as_evidence(asked: WorkingDesk) -> None:
    go_to(asked, 40)
    with asked.office() as office:
        resolution.verify(office, office.work.tickets.get(1001, lock=True), LISA, "phone", "Anna säger att det går.")
    ticket = asked.ticket()
    assert (ticket.state, ticket.needs_contact) == (State.CLOSED, False)
    with asked.office() as office:
        closed = office.work.journal.find_last(1001, verification.CLOSURES)
    assert closed is not None
    assert asked.entries()[-1].words == "Anna säger att det går."
    assert (closed.name, closed.entry, closed.details["way"]) == (
        "resolution_verified",
        asked.entries()[-1].id,
        "phone",
    )


# Where the contract lets silence close


def test_contract_closes_on_silence_and_says_so(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CONTRACT)
    desk.receive()
    question = desk.resolve()
    assert "Hör vi inget på 3 arbetsdagar stänger vi ärendet." in question.get_body(("plain",)).get_content()
    go_to(desk, 26)
    assert (desk.ticket().state, desk.facts()[-1]) == (State.CLOSED, "resolution_expired")
    assert told(desk, ANNA) == ["receipt", "resolution", "verification_reminder", "closed"]
    closed = desk.letter_to(ANNA)
    assert "Vi har inte hört något från dig" in closed.get_body(("plain",)).get_content()
    desk.answer(closed, "Återöppna, det är trasigt igen.")
    assert desk.ticket().state is State.IN_PROGRESS


def test_question_that_never_arrived_is_not_followed_by_silence(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CONTRACT)
    desk.receive()
    with desk.office() as office:
        resolution.propose(office, office.work.tickets.get(1001, lock=True), LISA, "Lagat.")
    for _ in range(8):
        desk.later(days=1)
        timers.run(desk.desk.open_office)
    assert (desk.ticket().state, desk.ticket().needs_contact) == (State.RESOLVED, True)
    with desk.office() as office:
        fact = office.work.journal.find_last(1001, ["personal_contact_needed"])
    assert fact is not None
    assert fact.details["why"] == "undelivered"


def test_held_reply_is_not_silence(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CONTRACT)
    desk.receive()
    question = desk.resolve()
    desk.answer(question, "Det är fortfarande trasigt", sender="anna@privat.example")
    go_to(desk, 28)
    assert (desk.ticket().state, desk.ticket().needs_contact) == (State.RESOLVED, True)


def test_reply_that_waits_to_be_read_goes_before_silence(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CONTRACT)
    desk.receive()
    question = desk.resolve()
    go_to(desk, 26, 7)
    raw = desk.write("Nej, det är fortfarande trasigt.", sender=ANNA, to=question["Reply-To"], subject="Re: det")
    desk.reception.receive(raw, desk.envelope("bounces@kommun.example", question["Reply-To"].addresses[0].addr_spec))
    desk.later(hours=3)
    timers.run(desk.desk.open_office)
    assert desk.ticket().state is State.RESOLVED
    desk.work()
    assert desk.ticket().state is State.IN_PROGRESS
    desk.later(hours=1)
    timers.run(desk.desk.open_office)
    assert desk.facts()[-1] != "resolution_expired"


def test_mail_of_somebody_else_that_waits_does_not_hold_the_end_up(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(CONTRACT)
    desk.receive()
    desk.resolve()
    go_to(desk, 26, 7)
    raw = desk.write("Hej", sender="erik@annan.example", to="support@desk.example", subject="Annat")
    desk.reception.receive(raw, desk.envelope("erik@annan.example"))
    desk.later(hours=3)
    timers.run(desk.desk.open_office)
    assert desk.ticket().state is State.CLOSED


# Undoing a closure


def test_mistaken_closure_is_undone_and_the_question_stands_again(asked: WorkingDesk) -> None:
    asked.answer(asked.letter_to(ANNA), "Acceptera")
    with asked.office() as office:
        verification.undo_closure(office, office.work.tickets.get(1001, lock=True), LISA, "Det var Karin som svarade.")
    ticket = asked.ticket()
    assert (ticket.state, ticket.closed_at, ticket.resolution) == (State.RESOLVED, None, 1)
    again = asked.letter_to(ANNA)
    assert again["Subject"] == "[SD-1001] Vi frågar igen: är det löst? Skrivaren"
    assert pending(asked) == ["2026-11-25T08:00"]
    asked.answer(again, "Återöppna")
    assert asked.ticket().state is State.IN_PROGRESS


def test_what_is_not_closed_cannot_be_undone(asked: WorkingDesk) -> None:
    with asked.office() as office, pytest.raises(IllegalTransition):
        verification.undo_closure(office, office.work.tickets.get(1001, lock=True), LISA, "")


# Several people with the same fault


@pytest.fixture
def two(desk: WorkingDesk) -> WorkingDesk:
    """Anna's ticket, which Karin is affected by too; both have been asked."""
    desk.receive("Den ger bara tomma sidor.")
    with desk.office() as office:
        verification.set_affected(office, office.work.tickets.get(1001, lock=True), LISA, KARIN)
    desk.resolve()
    return desk


def test_ticket_closes_when_all_who_are_affected_have_accepted(two: WorkingDesk) -> None:
    assert told(two, KARIN.address) == ["resolution"]
    two.answer(two.letter_to(ANNA), "Acceptera")
    assert (two.ticket().state, told(two, ANNA)[-1]) == (State.RESOLVED, "acceptance_noted")
    two.answer(two.letter_to(KARIN.address), "Det fungerar nu", sender=str(KARIN))
    assert two.ticket().state is State.CLOSED
    assert (told(two, ANNA)[-1], told(two, KARIN.address)[-1]) == ("closed", "closed")
    assert "Karin Lund har svarat att det fungerar." in two.letter_to(ANNA).get_body(("plain",)).get_content()


def test_objection_of_one_reopens_for_all(two: WorkingDesk) -> None:
    two.answer(two.letter_to(ANNA), "Acceptera")
    two.answer(two.letter_to(KARIN.address), "Nej, min är fortfarande trasig", sender=str(KARIN))
    assert two.ticket().state is State.IN_PROGRESS
    assert (told(two, ANNA)[-1], told(two, KARIN.address)[-1]) == ("reopened", "reopened")


def test_only_those_who_have_not_answered_are_reminded(two: WorkingDesk) -> None:
    two.answer(two.letter_to(ANNA), "Acceptera")
    two.answer(two.letter_to(ANNA), "Acceptera")
    go_to(two, 25)
    assert "verification_reminder" not in told(two, ANNA)
    assert told(two, KARIN.address)[-1] == "verification_reminder"


def test_somebody_found_to_be_affected_later_is_asked_at_once(asked: WorkingDesk) -> None:
    with asked.office() as office:
        verification.set_affected(office, office.work.tickets.get(1001, lock=True), LISA, KARIN)
    assert "Drivrutinen är bytt." in asked.letter_to(KARIN.address).get_body(("plain",)).get_content()
    asked.answer(asked.letter_to(ANNA), "Acceptera")
    assert asked.ticket().state is State.RESOLVED


def test_participant_who_is_not_affected_still_may_not_accept(desk: WorkingDesk) -> None:
    desk.receive(Cc="karin@kommun.example")
    desk.answer(desk.resolve(), "Acceptera", sender=str(KARIN))
    assert desk.ticket().state is State.RESOLVED


def test_personal_contact_with_one_of_several_waits_for_the_other(two: WorkingDesk) -> None:
    with two.office() as office:
        ticket = office.work.tickets.get(1001, lock=True)
        with pytest.raises(NotAllowed):
            resolution.verify(office, ticket, LISA, "phone", "Går bra.", of="eva@kommun.example")
        resolution.verify(office, ticket, LISA, "phone", "Går bra.", of=KARIN.address)
    assert two.ticket().state is State.RESOLVED
    two.answer(two.letter_to(ANNA), "Acceptera")
    assert two.ticket().state is State.CLOSED


def test_requester_is_asked_in_any_case(asked: WorkingDesk) -> None:
    with asked.office() as office, pytest.raises(NotAllowed):
        verification.set_affected(office, office.work.tickets.get(1001, lock=True), LISA, Mailbox(ANNA))


def test_question_of_an_earlier_program_gets_its_clock(asked: WorkingDesk) -> None:
    with asked.office() as office:
        office.work.timers.cancel("verification/1001")
    for _ in range(2):
        verification.run(asked.desk.open_office)
    assert pending(asked) == ["2026-11-25T08:00"]

"""Somebody asks how it goes: in a conversation, alone, unknown, too often, and together with something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.vocabulary import Disposition
from tests.support.desk import WorkingDesk

ANNA = "anna@kommun.example"
PASSED = Authentication(dmarc="pass", from_domain="kommun.example", checked_by="mailbot")
Open = Callable[..., WorkingDesk]


@pytest.fixture
def known(open_desk: Open) -> WorkingDesk:
    """A desk at the edge, which knows Anna's domain, with two tickets of hers and one of Bo's."""
    desk = open_desk(checked=PASSED)
    desk.receive("Den ger bara tomma sidor.", subject="Skrivaren på plan 3")
    desk.receive("Jag kommer inte in.", subject="VPN")
    desk.receive("Svart.", sender="bo@kommun.example", subject="Skärmen")
    desk.deliver()
    return desk


def words_to(desk: WorkingDesk, address: str = ANNA) -> str:
    body = desk.letter_to(address).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def sent_about_status(desk: WorkingDesk) -> list[str]:
    with desk.office() as office:
        return [m.recipient for m in office.work.outbox.list_rows(limit=1000) if m.notice.value == "status"]


def test_question_in_a_conversation_is_answered_for_that_ticket(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.")
    row = desk.answer(desk.letter_to(ANNA), "Hur går det?")
    assert (row.disposition, row.ticket, desk.ticket().state) == (Disposition.REPLY, 1001, State.NEW)
    letter = desk.letter_to(ANNA)
    assert letter["Subject"] == "[SD-1001] Så går det med ditt ärende: Skrivaren"
    assert "Ärendet väntar på en handläggare i gruppen desk." in words_to(desk)
    assert "Nästa steg: du får svar senast måndag 23 november kl. 13:00." in words_to(desk)
    assert desk.facts()[-1] == "status_asked"


def test_question_about_a_resolved_ticket_shows_what_to_answer_and_stops_no_clock(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Status?")
    assert (desk.ticket().state, desk.ticket().needs_person) == (State.RESOLVED, False)
    assert "Nästa steg: svara acceptera eller återöppna." in words_to(desk)
    desk.answer(desk.letter_to(ANNA), "Acceptera")
    assert desk.ticket().state is State.CLOSED
    desk.answer(desk.letter_to(ANNA), "Hur går det?")
    assert "Ärendet är stängt." in words_to(desk)


def test_question_with_more_in_it_is_read_by_a_person(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Hur går det? Nyckeln till rummet ligger hos vaktmästaren.")
    assert desk.ticket().needs_person
    assert sent_about_status(desk) == []


def test_question_alone_lists_the_senders_own_open_tickets(known: WorkingDesk) -> None:
    row = known.receive("Hej! Hur går det med mina ärenden?\n\nMvh Anna", subject="Status")
    assert (row.disposition, row.ticket) == (Disposition.STATUS, None)
    letter, words = known.letter_to(ANNA), words_to(known)
    assert letter["Subject"] == "Så går det med dina ärenden"
    assert ("SD-1001: Skrivaren på plan 3" in words, "SD-1002: VPN" in words, "SD-1003" in words) == (True, True, False)
    assert (letter["In-Reply-To"], letter["Reply-To"], letter["Auto-Submitted"]) == (
        "<4@test.example>",
        None,
        "auto-replied",
    )
    assert (known.facts(1001)[-1], known.facts(1002)[-1], known.facts(1003)[-1]) == (
        "status_listed",
        "status_listed",
        "ticket_registered",
    )


def test_question_alone_about_one_ticket_is_answered_in_it(known: WorkingDesk) -> None:
    row = known.receive("Hur går det med skrivaren?", subject="Skrivaren")
    assert (row.disposition, row.ticket) == (Disposition.STATUS, 1001)
    assert known.letter_to(ANNA)["Subject"] == "[SD-1001] Så går det med ditt ärende: Skrivaren på plan 3"
    assert known.facts(1001)[-1] == "status_asked"


def test_ended_tickets_are_not_listed(known: WorkingDesk) -> None:
    known.answer(known.resolve(number=1001), "Acceptera")
    row = known.receive("status", subject="")
    assert (row.disposition, row.ticket) == (Disposition.STATUS, 1002)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Skrivaren", "Hur går det med skrivaren? Och nu kommer jag inte in i VPN heller, det säger fel lösenord."),
        ("Projektorn", "Hur går det med projektorn?"),
        ("Skärmen", "Hur går det med skärmen?"),
    ],
)
def test_question_with_a_fault_or_about_nothing_of_theirs_is_a_ticket(
    known: WorkingDesk, subject: str, body: str
) -> None:
    row = known.receive(body, subject=subject)
    assert (row.disposition, row.ticket) == (Disposition.TICKET, 1004)


def test_question_of_somebody_without_open_tickets_is_a_ticket(known: WorkingDesk) -> None:
    assert known.receive("Hur går det?", sender="eva@kommun.example").disposition is Disposition.TICKET


def test_unverified_sender_is_told_nothing_of_theirs(desk: WorkingDesk) -> None:
    desk.receive("Den ger bara tomma sidor.", subject="Hemlig skrivare")
    row = desk.receive("Hej! Hur går det med mina ärenden?", subject="Status")
    assert (row.disposition, row.ticket) == (Disposition.STATUS, None)
    letter, words = desk.letter_to(ANNA), words_to(desk)
    assert letter["Subject"] == "Din fråga om ärenden"
    assert ("SD-1001" in words, "Hemlig" in words, "Anna" in words + str(letter["To"])) == (False, False, False)


def test_forged_sender_gets_no_answer(open_desk: Open) -> None:
    desk = open_desk(checked=Authentication(dmarc="fail", from_domain="kommun.example", checked_by="mailbot"))
    desk.receive("Den ger bara tomma sidor.")
    row = desk.receive("Status på mina ärenden?")
    assert (row.disposition, sent_about_status(desk)) == (Disposition.STATUS, [])


def test_questions_have_a_budget(known: WorkingDesk) -> None:
    known.later(hours=2)
    for _ in range(8):
        assert known.receive("Hur går det med mina ärenden?").disposition is Disposition.STATUS
    assert sent_about_status(known) == [ANNA] * 5


def test_stranger_with_a_forwarded_notice_is_told_nothing(known: WorkingDesk) -> None:
    known.answer(known.letter_to(ANNA), "Hur går det?", sender="eve@evil.example")
    assert sent_about_status(known) == []


def test_answer_to_a_list_accepts_nothing(known: WorkingDesk) -> None:
    known.resolve(number=1001)
    known.receive("Hur går det med mina ärenden?", subject="Status")
    listed = known.letter_to(ANNA)
    known.receive("Acceptera", subject=f"Re: {listed['Subject']}", In_Reply_To=listed["Message-ID"])
    assert known.ticket(1001).state is State.RESOLVED


def test_question_is_answered_in_its_language(known: WorkingDesk) -> None:
    known.receive("Hello, what is the status of my tickets?", subject="My tickets")
    assert known.letter_to(ANNA)["Subject"] == "How your tickets are going"

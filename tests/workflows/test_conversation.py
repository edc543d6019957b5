"""What a reply does to its ticket, on real stores, from bytes to journal and outbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import Disposition
from mailbot.parsers.html_text import html_to_text
from tests.support.desk import ANNA, WorkingDesk

REGISTERED = [("receipt", "anna@kommun.example"), ("agent_new_ticket", "lisa@desk.example")]
ASKED = [*REGISTERED, ("resolution", "anna@kommun.example")]


def test_a_new_mail_becomes_a_ticket_with_receipt(desk: WorkingDesk) -> None:
    row = desk.receive("Den ger bara tomma sidor.")
    assert (row.disposition, row.ticket) == (Disposition.TICKET, 1001)
    ticket = desk.ticket()
    assert (ticket.subject, ticket.state, ticket.language) == ("Skrivaren", State.NEW, "sv")
    assert [(e.kind, e.words.strip(), e.inbox) for e in desk.entries()] == [
        (EntryKind.REQUEST, "Den ger bara tomma sidor.", row.id)
    ]
    assert desk.notices() == REGISTERED
    assert desk.facts() == ["ticket_registered"]


@pytest.mark.parametrize("words", ["Acceptera", "ACCEPT", "Godkänn", "acceptera tack!"])
def test_accept_closes_with_the_mail_as_evidence(desk: WorkingDesk, words: str) -> None:
    desk.receive()
    row = desk.answer(desk.resolve(), words)
    ticket = desk.ticket()
    assert (row.disposition, ticket.state, ticket.closed_at) == (Disposition.REPLY, State.CLOSED, desk.now)
    assert desk.facts() == ["ticket_registered", "resolution_proposed", "reply_received", "resolution_accepted"]
    assert desk.notices() == [*ASKED, ("closed", "anna@kommun.example")]
    assert desk.entries()[-1].inbox == row.id


@pytest.mark.parametrize("words", ["Återöppna", "reopen", "Det fungerar fortfarande inte.", "It still does not work"])
def test_reopen_puts_the_ticket_back_to_work(desk: WorkingDesk, words: str) -> None:
    desk.receive()
    desk.answer(desk.resolve(), words)
    assert desk.ticket().state is State.IN_PROGRESS
    assert desk.facts()[-2:] == ["reply_received", "ticket_reopened"]
    assert desk.notices() == [*ASKED, ("reopened", "anna@kommun.example"), ("agent_new_reply", "lisa@desk.example")]


def test_thanks_changes_nothing_and_disturbs_nobody(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Tack så mycket!")
    assert desk.ticket().state is State.RESOLVED
    assert desk.notices() == ASKED


def test_unclear_words_wait_for_a_person(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Jag testar imorgon när jag är på kontoret igen.")
    ticket = desk.ticket()
    assert (ticket.state, ticket.needs_person) == (State.RESOLVED, True)
    assert desk.facts()[-2:] == ["reply_received", "person_needed"]
    assert desk.notices() == [*ASKED, ("agent_new_reply", "lisa@desk.example")]


def test_negated_acceptance_does_not_close(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Jag kan inte acceptera lösningen.")
    assert desk.ticket().state is not State.CLOSED


def test_quoted_acceptance_does_not_close(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.resolve()
    quoted = "\n".join(f"> {line}" for line in letter.get_body(("plain",)).get_content().splitlines())
    desk.answer(letter, f"Vilken skrivare menar ni?\n\nDen 23 nov. 2026 skrev Servicedesk:\n{quoted}\n> acceptera\n")
    assert desk.ticket().state is State.RESOLVED


def test_an_old_notice_accepted_after_a_newer_resolution_closes_nothing(desk: WorkingDesk) -> None:
    desk.receive()
    old = desk.resolve("Startade om den.")
    desk.answer(old, "Återöppna")
    new = desk.resolve("Bytte drivrutin.")
    desk.answer(old, "Acceptera")
    assert desk.ticket().state is State.RESOLVED
    assert desk.facts()[-3:] == ["reply_received", "person_needed", "command_refused"]
    assert desk.notices()[-1] == ("refused_command", "anna@kommun.example")
    desk.answer(new, "Acceptera")
    assert desk.ticket().state is State.CLOSED


def test_acceptance_from_another_address_is_held(desk: WorkingDesk) -> None:
    desk.receive()
    row = desk.answer(desk.resolve(), "Acceptera", sender="Mallory <mallory@evil.example>")
    assert (row.disposition, desk.ticket().state) == (Disposition.HELD, State.RESOLVED)
    assert [e.kind for e in desk.entries()][-1] is EntryKind.HELD
    assert desk.facts()[-1] == "reply_held"


def test_acceptance_without_the_token_closes_nothing(desk: WorkingDesk) -> None:
    desk.receive()
    desk.resolve()
    row = desk.receive("Acceptera", subject="Re: [SD-1001] Skrivaren")
    assert (row.disposition, desk.ticket().state) == (Disposition.HELD, State.RESOLVED)


def test_a_stranger_with_a_guessed_number_gets_a_new_ticket(desk: WorkingDesk) -> None:
    desk.receive()
    row = desk.receive("Vad är detta?", sender="eve@elsewhere.example", subject="Re: [SD-1001] Skrivaren")
    assert (row.disposition, row.ticket) == (Disposition.TICKET, 1002)


def test_a_message_id_of_ours_alone_threads_the_reply(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.resolve()
    desk.receive("Acceptera", subject="Re: Skrivaren", In_Reply_To=letter["Message-ID"])
    assert desk.ticket().state is State.CLOSED


def test_the_button_of_the_notice_closes(desk: WorkingDesk) -> None:
    desk.receive()
    to = desk.resolve()["Reply-To"].addresses[0].addr_spec
    desk.receive("Acceptera\n", to=to, subject="Acceptera SD-1001")
    assert desk.ticket().state is State.CLOSED


def test_out_of_office_changes_nothing_and_is_not_answered(desk: WorkingDesk) -> None:
    desk.receive()
    row = desk.answer(desk.resolve(), "Jag är åter den 30 november. Acceptera.", Auto_Submitted="auto-replied")
    assert (row.disposition, desk.ticket().state) == (Disposition.AUTOMATIC, State.RESOLVED)
    assert desk.facts()[-2:] == ["automatic_mail_recorded", "verification_postponed"]
    assert desk.notices() == ASKED


def test_a_participant_may_reopen_and_not_accept(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="pass", from_domain="kommun.example", checked_by="mailbot"))
    desk.receive(Cc="Bo Ek <bo@kommun.example>")
    desk.resolve()
    tagged = {"sender": "Bo Ek <bo@kommun.example>", "subject": "Re: [SD-1001] Skrivaren"}
    desk.receive("Acceptera", **tagged)
    assert (desk.ticket().state, desk.ticket().needs_person) == (State.RESOLVED, True)
    desk.receive("Fungerar fortfarande inte", **tagged)
    assert desk.ticket().state is State.IN_PROGRESS
    assert "bo@kommun.example" not in [to for notice, to in desk.notices() if notice != "refused_command"]


def test_failed_dmarc_is_never_obeyed_nor_answered(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="fail", from_domain="kommun.example", checked_by="mailbot"))
    desk.receive()
    assert desk.notices() == [("agent_new_ticket", "lisa@desk.example")]
    row = desk.answer(desk.resolve(), "Acceptera")
    assert (row.disposition, desk.ticket().state) == (Disposition.HELD, State.RESOLVED)


def test_a_closed_ticket_is_reopened_within_ten_working_days(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Acceptera")
    closed = desk.letter_to("anna@kommun.example")
    desk.later(days=14)
    desk.answer(closed, "Återöppna, felet är tillbaka")
    assert desk.ticket().state is State.IN_PROGRESS


def test_a_reply_after_ten_working_days_opens_a_linked_ticket(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.resolve(), "Acceptera")
    closed = desk.letter_to("anna@kommun.example")
    desk.later(days=15)
    row = desk.answer(closed, "Återöppna, felet är tillbaka")
    assert (row.disposition, row.ticket) == (Disposition.TICKET, 1002)
    assert (desk.ticket().state, desk.ticket(1002).follows) == (State.CLOSED, 1001)


def test_accept_before_any_resolution_is_explained(desk: WorkingDesk) -> None:
    desk.receive()
    desk.answer(desk.letter_to("anna@kommun.example"), "Acceptera")
    assert desk.ticket().state is State.NEW
    assert desk.notices()[-1] == ("refused_command", "anna@kommun.example")


def test_the_same_bytes_again_are_one_mail(desk: WorkingDesk) -> None:
    raw = desk.write("Hej", sender=ANNA, to="support@desk.example", subject="En gång")
    first = desk.receive_raw(raw, ANNA)
    second = desk.receive_raw(raw, ANNA)
    assert (second.disposition, second.duplicate_of) == (Disposition.DUPLICATE, first.id)
    assert desk.notices() == REGISTERED


def test_an_english_writer_is_answered_in_english(desk: WorkingDesk) -> None:
    desk.receive("Hello, the printer on the third floor prints empty pages since this morning.", subject="Printer")
    assert desk.letter_to("anna@kommun.example")["Content-Language"] == "en"


def test_an_unmarked_copy_of_our_html_is_known_as_ours(desk: WorkingDesk) -> None:
    """Some programs quote the HTML without any mark. What we sent is in the store, so it is not taken for new words."""
    desk.receive()
    letter = desk.resolve()
    copied = html_to_text(letter.get_body(("html",)).get_content())
    desk.answer(letter, f"Vilken skrivare menar ni?\n\n{copied}")
    assert desk.entries()[-1].words == "Vilken skrivare menar ni?"
    assert desk.ticket().state is State.RESOLVED


def test_an_acceptance_below_the_whole_quotation_closes(desk: WorkingDesk) -> None:
    desk.receive()
    letter = desk.resolve()
    quoted = "".join(f"> {line}\n" for line in letter.get_body(("plain",)).get_content().splitlines())
    desk.answer(letter, f"Den 23 nov. 2026 skrev Servicedesk:\n{quoted}\nAcceptera\n")
    assert desk.ticket().state is State.CLOSED

"""Agents answer notices by mail: notes by default, commands on the first lines, nothing without evidence."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.lifecycle import State
from mailbot.desk.ticket import EntryKind
from mailbot.desk.vocabulary import Disposition
from tests.support.desk import WorkingDesk

LISA = "Lisa Lind <lisa@desk.example>"


def told(desk: WorkingDesk) -> EmailMessage:
    """A ticket comes in, and Lisa has her notice of it."""
    desk.receive("Den ger bara tomma sidor.")
    return desk.letter_to("lisa@desk.example")


def test_plain_words_of_an_agent_are_an_internal_note(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "Ring leverantören, de ljuger.", sender=LISA)
    entry = desk.entries()[-1]
    assert (entry.kind, entry.public, entry.words) == (EntryKind.NOTE, False, "Ring leverantören, de ljuger.")
    assert desk.notices() == [("receipt", "anna@kommun.example"), ("agent_new_ticket", "lisa@desk.example")]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("#resolve Drivrutinen är bytt.", State.RESOLVED),
        ("#lös Drivrutinen är bytt.", State.RESOLVED),
        ("#take", State.IN_PROGRESS),
        ("#ta", State.IN_PROGRESS),
        ("#assign network", State.IN_PROGRESS),
    ],
)
def test_a_command_on_the_first_line_is_obeyed(desk: WorkingDesk, line: str, state: State) -> None:
    row = desk.answer(told(desk), line, sender=LISA)
    assert (row.disposition, desk.ticket().state) == (Disposition.REPLY, state)


def test_reply_sends_the_lines_that_follow(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "#reply\nHej Anna,\n\nvilken våning gäller det?", sender=LISA)
    letter = desk.letter_to("anna@kommun.example")
    text = letter.get_body(("plain",)).get_content()
    assert "vilken våning gäller det?" in text
    assert letter["Auto-Submitted"] is None
    assert desk.entries()[-1].kind is EntryKind.PUBLIC_REPLY


def test_several_commands_are_obeyed_together(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "#take\n#resolve Bytte drivrutin.", sender=LISA)
    ticket = desk.ticket()
    assert (ticket.assignee, ticket.state) == ("lisa@desk.example", State.RESOLVED)


def test_one_bad_command_undoes_the_others_and_is_explained(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "#take\n#assign nobody-here", sender=LISA)
    ticket = desk.ticket()
    assert (ticket.assignee, ticket.state) == ("", State.NEW)
    assert desk.entries()[-1].kind is EntryKind.NOTE
    assert desk.notices()[-1] == ("command_transcript", "lisa@desk.example")


def test_an_unknown_command_is_explained(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "#frobnicate now", sender=LISA)
    assert desk.notices()[-1] == ("command_transcript", "lisa@desk.example")


def test_a_spoofed_agent_without_token_commands_nothing(desk: WorkingDesk) -> None:
    told(desk)
    row = desk.receive("#resolve Allt är bra.", sender=LISA, subject="Re: [SD-1001] Skrivaren")
    assert (row.disposition, desk.ticket().state) == (Disposition.HELD, State.NEW)


def test_the_requesters_token_gives_an_agent_nothing(desk: WorkingDesk) -> None:
    told(desk)
    row = desk.answer(desk.letter_to("anna@kommun.example"), "#resolve Allt är bra.", sender=LISA)
    assert (row.disposition, desk.ticket().state) == (Disposition.HELD, State.NEW)


def test_commands_in_a_requesters_mail_are_words(desk: WorkingDesk) -> None:
    told(desk)
    desk.answer(desk.letter_to("anna@kommun.example"), "#resolve klart")
    assert (desk.ticket().state, desk.entries()[-1].kind) == (State.NEW, EntryKind.REPLY)


def test_a_replayed_command_mail_is_not_obeyed_again(desk: WorkingDesk) -> None:
    letter = told(desk)
    desk.answer(letter, "#resolve Bytte drivrutin.", sender=LISA, message_id="<once@desk.example>")
    desk.answer(desk.letter_to("anna@kommun.example"), "Återöppna")
    desk.answer(letter, "#resolve Bytte drivrutin.", sender=LISA, message_id="<once@desk.example>", X_Extra="1")
    assert desk.ticket().state is State.IN_PROGRESS


def test_where_dmarc_is_demanded_the_token_alone_commands_nothing(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk("[authentication]\nagents_need_dmarc = true\n")
    desk.answer(told(desk), "#resolve Allt är bra.", sender=LISA)
    assert desk.ticket().state is State.NEW
    assert desk.notices()[-1] == ("command_transcript", "lisa@desk.example")


def test_a_checked_sender_that_fails_to_align_commands_nothing(open_desk: Callable[..., WorkingDesk]) -> None:
    desk = open_desk(checked=Authentication(dmarc="none", dmarc_policy="none", checked_by="mailbot"))
    desk.answer(told(desk), "#resolve Allt är bra.", sender=LISA)
    assert desk.ticket().state is State.NEW


def test_a_swedish_reply_command_takes_the_lines_below(desk: WorkingDesk) -> None:
    desk.answer(told(desk), "#svara Hej Anna,\n\nvilken våning gäller det?", sender=LISA)
    text = desk.letter_to("anna@kommun.example").get_body(("plain",)).get_content()
    assert "Hej Anna," in text
    assert "vilken våning gäller det?" in text

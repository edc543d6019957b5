"""Header blocks with labels that no list has, and forms that people fill in."""

from __future__ import annotations

import pytest

from mailbot.desk.correspondence import InboundMail, Mailbox
from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import SpanKind
from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer, read_answer_text

BLOCK = "Qwx: Ann Ek <ann@desk.example>\nZyv: 4 kij 2025 10:12\nPol: Bo <bo@kund.example>\nVex: RE: Dock"


def words_of_text(text: str) -> str:
    return read_answer_text(text, "", Lexicon({})).new_words


@pytest.mark.parametrize(
    "block",
    [
        BLOCK,
        "________________________________\n" + BLOCK,
        "*Qwx:* Ann Ek <ann@desk.example>\n*Zyv:* 4 kij 2025 10:12\n*Pol:* Bo\n*Vex:* Dock",
        "---------------\nZyv: 4 kij 2025 10:12\nQwx: Ann Ek <ann@desk.example>\nPol: Bo\nVex: RE: Dock",
        BLOCK.replace("\n", "\n\n"),
        "Qwx: Ann Ek [mailto:ann@desk.example]\nZyv: 2025-03-04 10:12\nPol: Bo; Per;\nkim@kund.example; X\nVex: Dock",
        "------ Blorp ------\nQwx Ann Ek <ann@desk.example>\nPol Bo <bo@kund.example>\nZyv 4/3/2025 10:12\nVex Dock",
    ],
    ids=["plain", "ruled", "bold", "dashes", "spaced", "long", "without-colons"],
)
def test_block_in_an_unlisted_language_is_cut_with_all_below(block: str) -> None:
    answer = read_answer_text(f"Blix norra.\n\n{block}\n\nDoes it work?", "", Lexicon({}))
    assert answer.new_words == "Blix norra."
    kinds = dict.fromkeys(span.kind for span in answer.spans)
    assert list(kinds) == [SpanKind.NEW, SpanKind.HEADER_BLOCK, SpanKind.QUOTED]


@pytest.mark.parametrize(
    "form",
    [
        "Name: Bo Ek\nE-mail: bo@kund.example\nDate: 4 March 2025 10:12\nRoom: 312\nFault: no tone",
        "Item: dock\nDeliver to: Bo Ek <bo@kund.example>\nNeeded by: 2025-03-20 12:00\nCost centre: 4410",
        "When: 4 March 2025 10:12\nWhere: 312\nOrganizer: Bo Ek <bo@kund.example>",
        "Old: bo@old.example\nNew: bo@kund.example\nFrom: 10 March 2025",
        "Received: from a.kund.example by b.kund.example; Tue, 4 Mar 2025 10:12:00 +0100\n"
        "Received: from c.kund.example by a.kund.example; Tue, 4 Mar 2025 10:11:00 +0100\n"
        "Message-ID: <1@c.kund.example>",
    ],
)
def test_form_is_kept(form: str) -> None:
    text = f"As you asked:\n\n{form}\n\nIs that all?"
    assert words_of_text(text) == text
    assert read_answer_text(text, "", load_lexicon()).new_words == text


def test_rows_at_the_end_of_a_mail_are_no_header_block() -> None:
    text = f"Please call:\n\n{BLOCK}"
    assert words_of_text(text) == text


def test_bold_labels_of_html_count() -> None:
    html = (
        "<div>Blix norra.</div><br><div><b>Qwx:</b> Ann Ek &lt;ann@desk.example&gt;<br><b>Zyv:</b> 4 kij 2025 10:12<br>"
        "<b>Pol:</b> Bo</div><p>Does it work?</p>"
    )
    assert read_answer_text("", html, Lexicon({})).new_words == "Blix norra."


def test_subject_of_this_very_mail_tells_a_header_block() -> None:
    text = "Blix norra.\n\nQwx: Ann Ek\nZyv: 4 3 2025 10:12\nPol: Bo\nVex: Dock\n\nDoes it work?"
    mail = InboundMail(subject="RE: Dock", from_=(Mailbox("bo@kund.example", "Bo"),), text=text)
    assert read_answer(mail, Lexicon({})).new_words == "Blix norra."
    other = InboundMail(subject="Lamp", from_=(Mailbox("bo@kund.example", "Bo"),), text=text)
    assert read_answer(other, Lexicon({})).new_words == text


STRANGE = "Gast: Ann Ek <ann@desk.example>\nKommt: 4 kij 2025 10:12\nWagen: 7\nWirt: Bo <bo@kund.example>"


def test_rows_above_what_is_surely_quoted_are_a_form() -> None:
    text = f"Blix norra.\n\n{STRANGE}\n\nVex.\n\nOn 04/03/2025 10:12, Desk wrote:\n> Does it work?"
    assert read_answer_text(text, "", load_lexicon()).new_words == f"Blix norra.\n\n{STRANGE}\n\nVex."
    assert words_of_text(f"Blix norra.\n\n{STRANGE}\n\nVex.") == "Blix norra."


def test_rows_in_a_mail_that_answers_no_other_are_a_form() -> None:
    text = f"Blix norra.\n\n{STRANGE}\n\nVex."
    assert read_answer(InboundMail(subject="Guest", text=text), load_lexicon()).new_words == text
    answering = InboundMail(subject="Guest", text=text, in_reply_to=("<1@desk.example>",))
    assert read_answer(answering, load_lexicon()).new_words == "Blix norra."

"""The answer as a value: spans, confidence, basis, forwards, and what the header of the mail adds."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.cli.mail_stream import answer_questions
from mailbot.desk.correspondence import InboundMail, Mailbox
from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import SpanKind
from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer, read_answer_text

QUOTED = "On 04/03/2025 10:12, Desk wrote:\n> Does it work?"


def test_spans_name_every_kind_of_line() -> None:
    text = (
        "CAUTION: This email originated from outside of the organization. Do not click links.\n\n"
        "No, it fails.\n\nKind regards\nAnn\n\n" + QUOTED + "\n\n________________\n"
        "This message is confidential and intended solely for the addressee."
    )
    answer = read_answer_text(text, "", load_lexicon())
    assert [span.kind for span in answer.spans] == [
        SpanKind.MARKER,
        SpanKind.NEW,
        SpanKind.SIGNATURE,
        SpanKind.ATTRIBUTION,
        SpanKind.QUOTED,
        SpanKind.DISCLAIMER,
    ]
    assert "\n".join(span.text for span in answer.spans) == text
    assert (answer.new_words, answer.basis, answer.inline) == ("No, it fails.", "text", False)


def test_empty_mail_has_no_answer() -> None:
    answer = read_answer(InboundMail(), load_lexicon())
    assert (answer.spans, answer.new_words, answer.basis) == ((), "", "none")


@pytest.mark.parametrize("text", ["", "\n", " \n\t", "\u200b", ">", "> \n>", "\x00", "\ufeff", "\ud800", "\r\r\n"])
def test_odd_bodies_have_no_words(text: str) -> None:
    answer = read_answer_text(text, "", load_lexicon())
    assert answer.new_words in ("", "\x00", "\ud800")


def test_nothing_in_the_lexicon_still_reads_structure() -> None:
    answer = read_answer_text("No.\n\nOn 04/03/2025 10:12, Desk <desk@corp.example>:\n> Does it work?", "", Lexicon({}))
    assert answer.new_words == "No."


def test_html_without_structure_gives_way_to_text_that_has_it() -> None:
    html = "<div>No.</div><div>Qwx zyv kij</div><div>Does it work today, on all floors?</div>"
    text = "No.\n\nOn 04/03/2025 10:12, Desk wrote:\n> Qwx zyv kij\n> Does it work today, on all floors?"
    answer = read_answer_text(text, html, load_lexicon())
    assert (answer.new_words, answer.basis) == ("No.", "text")
    assert answer.confidence <= 0.6


def test_html_sent_as_plain_text_is_read_as_html() -> None:
    answer = read_answer_text(
        "\n<html><body>No.<blockquote>Does it work?</blockquote></body></html>", "", load_lexicon()
    )
    assert (answer.new_words, answer.basis) == ("No.", "html")


def test_disagreement_of_text_and_html_lowers_confidence() -> None:
    html = "<div>No, it fails on the third floor.</div><blockquote type='cite'>Does it work?</blockquote>"
    agreeing = read_answer_text("No, it fails on the third floor.\n\n" + QUOTED, html, load_lexicon())
    differing = read_answer_text("Something else stands in this part.\n\n" + QUOTED, html, load_lexicon())
    assert agreeing.new_words == differing.new_words == "No, it fails on the third floor."
    assert (agreeing.confidence, differing.confidence) == (1.0, 0.7)


def test_name_of_the_author_at_the_end_is_a_signature() -> None:
    mail = InboundMail(
        from_=(Mailbox("ann.ek@kund.example", "Ann Ek"),), text="It works now.\n\nThanks\nAnn\n\n" + QUOTED
    )
    answer = read_answer(mail, load_lexicon())
    assert answer.new_words == "It works now.\n\nThanks"
    assert answer.spans[1].kind is SpanKind.SIGNATURE


def test_name_that_is_the_whole_answer_is_kept() -> None:
    mail = InboundMail(from_=(Mailbox("ann.ek@kund.example", "Ann Ek"),), text="Ann\n\n" + QUOTED)
    assert read_answer(mail, load_lexicon()).new_words == "Ann"


FORWARD = "From: Bo <bo@kund.example>\nSent: March 4, 2025 10:12 AM\nTo: Ann\nSubject: Printer\n\nIt is out of paper."


def test_subject_tells_a_forward_from_an_answer() -> None:
    forward = read_answer(InboundMail(subject="FW: Printer", text="Please look.\n\n" + FORWARD), load_lexicon())
    reply = read_answer(InboundMail(subject="Re: Printer", text="Please look.\n\n" + FORWARD), load_lexicon())
    assert (forward.new_words, forward.forwarded, forward.spans[-1].kind) == ("Please look.", True, SpanKind.FORWARDED)
    assert (reply.new_words, reply.forwarded, reply.spans[-1].kind) == ("Please look.", False, SpanKind.QUOTED)


def test_forward_without_a_word_keeps_the_forwarded_words() -> None:
    answer = read_answer(
        InboundMail(subject="FW: Printer", text="-----Original Message-----\n" + FORWARD), load_lexicon()
    )
    assert (answer.new_words, answer.forwarded) == ("It is out of paper.", True)
    assert SpanKind.NEW not in {span.kind for span in answer.spans}


def test_text_below_headers_at_the_top_is_kept_with_little_confidence() -> None:
    answer = read_answer(InboundMail(subject="Printer", text=FORWARD), load_lexicon())
    assert answer.new_words == "It is out of paper."
    assert answer.spans[0].kind is SpanKind.HEADER_BLOCK


def test_inline_answers_are_told() -> None:
    answer = read_answer_text("> Which floor?\nThird.\n> Since when?\nMonday.", "", load_lexicon())
    assert (answer.new_words, answer.inline) == ("Third.\n\nMonday.", True)


def test_lines_beyond_the_cap_are_one_line_of_the_partition() -> None:
    text = "word\n" * 20_000
    answer = read_answer_text(text, "", load_lexicon())
    assert "\n".join(span.text for span in answer.spans) == text


def test_stream_answers_each_question(tmp_path: Path) -> None:
    body = tmp_path / "body.txt"
    body.write_text("No.\n\n" + QUOTED, "utf-8")
    questions = [
        {"id": "a", "input_path": str(body), "kind": "text"},
        {"id": "b", "input_path": "/none", "kind": "text"},
    ]
    answers = StringIO()
    answer_questions(StringIO("\n".join(map(json.dumps, questions))), answers, load_lexicon())
    first, second = map(json.loads, answers.getvalue().splitlines())
    assert (first["id"], first["reply"]) == ("a", "No.")
    assert (second["id"], second["reply"], "error" in second) == ("b", "", True)


PIECES = [
    "",
    "No, it fails.",
    "Kind regards",
    "Br-Ann",
    "-- ",
    "-Ann",
    "________________",
    "Sent from my iPhone",
    "> quoted",
    ">",
    "On 04/03/2025 10:12, Desk <desk@corp.example>",
    "wrote:",
    ":",
    "From: Desk <desk@corp.example>",
    "Subject: Printer",
    "To:",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "##- Please write your reply above this line -##",
    "This is confidential and intended solely for the addressee.",
    "[EXTERNAL] do not click links",
    "<https://a.example/x",
    "Ann> x",
    "\u202e\u200b",
    "\ud800\x00",
    "İ",
    "```",
    "2025-03-04 10:12 GMT+01:00 Ann",
    ">>> Ann 04.03.2025 10:12 >>>",
    ">>> print(1)",
    "Qwx: Ann <ann@corp.example>",
    "*Zyv:* 4 kij 2025 10:12",
    "          Ann 04/03/2025 10:12        To",
    "|  Subject: x  |",
    "Qwx Outlook <https://aka.ms/o0ukef>",
    "On 4 Mar 2025 at 10:12, Ann <ann@corp.example> wrote:  x",
    "x ---04-03-2025 10:12:00---y",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.lists(st.sampled_from(PIECES), max_size=3))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_mixture_of_lines_is_a_partition(rows: list[str], sent: list[str]) -> None:
    text = "\n".join(rows)
    answer = read_answer_text(text, "", load_lexicon(), ["\n".join(sent)])
    assert "\n".join(span.text for span in answer.spans) == (text if text.strip() else "")
    assert 0 < answer.confidence <= 1


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("Anna wrote:\n> Is it solved?\n> Answer accept or reopen.\n\nAccept\n", True),
        ("Anna wrote:\n> Is it solved? Answer with the word\naccept\n", False),
        ("Anna wrote:\n> Is it solved?\n\nYes.\n\n> Answer accept or reopen.\n\nAccept\n", False),
        ("Accept\n\nAnna wrote:\n> Is it solved?\n", False),
    ],
)
def test_words_below_the_whole_quotation_are_told_from_words_within(text: str, below: bool) -> None:
    assert read_answer_text(text, "", load_lexicon()).below is below

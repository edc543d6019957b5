"""What replies in the wild taught: Notes' drawings, footers under a rule, prompts, device lines, lone greetings."""

from __future__ import annotations

import pytest

from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import SpanKind
from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer_text

QUOTED = "On 04/03/2025 10:12, Desk wrote:\n> Does it work?"


def words(text: str) -> str:
    return read_answer_text(text, "", load_lexicon()).new_words


@pytest.mark.parametrize(
    "block",
    [
        "           Ann Ek                                \n           <ann@desk.example>                         To\n"
        "           04/03/2025 10:12        Bo/KUND\n                                                  cc\n"
        "                                             Subject\n                                   Dock",
        "|-------+-------------->\n|       |   Ann Ek     |\n|       |   04/03/2025 10:12 |\n|-------+-------------->\n"
        "  >--------------------------|\n  |   To:      Bo/KUND       |\n  |   Subject: Dock          |\n"
        "  >--------------------------|",
        '"Ann Ek" ---04-03-2025 10:12:00---Does it work?\n\nFrom: Ann Ek <ann@desk.example>\nTo: bo@kund.example\n'
        "Date: 04-03-2025 10:12\nSubject: Dock",
    ],
    ids=["grid", "frame", "summary"],
)
def test_blocks_that_notes_draws_are_cut(block: str) -> None:
    assert words(f"No.\n\n{block}\n\n\nDoes it work?") == "No."


def test_table_with_bars_is_kept() -> None:
    text = "It prints:\n\n| room | tone  |\n| 312  | none  |\n| 313  | 10:12 |\n\nWhy?"
    assert words(text) == text


def test_footer_below_a_rule_needs_no_words_after_the_quotation() -> None:
    answer = read_answer_text(f"No.\n\n{QUOTED}\n\n____________\nQwx zyv kij blorp nar vex.", "", Lexicon({}))
    assert (answer.new_words, answer.spans[-1].kind) == ("No.", SpanKind.DISCLAIMER)
    html = "<div>No.</div><blockquote>Does it work?</blockquote><hr><p>Qwx zyv kij blorp nar vex.</p>"
    assert read_answer_text("", html, Lexicon({})).new_words == "No."


def test_answer_below_the_quotation_is_kept_without_and_with_a_rule() -> None:
    assert words(f"{QUOTED}\n\nIt does not.") == "It does not."
    assert words(f"{QUOTED}\n\n____________\nIt does not.") == "____________\nIt does not."
    assert words(f"{QUOTED}\n\n____________\nBo Ek\nTel: 08-123 45 67") == ""


def test_prompts_of_a_programming_language_are_no_quotation() -> None:
    text = "It says:\n\n>>> import dock\nImportError: dock\n\nWhy?"
    assert words(text) == text
    assert words(">>> deep\n>> less deep\nIt does not.") == "It does not."


@pytest.mark.parametrize(
    "text",
    [
        "An external sender asks me to click links. Is that you?\n\nI did not.",
        "My fax: dead.\nMy phone: fine.",
        "How do I unsubscribe from this mailing list?\n\nI get ten a day.",
        "------\nDoes that line belong there?\n------\n\nIt looks odd.",
        "First the dock: dead.\n\n________________________________\n\nThen the fax: it prints blank pages, all day.",
    ],
)
def test_words_of_banners_and_signatures_in_sentences_are_kept(text: str) -> None:
    assert words(f"{text}\n\n{QUOTED}") == text


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("Qwx Outlook zyv iOS<https://aka.ms/o0ukef>", False),
        ("[Qwx zyv](https://go.microsoft.com/fwlink/?LinkId=1)", False),
        ("Is it the version behind <https://aka.ms/o0ukef>?", True),
        ("See the picture <https://files.kund.example/a.png>", True),
    ],
)
def test_line_with_a_link_to_a_mail_program_is_its_own(line: str, is_kept: bool) -> None:
    answer = read_answer_text(f"No.\n\n{line}\n\n{QUOTED}", "", Lexicon({}))
    assert answer.new_words.startswith("No.\n\n") is is_kept


def test_greeting_alone_above_a_quotation_is_the_answer_and_a_signature_is_not() -> None:
    assert words(f"Best regards Bo\n\n{QUOTED}") == "Best regards Bo"
    assert words(f"Best regards\nBo Ek\n\n{QUOTED}") == ""


def test_words_above_quoted_header_rows_introduce_them() -> None:
    text = "Please take it.\n\nQwx zyv:\n\n> Qwx: Ann\n> Pol: Bo\n> Vex: Dock\n>\n> Does it work?"
    assert read_answer_text(text, "", Lexicon({})).new_words == "Please take it."


def test_bar_on_the_left_is_a_quotation_where_something_announces_it() -> None:
    bar = '<div style="border-left:2px solid #00f;padding-left:8px">Does it work?</div>'
    announced = f"<div>No.</div><div>On 04/03/2025 10:12, Desk wrote:</div>{bar}<div>Bo was here.</div>"
    assert read_answer_text("", announced, load_lexicon()).new_words == "No.\n\nBo was here."
    assert read_answer_text("", f"<div>Note:</div>{bar}", load_lexicon()).new_words == "Note:\nDoes it work?"


def test_dashed_title_above_an_attribution_goes_with_it() -> None:
    text = "No.\n\n------- Qwx Zyv -------\nOn 4 Mar 2025 at 10:12, Ann Ek <ann@desk.example> wrote:\n\nDoes it work?"
    assert read_answer_text(text, "", Lexicon({})).new_words == "No."


@pytest.mark.parametrize(
    "text",
    [
        "Am 4. März schrieb sie mir:\n\nbitte neu starten.\n\nDas half nicht.",
        "Hän kirjoitti minulle 4.3.2025:\n\nkäynnistä uudelleen.",
        "I wrote to Ann Ek <ann@desk.example> on 3 March 2025:\nno answer.",
        "Lähettäjä: tyhjä\nAihe: tyhjä\n\nMuut näkyvät.",
    ],
)
def test_sentence_about_a_mail_is_not_the_mail(text: str) -> None:
    assert words(f"Hello!\n\n{text}\n\n{QUOTED}") == f"Hello!\n\n{text}"


@pytest.mark.parametrize("name", ["Ann Ek", "ann_ek", '"ann"', "高橋 健"])
def test_attribution_without_time_or_quotation_needs_a_name(name: str) -> None:
    assert words(f"No.\n\nOn May 12, 2016, {name} wrote:\n\nDoes it work?") == "No."

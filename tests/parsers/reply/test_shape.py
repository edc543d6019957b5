"""Attributions of languages that no list has, and sentences that hold the same things."""

from __future__ import annotations

import pytest

from mailbot.desk.language import Lexicon
from mailbot.parsers.reply import read_answer_text
from mailbot.parsers.reply.shape import has_shape

SOMEBODY = "Ann Ek <ann@desk.example>"


@pytest.mark.parametrize(
    "text",
    [
        f"Qwx 4 zyv 2025 kij 10:12, {SOMEBODY} blorp:",
        f"{SOMEBODY} blorp (4.3.2025 10:12):",
        f"2025-03-04 10:12 {SOMEBODY}:",
        f"Qwx, 4 zyv. 2025 g. 10:12 {SOMEBODY} blorp՝",
    ],
)
def test_moment_and_address_are_enough_between_blank_lines(text: str) -> None:
    assert has_shape(text, quoted_below=False, apart=2) is True
    assert has_shape(text, quoted_below=False, apart=0) is False
    assert has_shape(text, quoted_below=True, apart=0) is True


@pytest.mark.parametrize("text", ["Qwx 4/3/2025 10:12, blorp Ann Ek:", "Ann Ek blorp 04.03.2025 10:12:"])
def test_name_instead_of_an_address_needs_a_quotation_below(text: str) -> None:
    assert has_shape(text, quoted_below=True, apart=1) is True
    assert has_shape(text, quoted_below=False, apart=2) is False


def test_name_of_somebody_who_is_answered_is_as_good_as_an_address() -> None:
    text = "Qwx 4 zyv 2025 10:12, Ann Ek blorp:"
    assert has_shape(text, quoted_below=False, apart=2, people=("ann ek",)) is True
    assert has_shape(text, quoted_below=False, apart=2, people=("bo ek",)) is False


@pytest.mark.parametrize(
    "text",
    [
        "On 4 March 2025 at 10:12 we noticed the following:",
        f"You could ask {SOMEBODY} about the offer:",
        f"2025-03-04 10:12 mx postfix: to={SOMEBODY}:",
        f"Is it true? On 4 March 2025 10:12 {SOMEBODY} said so:",
        "We met " + "once more " * 12 + f"on 4 March 2025 with {SOMEBODY}:",
    ],
)
def test_sentence_is_none(text: str) -> None:
    assert has_shape(text, quoted_below=False, apart=2) is False


def test_line_without_a_colon_must_stand_alone() -> None:
    text = f"Qwx 4 zyv 2025 10:12 {SOMEBODY} blorp"
    assert has_shape(text, quoted_below=False, apart=2) is True
    assert has_shape(text, quoted_below=False, apart=1) is False


@pytest.mark.parametrize("below", ["> Does it work?", "Does it work?"])
def test_reply_in_an_unlisted_language_is_cut(below: str) -> None:
    text = f"Blix norra.\n\nQwx, 4 zyv 2025, 10:12\n{SOMEBODY} blorp:\n\n{below}"
    answer = read_answer_text(text, "", Lexicon({}))
    assert (answer.new_words, answer.confidence) == ("Blix norra.", 0.85 if below.startswith(">") else 0.75)


def test_text_behind_the_colon_is_quoted_too() -> None:
    text = f"No.\n\n  On Tue, 4 Mar 2025 at 10:12, {SOMEBODY} wrote:   Does it work?\n\nTell us.\n"
    assert read_answer_text(text, "", Lexicon({})).new_words == "No."


def test_reply_in_front_of_an_attribution_on_one_line_is_not_lost() -> None:
    text = f"Thanks. On 04/03/2025 10:12, {SOMEBODY} wrote: it works"
    assert read_answer_text(text, "", Lexicon({})).new_words == text

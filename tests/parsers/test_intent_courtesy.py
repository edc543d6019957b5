"""Facts, thanks and other matters in answers: thanks disturb nobody, so no fact may be lost among them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailbot.desk.correspondence import Answer
from mailbot.desk.vocabulary import Intent
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent

LEXICON = load_lexicon()
INTENTS = Path(__file__).resolve().parents[1] / "corpus" / "intents"
TAGS = ("da", "de", "en", "es", "fi", "fr", "nb", "nl", "pl", "sv")


def intent(text: str) -> Intent:
    return read_intent(Answer(new_words=text), "Re: [SD-1042] The printer on floor three", LEXICON).intent


@pytest.mark.parametrize("tag", TAGS)
def test_fact_in_an_answer_never_taken_for_thanks_alone(tag: str) -> None:
    told = [row for file in ("fresh18", "fresh19", "fresh20") for row in _part(tag, file)]
    assert [
        row["text"] for row in told if row["intent"] == "comment" and intent(row["text"]) is not Intent.COMMENT
    ] == []
    assert [row["text"] for row in told if row["intent"] == "thanks" and intent(row["text"]) is not Intent.THANKS] == []
    assert len(told) >= 26


def _part(tag: str, part: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (INTENTS / f"{tag}.{part}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Skrivaren står på plan tre.", Intent.COMMENT),
        ("Datorn står på bordet.", Intent.COMMENT),
        ("Det är modell LX-430 och den står vid kopiatorn.", Intent.COMMENT),
        ("Den står där.", Intent.COMMENT),
        ("Tack rummet ligger en trappa upp", Intent.COMMENT),
        ("Thanks the room is upstairs", Intent.COMMENT),
        ("Thanks! In the kitchen.", Intent.COMMENT),
        ("Yes, thanks", Intent.COMMENT),
        ("Er ist schwarz und ziemlich klein.", Intent.COMMENT),
        ("Der Bildschirm ist schwarz.", Intent.REOPEN),
        ("Not only does it work, it is faster than before.", Intent.COMMENT),
        ("Not only is it broken, it smells.", Intent.REOPEN),
        ("OK, thanks", Intent.THANKS),
        ("Thanks for your help with SD-1042", Intent.THANKS),
        ("Many thanks!\n\nBest regards,\nMoira Kiln\nPhone: 555 0142", Intent.THANKS),
    ],
)
def test_thanks_are_only_what_tells_nothing(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Works. However my payslip is missing", Intent.NEW_PROBLEM),
        ("Det virker nu. Men min lønseddel mangler.", Intent.NEW_PROBLEM),
        ("Toimii nyt. Palkkalaskelmani kuitenkin puuttuu.", Intent.NEW_PROBLEM),
        ("It works. But the toner is missing.", Intent.COMMENT),
        ("Printing works again. I have also lost my badge and need a new one.", Intent.NEW_PROBLEM),
        ("My payslip is missing.", Intent.REOPEN),
        ("It works, but my files are missing again.", Intent.COMMENT),
    ],
)
def test_own_thing_missing_behind_good_news_is_another_matter(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted

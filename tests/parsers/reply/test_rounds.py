"""Replies in the manner of a hundred mail programs, labelled before the reader saw them: what is still read wrongly.

The rounds span sixty languages; how each was read the first time stands in docs/reading.md.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bench.replies_blind import judge, read_case
from mailbot.desk.language import Lexicon
from mailbot.languages import load_lexicon

FOLDER = Path(__file__).parents[2] / "corpus" / "replies"
ROUNDS = sorted(path.stem for path in FOLDER.glob("round*.toml"))
WRONG = {
    "round3": {"foxmail-text": "leak"},
    "round4": {"keep-ja": "lost", "broken-wrap-deep": "leak"},
    "round5": {"keep-diff": "lost"},
    "round6": {"guillemet": "leak"},
    "round7": {"keep-original-message": "lost"},
}
LOST_WITHOUT_WORDS = {"round4": {"colour-inline-red", "colour-inline-sv"}, "round5": {"keep-diff"}}


def replies(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["reply"]
    return found


@pytest.mark.parametrize("name", ROUNDS)
def test_round_is_read_but_for_what_is_known(name: str) -> None:
    verdicts = {case["name"]: judge(case, read_case(case, load_lexicon()).new_words) for case in replies(name)}
    assert {case: verdict for case, verdict in verdicts.items() if verdict != "exact"} == WRONG.get(name, {})


@pytest.mark.parametrize("name", ROUNDS)
def test_round_loses_hardly_a_word_where_no_language_is_listed(name: str) -> None:
    verdicts = {case["name"]: judge(case, read_case(case, Lexicon({})).new_words) for case in replies(name)}
    assert {case for case, verdict in verdicts.items() if verdict == "lost"} == LOST_WITHOUT_WORDS.get(name, set())


@pytest.mark.parametrize("name", ROUNDS)
def test_spans_of_a_round_have_a_reason_and_a_confidence(name: str) -> None:
    spans = [span for case in replies(name) for span in read_case(case, load_lexicon()).spans]
    assert [span for span in spans if not span.reason or not 0 < span.confidence <= 1] == []

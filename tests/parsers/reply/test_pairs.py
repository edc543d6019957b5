"""Whole bodies and their new words: what must be cut, and what people write that only looks as if."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer_text

CORPUS = tomllib.loads((Path(__file__).parents[2] / "corpus" / "replies" / "pairs.toml").read_text("utf-8"))


@pytest.mark.parametrize("pair", CORPUS["pair"], ids=lambda pair: pair["name"])
def test_new_words_of_each_pair(pair: dict[str, Any]) -> None:
    sent = [CORPUS["sent"][pair["sent"]]] if "sent" in pair else []
    answer = read_answer_text(pair.get("text", ""), pair.get("html", ""), load_lexicon(), sent)
    assert answer.new_words == pair["new"]


@pytest.mark.parametrize("pair", [pair for pair in CORPUS["pair"] if "html" not in pair], ids=lambda pair: pair["name"])
def test_spans_of_each_pair_are_a_partition_of_its_lines(pair: dict[str, Any]) -> None:
    answer = read_answer_text(pair["text"], "", load_lexicon())
    assert "\n".join(span.text for span in answer.spans) == pair["text"]
    assert all(span.reason and 0 < span.confidence <= 1 for span in answer.spans)

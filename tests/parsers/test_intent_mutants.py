"""Acceptances that a word, an opening or an ending made into none; bench/intent_mutants.py runs the whole set."""

from __future__ import annotations

from itertools import islice

import pytest

from bench.intent_mutants import is_accepted, mutate, rows

TAGS = ("da", "de", "en", "es", "fi", "fr", "nb", "nl", "pl", "sv")
TEXTS = 12
STEP = 7


@pytest.mark.parametrize("tag", TAGS)
def test_changed_acceptance_read_as_none(tag: str) -> None:
    own = [text for lang, text, meant in rows() if lang == tag and meant == "accept" and len(text) < 90]
    chosen = list(islice(filter(is_accepted, own[::STEP]), TEXTS))
    assert len(chosen) == TEXTS
    changed = [mutant for text in chosen for mutant in mutate(tag, text)]
    assert len(changed) >= 10 * TEXTS
    assert [mutant for mutant in changed if is_accepted(mutant)] == []

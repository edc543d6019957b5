"""The words of the console: the same in every language, with the same gaps, and none missing that a page asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.console.texts import LANGUAGES, Texts, load_texts

CONSOLE = Path(__file__).resolve().parents[2] / "mailbot" / "console"
PAGES = "\n".join(path.read_text("utf-8") for path in sorted((CONSOLE / "pages").glob("*.html")))
CODE = "\n".join(path.read_text("utf-8") for path in sorted(CONSOLE.glob("*.py")))


def said(texts: Texts, key: str) -> list[str]:
    found = texts._words[key]
    return list(found.values()) if isinstance(found, dict) else [found]


def gaps(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))


def test_every_language_has_the_same_words() -> None:
    first, *others = [load_texts(language).keys() for language in LANGUAGES]
    assert [sorted(first ^ other) for other in others] == [[]] * len(others)


def test_words_have_the_same_gaps_in_every_language() -> None:
    first, *others = map(load_texts, LANGUAGES)
    unequal = [
        (key, other.language)
        for other in others
        for key in sorted(first.keys() & other.keys())
        if {gap for text in said(first, key) for gap in gaps(text)}
        != {gap for text in said(other, key) for gap in gaps(text)}
    ]
    assert unequal == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_out(language: str) -> None:
    texts = load_texts(language)
    assert [key for key in sorted(texts.keys()) for text in said(texts, key) if not text.strip()] == []


def test_no_page_asks_for_words_that_are_not_there() -> None:
    """Those that are named in full; the others are met by the tests of their pages."""
    asked = set(re.findall(r"""\bt\("([\w.]+)"[,)]""", PAGES)) | set(re.findall(r"""texts\("([\w.]+)"[,)]""", CODE))
    assert sorted(asked - load_texts("sv").keys()) == []
    assert len(asked) > 100

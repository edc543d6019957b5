"""A language is complete or it is not there: the same tables in every file, the same notices in Swedish and English."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.languages import load_lexicon

PACKAGE = Path(__file__).resolve().parents[2] / "mailbot"
NOTICE_LANGUAGES = ("sv", "en")


def tables_of(tree: Any, at: str = "") -> set[str]:
    """Paths of all tables and keys."""
    found: set[str] = set()
    for name, value in tree.items():
        found |= {at + name} | (tables_of(value, f"{at}{name}.") if isinstance(value, dict) else set())
    return found


def is_filled(value: Any) -> bool:
    """A number is; a word, list or table is, if it is not empty anywhere."""
    if isinstance(value, dict):
        return bool(value) and all(map(is_filled, value.values()))
    return value not in ("", [])


@pytest.mark.parametrize("tag", sorted(load_lexicon().languages))
def test_language_has_what_english_has(tag: str) -> None:
    languages = load_lexicon().languages
    assert tables_of(languages["en"].data) - tables_of(languages[tag].data) == set()


@pytest.mark.parametrize("tag", NOTICE_LANGUAGES)
def test_every_notice_is_worded(tag: str) -> None:
    folder = PACKAGE / "templates" / tag
    assert sorted(path.stem for path in folder.glob("*.j2")) == sorted(NoticeKind)


def test_words_of_the_notices_are_the_same_in_both() -> None:
    """Apart from the commands' words, which are each language's own."""
    words = {
        tag: tomllib.loads((PACKAGE / "templates" / tag / "words.toml").read_text("utf-8")) for tag in NOTICE_LANGUAGES
    }
    shared = {tag: {path for path in tables_of(tree) if not path.startswith("command.")} for tag, tree in words.items()}
    assert shared["sv"] == shared["en"]
    assert all(map(is_filled, words.values()))

"""The words of a command in one language: all that are understood, and the one that is shown."""

from __future__ import annotations

from mailbot.desk.language import Lexicon
from mailbot.parsers.vocabulary import entries


def command_words(lexicon: Lexicon, language: str) -> tuple[str, ...]:
    """Every command word of a language; none for a language that the lexicon does not have."""
    found = lexicon.languages.get(language)
    table = found.data.get("commands", {}) if found else {}
    return tuple(word for verb in table for word in entries(table, verb))


def main_word(command: str, language: str, lexicon: Lexicon) -> str:
    """The first word of a command in a language, else its English name."""
    found = lexicon.languages.get(language)
    table = found.data.get("commands", {}) if found else {}
    return next(iter(entries(table, command)), command) if command in table else command
